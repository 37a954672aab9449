// Purpose: for people, in Neo4j Browser: why an item came, by how close its learned vector is to that of one the user likes;
//   both as the run of the model has them that serves
// Parameters: userId STRING, knownId STRING, itemId STRING, model STRING
// Columns: mine, known, item, closeness
// Mode: read
CYPHER 25
MATCH (:Model {name: $model})-[:ACTIVE]->(run:ModelRun)
MATCH (known:Item {id: $knownId}), (item:Item {id: $itemId})
LET property = run.model + '_' + run.slot
OPTIONAL MATCH mine = (user:User {id: $userId})-[:PREFERS]->(known)
RETURN mine, known, item, vector.similarity.cosine(known[property], item[property]) AS closeness
