// Purpose: what each tag says: on how many items it is, and its inverse document frequency ln(all items / those)
// Parameters: batchSize INTEGER
// Columns: none
// Mode: write
CYPHER 25
MATCH (item:Item)
WITH toFloat(count(item)) AS everything
MATCH (tag:Tag)
CALL (everything, tag) {
  WITH tag, COUNT { (tag)<-[:HAS_TAG]-() } AS items
  SET tag.items = items, tag.idf = CASE items WHEN 0 THEN null ELSE log(everything / items) END
} IN TRANSACTIONS OF $batchSize ROWS
