// Purpose: let the arms of a bandit earn what their answers led to since the last update. An answer counts once, with the
//   reward of its best feedback; where that changes later, the difference counts. Those of the last `hours` count, and
//   older ones that led to something within them, after they have settled for `settle` milliseconds; nothing happens where
//   they are fewer than `fewest`. What is left over `most` waits for the next update. The first write takes the bandit's
//   lock, so that two updates at once count nothing twice
// Parameters: name STRING, hours FLOAT, settle INTEGER, fewest INTEGER, most INTEGER
// Columns: answers, trials, rewards
// Mode: write
CYPHER 25
MERGE (bandit:Bandit {name: $name})
SET bandit.lookedAt = datetime.realtime()
WITH bandit, datetime.realtime() - duration({seconds: toInteger($hours * 3600)}) AS since,
  datetime.realtime() - duration({milliseconds: $settle}) AS settled
CALL (since, settled) {
  MATCH (answer:Answer {uncounted: true})
  WHERE answer.at <= settled
    AND (answer.at >= since OR EXISTS { (answer)-[:LED_TO]->(late:Feedback) WHERE late.recordedAt >= since })
  WITH answer
  LIMIT $most
  RETURN collect({answer: answer, reward: coalesce(answer.reward, 0.0), before: answer.counted}) AS counted
}
WITH bandit, counted
WHERE size(counted) >= $fewest
CALL (counted) {
  UNWIND counted AS one
  WITH one.answer AS answer, one.reward AS reward
  SET answer.counted = reward, answer.uncounted = NULL
}
CALL (bandit, counted) {
  UNWIND counted AS one
  WITH bandit, one.answer.group AS group, one.answer.arm AS name,
    count(CASE WHEN one.before IS NULL THEN 1 END) AS trials, sum(one.reward - coalesce(one.before, 0.0)) AS rewards
  MERGE (bandit)-[:HAS_ARM]->(arm:Arm {group: group, name: name})
  SET arm.trials = coalesce(arm.trials, 0) + trials, arm.rewards = coalesce(arm.rewards, 0.0) + rewards,
    arm.updatedAt = datetime.realtime()
  CREATE (arm)-[:EARNED]->(:Earning {at: datetime.realtime(), trials: trials, rewards: rewards})
  RETURN sum(trials) AS trials, sum(rewards) AS rewards
}
SET bandit.updatedAt = datetime.realtime(), bandit.updates = coalesce(bandit.updates, 0) + 1
RETURN size(counted) AS answers, trials, rewards
