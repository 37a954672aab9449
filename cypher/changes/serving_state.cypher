// Purpose: what answers depend on beside their users: the runs that serve, as models/active_runs has them, and where the
//   count of changes of items stands; and the time of the server
// Parameters: none
// Columns: runs, epoch, version, now
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
  datetime.realtime() AS now
