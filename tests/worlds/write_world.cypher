// Purpose: write a small world of a test as it is, derived relationships too
// Parameters: users LIST<STRING>, items LIST<LIST<ANY>> [id, title, kind, popularity, trend], tags LIST<LIST<ANY>>
//   [item, tag, weight], prefers LIST<LIST<ANY>> [user, item, weight], similar LIST<LIST<ANY>> [item, item, by, score],
//   events LIST<LIST<ANY>> [user, item, eventId, type, epoch ms], creators LIST<LIST<STRING>> [item, name]
// Columns: none
// Mode: write
CYPHER 25
CALL () { UNWIND $users AS id CREATE (:User {id: id, createdAt: datetime('2026-01-01T00:00:00Z')}) }
CALL () {
  UNWIND $items AS row
  CREATE (:Item {id: row[0], title: row[1], kind: row[2], popularity: row[3], trend: row[4]})
}
CALL () {
  UNWIND $tags AS row
  MATCH (item:Item {id: row[0]})
  MERGE (tag:Tag {name: row[1]})
  CREATE (item)-[:HAS_TAG {weight: row[2]}]->(tag)
}
CALL () {
  UNWIND $creators AS row
  MATCH (item:Item {id: row[0]})
  MERGE (creator:Creator {name: row[1]})
  CREATE (item)-[:BY]->(creator)
}
CALL () {
  UNWIND $prefers AS row
  MATCH (user:User {id: row[0]}), (item:Item {id: row[1]})
  CREATE (user)-[:PREFERS {weight: row[2], events: 1, lastAt: datetime('2026-01-02T00:00:00Z')}]->(item)
}
CALL () {
  UNWIND $similar AS row
  MATCH (item:Item {id: row[0]}), (other:Item {id: row[1]})
  CREATE (item)-[:SIMILAR {by: row[2], score: row[3]}]->(other)
}
CALL () {
  UNWIND $events AS row
  MATCH (user:User {id: row[0]}), (item:Item {id: row[1]})
  CREATE (user)-[:INTERACTED {eventId: row[2], type: row[3], at: datetime({epochMillis: row[4]})}]->(item)
}
