-- Why generations ended, and how long they were.
--
-- run_id         name of the run
-- finish_reason  what ended the generation
-- generations    rows
-- share          generations / all generations of the run
-- mean_tokens    mean of completion_tokens
-- median_tokens  median of completion_tokens, between the two middle ones where there are two
-- most_tokens    largest completion_tokens
WITH totals AS (
  SELECT run_id, COUNT(*) AS generations_of_run FROM generations GROUP BY run_id
)
SELECT
  generations.run_id,
  generations.finish_reason,
  COUNT(*) AS generations,
  ROUND(COUNT(*) * 1.0 / totals.generations_of_run, 4) AS share,
  ROUND(AVG(generations.completion_tokens), 1) AS mean_tokens,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY generations.completion_tokens) AS median_tokens,
  MAX(generations.completion_tokens) AS most_tokens
FROM generations
JOIN totals ON totals.run_id = generations.run_id
GROUP BY generations.run_id, generations.finish_reason, totals.generations_of_run
ORDER BY generations.run_id, generations DESC, generations.finish_reason
