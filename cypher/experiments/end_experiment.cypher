// Purpose: an experiment ends, and its runs hold their slots no more; no row comes back where none of that name goes on
// Parameters: name STRING
// Columns: name
// Mode: write
CYPHER 25
MATCH (experiment:Experiment {name: $name})
WHERE experiment.endedAt IS NULL
SET experiment.endedAt = datetime()
RETURN experiment.name AS name
