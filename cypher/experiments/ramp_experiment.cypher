// Purpose: an experiment that goes on is for another share of the people; no row comes back where none of that name does
// Parameters: name STRING, rollout FLOAT
// Columns: name
// Mode: write
CYPHER 25
MATCH (experiment:Experiment {name: $name})
WHERE experiment.endedAt IS NULL
SET experiment.rollout = $rollout
RETURN experiment.name AS name
