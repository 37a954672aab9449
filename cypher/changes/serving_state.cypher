// Purpose: what answers depend on beside their users: the runs that serve, as models/active_runs has them, and where the
//   count of changes of items stands; what experiments show to whom; and the time of the server
// Parameters: none
// Columns: runs, epoch, version, experiments, now
// Mode: read
CYPHER 25
OPTIONAL MATCH (catalogue:Catalogue {name: 'items'})
RETURN
  COLLECT {
    MATCH (model:Model)-[:ACTIVE]->(run:ModelRun)
    RETURN run.id + ' ' + toString(coalesce(run.placed, 0))
    ORDER BY run.id
  } AS runs,
  catalogue.epoch AS epoch,
  coalesce(catalogue.version, 0) AS version,
  COLLECT {
    MATCH (experiment:Experiment)-[:HAS_VARIANT]->(variant:Variant)
    WHERE experiment.endedAt IS NULL
    RETURN reduce(told = '', one IN [
      experiment.name, variant.name, experiment.startedAt, experiment.rollout, variant.stoppedAt,
      coalesce(experiment.startsAt <= datetime.realtime(), true), coalesce(datetime.realtime() < experiment.endsAt, true)
    ] | told + ' ' + coalesce(toString(one), '')) AS told
    ORDER BY told
  } AS experiments,
  datetime.realtime() AS now
