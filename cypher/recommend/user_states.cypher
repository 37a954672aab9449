// Purpose: what serving knows of each user at this moment, and the runs that it serves from: of each pair [model, run id]
//   in `runs` the run of that id, or the active one where it is null; pairs without such a run are left out. `serving`
//   lists per run its place in `runs` and what the columns of models/active_runs say, the newest preference it learned
//   from, when that was read, and the weights of a blend. `vectors` has the user's vector of each, in that order.
//   `preferences` lists [item id, weight, last event, stored first], times in epoch milliseconds. `epoch` and `version`:
//   where the count of changes of items stands, null and 0 before the first
//   `shown` lists [item ids, those of them that were taken or null] of up to shownWalk answers, the latest, that were
//   given within `shownDays` days; nothing where that is 0
// Parameters: userIds LIST<STRING>, runs LIST<LIST<STRING>>, shownDays FLOAT, shownWalk INTEGER
// Columns: userId, exists, risk, serving, vectors, preferences, shown, epoch, version
// Mode: read
CYPHER 25
CALL () {
  UNWIND range(0, size($runs) - 1) AS place
  MATCH (:Model {name: $runs[place][0]})-[:ACTIVE]->(active:ModelRun)
  MATCH (run:ModelRun {id: coalesce($runs[place][1], active.id), status: 'ready'})
  ORDER BY place
  RETURN collect(run.model + '_' + coalesce(run.slot, '')) AS properties,
    collect([place, run.model, run.id, run.slot, run.embeddingSize, run.users, run.items, run.createdAt.epochMillis,
      coalesce(run.placed, 0), run.dataCut.epochMillis, run.readAt.epochMillis, run.weights]) AS serving
}
OPTIONAL MATCH (catalogue:Catalogue {name: 'items'})
UNWIND $userIds AS userId
OPTIONAL MATCH (user:User {id: userId})
RETURN userId, user IS NOT NULL AS exists, user.churnRisk AS risk, serving,
  [property IN properties | user[property]] AS vectors,
  COLLECT {
    MATCH (user)-[preference:PREFERS]->(item:Item)
    RETURN [item.id, preference.weight, preference.lastAt.epochMillis, preference.since.epochMillis]
  } AS preferences,
  CASE WHEN $shownDays > 0 THEN COLLECT {
    MATCH (user)-[:WAS_SHOWN]->(answer:Answer)
    WITH answer
    LIMIT $shownWalk
    WITH answer
    WHERE answer.at > datetime() - duration({seconds: toInteger($shownDays * 86400)})
    RETURN [answer.items, answer.taken]
  } ELSE [] END AS shown,
  catalogue.epoch AS epoch, coalesce(catalogue.version, 0) AS version
