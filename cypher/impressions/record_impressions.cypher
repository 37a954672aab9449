// Purpose: record what answers showed, one WAS_SHOWN per item, from the user, or from a session where the user is unknown.
//   A row is [requestId, userId or null, sessionId, at in epoch milliseconds, strategy asked for, layer, run or null,
//   variant or null, propensity, items]; an item is [id, position, strategy, score]. An answer that is recorded is passed
//   over, so that a batch may be sent again; so is an item that is gone
// Parameters: rows LIST<LIST<ANY>>
// Columns: answers, written
// Mode: write
CYPHER 25
UNWIND $rows AS row
WITH row
WHERE NOT EXISTS { ()-[known:WAS_SHOWN]->() WHERE known.requestId = row[0] }
OPTIONAL MATCH (user:User {id: row[1]})
CALL (row, user) {
  WHEN user IS NOT NULL THEN { RETURN user AS viewer }
  ELSE { MERGE (session:Session {id: row[2]}) RETURN session AS viewer }
}
CALL (row, viewer) {
  UNWIND row[9] AS one
  MATCH (item:Item {id: one[0]})
  CREATE (viewer)-[:WAS_SHOWN {
    requestId: row[0], at: datetime({epochMillis: row[3]}), asked: row[4], layer: row[5], run: row[6], variant: row[7],
    propensity: row[8], position: one[1], strategy: one[2], score: one[3], session: row[2]
  }]->(item)
  RETURN count(*) AS shown
}
RETURN count(*) AS answers, coalesce(sum(shown), 0) AS written
