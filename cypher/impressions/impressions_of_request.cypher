// Purpose: what one answer showed, in order
// Parameters: requestId STRING
// Columns: viewer, label, itemId, position, asked, strategy, layer, run, variant, propensity, score, at, session
// Mode: read
CYPHER 25
MATCH (viewer)-[shown:WAS_SHOWN]->(item:Item)
WHERE shown.requestId = $requestId
RETURN
  viewer.id AS viewer, head(labels(viewer)) AS label, item.id AS itemId, shown.position AS position, shown.asked AS asked,
  shown.strategy AS strategy, shown.layer AS layer, shown.run AS run, shown.variant AS variant,
  shown.propensity AS propensity, shown.score AS score, shown.at AS at, shown.session AS session
ORDER BY position
