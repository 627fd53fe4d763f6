-- The tables that leave this node, each in one piece: Citus cuts a table into shards by itself, and does not take
-- one that is cut by hash already. A table is made anew beside the old one, filled, and put in its place under the
-- same name, with its indexes and with what roles may do to it.

-- What leads from one table to another. What Citus can keep comes back when the tables are where they belong.
ALTER TABLE content DROP CONSTRAINT content_version_oid_fkey;
ALTER TABLE document_version DROP CONSTRAINT document_version_original_oid_fkey;
ALTER TABLE case_file DROP CONSTRAINT case_file_original_oid_fkey;

DO $$
DECLARE
    moved text;
    names text[];
    constraints text[];
    indexes text[];
    grants text[];
    settings text;
    line text;
BEGIN
    FOREACH moved IN ARRAY ARRAY['document', 'document_version', 'content', 'client_document',
        'client_document_service', 'client_document_link']
    LOOP
        SELECT array_agg(format('ALTER TABLE %I ADD CONSTRAINT %I %s', moved, conname, pg_get_constraintdef(oid))
            ORDER BY contype, conname), array_agg(conname::text)
        INTO constraints, names
        FROM pg_constraint WHERE conrelid = moved::regclass;
        SELECT array_agg(replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') ORDER BY indexrelid)
        INTO indexes
        FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
        WHERE indrelid = moved::regclass AND index.relname <> ALL (names);
        SELECT array_agg(format('GRANT %s ON %I TO %s', privilege_type, moved,
            CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END))
        INTO grants
        FROM pg_class, aclexplode(relacl) WHERE oid = moved::regclass AND grantee <> relowner;

        -- How rows lie in their pages is a setting of each part.
        SELECT format('WITH (%s)', string_agg(DISTINCT setting, ', '))
        INTO settings
        FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid, unnest(part.reloptions) AS setting
        WHERE inhparent = moved::regclass AND starts_with(setting, 'toast_tuple_target=')
        HAVING count(*) > 0;

        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES) %s', moved || '_whole', moved,
            settings);
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', moved || '_whole', moved);
        EXECUTE format('DROP TABLE %I', moved);
        EXECUTE format('ALTER TABLE %I RENAME TO %I', moved || '_whole', moved);
        FOREACH line IN ARRAY constraints || indexes || grants LOOP
            EXECUTE line;
        END LOOP;
    END LOOP;
END $$;
