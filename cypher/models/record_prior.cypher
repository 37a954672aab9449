// Purpose: keep with a run what it expects of a user of whom it knows nothing, which new likes are folded into. All
//   are flat: centre has embeddingSize numbers, basis as many rows as centre, of size(damping) numbers each
// Parameters: runId STRING, mean LIST<FLOAT>, centre LIST<FLOAT>, basis LIST<FLOAT>, damping LIST<FLOAT>
// Columns: none
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId})
SET run.priorMean = $mean, run.priorCentre = $centre, run.priorBasis = $basis, run.priorDamping = $damping
