// Purpose: how many SIMILAR edges a slot holds, and how many of them a run wrote
// Parameters: by STRING, run STRING
// Columns: edges, own
// Mode: read
CYPHER 25
MATCH ()-[edge:SIMILAR]->()
WHERE edge.by = $by
RETURN count(*) AS edges, count(CASE WHEN edge.run = $run THEN 1 END) AS own
