// Purpose: what a run expects of a user of whom it knows nothing; no row comes back for a run that did not say
// Parameters: runId STRING
// Columns: mean, centre, basis, damping
// Mode: read
CYPHER 25
MATCH (run:ModelRun {id: $runId})
WHERE run.priorMean IS NOT NULL
RETURN run.priorMean AS mean, run.priorCentre AS centre, run.priorBasis AS basis, run.priorDamping AS damping
