// Purpose: what one answer showed, its items in order
// Parameters: requestId STRING
// Columns: viewer, label, items, strategies, scores, asked, layer, run, variants, propensity, at, session, arm, group, armFailed,
//   teams
// Mode: read
CYPHER 25
MATCH (answer:Answer {requestId: $requestId})<-[:WAS_SHOWN]-(viewer)
RETURN
  viewer.id AS viewer, head(labels(viewer)) AS label, answer.items AS items, answer.strategies AS strategies,
  answer.scores AS scores, answer.asked AS asked, answer.layer AS layer, answer.run AS run, answer.variants AS variants,
  answer.propensity AS propensity, answer.at AS at, answer.session AS session,
  answer.arm AS arm, answer.group AS group, coalesce(answer.armFailed, false) AS armFailed,
  answer.teams AS teams
