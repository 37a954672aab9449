// Purpose: what time it is for the server: what is stored later may be missing from what is read from now on
// Parameters: none
// Columns: millis (since 1970 in UTC)
// Mode: read
CYPHER 25
RETURN timestamp() AS millis
