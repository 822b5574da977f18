-- What the trees looked like: mean width of each depth over all rounds (0 where a tree was not that
-- deep), and over the rounds that got there.
WITH layers AS (
  SELECT d.depth, element_at(r.widths, CAST(d.depth AS INT)) AS width
  FROM rounds AS r
  JOIN range(1, 129) AS d(depth) ON d.depth <= r.tree_depth
)
SELECT
  depth,
  COUNT(*) AS trees,
  ROUND(SUM(width) * 1.0 / (SELECT COUNT(*) FROM rounds), 3) AS mean_width,
  ROUND(AVG(width), 3) AS mean_width_where_reached,
  MAX(width) AS widest
FROM layers
GROUP BY depth
ORDER BY depth;
