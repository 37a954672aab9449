// Purpose: hang feedback on the answer that led to it: the one of its request id or, without one, the latest that showed
//   the user the item within `window` milliseconds before, among `walk` answers. Feedback whose answer is not known, or did
//   not show the item, stays alone. A good one (whose reward is above 0) marks the item as taken, and an answer that an
//   arm gave is to be counted anew
// Parameters: ids LIST<STRING>, window INTEGER, walk INTEGER, rewards MAP, defaultReward FLOAT
// Columns: feedbackId, requestId
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
CREATE (answer)-[:LED_TO]->(feedback)
WITH answer, feedback, item, coalesce(feedback.reward, $rewards[feedback.type], $defaultReward) AS reward
SET answer.uncounted = CASE WHEN answer.arm IS NULL THEN NULL ELSE true END,
  answer.taken = CASE
    WHEN reward <= 0 OR item.id IN coalesce(answer.taken, []) THEN answer.taken
    ELSE coalesce(answer.taken, []) + item.id
  END
RETURN feedback.id AS feedbackId, answer.requestId AS requestId
