// Purpose: events of a time window are found without reading the others (trending, statistics, evaluation cuts)
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX event_at IF NOT EXISTS FOR ()-[event:INTERACTED]-() ON (event.at)
