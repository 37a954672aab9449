// Purpose: each of these items is by this one creator, who comes to be if need be
// Parameters: rows LIST<LIST<STRING>> (item id, name)
// Columns: none
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row[0]})
MERGE (creator:Creator {name: row[1]})
MERGE (item)-[:BY]->(creator)
WITH item, creator
MATCH (item)-[dropped:BY]->(other:Creator)
WHERE other <> creator
DELETE dropped
