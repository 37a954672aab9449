// Purpose: what changed on a day is counted on few nodes, whoever counts
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT day_mark_id IF NOT EXISTS FOR (mark:DayMark) REQUIRE mark.id IS UNIQUE
