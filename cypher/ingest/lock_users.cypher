// Purpose: take the write lock of each user, in the order given, and count those that there are.
//   Whoever writes a user's events or preferences holds it until commit, so that a pair gets one PREFERS only. It is noted
//   that the user changes, for whoever keeps answers
// Parameters: userIds LIST<STRING>
// Columns: found
// Mode: write
CYPHER 25
UNWIND $userIds AS userId
MATCH (user:User {id: userId})
SET user.changed = datetime.realtime()
RETURN count(*) AS found
