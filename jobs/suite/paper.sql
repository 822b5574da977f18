-- Methods by prompt set and temperature; the set (mean) is the mean over sets, as papers have it.
--
-- temperature   0 greedy
-- prompts       prompt set
-- method        policy
-- tau           tokens per target forward
-- delta         draft forwards per target forward
-- tokens_per_s  tokens per second of one sequence while it decodes
-- speedup       tokens_per_s / tokens_per_s of ar on the same set at the same temperature
WITH named AS (
  SELECT
    run_id,
    get_json_object(options, '$.policy') AS method,
    CAST(get_json_object(options, '$.temperature') AS DOUBLE) AS temperature
  FROM runs
),
figures AS (
  SELECT named.temperature, by_category.category AS prompts, named.method, tau, delta, tokens_per_s
  FROM by_category
  JOIN named ON named.run_id = by_category.run_id
  WHERE by_category.category <> '(warm-up)'
),
measured AS (
  SELECT figures.*, figures.tokens_per_s / plain.tokens_per_s AS speedup
  FROM figures
  JOIN figures AS plain
    ON plain.method = 'ar' AND plain.prompts = figures.prompts AND plain.temperature = figures.temperature
)
SELECT temperature, prompts, method, ROUND(tau, 2) AS tau, ROUND(delta, 2) AS delta, tokens_per_s, ROUND(speedup, 2) AS speedup
FROM measured
UNION ALL
SELECT
  temperature,
  '(mean)',
  method,
  ROUND(AVG(tau), 2),
  ROUND(AVG(delta), 2),
  ROUND(AVG(tokens_per_s), 1),
  ROUND(AVG(speedup), 2)
FROM measured
GROUP BY temperature, method
ORDER BY temperature, prompts, speedup DESC, method
