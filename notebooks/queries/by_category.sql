-- Mean accepted tokens, draft efficiency, speed and speedup by category.
--
-- tau = L / N_p and delta = N_q / N_p, where L leaves out each generation's first token, which the
-- prefill chose. The speedup is a ratio of sums over the rows that were also decoded plainly.
SELECT
  category,
  COUNT(*) AS generations,
  SUM(completion_tokens) AS tokens,
  ROUND(SUM(completion_tokens - 1) * 1.0 / NULLIF(SUM(num_rounds), 0), 3) AS tau,
  ROUND(SUM(num_draft_forwards) * 1.0 / NULLIF(SUM(num_rounds), 0), 3) AS delta,
  ROUND(SUM(num_accepted_draft_tokens) * 1.0 / NULLIF(SUM(num_draft_tokens), 0), 3) AS acceptance,
  ROUND(SUM(completion_tokens - 1) * 1000.0 / NULLIF(SUM(decode_ms), 0), 1) AS tokens_per_s,
  COUNT(baseline_tokens_per_s) AS measured,
  ROUND(
    SUM(CASE WHEN baseline_tokens_per_s IS NOT NULL
        THEN (completion_tokens - 1) * 1000.0 / baseline_tokens_per_s END)
    / NULLIF(SUM(CASE WHEN baseline_tokens_per_s IS NOT NULL THEN decode_ms END), 0), 3) AS speedup
FROM generations
GROUP BY category
ORDER BY category;
