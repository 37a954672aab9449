// Purpose: for each request the items nearest to a vector that the filters let through, with their vectors; ties of
//   the index's score by id. Asks the index for `limit` items before filtering: fewer than `kept` ids say that more
//   must be looked at; where items are named in `only`, all of them are, without the index. The procedure, since SEARCH
//   takes no parameter in place of an index's name
// Parameters: index STRING, property STRING, vectors LIST<LIST<FLOAT>>, limit INTEGER, kept LIST<INTEGER>,
//   kinds LIST<LIST<STRING>>, tags LIST<LIST<STRING>>, excluded LIST<LIST<STRING>>, only LIST<LIST<STRING>>
// Columns: position, ids, vectors
// Mode: read
CYPHER 25
UNWIND range(0, size($vectors) - 1) AS position
CALL (position) {
  CALL (position) {
    WHEN $only[position] IS NULL THEN {
      CALL db.index.vector.queryNodes($index, $limit, $vectors[position]) YIELD node AS item, score
      RETURN item, score
    }
    ELSE {
      UNWIND $only[position] AS named
      MATCH (item:Item {id: named})
      WHERE item[$property] IS NOT NULL
      RETURN DISTINCT item, vector.similarity.cosine(item[$property], $vectors[position]) AS score
    }
  }
  WITH position, item, score
  WHERE NOT item.id IN $excluded[position]
    AND (size($kinds[position]) = 0 OR item.kind IN $kinds[position])
    AND (size($tags[position]) = 0 OR EXISTS { (item)-[:HAS_TAG]->(tag:Tag) WHERE tag.name IN $tags[position] })
  WITH item, score
  ORDER BY score DESC, item.id
  RETURN collect(item)[..$kept[position]] AS items
}
RETURN position, [item IN items | item.id] AS ids, [item IN items | item[$property]] AS vectors
ORDER BY position
