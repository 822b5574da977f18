-- Whether the draft is as sure as it may be: what it expected of a token, and how often that was the token.
--
-- Counted are the nodes whose parent was accepted (or is the root), since only there the target chose among the children.
--
-- run_id            name of the run
-- probability_from  lower end of a bucket of width 0.1, of the draft's probability of a token after its parent
-- nodes             nodes in the bucket
-- mean_probability  mean of exp(log-probability of the node's path - that of its parent's path)
-- accepted_share    of the nodes, those that the target chose; the same as mean_probability for a calibrated draft
-- gap               accepted_share - mean_probability; below 0 the draft is too sure
WITH places AS (
  SELECT run_id, accepted_rows, node_parents, node_logprobs, explode(sequence(1, tree_rows - 1)) AS node
  FROM rounds
  WHERE tree_rows > 1 AND node_parents IS NOT NULL
),
nodes AS (
  SELECT
    run_id,
    accepted_rows,
    node_logprobs,
    node,
    element_at(node_parents, CAST(node AS INT)) AS parent,
    element_at(node_logprobs, CAST(node AS INT)) AS logprob
  FROM places
),
judged AS (
  SELECT
    run_id,
    CASE
      WHEN parent = 0 THEN LEAST(EXP(logprob), 1.0)
      ELSE LEAST(EXP(logprob - element_at(node_logprobs, CAST(GREATEST(parent, 1) AS INT))), 1.0)
    END AS probability,
    CASE WHEN array_contains(accepted_rows, CAST(node AS INT)) THEN 1.0 ELSE 0.0 END AS accepted
  FROM nodes
  WHERE parent = 0 OR array_contains(accepted_rows, parent)
)
SELECT
  run_id,
  ROUND(LEAST(FLOOR(probability * 10), 9) / 10.0, 1) AS probability_from,
  COUNT(*) AS nodes,
  ROUND(AVG(probability), 4) AS mean_probability,
  ROUND(AVG(accepted), 4) AS accepted_share,
  ROUND(AVG(accepted) - AVG(probability), 4) AS gap
FROM judged
GROUP BY run_id, ROUND(LEAST(FLOOR(probability * 10), 9) / 10.0, 1)
ORDER BY run_id, probability_from
