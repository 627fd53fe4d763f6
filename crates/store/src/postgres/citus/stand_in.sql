-- Functions of the names and forms that Citus documents, which note their calls and do nothing else: for tests.
CREATE SCHEMA citus_stand_in;

CREATE TABLE citus_stand_in.call (
    number bigint GENERATED ALWAYS AS IDENTITY,
    function text NOT NULL,
    relation text NOT NULL,
    by_column text,
    beside text
);

-- The catalogs that are asked, under the names and with the columns that Citus documents: a coordinator and two
-- workers.
CREATE TABLE citus_stand_in.pg_dist_local_group (groupid int);
INSERT INTO citus_stand_in.pg_dist_local_group VALUES (0);
CREATE TABLE citus_stand_in.pg_dist_node (groupid int, noderole text, isactive bool, shouldhaveshards bool);
INSERT INTO citus_stand_in.pg_dist_node
VALUES (0, 'primary', true, false), (1, 'primary', true, true), (2, 'primary', true, true);
CREATE VIEW citus_stand_in.pg_dist_partition AS SELECT relation::regclass AS logicalrelid FROM citus_stand_in.call;

-- Refuses what Citus refuses: a table that is cut by hash, one with unique names that do not hold the column, and
-- one that is known already.
CREATE FUNCTION citus_stand_in.take(name text, relation regclass, by_column text, beside text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = relation) <> 'r' THEN
        RAISE EXCEPTION 'cannot distribute a partitioned table';
    END IF;
    IF EXISTS (SELECT FROM citus_stand_in.call AS c WHERE c.relation = take.relation::text) THEN
        RAISE EXCEPTION 'table % is already distributed', relation;
    END IF;
    IF by_column IS NOT NULL AND EXISTS (SELECT FROM pg_index WHERE indrelid = relation AND indisunique AND NOT
        (SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = by_column) = ANY (indkey)) THEN
        RAISE EXCEPTION 'cannot create constraint on %: it does not hold the distribution column', relation;
    END IF;
    IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND relation IN (conrelid, confrelid)) THEN
        RAISE EXCEPTION 'foreign keys of % stand in the way', relation;
    END IF;
    INSERT INTO citus_stand_in.call (function, relation, by_column, beside)
    VALUES (name, relation::text, by_column, beside);
END $$;

CREATE FUNCTION citus_stand_in.create_reference_table(table_name regclass) RETURNS void
LANGUAGE sql AS $$ SELECT citus_stand_in.take('create_reference_table', table_name, NULL, NULL) $$;

CREATE FUNCTION citus_stand_in.create_distributed_table(table_name regclass, distribution_column text,
    distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
    SELECT citus_stand_in.take('create_distributed_table', table_name, distribution_column, colocate_with)
$$;
