// Purpose: note that something of a day has changed, in the transaction that changes it: what is counted of the day no
//   longer holds. A day has a few marks, so that writers seldom wait for each other, and these come in the order of ids
// Parameters: rows LIST<LIST<ANY>> (id, days since 1970, about what, how many changes)
// Columns: marked
// Mode: write
CYPHER 25
UNWIND $rows AS row
MERGE (mark:DayMark {id: row[0]})
ON CREATE SET mark.day = date(datetime({epochMillis: row[1] * 86400000})), mark.about = row[2]
SET mark.changes = coalesce(mark.changes, 0) + row[3]
RETURN count(*) AS marked
