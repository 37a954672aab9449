// Purpose: take the write lock of each user, in the order given, and count those that there are.
//   Whoever writes a user's events or preferences holds it until commit, so that a pair gets one PREFERS only
// Parameters: userIds LIST<STRING>
// Columns: found
// Mode: write
CYPHER 25
UNWIND $userIds AS userId
MATCH (user:User {id: userId})
// Takes the lock and changes nothing.
SET user.id = user.id
RETURN count(*) AS found
