// Purpose: how many nodes the graph holds beside what keeps its own house, its migrations and locks; from the count store
// Parameters: none
// Columns: nodes
// Mode: read
CYPHER 25
RETURN COUNT { () } - COUNT { (:Migration) } - COUNT { (:Lock) } AS nodes
