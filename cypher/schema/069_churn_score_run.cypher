// Purpose: tells whether a run still has scores that its names of features are needed for
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX churn_score_run IF NOT EXISTS FOR (score:ChurnScore) ON (score.run)
