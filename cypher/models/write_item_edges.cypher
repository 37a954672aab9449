// Purpose: write the SIMILAR edges of some items into a slot that was emptied before. A row is [itemId, other ids,
//   scores]; items that are gone by now are left out
// Parameters: rows LIST<LIST<ANY>>, by STRING, run STRING
// Columns: written
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row[0]})
UNWIND range(0, size(row[1]) - 1) AS k
MATCH (other:Item {id: row[1][k]})
CREATE (item)-[:SIMILAR {by: $by, score: row[2][k], run: $run}]->(other)
RETURN count(*) AS written
