-- The twenty generations that decoded slowest, and what they spent their time on.
--
-- run_id, prompt_id, sample_idx, turn_idx  which generation
-- category           the input's --category-column, else its column category; all where there is none
-- prompt_tokens      tokens of the rendered prompt
-- completion_tokens  generated tokens
-- finish_reason      what ended the generation
-- tokens_per_s       tokens per second: (completion_tokens - 1) / decode_ms * 1000
-- tau                tokens per round: (completion_tokens - 1) / num_rounds
-- prefill_ms         milliseconds of the prompt's forward
-- draft_ms           milliseconds of draft forwards, shared with the sequences beside it
-- verify_ms          milliseconds of target forwards, shared likewise
-- host_ms            milliseconds outside the engine's calls, shared likewise
-- executor_id        executor of Spark
-- device             where the model ran
SELECT
  run_id,
  prompt_id,
  sample_idx,
  turn_idx,
  category,
  prompt_tokens,
  completion_tokens,
  finish_reason,
  ROUND(tokens_per_s, 1) AS tokens_per_s,
  ROUND(mean_accepted_tokens, 2) AS tau,
  ROUND(prefill_ms, 1) AS prefill_ms,
  ROUND(draft_ms, 1) AS draft_ms,
  ROUND(verify_ms, 1) AS verify_ms,
  ROUND(host_ms, 1) AS host_ms,
  executor_id,
  device
FROM generations
WHERE tokens_per_s IS NOT NULL
ORDER BY generations.tokens_per_s, run_id, prompt_id, sample_idx, turn_idx
LIMIT 20
