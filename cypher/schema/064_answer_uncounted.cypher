// Purpose: finds the answers that a bandit has not counted yet, or not with what they led to since
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX answer_uncounted IF NOT EXISTS FOR (answer:Answer) ON (answer.uncounted)
