// Purpose: remember an evaluation, joined to the models that it judged and that this graph has
// Parameters: id STRING, properties MAP, cutMillis LIST<INTEGER>, strategies LIST<STRING>
// Columns: evaluationId
// Mode: write
CYPHER 25
CREATE (evaluation:Evaluation {id: $id, createdAt: datetime()})
SET evaluation += $properties,
    evaluation.strategies = $strategies,
    evaluation.cuts = [millis IN $cutMillis | datetime({epochMillis: millis})]
WITH evaluation
OPTIONAL MATCH (model:Model) WHERE model.name IN $strategies
FOREACH (judged IN CASE WHEN model IS NULL THEN [] ELSE [model] END |
  CREATE (evaluation)-[:JUDGED]->(judged)
)
RETURN DISTINCT evaluation.id AS evaluationId
