// Purpose: creators by the popularity of their items together, as a share of that of all items that have a creator
// Parameters: first INTEGER
// Columns: creator, items, share
// Mode: read
CYPHER 25
MATCH (creator:Creator)<-[:BY]-(item:Item)
WITH creator.name AS creator, count(*) AS items, sum(coalesce(item.popularity, 0.0)) AS popularity
ORDER BY popularity DESC, creator
WITH collect([creator, items, popularity]) AS found, sum(popularity) AS total
UNWIND found[..$first] AS one
RETURN one[0] AS creator, one[1] AS items, CASE WHEN total > 0 THEN one[2] / total ELSE 0.0 END AS share
