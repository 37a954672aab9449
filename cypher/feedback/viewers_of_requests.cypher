// Purpose: to whom answers were given; null where the graph knows no such user
// Parameters: requestIds LIST<STRING>
// Columns: requestId, userId
// Mode: read
CYPHER 25
UNWIND $requestIds AS requestId
MATCH (answer:Answer {requestId: requestId})
OPTIONAL MATCH (user:User)-[:WAS_SHOWN]->(answer)
RETURN requestId, user.id AS userId
