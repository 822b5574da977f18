-- Generations in SQL, in this project's folder:
--   spark-sql --jars target/talon-spark-0.1.0-app.jar -d out=/tmp/answers -f jobs/examples/answers.sql
-- The run begins when the view is first read; read again, or in another session, it is not run again.
CREATE TEMPORARY VIEW answers USING talon OPTIONS (
  input 'data-samples/prompts.jsonl', limit '4', output '${out}',
  target 'data-samples/models/talon-demo/target', draft 'data-samples/models/talon-demo/head',
  dtype 'fp32', max_new_tokens '24');

CREATE TABLE kept USING parquet LOCATION '${out}-kept' AS
SELECT prompt_id, category, generated_text, completion_tokens, num_rounds FROM answers;

SELECT category, count(*) AS texts, sum(completion_tokens - 1) / sum(num_rounds) AS tau FROM kept GROUP BY category;
