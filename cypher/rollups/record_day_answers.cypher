// Purpose: keep what was counted of the answers of a day, in the place of what was before
// Parameters: epochDay INTEGER, counted INTEGER, answers INTEGER, impressions INTEGER, taken INTEGER, dismissed INTEGER,
//   answersTaken INTEGER, strategies STRING (JSON), layers STRING (JSON), variants STRING (JSON), attributes STRING (JSON),
//   positions STRING (JSON), groups STRING (JSON), coverage FLOAT, gini FLOAT, novelty FLOAT (null: nothing was shown)
// Columns: none
// Mode: write
CYPHER 25
MERGE (day:Day {day: date(datetime({epochMillis: $epochDay * 86400000}))})
SET day.countedAnswers = $counted, day.countedAnswersAt = datetime.realtime(), day.answers = $answers,
  day.impressions = $impressions, day.taken = $taken,
  day.dismissed = $dismissed, day.answersTaken = $answersTaken, day.strategies = $strategies, day.layers = $layers,
  day.variants = $variants, day.attributes = $attributes, day.positions = $positions, day.groups = $groups,
  day.coverage = $coverage, day.gini = $gini, day.novelty = $novelty
