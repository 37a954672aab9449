// Purpose: the textbook way to write users and items: one map per row
// Parameters: users LIST<MAP>, items LIST<MAP>
// Columns: none
// Mode: write
CYPHER 25
CALL () {
  UNWIND $users AS row
  MERGE (:User {id: row.id})
}
CALL () {
  UNWIND $items AS row
  MERGE (item:Item {id: row.id})
  SET item.kind = row.kind
}
