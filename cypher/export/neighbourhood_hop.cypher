// Purpose: what these nodes are joined to: up to perNode strongest of each relationship type, chosen from the first
//   walkCap of it, so that a supernode costs no more than any other; degree counts all, whatever is returned.
//   SIMILAR edges of the learned item-item model, which belong to a training, are passed over
// Parameters: elements LIST<STRING> (element ids), perNode INTEGER, walkCap INTEGER, events BOOLEAN (INTERACTED too)
// Columns: from, degree, step, type, forward, weight, by, event, at, element, label, key, title, kind
// Mode: read
CYPHER 25
UNWIND $elements AS element
MATCH (source) WHERE elementId(source) = element
CALL (source) {
  MATCH (source)-[step:PREFERS]-(node) RETURN step, node, step.weight AS weight LIMIT $walkCap
UNION ALL
  MATCH (source)-[step:SIMILAR]-(node)
  WHERE NOT step.by STARTS WITH 'item-item_'
  RETURN step, node, step.score AS weight LIMIT $walkCap
UNION ALL
  MATCH (source)-[step:HAS_TAG]-(node) RETURN step, node, step.weight AS weight LIMIT $walkCap
UNION ALL
  MATCH (source)-[step:BY]-(node) RETURN step, node, 1.0 AS weight LIMIT $walkCap
UNION ALL
  WITH source WHERE $events
  MATCH (source)-[step:INTERACTED]-(node) RETURN step, node, coalesce(step.value, 1.0) AS weight LIMIT $walkCap
}
WITH source, step, node, weight
ORDER BY abs(weight) DESC, coalesce(node.id, node.name), elementId(step)
WITH source, type(step) AS type, collect([step, node, weight])[..$perNode] AS strongest
UNWIND strongest AS found
WITH source, type, found[0] AS step, found[1] AS node, found[2] AS weight
RETURN
  elementId(source) AS from,
  COUNT { (source)-[:PREFERS|SIMILAR|HAS_TAG|BY]-() }
    + CASE WHEN $events THEN COUNT { (source)-[:INTERACTED]-() } ELSE 0 END AS degree,
  elementId(step) AS step,
  type,
  startNode(step) = source AS forward,
  weight,
  step.by AS by,
  step.type AS event,
  step.at AS at,
  elementId(node) AS element,
  head(labels(node)) AS label,
  coalesce(node.id, node.name) AS key,
  node.title AS title,
  node.kind AS kind
ORDER BY abs(weight) DESC, key, step
