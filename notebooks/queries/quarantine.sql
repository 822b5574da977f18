-- Rows that could not be decoded, by error, with one example each.
SELECT
  error_code,
  COUNT(*) AS rows_in_quarantine,
  MAX(attempts) AS most_attempts,
  MIN(prompt_id) AS example_id,
  MIN(error_message) AS example_message
FROM quarantine
GROUP BY error_code
ORDER BY rows_in_quarantine DESC, error_code;
