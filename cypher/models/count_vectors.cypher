// Purpose: how many users and items hold a vector in a slot
// Parameters: property STRING
// Columns: users, items
// Mode: read
CYPHER 25
RETURN COUNT { MATCH (user:User) WHERE user[$property] IS NOT NULL } AS users,
  COUNT { MATCH (item:Item) WHERE item[$property] IS NOT NULL } AS items
