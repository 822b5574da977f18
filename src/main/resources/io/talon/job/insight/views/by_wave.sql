-- The waves of a run, in the order in which they were committed.
--
-- run_id        name of the run
-- wave          number of the wave, from 0
-- generations   rows
-- tokens        generated tokens
-- tau           tokens per round: sum(completion_tokens - 1) / sum(num_rounds)
-- tokens_per_s  tokens per second of one sequence: sum(completion_tokens - 1) / sum(decode_ms) * 1000
-- quarantined   input rows in quarantine
WITH work AS (
  SELECT
    run_id,
    wave,
    1 AS generations,
    completion_tokens AS tokens,
    completion_tokens - 1 AS round_tokens,
    num_rounds,
    decode_ms,
    0 AS quarantined
  FROM generations
  UNION ALL
  SELECT run_id, wave, 0, 0, 0, 0, 0.0, 1 FROM quarantine
)
SELECT
  run_id,
  wave,
  SUM(generations) AS generations,
  SUM(tokens) AS tokens,
  ROUND(SUM(round_tokens) * 1.0 / NULLIF(SUM(num_rounds), 0), 3) AS tau,
  ROUND(SUM(round_tokens) * 1000.0 / NULLIF(SUM(decode_ms), 0), 1) AS tokens_per_s,
  SUM(quarantined) AS quarantined
FROM work
GROUP BY run_id, wave
ORDER BY run_id, wave
