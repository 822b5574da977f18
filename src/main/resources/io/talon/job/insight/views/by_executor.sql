-- Work and speed by executor and device. Needs the rounds of all rows (--round-stats all) for the last three columns.
--
-- run_id               name of the run
-- executor_id          executor of Spark
-- device               where the model ran
-- generations          rows
-- tokens               generated tokens
-- retried              generations that came from a second or later attempt of a task
-- prefill_s            seconds of prefill
-- tokens_per_s         tokens per second of one sequence: sum(completion_tokens - 1) / sum(decode_ms) * 1000
-- mean_live_slots      sequences that shared a forward, mean over rounds of sequences
-- device_s             seconds that the executor's engines were busy, all of them together: sum((draft_ms + verify_ms) / live_slots)
--                      / 1000 over rounds of sequences, since the sequences of one forward share its time
-- tokens_per_device_s  sum(completion_tokens - 1) / device_s
WITH device_time AS (
  SELECT
    g.run_id,
    g.executor_id,
    g.device,
    SUM((r.draft_ms + r.verify_ms) / r.live_slots) / 1000.0 AS device_s,
    AVG(r.live_slots) AS live_slots
  FROM rounds AS r
  JOIN generations AS g
    ON g.run_id = r.run_id AND g.prompt_id = r.prompt_id AND g.sample_idx = r.sample_idx AND g.turn_idx = r.turn_idx
  GROUP BY g.run_id, g.executor_id, g.device
),
work AS (
  SELECT
    run_id,
    executor_id,
    device,
    COUNT(*) AS generations,
    SUM(completion_tokens) AS tokens,
    SUM(CASE WHEN task_attempt > 0 THEN 1 ELSE 0 END) AS retried,
    SUM(prefill_ms) / 1000.0 AS prefill_s,
    SUM(completion_tokens - 1) AS round_tokens,
    SUM(decode_ms) AS decode_ms
  FROM generations
  GROUP BY run_id, executor_id, device
)
SELECT
  work.run_id,
  work.executor_id,
  work.device,
  work.generations,
  work.tokens,
  work.retried,
  ROUND(work.prefill_s, 3) AS prefill_s,
  ROUND(work.round_tokens * 1000.0 / NULLIF(work.decode_ms, 0), 1) AS tokens_per_s,
  ROUND(device_time.live_slots, 2) AS mean_live_slots,
  ROUND(device_time.device_s, 3) AS device_s,
  ROUND(work.round_tokens / NULLIF(device_time.device_s, 0), 1) AS tokens_per_device_s
FROM work
LEFT JOIN device_time
  ON device_time.run_id = work.run_id AND device_time.executor_id = work.executor_id AND device_time.device = work.device
ORDER BY work.run_id, work.executor_id, work.device
