// Purpose: users whom the last scoring did not judge have no present risk; their earlier scores stay
// Parameters: scoring STRING, batchSize INTEGER
// Columns: none
// Mode: write
CYPHER 25
MATCH (user:User)
WHERE user.churnRisk IS NOT NULL AND user.churnScoring <> $scoring
CALL (user) { REMOVE user.churnRisk, user.churnScoring } IN TRANSACTIONS OF $batchSize ROWS
