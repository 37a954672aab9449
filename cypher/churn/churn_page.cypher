// Purpose: the next page of users by present risk, highest first, between two risks
// Parameters: atLeast FLOAT, below FLOAT, afterRisk FLOAT, afterUser STRING (of the last row before; at first above any
//   risk, and empty), first INTEGER
// Columns: userId, risk
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE user.churnRisk >= $atLeast AND user.churnRisk < $below
  AND user.churnRisk <= $afterRisk AND (user.churnRisk < $afterRisk OR user.id > $afterUser)
RETURN user.id AS userId, user.churnRisk AS risk
ORDER BY risk DESC, userId
LIMIT $first
