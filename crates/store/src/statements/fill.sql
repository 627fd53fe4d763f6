-- Rows in every table, for the planner to count: as many of a client, of a register and of a day as there are
-- in real use, by the names of the columns. References are not looked at meanwhile.
SET session_replication_role = replica;
DO $$
DECLARE
    filled record;
BEGIN
    FOR filled IN
        SELECT c.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
            string_agg(CASE
                WHEN a.attname = 'client_key' AND c.relname NOT IN ('client', 'will')
                    THEN 'md5((n / 20)::text)::uuid'
                WHEN format_type(a.atttypid, NULL) = 'uuid'
                    THEN 'overlay(md5(n::text) placing ''019b'' from 1 for 4)::uuid'
                WHEN format_type(a.atttypid, NULL) = 'bytea' THEN 'decode(md5(n::text), ''hex'')'
                WHEN format_type(a.atttypid, NULL) = 'smallint' THEN '(n % 50 = 0)::int'
                WHEN a.attname IN ('log', 'level') THEN 'n % 3'
                WHEN format_type(a.atttypid, NULL) = 'bigint' THEN 'n'
                WHEN a.attname IN ('oid', 'original_oid', 'newest', 'version_oid', 'target', 'subject')
                    THEN '''1.2.'' || n'
                WHEN a.attname = 'case_oid' THEN '''1.2.'' || n / 5'
                WHEN a.attname IN ('user_id', 'unit') THEN '''1.2.'' || n % 50'
                ELSE '''1.2.'' || n % 5' END, ', ' ORDER BY a.attnum) AS made
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind IN ('r', 'p')
            AND NOT c.relispartition AND NOT a.attisdropped AND a.attidentity = ''
            AND c.relname NOT IN ('log_state', 'migration', 'revision')
        GROUP BY c.relname
    LOOP
        EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM generate_series(1, 4000) AS n'
            ' ON CONFLICT DO NOTHING', filled.name, filled.columns, filled.made);
    END LOOP;
END $$;
RESET session_replication_role;
ANALYZE;
