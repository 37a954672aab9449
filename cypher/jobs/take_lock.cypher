// Purpose: take a lock for some seconds, or keep one's own for so long from now. No row comes back while another has it
// Parameters: name STRING, owner STRING, nowMillis INTEGER, seconds FLOAT
// Columns: owner
// Mode: write
CYPHER 25
MERGE (lock:Lock {name: $name})
SET lock.askedAt = datetime({epochMillis: $nowMillis})
WITH lock
WHERE lock.owner IS NULL OR lock.owner = $owner OR lock.expiresAt <= datetime({epochMillis: $nowMillis})
SET lock.owner = $owner, lock.expiresAt = datetime({epochMillis: $nowMillis}) + duration({seconds: $seconds})
RETURN lock.owner AS owner
