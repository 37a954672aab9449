CYPHER 25
MATCH (node:User|Item|Tag|Creator)
RETURN [labels(node)[0], coalesce(node.id, node.name), coalesce(node.id, node.name)] AS key, properties(node) AS properties
UNION ALL
MATCH (from)-[edge:INTERACTED|PREFERS|HAS_TAG|BY]->(to)
RETURN [type(edge) + coalesce(edge.eventId, ''), from.id, coalesce(to.id, to.name)] AS key, properties(edge) AS properties
