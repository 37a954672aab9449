// Purpose: each item's forward-decayed popularity anew from the raw events, in batches of items; an item without a
//   positive event has none
// Parameters: batchSize INTEGER, weights MAP, defaultWeight FLOAT, ratingMidpoint FLOAT, ratingHalfrange FLOAT,
//   halfLifeMillis FLOAT
// Columns: items
// Mode: write
CYPHER 25
MATCH (item:Item)
CALL (item) {
  SET item.id = item.id
  WITH item
  OPTIONAL MATCH (:User)-[event:INTERACTED]->(item)
  WITH item, event.at.epochMillis AS at,
       CASE event.type
         WHEN 'rate'
           THEN $weights['rate'] * (coalesce(event.value, $ratingMidpoint) - $ratingMidpoint) / $ratingHalfrange
         ELSE coalesce($weights[event.type], $defaultWeight)
       END AS weight
  WITH item, sum(CASE WHEN at IS NOT NULL AND weight > 0
                      THEN weight * 2 ^ ((at - 946684800000) / $halfLifeMillis) END) AS popularity
  SET item.popularity = CASE WHEN popularity > 0 THEN popularity END
  RETURN CASE WHEN popularity > 0 THEN 1 ELSE 0 END AS popular
} IN TRANSACTIONS OF $batchSize ROWS ON ERROR RETRY FOR 60 SECONDS THEN FAIL
RETURN sum(popular) AS items
