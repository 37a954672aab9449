// Purpose: for people, in Neo4j Browser: an item that came because many like it, with fifty of them
// Parameters: itemId STRING
// Columns: item, path
// Mode: read
CYPHER 25
MATCH (item:Item {id: $itemId})
OPTIONAL MATCH path = (:User)-[:PREFERS]->(item)
RETURN item, path
LIMIT 50
