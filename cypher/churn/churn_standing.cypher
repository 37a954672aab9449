// Purpose: how users stand with regard to churn: their present risk, if they have one, else what it would take: how many
//   events that are activity they have, up to `most`, and how long ago the last of all was
// Parameters: userIds LIST<STRING>, passive LIST<STRING>, most INTEGER
// Columns: userId, risk, events, lastAt
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
MATCH (user:User {id: userId})
CALL (user) {
  WHEN user.churnRisk IS NULL THEN {
    MATCH (user)-[event:INTERACTED]->(:Item)
    WITH event
    LIMIT $most
    WITH event
    WHERE NOT event.type IN $passive
    RETURN count(*) AS events, max(event.at) AS lastAt
  }
  ELSE { RETURN 0 AS events, null AS lastAt }
}
RETURN userId, user.churnRisk AS risk, events, lastAt
