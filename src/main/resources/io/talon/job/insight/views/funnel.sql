-- How far rounds get down their trees, and by which sibling.
--
-- run_id              name of the run
-- depth               layer of the tree, 1 below the root
-- sibling_rank        place among the children of one node, 0 the draft's first choice
-- rounds_reached      rounds whose tree has a node at this depth
-- parents_accepted    of these, rounds that accepted a node at the depth above; the root counts as accepted
-- accepted            of these, rounds that accepted a node of this rank at this depth
-- share               accepted / rounds_reached
-- share_given_parent  accepted / parents_accepted; summed over the ranks, the chance to get from one depth to the next
WITH layers AS (
  SELECT run_id, accepted, explode(sequence(1, tree_depth)) AS depth FROM rounds WHERE tree_depth > 0
),
depths AS (
  SELECT
    run_id,
    depth,
    COUNT(*) AS rounds_reached,
    SUM(CASE WHEN accepted >= depth - 1 THEN 1 ELSE 0 END) AS parents_accepted
  FROM layers
  GROUP BY run_id, depth
),
steps AS (
  SELECT run_id, accepted_ranks, explode(sequence(1, accepted)) AS depth FROM rounds WHERE accepted > 0
),
followed AS (
  SELECT run_id, depth, element_at(accepted_ranks, CAST(depth AS INT)) AS sibling_rank FROM steps
)
SELECT
  followed.run_id,
  followed.depth,
  followed.sibling_rank,
  depths.rounds_reached,
  depths.parents_accepted,
  COUNT(*) AS accepted,
  ROUND(COUNT(*) * 1.0 / depths.rounds_reached, 4) AS share,
  ROUND(COUNT(*) * 1.0 / depths.parents_accepted, 4) AS share_given_parent
FROM followed
JOIN depths ON depths.run_id = followed.run_id AND depths.depth = followed.depth
GROUP BY followed.run_id, followed.depth, followed.sibling_rank, depths.rounds_reached, depths.parents_accepted
ORDER BY followed.run_id, followed.depth, followed.sibling_rank
