-- Does confidence pay? Rounds by the shape that the gate gave them: narrow and deep trees are sure.
SELECT
  CASE
    WHEN tree_depth >= 8 THEN '3: deep (8 or more)'
    WHEN tree_depth >= 4 THEN '2: middle (4 to 7)'
    ELSE '1: shallow (3 or less)'
  END AS shape,
  COUNT(*) AS rounds,
  ROUND(AVG(tree_rows), 2) AS mean_rows,
  ROUND(AVG(accepted), 2) AS mean_accepted,
  ROUND(AVG(accepted * 1.0 / NULLIF(tree_depth, 0)), 3) AS accepted_per_depth,
  ROUND(AVG(draft_forwards), 2) AS mean_draft_forwards
FROM rounds
GROUP BY 1
ORDER BY 1;
