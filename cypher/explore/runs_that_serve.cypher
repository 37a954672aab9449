// Purpose: each model with its runs and the one that serves now: paths to draw
// Parameters: none
// Columns: trained, serving
// Mode: read
CYPHER 25
MATCH trained = (model:Model)-[:HAS_RUN]->(run:ModelRun)
OPTIONAL MATCH serving = (model)-[:ACTIVE]->(run)
RETURN trained, serving
ORDER BY model.name, run.createdAt DESC
LIMIT 100
