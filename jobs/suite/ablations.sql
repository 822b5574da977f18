-- One option of talon at a time; figures are sums over all sets, the prompts that warmed up left out.
--
-- budget, mu         options of the run
-- ungated            --ungated-layers: layers that take the best of a width, whatever the gate
-- width              nodes of an ungated layer
-- tau                tokens per target forward: sum(completion_tokens - 1) / sum(num_rounds)
-- delta              draft forwards per target forward: sum(num_draft_forwards) / sum(num_rounds)
-- tokens_per_s       tokens per second of one sequence: sum(completion_tokens - 1) / sum(decode_ms) * 1000
-- speedup            tokens_per_s / tokens_per_s of ar
WITH figures AS (
  SELECT
    run_id,
    SUM(completion_tokens - 1) * 1.0 / SUM(num_rounds) AS tau,
    SUM(num_draft_forwards) * 1.0 / SUM(num_rounds) AS delta,
    SUM(completion_tokens - 1) * 1000.0 / SUM(decode_ms) AS tokens_per_s
  FROM generations
  WHERE category <> '(warm-up)'
  GROUP BY run_id
),
named AS (
  SELECT
    get_json_object(runs.options, '$.policy') AS method,
    CAST(get_json_object(runs.options, '$.budget') AS INT) AS budget,
    CAST(get_json_object(runs.options, '$.mu') AS DOUBLE) AS mu,
    CAST(get_json_object(runs.options, '$.ungated-layers') AS INT) AS ungated,
    CAST(get_json_object(runs.options, '$.width') AS INT) AS width,
    figures.*
  FROM figures
  JOIN runs ON runs.run_id = figures.run_id
)
SELECT
  budget,
  mu,
  ungated,
  width,
  ROUND(tau, 2) AS tau,
  ROUND(delta, 2) AS delta,
  ROUND(tokens_per_s, 1) AS tokens_per_s,
  ROUND(tokens_per_s / (SELECT MAX(tokens_per_s) FROM named WHERE method = 'ar'), 2) AS speedup
FROM named
WHERE method = 'talon'
ORDER BY budget, mu, ungated, width
