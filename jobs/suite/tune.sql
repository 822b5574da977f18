-- What tune foretold of settings, and what runs with these settings came to.
--
-- options       of the run
-- category      of the prompts; all for all of them
-- seen          share of rounds that lie within the recorded trees
-- foretold      tokens per second, tau and delta as replayed
-- measured      tokens per second of all sequences of a batch while they decode: sum(completion_tokens - 1) / sum(decode_ms) * 1000
--               * batch, of generations that finished in the later half of the run; tau and delta of all generations
-- error         foretold tokens_per_s / measured - 1
WITH foretold AS (
  SELECT DISTINCT category, each.options, each.tau, each.delta, each.tokens_per_s, each.seen
  FROM (SELECT category, explode(array(recommended, as_it_ran, plain)) AS each FROM json.`@FORETOLD@` WHERE batch = @BATCH@)
),
named AS (
  SELECT
    run_id,
    CASE get_json_object(options, '$.policy')
      WHEN 'ar' THEN '--policy ar'
      WHEN 'chain' THEN '--policy chain --budget ' || get_json_object(options, '$.budget')
      ELSE '--budget ' || get_json_object(options, '$.budget') || ' --width ' || get_json_object(options, '$.width')
        || ' --mu ' || get_json_object(options, '$.mu')
    END AS options
  FROM runs
),
ranked AS (
  SELECT generations.*, PERCENT_RANK() OVER (PARTITION BY run_id ORDER BY finished) AS place FROM generations
),
both AS (
  SELECT *, category AS of FROM ranked
  UNION ALL
  SELECT *, 'all' AS of FROM ranked
),
measured AS (
  SELECT
    named.options,
    both.of AS category,
    SUM(CASE WHEN place >= 0.5 THEN completion_tokens - 1 END) * 1000.0 / SUM(CASE WHEN place >= 0.5 THEN decode_ms END) * @BATCH@
      AS tokens_per_s,
    SUM(completion_tokens - 1) * 1.0 / SUM(num_rounds) AS tau,
    SUM(num_draft_forwards) * 1.0 / SUM(num_rounds) AS delta
  FROM both
  JOIN named ON named.run_id = both.run_id
  GROUP BY named.options, both.of
)
SELECT
  foretold.options,
  foretold.category,
  ROUND(foretold.seen, 2) AS seen,
  ROUND(foretold.tau, 2) AS tau,
  ROUND(measured.tau, 2) AS tau_measured,
  ROUND(foretold.delta, 2) AS delta,
  ROUND(measured.delta, 2) AS delta_measured,
  ROUND(foretold.tokens_per_s, 0) AS tokens_per_s,
  ROUND(measured.tokens_per_s, 0) AS tokens_per_s_measured,
  ROUND(foretold.tokens_per_s / measured.tokens_per_s - 1, 3) AS error
FROM foretold
JOIN measured ON measured.options = foretold.options AND measured.category = foretold.category
ORDER BY foretold.category, foretold.options
