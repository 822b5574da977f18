-- Tokens, acceptance and speed by category of the prompts.
--
-- run_id        name of the run
-- category      the input's --category-column, else its column category; all where there is none
-- generations   rows: prompts x samples x turns
-- tokens        generated tokens
-- tau           tokens per round, mean accepted tokens: sum(completion_tokens - 1) / sum(num_rounds); prefill chose the first token
-- delta         draft forwards per round: sum(num_draft_forwards) / sum(num_rounds)
-- acceptance    share: sum(num_accepted_draft_tokens) / sum(num_draft_tokens)
-- tokens_per_s  tokens per second of one sequence while it decodes: sum(completion_tokens - 1) / sum(decode_ms) * 1000
-- compared      generations that were decoded plainly as well
-- speedup       ratio over these: time of plain decoding, (completion_tokens - 1) / baseline_tokens_per_s, by time of the run
SELECT
  run_id,
  category,
  COUNT(*) AS generations,
  SUM(completion_tokens) AS tokens,
  ROUND(SUM(completion_tokens - 1) * 1.0 / NULLIF(SUM(num_rounds), 0), 3) AS tau,
  ROUND(SUM(num_draft_forwards) * 1.0 / NULLIF(SUM(num_rounds), 0), 3) AS delta,
  ROUND(SUM(num_accepted_draft_tokens) * 1.0 / NULLIF(SUM(num_draft_tokens), 0), 3) AS acceptance,
  ROUND(SUM(completion_tokens - 1) * 1000.0 / NULLIF(SUM(decode_ms), 0), 1) AS tokens_per_s,
  COUNT(baseline_tokens_per_s) AS compared,
  ROUND(
    SUM(CASE WHEN baseline_tokens_per_s IS NOT NULL THEN (completion_tokens - 1) * 1000.0 / baseline_tokens_per_s END)
    / NULLIF(SUM(CASE WHEN baseline_tokens_per_s IS NOT NULL THEN decode_ms END), 0), 3) AS speedup
FROM generations
GROUP BY run_id, category
ORDER BY run_id, category
