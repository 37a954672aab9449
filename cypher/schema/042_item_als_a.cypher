// Purpose: items nearest to a user or an item in slot a of als; no fixed size, so that a run may choose its own,
//   and unquantised, since inner products stored as cosines lie close together
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE VECTOR INDEX item_als_a IF NOT EXISTS FOR (item:Item) ON (item.als_a)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false}}
