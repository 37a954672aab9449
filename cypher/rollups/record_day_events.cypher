// Purpose: keep what was counted of the events of a day, in the place of what was before
// Parameters: epochDay INTEGER, counted INTEGER, events INTEGER, active INTEGER, newUsers INTEGER, sessions INTEGER,
//   minutes FLOAT, gaps LIST<INTEGER>, types STRING (JSON), cohorts STRING (JSON)
// Columns: none
// Mode: write
CYPHER 25
MERGE (day:Day {day: date(datetime({epochMillis: $epochDay * 86400000}))})
SET day.countedEvents = $counted, day.countedEventsAt = datetime.realtime(), day.events = $events, day.active = $active, day.newUsers = $newUsers,
  day.sessions = $sessions, day.sessionMinutes = $minutes, day.gaps = $gaps, day.types = $types, day.cohorts = $cohorts
