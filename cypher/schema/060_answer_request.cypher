// Purpose: an answer is recorded once, and feedback finds it
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT answer_request IF NOT EXISTS
FOR (answer:Answer) REQUIRE answer.requestId IS UNIQUE
