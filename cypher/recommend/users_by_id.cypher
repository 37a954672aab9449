// Purpose: users with their extra scalar properties; ids that no user has give no row
// Parameters: ids LIST<STRING>, internal LIST<STRING>
// Columns: id, createdMillis, properties
// Mode: read
CYPHER 25
UNWIND $ids AS wanted
MATCH (user:User {id: wanted})
RETURN user.id AS id,
       user.createdAt.epochMillis AS createdMillis,
       [key IN keys(user)
         WHERE NOT key IN $internal AND user[key] IS :: BOOLEAN | INTEGER | FLOAT | STRING
         | [key, user[key]]] AS properties
