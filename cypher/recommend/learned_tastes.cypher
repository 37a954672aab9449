// Purpose: the run that serves a model and, for each user, the vector of that run, the items that the user has a
//   preference for, and what the vector lacks: likes newer than the run's data or stored after it was read, or all
//   likes where there is no vector, newest first, up to foldCap. `learned` says how many of up to `trust` likes the
//   vector was learned from. No row comes back if no run serves the model
// Parameters: model STRING, runId STRING (null: the active run), userIds LIST<STRING>, foldCap INTEGER,
//   trust INTEGER
// Columns: model, runId, slot, embeddingSize, users, items, createdAt, placed, userId, vector, seen, fresh, learned
// Mode: read
CYPHER 25
MATCH (:Model {name: $model})-[:ACTIVE]->(active:ModelRun)
MATCH (run:ModelRun {id: coalesce($runId, active.id), status: 'ready'})
WITH run, run.model + '_' + run.slot AS property
UNWIND $userIds AS userId
OPTIONAL MATCH (user:User {id: userId})
WITH run, userId, user, user[property] AS vector
RETURN run.model AS model, run.id AS runId, run.slot AS slot, run.embeddingSize AS embeddingSize, run.users AS users,
  run.items AS items, run.createdAt AS createdAt, coalesce(run.placed, 0) AS placed, userId, vector,
  COLLECT { MATCH (user)-[:PREFERS]->(item:Item) RETURN item.id } AS seen,
  COLLECT {
    MATCH (user)-[liked:PREFERS]->(item:Item)
    WHERE $foldCap > 0 AND liked.weight > 0
      AND (vector IS NULL OR liked.lastAt > run.dataCut OR liked.since > run.readAt)
    RETURN item.id
    ORDER BY liked.lastAt DESC, item.id
    LIMIT $foldCap
  } AS fresh,
  COUNT {
    MATCH (user)-[liked:PREFERS]->()
    WHERE $foldCap > 0 AND vector IS NOT NULL AND liked.weight > 0 AND liked.lastAt <= run.dataCut
      AND NOT coalesce(liked.since > run.readAt, false)
    RETURN liked
    LIMIT $trust
  } AS learned
