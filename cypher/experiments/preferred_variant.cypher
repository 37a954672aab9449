// Purpose: of the people who were shown an interleaved experiment, how many took more of what its first variant picked, of
//   what its second one did, or as much of both (nothing included)
// Parameters: name STRING
// Columns: first, second, neither
// Mode: read
CYPHER 25
MATCH (:Experiment {name: $name})-[:HAS_VARIANT]->(variant:Variant {place: 0})<-[one:EXPOSED]-(viewer)
MATCH (viewer)-[other:EXPOSED]->(:Variant {place: 1})<-[:HAS_VARIANT]-(:Experiment {name: $name})
WITH coalesce(one.taken, 0) - coalesce(other.taken, 0) AS lead
RETURN
  count(CASE WHEN lead > 0 THEN 1 END) AS first, count(CASE WHEN lead < 0 THEN 1 END) AS second,
  count(CASE WHEN lead = 0 THEN 1 END) AS neither
