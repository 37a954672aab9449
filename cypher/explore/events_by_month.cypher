// Purpose: how many events of each type came in each month
// Parameters: none
// Columns: month, type, events, users
// Mode: read
CYPHER 25
MATCH (user:User)-[event:INTERACTED]->(:Item)
RETURN date.truncate('month', event.at) AS month, event.type AS type, count(*) AS events, count(DISTINCT user) AS users
ORDER BY month DESC, events DESC, type
LIMIT 500
