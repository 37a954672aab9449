// Purpose: how many nodes there are of each label, and relationships of each type
// Parameters: none
// Columns: what, count
// Mode: read
CYPHER 25
UNWIND [
  ['(:User)', COUNT { (:User) }],
  ['(:Item)', COUNT { (:Item) }],
  ['(:Tag)', COUNT { (:Tag) }],
  ['(:Creator)', COUNT { (:Creator) }],
  ['(:ModelRun)', COUNT { (:ModelRun) }],
  ['(:Evaluation)', COUNT { (:Evaluation) }],
  ['-[:INTERACTED]->', COUNT { ()-[:INTERACTED]->() }],
  ['-[:PREFERS]->', COUNT { ()-[:PREFERS]->() }],
  ['-[:SIMILAR]->', COUNT { ()-[:SIMILAR]->() }],
  ['-[:HAS_TAG]->', COUNT { ()-[:HAS_TAG]->() }],
  ['-[:BY]->', COUNT { ()-[:BY]->() }]
] AS row
RETURN row[0] AS what, row[1] AS count
