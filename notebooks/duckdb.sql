-- The tables of a run as views in DuckDB, ready for the files in src/main/resources/io/talon/job/insight/views:
--
--   duckdb -cmd "SET VARIABLE run = 'out/run1'" -cmd ".read notebooks/duckdb.sql"
--   D CREATE VIEW funnel AS <contents of funnel.sql>
--
-- Four functions that Spark calls otherwise; lists count from 1 in both.
CREATE OR REPLACE MACRO element_at(list, i) AS list_extract(list, i);
CREATE OR REPLACE MACRO explode(list) AS unnest(list);
CREATE OR REPLACE MACRO sequence(first, last) AS generate_series(first, last);
CREATE OR REPLACE MACRO unix_millis(moment) AS epoch_ms(moment);
CREATE OR REPLACE VIEW runs AS SELECT * FROM read_parquet(getvariable('run') || '/runs/*.parquet');
CREATE OR REPLACE VIEW generations AS
SELECT *, (SELECT max_by(run_id, started) FROM runs) AS run_id
FROM read_parquet(getvariable('run') || '/wave=*/generations/*.parquet', hive_types = {'wave': INT}, union_by_name = true);
CREATE OR REPLACE VIEW rounds AS
SELECT *, (SELECT max_by(run_id, started) FROM runs) AS run_id
FROM read_parquet(getvariable('run') || '/wave=*/rounds/*.parquet', hive_types = {'wave': INT}, union_by_name = true);
CREATE OR REPLACE VIEW quarantine AS
SELECT *, (SELECT max_by(run_id, started) FROM runs) AS run_id
FROM read_parquet(getvariable('run') || '/wave=*/quarantine/*.parquet', hive_types = {'wave': INT}, union_by_name = true);
