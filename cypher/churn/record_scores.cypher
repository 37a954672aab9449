// Purpose: write scores of users as of a moment; the same again replaces them. The risk is also put on the user, who
//   keeps the newest `keep` scores and the mark of the scoring that came last
// Parameters: rows LIST<LIST<ANY>> (user id, risk, values of the features, contributions to the log-odds), run STRING,
//   asOfMillis INTEGER, scoring STRING, keep INTEGER
// Columns: scored
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (user:User {id: row[0]})
MERGE (score:ChurnScore {id: $run + ' ' + toString($asOfMillis) + ' ' + row[0]})
SET score.run = $run, score.asOf = datetime({epochMillis: $asOfMillis}), score.at = datetime(), score.risk = row[1],
  score.values = row[2], score.contributions = row[3]
MERGE (user)-[:HAS_CHURN_SCORE]->(score)
SET user.churnRisk = row[1], user.churnScoring = $scoring
WITH user
CALL (user) {
  MATCH (user)-[:HAS_CHURN_SCORE]->(old:ChurnScore)
  WITH old
  ORDER BY old.asOf DESC, old.at DESC
  SKIP $keep
  DETACH DELETE old
}
RETURN count(*) AS scored
