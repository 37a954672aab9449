// Purpose: finds the users who are most likely to leave, and those whose risk an older scoring gave
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX user_churn_risk IF NOT EXISTS FOR (user:User) ON (user.churnRisk)
