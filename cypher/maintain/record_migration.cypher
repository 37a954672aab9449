// Purpose: record that a migration was applied; harmless when repeated
// Parameters: name STRING, checksum STRING
// Columns: none
// Mode: write
CYPHER 25
MERGE (migration:Migration {name: $name})
ON CREATE SET migration.checksum = $checksum, migration.appliedAt = datetime()
