// Purpose: hang feedback on the answer that led to it: the one of its request id or, without one, the latest that showed
//   the user the item within `window` milliseconds before, among `walk` answers. Feedback whose answer is not known, or did
//   not show the item, stays alone. A good one (whose reward is above 0) marks the item as taken, one of a type `against`
//   as dismissed; the answer's reward is that of its best. What is new of it counts for the variants of experiments that
//   the answer was of, and an arm that gave it is to be counted anew. Of an interleaved experiment it counts for the variant
//   that picked the item, each item that is taken once
// Parameters: ids LIST<STRING>, window INTEGER, walk INTEGER, rewards MAP, defaultReward FLOAT, against LIST<STRING>
// Columns: feedbackId, requestId, answerMillis
// Mode: write
CYPHER 25
UNWIND $ids AS id
MATCH (feedback:Feedback {id: id})-[:ABOUT]->(item:Item)
WHERE NOT EXISTS { (:Answer)-[:LED_TO]->(feedback) }
CALL (feedback, item) {
  WHEN feedback.requestId IS NOT NULL THEN {
    MATCH (answer:Answer {requestId: feedback.requestId})
    WHERE item.id IN answer.items
    RETURN answer
  }
  ELSE {
    MATCH (:User {id: feedback.userId})-[:WAS_SHOWN]->(answer:Answer)
    WITH answer, item, feedback
    LIMIT $walk
    WITH answer, item, feedback
    WHERE item.id IN answer.items AND answer.at <= feedback.at
      AND answer.at.epochMillis >= feedback.at.epochMillis - $window
    RETURN answer
    ORDER BY answer.at DESC
    LIMIT 1
  }
}
CALL (answer, feedback, item) {
  WITH answer, feedback, item, coalesce(feedback.reward, $rewards[feedback.type], $defaultReward) AS reward,
    coalesce(answer.reward, 0.0) AS before, coalesce(answer.taken, []) AS taken,
    coalesce(answer.dismissed, []) AS dismissed
  WITH *, CASE WHEN reward > before THEN reward ELSE before END AS best,
    CASE WHEN reward > 0 AND NOT item.id IN taken THEN taken + item.id ELSE taken END AS nowTaken,
    CASE WHEN feedback.type IN $against THEN dismissed + item.id ELSE dismissed END AS nowDismissed
  CREATE (answer)-[:LED_TO]->(feedback)
  SET answer.reward = best, answer.taken = nowTaken, answer.dismissed = nowDismissed,
    answer.uncounted = CASE WHEN answer.arm IS NOT NULL AND answer.armFailed IS NULL THEN true END
  WITH answer, best - before AS gained, size(nowTaken) > size(taken) AS isNew,
    size(taken) = 0 AND size(nowTaken) > 0 AS isFirst, size(dismissed) = 0 AND size(nowDismissed) > 0 AS isDismissed,
    [k IN range(0, size(answer.items) - 1) WHERE answer.items[k] = item.id | answer.teams[k]][0] AS team
  UNWIND answer.variants AS tag
  WITH answer, gained, isDismissed, team, tag,
    CASE WHEN team IS NOT NULL AND split(tag, '/')[0] = split(team, '/')[0] THEN isNew ELSE isFirst END AS isTaken
  WHERE team IS NULL OR tag = team OR split(tag, '/')[0] <> split(team, '/')[0]
  MATCH (answer)<-[:WAS_SHOWN]-(viewer)-[exposed:EXPOSED]->(variant:Variant {name: split(tag, '/')[1]})
  WHERE EXISTS { (variant)<-[:HAS_VARIANT]-(:Experiment {name: split(tag, '/')[0]}) }
  SET exposed.rewards = coalesce(exposed.rewards, 0.0) + gained,
    exposed.taken = coalesce(exposed.taken, 0) + CASE WHEN isTaken THEN 1 ELSE 0 END,
    exposed.dismissed = coalesce(exposed.dismissed, 0) + CASE WHEN isDismissed THEN 1 ELSE 0 END
}
RETURN feedback.id AS feedbackId, answer.requestId AS requestId, answer.at.epochMillis AS answerMillis
