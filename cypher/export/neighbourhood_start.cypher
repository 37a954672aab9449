// Purpose: the node that a neighbourhood is drawn around, none if there is no such user or item
// Parameters: label STRING (User or Item), id STRING
// Columns: element, label, key, title, kind
// Mode: read
CYPHER 25
MATCH (start:$($label) {id: $id})
RETURN elementId(start) AS element, $label AS label, start.id AS key, start.title AS title, start.kind AS kind
