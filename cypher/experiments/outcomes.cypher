// Purpose: what became of each variant of an experiment: sums over the people who were shown it, of their answers, of those
//   that led to something good (taken), of rewards, of answers of which something was dismissed, and of the products that
//   variances are made of
// Parameters: name STRING
// Columns: variant, people, answers, taken, rewards, dismissed, answers2, taken2, rewards2, dismissed2, answersTaken,
//   answersRewards, answersDismissed
// Mode: read
CYPHER 25
MATCH (:Experiment {name: $name})-[:HAS_VARIANT]->(variant:Variant)
CALL (variant) {
  MATCH (variant)<-[exposed:EXPOSED]-()
  WITH toFloat(exposed.answers) AS n, toFloat(coalesce(exposed.taken, 0)) AS t, coalesce(exposed.rewards, 0.0) AS r,
    toFloat(coalesce(exposed.dismissed, 0)) AS d
  RETURN count(*) AS people, sum(n) AS answers, sum(t) AS taken, sum(r) AS rewards, sum(d) AS dismissed,
    sum(n * n) AS answers2, sum(t * t) AS taken2, sum(r * r) AS rewards2, sum(d * d) AS dismissed2,
    sum(n * t) AS answersTaken, sum(n * r) AS answersRewards, sum(n * d) AS answersDismissed
}
WITH *
ORDER BY variant.place, variant.name
RETURN variant.name AS variant, people, answers, taken, rewards, dismissed, answers2, taken2, rewards2, dismissed2,
  answersTaken, answersRewards, answersDismissed
