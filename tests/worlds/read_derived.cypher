CYPHER 25
MATCH (user:User)-[event:INTERACTED]->(item:Item)
WITH user, item, count(event) AS recorded
OPTIONAL MATCH (user)-[preference:PREFERS]->(item)
RETURN user.id AS userId, item.id AS itemId, recorded, count(preference) AS preferences,
       sum(preference.weight) AS weight, sum(preference.events) AS events, max(preference.lastAt.epochMillis) AS lastAt,
       coalesce(item.popularity, 0.0) AS popularity
ORDER BY userId, itemId
