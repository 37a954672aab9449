// Purpose: users that the graph does not have yet come to be, with nothing but an id
// Parameters: userIds LIST<STRING>
// Columns: none
// Mode: write
CYPHER 25
UNWIND $userIds AS userId
MERGE (:User {id: userId})
