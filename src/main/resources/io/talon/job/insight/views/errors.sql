-- Input rows that could not be decoded, by error, with one example each.
--
-- run_id           name of the run
-- error_code       code of the error
-- rows_lost        input rows in quarantine
-- most_attempts    most times that one of them was tried
-- example_id       prompt_id of the first by name
-- example_message  the first message by its text
SELECT
  run_id,
  error_code,
  COUNT(*) AS rows_lost,
  MAX(attempts) AS most_attempts,
  MIN(prompt_id) AS example_id,
  MIN(error_message) AS example_message
FROM quarantine
GROUP BY run_id, error_code
ORDER BY run_id, rows_lost DESC, error_code
