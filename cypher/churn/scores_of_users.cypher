// Purpose: the newest scores of users, newest first, with the names that the lists of values and contributions go by
// Parameters: userIds LIST<STRING>, first INTEGER
// Columns: userId, run, asOf, at, risk, features, values, contributions
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[:HAS_CHURN_SCORE]->(score:ChurnScore)
  WITH score
  ORDER BY score.asOf DESC, score.at DESC
  LIMIT $first
  MATCH (run:ModelRun {id: score.run})
  RETURN score, run
}
RETURN userId, score.run AS run, score.asOf AS asOf, score.at AS at, score.risk AS risk, run.features AS features,
  score.values AS values, score.contributions AS contributions
ORDER BY userId, asOf DESC, at DESC
