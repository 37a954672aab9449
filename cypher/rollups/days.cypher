// Purpose: what was counted of the days of a range, the first and the last included; a day of which nothing is known is
//   left out
// Parameters: fromDay INTEGER, toDay INTEGER (days since 1970)
// Columns: epochDay, day
// Mode: read
CYPHER 25
MATCH (day:Day)
WHERE day.day >= date(datetime({epochMillis: $fromDay * 86400000}))
  AND day.day <= date(datetime({epochMillis: $toDay * 86400000}))
RETURN duration.inDays(date('1970-01-01'), day.day).days AS epochDay, day {
    .events, .active, .newUsers, .sessions, .sessionMinutes, .gaps, .types, .cohorts,
    .answers, .impressions, .taken, .dismissed, .answersTaken, .strategies, .layers, .variants, .attributes, .positions,
    .groups, .coverage, .gini, .novelty
  } AS day
ORDER BY epochDay
