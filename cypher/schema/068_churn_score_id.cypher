// Purpose: a user has one score of a run as of a moment, whoever writes it and however often
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT churn_score_id IF NOT EXISTS FOR (score:ChurnScore) REQUIRE score.id IS UNIQUE
