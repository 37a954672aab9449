// Purpose: the run that serves a model and, for each user, the vector of that run and the items that the user has a
//   preference for; no row comes back if no run serves the model
// Parameters: model STRING, userIds LIST<STRING>
// Columns: model, runId, slot, embeddingSize, users, items, createdAt, userId, vector, seen
// Mode: read
CYPHER 25
MATCH (model:Model {name: $model})-[:ACTIVE]->(run:ModelRun)
WITH run, run.model + '_' + run.slot AS property
UNWIND $userIds AS userId
OPTIONAL MATCH (user:User {id: userId})
RETURN run.model AS model, run.id AS runId, run.slot AS slot, run.embeddingSize AS embeddingSize, run.users AS users,
  run.items AS items, run.createdAt AS createdAt, userId, user[property] AS vector,
  COLLECT { MATCH (user)-[:PREFERS]->(item:Item) RETURN item.id } AS seen
