// Purpose: a day has one node with what was counted of it; finds those of a range
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT day_day IF NOT EXISTS FOR (day:Day) REQUIRE day.day IS UNIQUE
