-- Work and speed by executor and device.
--
-- A round's draft and verify times are shared by the sequences that were live in it, so dividing by
-- live_slots counts every forward once: device_s is the time that the device was busy. It needs the
-- rounds of all rows (--round-stats all).
WITH device AS (
  SELECT
    g.executor_id,
    g.device,
    SUM((r.draft_ms + r.verify_ms) / r.live_slots) / 1000.0 AS device_s,
    AVG(r.live_slots) AS live_slots
  FROM rounds AS r
  JOIN generations AS g
    ON g.run_id = r.run_id AND g.prompt_id = r.prompt_id
    AND g.sample_idx = r.sample_idx AND g.turn_idx = r.turn_idx
  GROUP BY g.executor_id, g.device
),
work AS (
  SELECT
    executor_id,
    device,
    COUNT(*) AS generations,
    SUM(completion_tokens) AS tokens,
    SUM(CASE WHEN task_attempt > 0 THEN 1 ELSE 0 END) AS retried,
    SUM(prefill_ms) / 1000.0 AS prefill_s,
    SUM(completion_tokens - 1) * 1000.0 / NULLIF(SUM(decode_ms), 0) AS per_sequence
  FROM generations
  GROUP BY executor_id, device
)
SELECT
  work.executor_id,
  work.device,
  work.generations,
  work.tokens,
  work.retried,
  ROUND(work.per_sequence, 1) AS tokens_per_s_of_a_sequence,
  ROUND(device.live_slots, 2) AS mean_live_slots,
  ROUND(device.device_s, 2) AS device_s,
  ROUND((work.tokens - work.generations) / NULLIF(device.device_s, 0), 1) AS tokens_per_device_s
FROM work
LEFT JOIN device ON device.executor_id = work.executor_id AND device.device = work.device
ORDER BY work.executor_id, work.device;
