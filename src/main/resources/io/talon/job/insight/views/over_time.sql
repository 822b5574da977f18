-- Speed and live sequences in the course of a run, in 60 stretches of equal length.
--
-- A generation is taken to decode evenly from its start, finished less decode_ms and prefill_ms, to its end.
--
-- run_id          name of the run
-- stretch         number of the stretch, from 0
-- second          seconds from the first start to the begin of the stretch
-- tokens_per_s    tokens per second of all sequences together: sum of each generation's tokens by the share of its time
--                 that lies in the stretch, / length of the stretch
-- live_sequences  sequences in prefill or decoding, mean over the stretch
WITH spans AS (
  SELECT
    run_id,
    completion_tokens,
    unix_millis(finished) * 1.0 - GREATEST(decode_ms + prefill_ms, 0.001) AS start_ms,
    unix_millis(finished) * 1.0 AS end_ms
  FROM generations
  WHERE finished IS NOT NULL
),
runs_of_spans AS (
  SELECT run_id, MIN(start_ms) AS begin_ms, (MAX(end_ms) - MIN(start_ms)) / 60.0 AS stretch_ms FROM spans GROUP BY run_id
),
stretches AS (
  SELECT
    run_id,
    begin_ms,
    stretch_ms,
    explode(sequence(0, 59)) AS stretch
  FROM runs_of_spans
),
shares AS (
  SELECT
    stretches.run_id,
    stretches.stretch,
    stretches.stretch_ms,
    spans.completion_tokens,
    spans.end_ms - spans.start_ms AS span_ms,
    GREATEST(
      LEAST(spans.end_ms, stretches.begin_ms + (stretches.stretch + 1) * stretches.stretch_ms)
      - GREATEST(spans.start_ms, stretches.begin_ms + stretches.stretch * stretches.stretch_ms), 0) AS shared_ms
  FROM stretches
  JOIN spans ON spans.run_id = stretches.run_id
)
SELECT
  run_id,
  stretch,
  ROUND(stretch * MAX(stretch_ms) / 1000, 3) AS second,
  ROUND(SUM(completion_tokens * shared_ms / span_ms) * 1000 / MAX(stretch_ms), 1) AS tokens_per_s,
  ROUND(SUM(shared_ms) / MAX(stretch_ms), 2) AS live_sequences
FROM shares
GROUP BY run_id, stretch
ORDER BY run_id, stretch
