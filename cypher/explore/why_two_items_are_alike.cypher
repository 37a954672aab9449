// Purpose: the strongest SIMILAR edge by co-occurrence, and the users who like both of its items
// Parameters: none
// Columns: similar, throughUser
// Mode: read
CYPHER 25
MATCH (first:Item)-[edge:SIMILAR {by: 'co-occurrence'}]->(second:Item)
WITH first, edge, second ORDER BY edge.score DESC, first.id, second.id LIMIT 1
MATCH similar = (first)-[:SIMILAR {by: 'co-occurrence'}]->(second)
MATCH throughUser = (first)<-[one:PREFERS]-(:User)-[other:PREFERS]->(second)
WHERE one.weight > 0 AND other.weight > 0
RETURN similar, throughUser
LIMIT 50
