// Purpose: what users made of recommendations in the window before the moment: answers shown to them, and the shares
//   that they took something from or waved something away from by then. No shares where nothing was shown
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, windowMillis INTEGER, against LIST<STRING>
// Columns: userId, answers, takenShare, dismissedShare
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[:WAS_SHOWN]->(answer:Answer)
  WHERE answer.at < datetime({epochMillis: $cutMillis})
    AND answer.at >= datetime({epochMillis: $cutMillis - $windowMillis})
  RETURN count(*) AS answers,
    avg(CASE WHEN EXISTS { (answer)-[:LED_TO]->(feedback:Feedback)
      WHERE feedback.at < datetime({epochMillis: $cutMillis}) AND NOT feedback.type IN $against }
      THEN 1.0 ELSE 0.0 END) AS takenShare,
    avg(CASE WHEN EXISTS { (answer)-[:LED_TO]->(feedback:Feedback)
      WHERE feedback.at < datetime({epochMillis: $cutMillis}) AND feedback.type IN $against }
      THEN 1.0 ELSE 0.0 END) AS dismissedShare
}
RETURN userId, answers, takenShare, dismissedShare
