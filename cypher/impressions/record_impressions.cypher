// Purpose: record what answers showed, each as one Answer node in the order of its positions, held by the user, or by a
//   session where the user is unknown. A row is [requestId, userId or null, sessionId, at in epoch milliseconds, strategy
//   asked for, layer, run or null, variants as experiment/variant or null, propensity, item ids, strategies, scores, arm of
//   a bandit or null, group of users or null, whether the arm could not answer, who of an interleaved experiment picked
//   each item as experiment/variant or null]. One that is recorded is passed over, so
//   that a batch may be sent again. Who is shown a variant is EXPOSED to it, and how often is counted there
// Parameters: rows LIST<LIST<ANY>>
// Columns: written
// Mode: write
CYPHER 25
UNWIND $rows AS row
WITH row
WHERE NOT EXISTS { (:Answer {requestId: row[0]}) }
OPTIONAL MATCH (user:User {id: row[1]})
CALL (row, user) {
  WHEN user IS NOT NULL THEN { RETURN user AS viewer }
  ELSE { MERGE (session:Session {id: row[2]}) RETURN session AS viewer }
}
CREATE (viewer)-[:WAS_SHOWN]->(:Answer {
  requestId: row[0], session: row[2], at: datetime({epochMillis: row[3]}), asked: row[4], layer: row[5], run: row[6],
  variants: row[7], propensity: row[8], items: row[9], strategies: row[10], scores: row[11],
  arm: row[12], group: row[13], armFailed: CASE WHEN row[14] THEN true END,
  uncounted: CASE WHEN row[12] IS NOT NULL AND NOT row[14] THEN true END, teams: row[15]
})
CALL (viewer, row) {
  UNWIND row[7] AS tag
  MATCH (:Experiment {name: split(tag, '/')[0]})-[:HAS_VARIANT]->(variant:Variant {name: split(tag, '/')[1]})
  MERGE (viewer)-[exposed:EXPOSED]->(variant)
  SET exposed.answers = coalesce(exposed.answers, 0) + 1,
    exposed.firstAt = coalesce(exposed.firstAt, datetime({epochMillis: row[3]}))
}
RETURN count(*) AS written
