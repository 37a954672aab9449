// Purpose: items with their tags, creator and extra scalar properties; ids that no item has give no row
// Parameters: ids LIST<STRING>, internal LIST<STRING>
// Columns: id, kind, title, description, createdMillis, tags, creator, properties
// Mode: read
CYPHER 25
UNWIND $ids AS wanted
MATCH (item:Item {id: wanted})
RETURN item.id AS id,
       item.kind AS kind,
       item.title AS title,
       item.description AS description,
       item.createdAt.epochMillis AS createdMillis,
       COLLECT { MATCH (item)-[has:HAS_TAG]->(tag:Tag) RETURN [tag.name, has.weight] ORDER BY has.weight DESC, tag.name } AS tags,
       head(COLLECT { MATCH (item)-[:BY]->(creator:Creator) RETURN creator.name ORDER BY creator.name LIMIT 1 }) AS creator,
       [key IN keys(item)
         WHERE NOT key IN $internal AND item[key] IS :: BOOLEAN | INTEGER | FLOAT | STRING
         | [key, item[key]]] AS properties
