// Purpose: what follows from new events: the weight of each pair's preference, and the items' forward-decayed
//   popularity. Needs the users' locks. Items are changed in the order of their ids, so that two writers wait
//   for each other instead of deadlocking
// Parameters: itemIds LIST<STRING>, groups LIST<LIST<ANY>> (as for create_events), weights MAP,
//   defaultWeight FLOAT, ratingMidpoint FLOAT, ratingHalfrange FLOAT, halfLifeMillis FLOAT
// Columns: pairs
// Mode: write
CYPHER 25
UNWIND range(0, size($itemIds) - 1) AS place
MATCH (item:Item {id: $itemIds[place]})
WITH item ORDER BY place
WITH collect(item) AS items, datetime() AS now
UNWIND $groups AS group
MATCH (user:User {id: group[0]})
UNWIND group[1] AS row
WITH user, now, items[row[0]] AS item, row[3] AS at,
     CASE row[2]
       WHEN 'rate' THEN $weights['rate'] * (coalesce(row[4], $ratingMidpoint) - $ratingMidpoint) / $ratingHalfrange
       ELSE coalesce($weights[row[2]], $defaultWeight)
     END AS weight
WITH user, now, item, sum(weight) AS weight, count(*) AS events, max(at) AS lastMillis,
     sum(CASE WHEN weight > 0 THEN weight * 2 ^ ((at - 946684800000) / $halfLifeMillis) ELSE 0.0 END) AS added
WITH user, now, item, weight, events, added, datetime({epochMillis: lastMillis}) AS lastAt
OPTIONAL MATCH (user)-[old:PREFERS]->(item)
FOREACH (fresh IN CASE WHEN old IS NULL THEN [1] ELSE [] END |
  CREATE (user)-[:PREFERS {weight: weight, events: events, lastAt: lastAt, since: now}]->(item)
)
FOREACH (preference IN CASE WHEN old IS NULL THEN [] ELSE [old] END |
  SET preference.weight = preference.weight + weight,
      preference.events = preference.events + events,
      preference.lastAt = CASE WHEN lastAt > preference.lastAt THEN lastAt ELSE preference.lastAt END
)
WITH item, sum(added) AS added, count(*) AS users
WITH item, added, users ORDER BY item.id
FOREACH (positive IN CASE WHEN added > 0 THEN [item] ELSE [] END |
  SET positive.id = positive.id
  SET positive.popularity = coalesce(positive.popularity, 0.0) + added
)
RETURN sum(users) AS pairs
