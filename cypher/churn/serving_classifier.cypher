// Purpose: the model of churn that serves, with the settings that it was learned by
// Parameters: none
// Columns: runId, classifier, settings
// Mode: read
CYPHER 25
MATCH (:Model {name: 'churn'})-[:ACTIVE]->(run:ModelRun)
RETURN run.id AS runId, run.classifier AS classifier, run.settings AS settings
