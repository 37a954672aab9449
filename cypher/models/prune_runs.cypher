// Purpose: forget old runs of a model, all but the newest `keep` of those that can never serve again. What serves, what
//   holds a slot, what scores of users come from and what is still training is not counted and stays
// Parameters: model STRING, keep INTEGER
// Columns: pruned
// Mode: write
CYPHER 25
MATCH (model:Model {name: $model})-[:HAS_RUN]->(run:ModelRun)
WHERE run.status IN ['failed', 'replaced', 'ready'] AND NOT EXISTS { (model)-[:ACTIVE]->(run) }
  AND NOT (run.status = 'ready' AND run.slot IS NOT NULL)
  AND NOT EXISTS { (:ChurnScore {run: run.id}) }
WITH run
ORDER BY run.createdAt DESC, run.id
SKIP $keep
DETACH DELETE run
RETURN count(*) AS pruned
