-- What tune foretold of settings, and what these settings came to in the bench.
--
-- setting       as --policies of the bench has it
-- why           whether the run was made so, tune recommends it, or it was asked for
-- seen          share of rounds that lie within the recorded trees
-- tau, delta    as replayed, and as measured
-- tokens_per_s  of all sequences of a batch while they decode, prefill left out: as foretold, and the median of the repeats
-- error         foretold tokens_per_s / measured - 1
-- to_as_it_ran  the same of the ratios to the setting that was recorded: without the level of the machine
WITH lines AS (SELECT * FROM json.`@FORETOLD@` WHERE category = 'all'),
foretold AS (
  SELECT DISTINCT each.*, why
  FROM (
    SELECT asked AS each, 'asked' AS why FROM lines WHERE asked IS NOT NULL
    UNION ALL
    SELECT recommended, 'recommended' FROM lines WHERE recommended IS NOT NULL
  )
),
measured AS (
  SELECT
    CASE policy
      WHEN 'ar' THEN 'ar'
      WHEN 'chain' THEN 'chain:' || budget
      ELSE policy || ':' || budget || ':' || width || ':' || mu
    END AS name,
    decoding_tokens_per_s,
    tau,
    delta
  FROM json.`@MEASURED@`
),
both AS (
  SELECT
    foretold.*,
    measured.tau AS tau_measured,
    measured.delta AS delta_measured,
    measured.decoding_tokens_per_s AS measured,
    foretold.tokens_per_s / measured.decoding_tokens_per_s AS level
  FROM foretold
  JOIN measured ON measured.name = foretold.name
)
SELECT DISTINCT
  name AS setting,
  CASE WHEN name = 'talon:16:4:0.03' THEN 'as it ran' ELSE why END AS why,
  ROUND(seen, 2) AS seen,
  ROUND(tau, 2) AS tau,
  ROUND(tau_measured, 2) AS tau_measured,
  ROUND(delta, 2) AS delta,
  ROUND(delta_measured, 2) AS delta_measured,
  ROUND(tokens_per_s, 0) AS tokens_per_s,
  ROUND(measured, 0) AS tokens_per_s_measured,
  ROUND(level - 1, 3) AS error,
  ROUND(level / (SELECT MAX(level) FROM both WHERE name = 'talon:16:4:0.03') - 1, 3) AS to_as_it_ran
FROM both
ORDER BY tokens_per_s_measured DESC, setting, why
