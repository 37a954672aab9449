// Purpose: why one item stands among those similar to another: the SIMILAR edge that ranks it, co-occurrence first,
//   and the tags that both have. Pairs are [itemId, otherId]; an empty `by` takes any kind of similarity but the edges
//   of the learned item-item model, which rank no similar items
// Parameters: pairs LIST<LIST<STRING>>, by STRING
// Columns: pair, title, otherTitle, otherKind, by, score, tags
// Mode: read
CYPHER 25
UNWIND range(0, size($pairs) - 1) AS pair
MATCH (item:Item {id: $pairs[pair][0]})
MATCH (other:Item {id: $pairs[pair][1]})
WITH pair, item, other,
     head(COLLECT {
       MATCH (item)-[similar:SIMILAR]->(other)
       WHERE similar.by = $by OR ($by = '' AND NOT similar.by STARTS WITH 'item-item_')
       RETURN similar
       ORDER BY similar.by = 'co-occurrence' DESC, similar.by
       LIMIT 1
     }) AS similar
RETURN pair, coalesce(item.title, item.id) AS title, coalesce(other.title, other.id) AS otherTitle,
       other.kind AS otherKind, similar.by AS by, similar.score AS score,
       COLLECT {
         MATCH (item)-[has:HAS_TAG]->(tag:Tag)
         MATCH (other)-[too:HAS_TAG]->(tag)
         RETURN tag.name
         ORDER BY has.weight * too.weight DESC, tag.name
         LIMIT 3
       } AS tags
