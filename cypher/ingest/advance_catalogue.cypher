// Purpose: counts a change of items; readers whose copies stand at an older count read what has changed since. Whoever
//   comes next waits until this transaction ends, so that a count is never seen before what it counts
// Parameters: none
// Columns: version
// Mode: write
CYPHER 25
MERGE (catalogue:Catalogue {name: 'items'})
ON CREATE SET catalogue.epoch = randomUUID(), catalogue.version = 1
ON MATCH SET catalogue.version = catalogue.version + 1
RETURN catalogue.version AS version
