// Purpose: how the item vectors of a run follow from content, of its tags those asked for; no row comes back for a run
//   that did not say
// Parameters: runId STRING, tags LIST<STRING>
// Columns: base, length, only, kinds, kindVectors, tags, tagVectors
// Mode: read
CYPHER 25
MATCH (run:ModelRun {id: $runId})
WHERE run.contentBase IS NOT NULL
CALL (run) {
  UNWIND $tags AS name
  MATCH (run)-[learned:LEARNED]->(:Tag {name: name})
  RETURN collect(name) AS tags, collect(learned.vector) AS tagVectors
}
RETURN run.contentBase AS base, run.contentLength AS length, run.contentOnly AS only, run.contentKinds AS kinds,
  run.contentKindVectors AS kindVectors, tags, tagVectors
