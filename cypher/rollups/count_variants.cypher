// Purpose: the answers of a day by the variants of experiments that they were of, and from how many something was taken
// Parameters: fromMillis INTEGER, untilMillis INTEGER
// Columns: variant, answers, answersTaken
// Mode: read
CYPHER 25
MATCH (answer:Answer)
WHERE answer.at >= datetime({epochMillis: $fromMillis}) AND answer.at < datetime({epochMillis: $untilMillis})
UNWIND answer.variants AS variant
RETURN variant, count(*) AS answers, count(CASE WHEN size(answer.taken) > 0 THEN 1 END) AS answersTaken
ORDER BY variant
