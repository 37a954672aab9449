// Purpose: finds the feedback of a user, which goes with them
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX feedback_user IF NOT EXISTS FOR (feedback:Feedback) ON (feedback.userId)
