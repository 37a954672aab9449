// Purpose: the items nearest to each vector by a vector index, best first. The procedure, since SEARCH takes no
//   parameter in place of an index's name
// Parameters: index STRING, vectors LIST<LIST<FLOAT>>, limit INTEGER
// Columns: position, ids, scores
// Mode: read
CYPHER 25
UNWIND range(0, size($vectors) - 1) AS position
CALL (position) {
  CALL db.index.vector.queryNodes($index, $limit, $vectors[position]) YIELD node, score
  RETURN collect(node.id) AS ids, collect(score) AS scores
}
RETURN position, ids, scores
ORDER BY position
