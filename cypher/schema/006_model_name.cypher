// Purpose: a model has one node, which its active run hangs on
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT model_name IF NOT EXISTS FOR (model:Model) REQUIRE model.name IS UNIQUE
