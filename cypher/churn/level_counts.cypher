// Purpose: how many users have a present risk of at least each bound, and below the next
// Parameters: bounds LIST<FLOAT> (rising)
// Columns: place, users
// Mode: read
CYPHER 25
UNWIND range(0, size($bounds) - 1) AS place
RETURN place, COUNT {
  MATCH (user:User)
  WHERE user.churnRisk >= $bounds[place] AND user.churnRisk < coalesce($bounds[place + 1], 2.0)
} AS users
ORDER BY place
