// Purpose: what users are like without their taste, one page of users in the order of their ids: properties with one
//   value each. Those named in `without` are not even read, since vectors are long
// Parameters: after STRING, size INTEGER, without LIST<STRING>
// Columns: userId, names, values
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE user.id > $after
WITH user
ORDER BY user.id
LIMIT $size
WITH user, [
  name IN keys(user) WHERE NOT name IN $without AND (user[name] IS :: BOOLEAN | INTEGER | FLOAT | STRING)
] AS names
RETURN user.id AS userId, names, [name IN names | user[name]] AS values
ORDER BY userId
