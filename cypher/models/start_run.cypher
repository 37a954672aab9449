// Purpose: record that a training begins; its slot is chosen only once there is something to write
// Parameters: model STRING, runId STRING, settings STRING (JSON), versions STRING (JSON), job STRING (null: none),
//   readMillis INTEGER (when its data was read; null: now)
// Columns: runId
// Mode: write
CYPHER 25
MERGE (model:Model {name: $model})
CREATE (model)-[:HAS_RUN]->(run:ModelRun {id: $runId, model: $model, status: 'training', createdAt: datetime(),
  settings: $settings, versions: $versions, job: $job,
  readAt: datetime({epochMillis: coalesce($readMillis, timestamp())})})
RETURN run.id AS runId
