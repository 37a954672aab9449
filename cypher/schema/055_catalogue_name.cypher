// Purpose: one count of changes per catalogue, so that two writers cannot both begin it
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT catalogue_name IF NOT EXISTS FOR (catalogue:Catalogue) REQUIRE catalogue.name IS UNIQUE
