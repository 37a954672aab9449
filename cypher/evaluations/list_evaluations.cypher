// Purpose: the latest evaluations, newest first
// Parameters: first INTEGER
// Columns: id, createdMillis, dataset, split, asked, validation, cutMillis, strategies, users, items, events, testedUsers,
//   trainPairs, testPairs, settings, metrics, seconds
// Mode: read
CYPHER 25
MATCH (evaluation:Evaluation)
RETURN evaluation.id AS id, evaluation.createdAt.epochMillis AS createdMillis, evaluation.dataset AS dataset,
  evaluation.split AS split, evaluation.asked AS asked, evaluation.validation AS validation,
  [cut IN evaluation.cuts | cut.epochMillis] AS cutMillis, evaluation.strategies AS strategies,
  evaluation.users AS users, evaluation.items AS items, evaluation.events AS events,
  evaluation.testedUsers AS testedUsers, evaluation.trainPairs AS trainPairs, evaluation.testPairs AS testPairs,
  evaluation.settings AS settings, evaluation.metrics AS metrics, evaluation.seconds AS seconds
ORDER BY createdMillis DESC, id
LIMIT $first
