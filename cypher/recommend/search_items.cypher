// Purpose: items whose title or description has words, best match first; of one of `kinds` where any are named
// Parameters: words STRING (in the syntax of Lucene), kinds LIST<STRING>, first INTEGER, budget INTEGER
// Columns: itemId, score
// Mode: read
CYPHER 25
CALL db.index.fulltext.queryNodes('item_text', $words, {limit: $budget}) YIELD node AS item, score
WHERE size($kinds) = 0 OR item.kind IN $kinds
RETURN item.id AS itemId, score
ORDER BY score DESC, itemId
LIMIT $first
