// Purpose: finds the users about whom something new is known since a reader last looked
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX user_changed IF NOT EXISTS FOR (user:User) ON (user.changed)
