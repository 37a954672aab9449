// Purpose: record the settings of a run that chose some of them itself
// Parameters: runId STRING, settings STRING (JSON)
// Columns: none
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId})
SET run.settings = $settings
