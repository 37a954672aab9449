// Purpose: an event that is sent twice is one relationship
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT event_id IF NOT EXISTS FOR ()-[event:INTERACTED]-() REQUIRE event.eventId IS UNIQUE
