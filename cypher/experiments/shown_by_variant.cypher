// Purpose: how often each item was shown by each variant of an experiment, of up to `people` of those who saw it and
//   `walk` answers to each, with how many users like the item
// Parameters: name STRING, people INTEGER, walk INTEGER
// Columns: variant, items (list of lists: item id, times shown, users who like it), answers
// Mode: read
CYPHER 25
MATCH (experiment:Experiment {name: $name})-[:HAS_VARIANT]->(variant:Variant)
CALL (experiment, variant) {
  MATCH (variant)<-[:EXPOSED]-(viewer)
  WITH experiment, variant, viewer
  LIMIT $people
  CALL (experiment, variant, viewer) {
    MATCH (viewer)-[:WAS_SHOWN]->(answer:Answer)
    WITH answer
    LIMIT $walk
    WITH answer
    WHERE experiment.name + '/' + variant.name IN answer.variants
    RETURN answer
  }
  RETURN collect(answer) AS answers
}
CALL (answers) {
  UNWIND answers AS answer
  UNWIND answer.items AS id
  WITH id, count(*) AS times
  OPTIONAL MATCH (item:Item {id: id})
  RETURN collect([id, times, CASE WHEN item IS NULL THEN 0 ELSE COUNT { (item)<-[:PREFERS]-() } END]) AS items
}
WITH *
ORDER BY variant.place, variant.name
RETURN variant.name AS variant, items, size(answers) AS answers
