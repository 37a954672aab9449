// Purpose: mark trainings of a model as failed that must have been killed: no end was recorded for so many hours
// Parameters: model STRING, hours INTEGER
// Columns: abandoned
// Mode: write
CYPHER 25
MATCH (:Model {name: $model})-[:HAS_RUN]->(run:ModelRun)
WHERE run.status IN ['training', 'writing']
  AND coalesce(run.claimedAt, run.createdAt) < datetime() - duration({hours: $hours})
SET run.status = 'failed', run.error = 'killed: no end was recorded within ' + toString($hours) + ' hours'
RETURN count(*) AS abandoned
