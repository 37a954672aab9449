// Purpose: the experiment that keeps a model from being trained, as one of its variants is served from the slot that a
//   training would take
// Parameters: model STRING
// Columns: experiment
// Mode: read
CYPHER 25
MATCH (model:Model {name: $model})-[:HAS_RUN]->(run:ModelRun {status: 'ready'})
WHERE NOT EXISTS { (model)-[:ACTIVE]->(run) } AND run.slot IS NOT NULL
MATCH (run)<-[:SERVES]-(:Variant)<-[:HAS_VARIANT]-(experiment:Experiment)
WHERE experiment.endedAt IS NULL
RETURN experiment.name AS experiment
ORDER BY experiment
LIMIT 1
