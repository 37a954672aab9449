// Purpose: the users who like most of what the most active user likes best, and what they share: paths to draw
// Parameters: none
// Columns: sharedTaste, itemsShared
// Mode: read
CYPHER 25
MATCH (user:User)
WITH user ORDER BY COUNT { (user)-[:PREFERS]->() } DESC, user.id LIMIT 1
MATCH (user)-[mine:PREFERS]->(item:Item)
WHERE mine.weight > 0
WITH user, item ORDER BY mine.weight DESC, item.id LIMIT 25
CALL (user, item) {
  MATCH (item)<-[theirs:PREFERS]-(neighbour:User)
  WITH user, neighbour, theirs LIMIT 1000
  WHERE neighbour <> user AND theirs.weight > 0
  RETURN neighbour
}
WITH user, neighbour, collect(item) AS items
WITH user, neighbour, items ORDER BY size(items) DESC, neighbour.id LIMIT 5
UNWIND items AS item
MATCH sharedTaste = (user)-[:PREFERS]->(item)<-[:PREFERS]-(neighbour)
RETURN sharedTaste, size(items) AS itemsShared
ORDER BY itemsShared DESC
