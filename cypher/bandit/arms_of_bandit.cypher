// Purpose: what each arm of a bandit has earned, by group of users
// Parameters: name STRING
// Columns: group, arm, trials, rewards, updatedAt
// Mode: read
CYPHER 25
MATCH (:Bandit {name: $name})-[:HAS_ARM]->(arm:Arm)
RETURN arm.group AS group, arm.name AS arm, arm.trials AS trials, arm.rewards AS rewards, arm.updatedAt AS updatedAt
ORDER BY group, arm
