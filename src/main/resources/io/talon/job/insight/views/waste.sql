-- What drafting brought and what it cost, generation by generation: tau against delta.
--
-- run_id, prompt_id, sample_idx, turn_idx  which generation
-- category         the input's --category-column, else its column category; all where there is none
-- tokens           generated tokens
-- tau              tokens per round: (completion_tokens - 1) / num_rounds
-- delta            draft forwards per round: num_draft_forwards / num_rounds
-- drafted_tokens   tree rows verified, roots not counted
-- wasted_tokens    of these, rows that were not accepted: num_draft_tokens - num_accepted_draft_tokens
-- wasted_share     wasted_tokens / drafted_tokens
-- idle_forwards    draft forwards per round beyond those that an oracle takes, one for every accepted token:
--                  (num_draft_forwards - num_accepted_draft_tokens) / num_rounds; an oracle has delta = tau - 1
SELECT
  run_id,
  prompt_id,
  sample_idx,
  turn_idx,
  category,
  completion_tokens AS tokens,
  ROUND((completion_tokens - 1) * 1.0 / num_rounds, 3) AS tau,
  ROUND(num_draft_forwards * 1.0 / num_rounds, 3) AS delta,
  num_draft_tokens AS drafted_tokens,
  num_draft_tokens - num_accepted_draft_tokens AS wasted_tokens,
  ROUND((num_draft_tokens - num_accepted_draft_tokens) * 1.0 / NULLIF(num_draft_tokens, 0), 3) AS wasted_share,
  ROUND((num_draft_forwards - num_accepted_draft_tokens) * 1.0 / num_rounds, 3) AS idle_forwards
FROM generations
WHERE num_rounds > 0
ORDER BY wasted_tokens DESC, run_id, prompt_id, sample_idx, turn_idx
