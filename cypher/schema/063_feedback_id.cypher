// Purpose: feedback counts once, however often it is sent
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT feedback_id IF NOT EXISTS FOR (feedback:Feedback) REQUIRE feedback.id IS UNIQUE
