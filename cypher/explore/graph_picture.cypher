// Purpose: what the graph is made of: each label and relationship type once, with how they are joined
// Parameters: none
// Columns: nodes, relationships
// Mode: read
CYPHER 25
CALL db.schema.visualization() YIELD nodes, relationships
RETURN nodes, relationships
