// Purpose: finds the feedback of the last hours
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX feedback_recorded IF NOT EXISTS FOR (feedback:Feedback) ON (feedback.recordedAt)
