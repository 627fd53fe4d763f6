-- What a list shows of a document stands with what it is found by: a page is read from rows that lie together
-- and not from versions that lie apart. Rows of before have none, nor have those that are entered without a version
-- at hand: list::list_documents looks theirs up.
ALTER TABLE client_document ADD COLUMN metadata bytea;
ALTER TABLE client_document ALTER COLUMN metadata SET STORAGE EXTERNAL;

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 8160)', 'client_document_' || n);
    END LOOP;
END $$;
