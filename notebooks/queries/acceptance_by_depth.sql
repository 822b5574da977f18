-- How far the accepted path reached: of the rounds whose tree had a node at a depth, the share in
-- which one of them was accepted, and the share given that the depth above was accepted.
WITH depths AS (
  SELECT d.depth, r.accepted, r.tree_depth
  FROM rounds AS r
  JOIN range(1, 129) AS d(depth) ON d.depth <= r.tree_depth
)
SELECT
  depth,
  COUNT(*) AS rounds_that_reached,
  SUM(CASE WHEN accepted >= depth THEN 1 ELSE 0 END) AS accepted_here,
  ROUND(AVG(CASE WHEN accepted >= depth THEN 1.0 ELSE 0.0 END), 4) AS share,
  ROUND(
    SUM(CASE WHEN accepted >= depth THEN 1.0 ELSE 0.0 END)
    / NULLIF(SUM(CASE WHEN accepted >= depth - 1 THEN 1.0 ELSE 0.0 END), 0), 4) AS share_given_parent
FROM depths
GROUP BY depth
ORDER BY depth;
