// Purpose: each user's preferences anew from the raw events, in batches of users; waits for writers of the same user
// Parameters: batchSize INTEGER, weights MAP, defaultWeight FLOAT, ratingMidpoint FLOAT, ratingHalfrange FLOAT
// Columns: pairs
// Mode: write
CYPHER 25
MATCH (user:User)
CALL (user) {
  SET user.id = user.id
  WITH user
  MATCH (user)-[event:INTERACTED]->(item:Item)
  WITH user, item, event.at AS at,
       CASE event.type
         WHEN 'rate'
           THEN $weights['rate'] * (coalesce(event.value, $ratingMidpoint) - $ratingMidpoint) / $ratingHalfrange
         ELSE coalesce($weights[event.type], $defaultWeight)
       END AS weight
  WITH user, item, sum(weight) AS weight, count(*) AS events, max(at) AS lastAt
  MERGE (user)-[preference:PREFERS]->(item)
  ON CREATE SET preference.since = datetime()
  SET preference.weight = weight, preference.events = events, preference.lastAt = lastAt
  RETURN count(*) AS written
} IN TRANSACTIONS OF $batchSize ROWS ON ERROR RETRY FOR 60 SECONDS THEN FAIL
RETURN sum(written) AS pairs
