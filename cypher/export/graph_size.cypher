// Purpose: how large an export would be, from the counts that Neo4j keeps; SIMILAR edges are counted one by one, since
//   those of the learned item-item model, which like vectors belong to a training, are left out
// Parameters: none
// Columns: nodes, relationships
// Mode: read
CYPHER 25
RETURN
  COUNT { (:User) } + COUNT { (:Item) } + COUNT { (:Tag) } + COUNT { (:Creator) } AS nodes,
  COUNT { ()-[:PREFERS]->() } + COUNT { ()-[edge:SIMILAR]->() WHERE NOT edge.by STARTS WITH 'item-item_' }
    + COUNT { ()-[:HAS_TAG]->() } + COUNT { ()-[:BY]->() }
    + COUNT { ()-[:INTERACTED]->() } AS relationships
