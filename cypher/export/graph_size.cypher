// Purpose: how large an export would be, from the counts that Neo4j keeps
// Parameters: none
// Columns: nodes, relationships
// Mode: read
CYPHER 25
RETURN
  COUNT { (:User) } + COUNT { (:Item) } + COUNT { (:Tag) } + COUNT { (:Creator) } AS nodes,
  COUNT { ()-[:PREFERS]->() } + COUNT { ()-[:SIMILAR]->() } + COUNT { ()-[:HAS_TAG]->() } + COUNT { ()-[:BY]->() }
    + COUNT { ()-[:INTERACTED]->() } AS relationships
