// Purpose: the next page of users by id, with no property of theirs; reads no further than the page
// Parameters: afterSource STRING (id of the last one before, or empty), page INTEGER
// Columns: source
// Mode: read
CYPHER 25
MATCH (user:User)
USING INDEX user:User(id)
WHERE user.id > $afterSource
RETURN user.id AS source ORDER BY source LIMIT $page
