-- Which sibling was followed: accepted tokens by depth and by rank among the children of one node
-- (0 is the draft's first choice). Ranks above 0 are what a tree has over a chain.
WITH accepted AS (
  SELECT d.depth, element_at(r.accepted_ranks, CAST(d.depth AS INT)) AS sibling_rank
  FROM rounds AS r
  JOIN range(1, 129) AS d(depth) ON d.depth <= r.accepted
)
SELECT
  depth,
  COUNT(*) AS accepted_tokens,
  ROUND(AVG(CASE WHEN sibling_rank = 0 THEN 1.0 ELSE 0.0 END), 4) AS first_choice,
  ROUND(AVG(CASE WHEN sibling_rank = 1 THEN 1.0 ELSE 0.0 END), 4) AS second_choice,
  ROUND(AVG(CASE WHEN sibling_rank = 2 THEN 1.0 ELSE 0.0 END), 4) AS third_choice,
  ROUND(AVG(CASE WHEN sibling_rank > 2 THEN 1.0 ELSE 0.0 END), 4) AS later_choice
FROM accepted
GROUP BY depth
ORDER BY depth;
