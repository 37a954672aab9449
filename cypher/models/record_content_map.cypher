// Purpose: keep with a run how an item's vector follows from its content, but for tags: see record_tag_vectors.
//   kindVectors is flat, as many numbers for each kind as base has
// Parameters: runId STRING, base LIST<FLOAT>, length FLOAT, only LIST<STRING>, kinds LIST<STRING>,
//   kindVectors LIST<FLOAT>
// Columns: none
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId})
SET run.contentBase = $base, run.contentLength = $length, run.contentOnly = $only, run.contentKinds = $kinds,
  run.contentKindVectors = $kindVectors
