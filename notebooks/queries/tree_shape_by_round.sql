-- How trees change in the course of a generation: rows, depth, accepted tokens by round.
SELECT
  round_idx,
  COUNT(*) AS sequences,
  ROUND(AVG(tree_rows), 2) AS mean_rows,
  ROUND(AVG(tree_depth), 2) AS mean_depth,
  ROUND(AVG(tree_rows * 1.0 / NULLIF(tree_depth + 1, 0)), 2) AS rows_per_level,
  ROUND(AVG(accepted), 2) AS mean_accepted,
  ROUND(AVG(draft_ms), 2) AS mean_draft_ms,
  ROUND(AVG(verify_ms), 2) AS mean_verify_ms
FROM rounds
GROUP BY round_idx
ORDER BY round_idx;
