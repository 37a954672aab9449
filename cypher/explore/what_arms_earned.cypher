// Purpose: what the arms of each bandit have earned, by group of users, and how that went
// Parameters: none
// Columns: bandit, group, arm, trials, meanReward, updates, updatedAt
// Mode: read
CYPHER 25
MATCH (bandit:Bandit)-[:HAS_ARM]->(arm:Arm)
RETURN
  bandit.name AS bandit, arm.group AS group, arm.name AS arm, arm.trials AS trials,
  CASE WHEN arm.trials > 0 THEN arm.rewards / arm.trials END AS meanReward,
  COUNT { (arm)-[:EARNED]->() } AS updates, arm.updatedAt AS updatedAt
ORDER BY bandit, group, meanReward DESC
