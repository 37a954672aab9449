// Purpose: the answers of a day by the strategy that was asked for, the layer that answered, and an attribute of the user
//   if one is named (null: none, or not known): how many, how many items they showed, how many of these were taken and
//   waved away, and from how many answers something was taken
// Parameters: fromMillis INTEGER, untilMillis INTEGER, attribute STRING (null: none)
// Columns: asked, layer, attribute, answers, items, taken, dismissed, answersTaken
// Mode: read
CYPHER 25
MATCH (answer:Answer)
WHERE answer.at >= datetime({epochMillis: $fromMillis}) AND answer.at < datetime({epochMillis: $untilMillis})
OPTIONAL MATCH (user:User)-[:WAS_SHOWN]->(answer)
WITH answer, CASE WHEN $attribute IS NULL THEN null ELSE toStringOrNull(user[$attribute]) END AS attribute
RETURN answer.asked AS asked, answer.layer AS layer, attribute, count(*) AS answers, sum(size(answer.items)) AS items,
  sum(size(coalesce(answer.taken, []))) AS taken, sum(size(coalesce(answer.dismissed, []))) AS dismissed,
  count(CASE WHEN size(answer.taken) > 0 THEN 1 END) AS answersTaken
ORDER BY asked, layer, attribute
