// Purpose: all experiments, those that began last first, with the run that serves each variant; null once it is forgotten
// Parameters: none
// Columns: name, startedAt, endedAt, variants (list of lists: name of the variant, id of its run)
// Mode: read
CYPHER 25
MATCH (experiment:Experiment)
RETURN experiment.name AS name, experiment.startedAt AS startedAt, experiment.endedAt AS endedAt,
  COLLECT {
    MATCH (experiment)-[:HAS_VARIANT]->(variant:Variant)
    OPTIONAL MATCH (variant)-[:SERVES]->(run:ModelRun)
    RETURN [variant.name, run.id]
    ORDER BY variant.name
  } AS variants
ORDER BY startedAt DESC, name
