// Purpose: the items one hop away from given ones, within caps. A reach is [way, item ids]; a way is `similar` (a SIMILAR
//   edge), `tag` or `creator` (one in common), or `people` (a user who likes both). Of each node no more than walkCap
//   relationships are followed, and no more than `most` items come back
// Parameters: reaches LIST<LIST<ANY>>, walkCap INTEGER, most INTEGER
// Columns: position, ids
// Mode: read
CYPHER 25
UNWIND range(0, size($reaches) - 1) AS position
LET way = $reaches[position][0], starts = $reaches[position][1]
CALL (way, starts) {
  WHEN way = 'similar' THEN {
    UNWIND starts AS startId
    MATCH (start:Item {id: startId})
    CALL (start) {
      MATCH (start)-[:SIMILAR]->(item:Item)
      RETURN item
      LIMIT $walkCap
    }
    WITH DISTINCT item
    LIMIT $most
    RETURN collect(item.id) AS ids
  }
  WHEN way = 'tag' THEN {
    UNWIND starts AS startId
    MATCH (start:Item {id: startId})-[:HAS_TAG]->(tag:Tag)
    WITH DISTINCT tag
    CALL (tag) {
      MATCH (tag)<-[:HAS_TAG]-(item:Item)
      RETURN item
      LIMIT $walkCap
    }
    WITH DISTINCT item
    LIMIT $most
    RETURN collect(item.id) AS ids
  }
  WHEN way = 'creator' THEN {
    UNWIND starts AS startId
    MATCH (start:Item {id: startId})-[:BY]->(creator:Creator)
    WITH DISTINCT creator
    CALL (creator) {
      MATCH (creator)<-[:BY]-(item:Item)
      RETURN item
      LIMIT $walkCap
    }
    WITH DISTINCT item
    LIMIT $most
    RETURN collect(item.id) AS ids
  }
  WHEN way = 'people' THEN {
    UNWIND starts AS startId
    MATCH (start:Item {id: startId})
    CALL (start) {
      MATCH (start)<-[one:PREFERS]-(user:User)
      WITH one, user
      LIMIT $walkCap
      WITH one, user
      WHERE one.weight > 0
      RETURN user
    }
    WITH DISTINCT user
    CALL (user) {
      MATCH (user)-[other:PREFERS]->(item:Item)
      WITH other, item
      LIMIT $walkCap
      WITH other, item
      WHERE other.weight > 0
      RETURN item
    }
    WITH DISTINCT item
    LIMIT $most
    RETURN collect(item.id) AS ids
  }
}
RETURN position, ids
