-- What is sealed or signed does not shrink: nobody is to try. Rows of a few kilobytes stay whole in their page
-- instead of lying in pieces beside the table.
ALTER TABLE document ALTER COLUMN clients SET STORAGE EXTERNAL;
ALTER TABLE document_version ALTER COLUMN metadata SET STORAGE EXTERNAL;
ALTER TABLE document_version ALTER COLUMN signatures SET STORAGE EXTERNAL;
ALTER TABLE content ALTER COLUMN packed SET STORAGE EXTERNAL;

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 8160)', 'document_version_' || n);
        EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 8160)', 'content_' || n);
    END LOOP;
END $$;

-- The index by client is derived from the documents, in the same plan that stores them, and can be made anew
-- from them: looking up both ends of each of its rows cost more than the row itself.
ALTER TABLE client_document DROP CONSTRAINT client_document_client_key_fkey;
ALTER TABLE client_document DROP CONSTRAINT client_document_original_oid_fkey;
ALTER TABLE client_document_service DROP CONSTRAINT client_document_service_client_key_fkey;
ALTER TABLE client_document_service DROP CONSTRAINT client_document_service_original_oid_fkey;
ALTER TABLE client_document_link DROP CONSTRAINT client_document_link_client_key_fkey;
ALTER TABLE client_document_link DROP CONSTRAINT client_document_link_original_oid_fkey;
