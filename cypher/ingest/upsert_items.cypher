// Purpose: items come to be or change; what is not given stays. Returns how many of the rows were new
// Parameters: rows LIST<LIST<ANY>> (id, kind, title or null, description or null, created at in epoch milliseconds
//   or null, map of other properties), version INTEGER (the count of changes that this one is)
// Columns: created
// Mode: write
CYPHER 25
UNWIND $rows AS row
OPTIONAL MATCH (known:Item {id: row[0]})
WITH row, known IS NULL AS fresh
MERGE (item:Item {id: row[0]})
SET item.kind = row[1],
    item.title = coalesce(row[2], item.title),
    item.description = coalesce(row[3], item.description),
    item.createdAt = CASE WHEN row[4] IS NULL THEN item.createdAt ELSE datetime({epochMillis: row[4]}) END
SET item += row[5]
SET item.changed = $version
RETURN count(CASE WHEN fresh THEN 1 END) AS created
