// Purpose: for people, in Neo4j Browser: why an item came, by a tag that it has in common with what the user likes
// Parameters: userId STRING, knownId STRING, tag STRING, itemId STRING
// Columns: mine, path
// Mode: read
CYPHER 25
MATCH path = (known:Item {id: $knownId})-[:HAS_TAG]->(tag:Tag {name: $tag})<-[:HAS_TAG]-(item:Item {id: $itemId})
OPTIONAL MATCH mine = (user:User {id: $userId})-[:PREFERS]->(known)
RETURN mine, path
