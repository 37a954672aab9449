// Purpose: delete a user with all that is kept of them: events, preferences, vectors, answers shown to them, feedback,
//   scores. What others' numbers owe to them (popularity, similar items) follows with the next refresh
// Parameters: userId STRING
// Columns: events, answers, feedback, scores
// Mode: write
CYPHER 25
MATCH (user:User {id: $userId})
SET user.id = user.id
WITH user, COUNT { (user)-[:INTERACTED]->() } AS events
CALL (user) {
  OPTIONAL MATCH (user)-[:HAS_CHURN_SCORE]->(score:ChurnScore)
  DETACH DELETE score
  RETURN count(score) AS scores
}
CALL (user) {
  OPTIONAL MATCH (user)-[:WAS_SHOWN]->(answer:Answer)
  WITH answer
  OPTIONAL MATCH (answer)-[:LED_TO]->(feedback:Feedback)
  WITH answer, collect(feedback) AS led
  FOREACH (one IN led | DETACH DELETE one)
  WITH answer, size(led) AS led
  DETACH DELETE answer
  RETURN count(answer) AS answers, coalesce(sum(led), 0) AS led
}
CALL (user) {
  OPTIONAL MATCH (feedback:Feedback {userId: user.id})
  DETACH DELETE feedback
  RETURN count(feedback) AS alone
}
DETACH DELETE user
RETURN events, answers, led + alone AS feedback, scores
