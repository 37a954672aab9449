// Purpose: how much the graph holds; read from the count store, so it costs the same for any size
// Parameters: none
// Columns: users, items, tags, creators, events, preferences, similarities, answers, feedback, attributed
// Mode: read
CYPHER 25
RETURN COUNT { (:User) } AS users,
       COUNT { (:Item) } AS items,
       COUNT { (:Tag) } AS tags,
       COUNT { (:Creator) } AS creators,
       COUNT { ()-[:INTERACTED]->() } AS events,
       COUNT { ()-[:PREFERS]->() } AS preferences,
       COUNT { ()-[:SIMILAR]->() } AS similarities,
       COUNT { (:Answer) } AS answers,
       COUNT { (:Feedback) } AS feedback,
       COUNT { ()-[:LED_TO]->() } AS attributed
