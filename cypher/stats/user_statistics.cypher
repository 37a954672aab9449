// Purpose: what users did and were shown: events by type, the days with any, the kinds and tags that they turn to most, and
//   of the answers shown to them from how many they took or waved something away. Of one with more than `budget` events or
//   answers only so many are looked at
// Parameters: userIds LIST<STRING>, top INTEGER, budget INTEGER
// Columns: userId, types, activeDays, kinds, tags, answers, taken, dismissed, itemsTaken
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
MATCH (user:User {id: userId})
CALL (user) {
  MATCH (user)-[event:INTERACTED]->(item:Item)
  WITH event, item
  LIMIT $budget
  WITH collect({type: event.type, day: event.at.epochMillis / 86400000, item: item}) AS events
  RETURN
    COLLECT { UNWIND events AS one WITH one.type AS name, count(*) AS count ORDER BY count DESC, name RETURN [name, count] }
      AS types,
    COUNT { UNWIND events AS one RETURN DISTINCT one.day } AS activeDays,
    COLLECT { UNWIND events AS one WITH one.item.kind AS name, count(*) AS count WHERE name IS NOT NULL
      ORDER BY count DESC, name LIMIT $top RETURN [name, count] } AS kinds,
    COLLECT { UNWIND events AS one WITH one.item AS item, count(*) AS times MATCH (item)-[:HAS_TAG]->(tag:Tag)
      WITH tag.name AS name, sum(times) AS count ORDER BY count DESC, name LIMIT $top RETURN [name, count] } AS tags
}
CALL (user) {
  MATCH (user)-[:WAS_SHOWN]->(answer:Answer)
  WITH answer
  LIMIT $budget
  RETURN count(*) AS answers, count(CASE WHEN size(answer.taken) > 0 THEN 1 END) AS taken,
    count(CASE WHEN size(answer.dismissed) > 0 THEN 1 END) AS dismissed,
    sum(size(coalesce(answer.taken, []))) AS itemsTaken
}
RETURN userId, types, activeDays, kinds, tags, answers, taken, dismissed, itemsTaken
