// Purpose: which tag carries most of an item's score by content, by the rule of recommend/content: the part of a tag is
//   its strength in the user's taste times what it says about the item, both TF-IDF; and the liked item that adds most
//   to that strength. An item that the user has come to like since is no evidence for itself
// Parameters: userIds LIST<STRING>, itemIds LIST<STRING>, likes LIST<LIST<ANY>> (of the
//   same length; one that is not null is taken as in recommend/content), historyWalk INTEGER, historyCap INTEGER,
//   tagsCap INTEGER
// Columns: position, itemId, itemTitle, knownId, knownTitle, weight, tag, knownHas, itemHas, share, score
// Mode: read
CYPHER 25
MATCH (everything:Item)
WITH toFloat(count(everything)) AS everything
UNWIND range(0, size($userIds) - 1) AS position
OPTIONAL MATCH (user:User {id: $userIds[position]})
MATCH (item:Item {id: $itemIds[position]})
LET likes = $likes[position]
CALL (user, item, everything, likes) {
  CALL (user, item, likes) {
    CALL (user, likes) {
      WHEN likes IS NULL THEN {
        MATCH (user)-[liked:PREFERS]->(known:Item)
        WITH liked, known
        LIMIT $historyWalk
        WITH liked, known
        WHERE liked.weight > 0
        RETURN known, liked.weight AS weight, liked.lastAt.epochMillis AS lastAt
      }
      ELSE {
        UNWIND likes AS given
        MATCH (known:Item {id: given[0]})
        RETURN known, given[1] AS weight, given[2] AS lastAt
      }
    }
    WITH *
    WHERE known <> item
    RETURN known, weight
    ORDER BY weight DESC, lastAt DESC, known.id
    LIMIT $historyCap
  }
  MATCH (known)-[has:HAS_TAG]->(tag:Tag)
  WITH item, everything, known, weight, tag, has.weight AS knownHas,
       has.weight * coalesce(tag.idf, log(everything / COUNT { (tag)<-[:HAS_TAG]-() })) AS says
  WITH item, everything, known, weight, collect([tag, knownHas, says]) AS vector, sqrt(sum(says * says)) AS length
  WHERE length > 0
  UNWIND vector AS entry
  WITH item, everything, known, weight, entry[0] AS tag, entry[1] AS knownHas, weight * entry[2] / length AS adds
  ORDER BY adds DESC, known.id
  WITH item, everything, tag, sum(adds) AS strength, head(collect([known, weight, knownHas])) AS foremost
  // Rounded as in recommend/content, which must cut the profile at the same tags.
  ORDER BY round(strength, 12) DESC, tag.name
  LIMIT $tagsCap
  WITH item, everything, collect({tag: tag, strength: strength, foremost: foremost}) AS profile,
       sqrt(sum(strength * strength)) AS profileLength
  MATCH (item)-[has:HAS_TAG]->(tag:Tag)
  WITH profile, profileLength, tag, has.weight AS itemHas, head([entry IN profile WHERE entry.tag = tag]) AS entry,
       has.weight * coalesce(tag.idf, log(everything / COUNT { (tag)<-[:HAS_TAG]-() })) AS says
  WITH profileLength, tag, itemHas, entry, says, coalesce(entry.strength, 0.0) * says AS part
  ORDER BY part DESC, tag.name
  WITH profileLength, collect([tag, entry.foremost, itemHas, part]) AS evidence, sum(part) AS agreement,
       sqrt(sum(says * says)) AS length
  WHERE agreement > 0
  RETURN evidence[0] AS best, agreement, agreement / (profileLength * length) AS score
}
WITH position, item, score, best[0] AS tag, best[1] AS foremost, best[2] AS itemHas, best[3] / agreement AS share
RETURN
  position,
  item.id AS itemId,
  item.title AS itemTitle,
  foremost[0].id AS knownId,
  foremost[0].title AS knownTitle,
  foremost[1] AS weight,
  tag.name AS tag,
  foremost[2] AS knownHas,
  itemHas,
  share,
  score
