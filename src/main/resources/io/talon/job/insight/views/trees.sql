-- What the trees look like, layer by layer.
--
-- run_id                    name of the run
-- depth                     layer of the tree, 1 below the root
-- trees                     rounds whose tree has a node at this depth
-- mean_width                nodes per round over all rounds of the run, 0 where a tree is not that deep
-- mean_width_where_reached  nodes per round over the rounds in trees
-- widest                    most nodes of a round
-- accepted_share            rounds that accepted a node at this depth / trees
WITH totals AS (
  SELECT run_id, COUNT(*) AS rounds_of_run FROM rounds GROUP BY run_id
),
steps AS (
  SELECT run_id, widths, accepted, explode(sequence(1, tree_depth)) AS depth FROM rounds WHERE tree_depth > 0
),
layers AS (
  SELECT run_id, depth, accepted, element_at(widths, CAST(depth AS INT)) AS width FROM steps
)
SELECT
  layers.run_id,
  layers.depth,
  COUNT(*) AS trees,
  ROUND(SUM(layers.width) * 1.0 / totals.rounds_of_run, 3) AS mean_width,
  ROUND(AVG(layers.width), 3) AS mean_width_where_reached,
  MAX(layers.width) AS widest,
  ROUND(AVG(CASE WHEN layers.accepted >= layers.depth THEN 1.0 ELSE 0.0 END), 4) AS accepted_share
FROM layers
JOIN totals ON totals.run_id = layers.run_id
GROUP BY layers.run_id, layers.depth, totals.rounds_of_run
ORDER BY layers.run_id, layers.depth
