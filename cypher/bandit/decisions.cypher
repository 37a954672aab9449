// Purpose: what was decided by a bandit in the last `hours`, and what came of it so far, for estimates of what others would
//   have earned. An arm that could not answer was chosen all the same; it earned nothing. It reads every answer, so it is
//   for offline use
// Parameters: hours FLOAT
// Columns: arm, group, propensity, reward
// Mode: read
CYPHER 25
MATCH (answer:Answer)
WHERE answer.arm IS NOT NULL AND (answer.counted IS NOT NULL OR answer.armFailed)
  AND answer.at >= datetime.realtime() - duration({seconds: toInteger($hours * 3600)})
RETURN answer.arm AS arm, answer.group AS group, answer.propensity AS propensity, coalesce(answer.counted, 0.0) AS reward
ORDER BY answer.at, answer.requestId
