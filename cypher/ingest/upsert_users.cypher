// Purpose: users come to be or change; what is not given stays. It is noted that they change, for whoever keeps answers.
//   Returns how many of the rows were new
// Parameters: rows LIST<LIST<ANY>> (id, created at in epoch milliseconds or null, map of other properties)
// Columns: created
// Mode: write
CYPHER 25
UNWIND $rows AS row
OPTIONAL MATCH (known:User {id: row[0]})
WITH row, known IS NULL AS fresh
MERGE (user:User {id: row[0]})
SET user.createdAt = CASE WHEN row[1] IS NULL THEN user.createdAt ELSE datetime({epochMillis: row[1]}) END
SET user.changed = datetime.realtime()
SET user += row[2]
RETURN count(CASE WHEN fresh THEN 1 END) AS created
