// Purpose: experiments are found by name, and no two share one
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT experiment_name IF NOT EXISTS FOR (experiment:Experiment) REQUIRE experiment.name IS UNIQUE
