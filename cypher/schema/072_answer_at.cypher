// Purpose: finds the answers of a day
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX answer_at IF NOT EXISTS FOR (answer:Answer) ON (answer.at)
