// Purpose: keep on items which share of those who turned to them stayed; whoever reads items sees it at the next request
// Parameters: rows LIST<LIST<ANY>> (item id, share), version INTEGER (of the count of changes of items)
// Columns: items
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row[0]})
SET item.retention = row[1], item.changed = $version
RETURN count(*) AS items
