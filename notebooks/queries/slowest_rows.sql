-- The twenty generations that decoded slowest, and what they spent their time on.
SELECT
  prompt_id,
  sample_idx,
  turn_idx,
  category,
  prompt_tokens,
  completion_tokens,
  finish_reason,
  ROUND(tokens_per_s, 1) AS tokens_per_s,
  ROUND(mean_accepted_tokens, 2) AS tau,
  ROUND(speedup, 2) AS speedup,
  ROUND(prefill_ms, 1) AS prefill_ms,
  ROUND(draft_ms, 1) AS draft_ms,
  ROUND(verify_ms, 1) AS verify_ms,
  ROUND(host_ms, 1) AS host_ms,
  executor_id,
  device
FROM generations
WHERE tokens_per_s IS NOT NULL
ORDER BY generations.tokens_per_s, prompt_id, sample_idx, turn_idx
LIMIT 20;
