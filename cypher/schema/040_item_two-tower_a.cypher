// Purpose: items nearest to a user or an item in slot a of two-tower; no fixed size, so that a run may choose its own,
//   and unquantised, since inner products stored as cosines lie close together
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE VECTOR INDEX `item_two-tower_a` IF NOT EXISTS FOR (item:Item) ON (item.`two-tower_a`)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false}}
