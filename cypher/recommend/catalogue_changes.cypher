// Purpose: what is shown of the items that changed after the count of changes stood at `after`, and filtered by
// Parameters: internal LIST<STRING>, after INTEGER
// Columns: id, kind, title, createdMillis, creator, tags, numbers
// Mode: read
CYPHER 25
MATCH (item:Item)
WHERE item.changed > $after
RETURN item.id AS id, item.kind AS kind, item.title AS title, item.createdAt.epochMillis AS createdMillis,
  head(COLLECT { MATCH (item)-[:BY]->(creator:Creator) RETURN creator.name ORDER BY creator.name LIMIT 1 }) AS creator,
  COLLECT { MATCH (item)-[has:HAS_TAG]->(tag:Tag) RETURN [tag.name, has.weight] ORDER BY has.weight DESC, tag.name } AS tags,
  [key IN keys(item) WHERE NOT key IN $internal AND item[key] IS :: BOOLEAN | INTEGER | FLOAT | [key, item[key]]] AS numbers
ORDER BY id
