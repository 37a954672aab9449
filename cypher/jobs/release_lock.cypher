// Purpose: give back a lock, if it is still one's own
// Parameters: name STRING, owner STRING
// Columns: name
// Mode: write
CYPHER 25
MATCH (lock:Lock {name: $name, owner: $owner})
REMOVE lock.owner, lock.expiresAt
RETURN lock.name AS name
