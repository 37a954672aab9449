// Purpose: for people, in Neo4j Browser: why an item came, by a SIMILAR edge from one that the user likes. `by` is the kind
//   of similarity, or the model whose run serves
// Parameters: userId STRING, knownId STRING, itemId STRING, by STRING
// Columns: mine, path
// Mode: read
CYPHER 25
OPTIONAL MATCH (:Model {name: $by})-[:ACTIVE]->(run:ModelRun)
WITH coalesce(run.model + '_' + run.slot, $by) AS kind
MATCH path = (known:Item {id: $knownId})-[edge:SIMILAR]->(item:Item {id: $itemId})
WHERE edge.by = kind
OPTIONAL MATCH mine = (user:User {id: $userId})-[:PREFERS]->(known)
RETURN mine, path
