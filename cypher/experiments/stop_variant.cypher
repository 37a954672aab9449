// Purpose: a variant is shown to nobody any more; no row comes back where that is so already
// Parameters: name STRING, variant STRING, because STRING
// Columns: name
// Mode: write
CYPHER 25
MATCH (experiment:Experiment {name: $name})-[:HAS_VARIANT]->(variant:Variant {name: $variant})
WHERE experiment.endedAt IS NULL AND variant.stoppedAt IS NULL
SET variant.stoppedAt = datetime(), variant.stoppedBecause = $because
RETURN variant.name AS name
