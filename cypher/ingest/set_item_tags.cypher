// Purpose: items have just these tags, with these weights; the tags must be there
// Parameters: rows LIST<LIST<ANY>> (item id, list of names, list of weights in the same order)
// Columns: none
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row[0]})
CALL (row, item) {
  MATCH (item)-[dropped:HAS_TAG]->(tag:Tag)
  WHERE NOT tag.name IN row[1]
  DELETE dropped
}
UNWIND range(0, size(row[1]) - 1) AS place
MATCH (tag:Tag {name: row[1][place]})
MERGE (item)-[has:HAS_TAG]->(tag)
SET has.weight = row[2][place]
