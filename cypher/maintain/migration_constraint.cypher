// Purpose: a migration is recorded once
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT migration_name IF NOT EXISTS FOR (migration:Migration) REQUIRE migration.name IS UNIQUE
