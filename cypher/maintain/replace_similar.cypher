// Purpose: give items a new list of SIMILAR edges of one kind in place of the old, in one transaction, so that a reader
//   sees the one or the other. A row is [itemId, other ids, scores]; an empty list only removes
// Parameters: rows LIST<LIST<ANY>>, by STRING, run STRING
// Columns: none
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row[0]})
CALL (item) {
  MATCH (item)-[old:SIMILAR]->()
  WHERE old.by = $by
  DELETE old
}
CALL (item, row) {
  UNWIND range(0, size(row[1]) - 1) AS k
  MATCH (other:Item {id: row[1][k]})
  CREATE (item)-[:SIMILAR {by: $by, score: row[2][k], run: $run}]->(other)
}
