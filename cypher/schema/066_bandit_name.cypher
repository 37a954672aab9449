// Purpose: a bandit is one node, whoever updates it
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT bandit_name IF NOT EXISTS FOR (bandit:Bandit) REQUIRE bandit.name IS UNIQUE
