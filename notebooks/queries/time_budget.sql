-- Where the time went, as shares of prefill and decoding, by policy.
SELECT
  policy,
  COUNT(*) AS generations,
  ROUND(SUM(prefill_ms) / SUM(prefill_ms + decode_ms), 4) AS prefill,
  ROUND(SUM(draft_ms) / SUM(prefill_ms + decode_ms), 4) AS draft,
  ROUND(SUM(verify_ms) / SUM(prefill_ms + decode_ms), 4) AS verify,
  ROUND(SUM(host_ms) / SUM(prefill_ms + decode_ms), 4) AS host,
  ROUND(SUM(prefill_ms + decode_ms) / 1000.0, 2) AS sequence_s
FROM generations
GROUP BY policy
ORDER BY policy;
