// Purpose: all experiments, those that began last first, with their variants in order, and the run that serves each; null
//   once it is forgotten
// Parameters: none
// Columns: name, rollout, groups, guardrails, startsAt, endsAt, startedAt, endedAt, interleaved, variants
// Mode: read
CYPHER 25
MATCH (experiment:Experiment)
RETURN experiment.name AS name, coalesce(experiment.rollout, 1.0) AS rollout,
  coalesce(experiment.groups, []) AS groups,
  [coalesce(experiment.guarded, []), coalesce(experiment.worst, [])] AS guardrails,
  experiment.startsAt AS startsAt, experiment.endsAt AS endsAt, experiment.startedAt AS startedAt,
  experiment.endedAt AS endedAt, coalesce(experiment.interleaved, false) AS interleaved,
  COLLECT {
    MATCH (experiment)-[:HAS_VARIANT]->(variant:Variant)
    OPTIONAL MATCH (variant)-[:SERVES]->(run:ModelRun)
    RETURN {
      name: variant.name, share: coalesce(variant.share, 1.0), strategy: variant.strategy, weights: variant.weights,
      rerank: variant.rerank, run: run.id, model: run.model, stoppedAt: variant.stoppedAt,
      because: variant.stoppedBecause
    }
    ORDER BY variant.place, variant.name
  } AS variants
ORDER BY startedAt DESC, name
