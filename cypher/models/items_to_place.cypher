// Purpose: of the items asked for those that a run did not learn a vector of, with their content and the vector that
//   they have been given by it, if any
// Parameters: runId STRING, property STRING, ids LIST<STRING>
// Columns: itemId, kind, tags, tagWeights, vector
// Mode: read
CYPHER 25
MATCH (run:ModelRun {id: $runId})
UNWIND $ids AS id
MATCH (item:Item {id: id})
WHERE item[$property] IS NULL OR EXISTS { (run)-[:PLACED]->(item) }
CALL (item) {
  OPTIONAL MATCH (item)-[has:HAS_TAG]->(tag:Tag)
  RETURN collect(tag.name) AS tags, collect(CASE WHEN tag IS NOT NULL THEN coalesce(has.weight, 1.0) END) AS tagWeights
}
RETURN item.id AS itemId, item.kind AS kind, tags, tagWeights, item[$property] AS vector
ORDER BY itemId
