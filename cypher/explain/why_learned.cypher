// Purpose: for each pair of a user and an item that both have a vector of the run that serves a model: what the user
//   likes most, as evidence, or else the user's vector. With foldIn a user needs no vector who likes an item that has
//   one. Pairs that the run knows nothing of give no row
// Parameters: model STRING, runId STRING (null: the active run), userIds LIST<STRING>, itemIds LIST<STRING>,
//   most INTEGER (liked items read per user), foldIn BOOLEAN
// Columns: position, model, runId, slot, embeddingSize, users, items, createdAt, placed, title, likedIds, likedTitles,
//   weights, vector (null where something is liked), folded (whether the user has no vector of the run)
// Mode: read
CYPHER 25
MATCH (:Model {name: $model})-[:ACTIVE]->(active:ModelRun)
MATCH (run:ModelRun {id: coalesce($runId, active.id), status: 'ready'})
WITH run, run.model + '_' + run.slot AS property
UNWIND range(0, size($userIds) - 1) AS position
MATCH (user:User {id: $userIds[position]}), (target:Item {id: $itemIds[position]})
WHERE target[property] IS NOT NULL AND (user[property] IS NOT NULL OR $foldIn AND run.priorMean IS NOT NULL)
CALL (user, target, property) {
  MATCH (user)-[preference:PREFERS]->(liked:Item)
  WHERE preference.weight > 0 AND liked[property] IS NOT NULL AND liked <> target
  WITH liked, preference
  ORDER BY preference.weight DESC, liked.id
  LIMIT $most
  RETURN collect(liked.id) AS likedIds, collect(coalesce(liked.title, liked.id)) AS likedTitles,
    collect(preference.weight) AS weights
}
WITH position, run, property, user, target, likedIds, likedTitles, weights
WHERE user[property] IS NOT NULL OR size(likedIds) > 0
RETURN position, run.model AS model, run.id AS runId, run.slot AS slot, run.embeddingSize AS embeddingSize,
  run.users AS users, run.items AS items, run.createdAt AS createdAt, coalesce(run.placed, 0) AS placed,
  coalesce(target.title, target.id) AS title,
  likedIds, likedTitles, weights, CASE WHEN size(likedIds) = 0 THEN user[property] END AS vector,
  user[property] IS NULL AS folded
ORDER BY position
