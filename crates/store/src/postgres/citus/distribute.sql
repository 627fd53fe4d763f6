-- Where the tables go. They are empty of foreign keys now; what Citus can keep comes at the end.

-- On every node, because a document is looked for by its own identifier, beside a version by the version's, and
-- beside the rows of a client: no way of cutting it serves all three.
SELECT create_reference_table('document');

-- A version and its content lie together, by the name of the version.
SELECT create_distributed_table('document_version', 'oid', colocate_with => 'none');
SELECT create_distributed_table('content', 'version_oid', colocate_with => 'document_version');

-- What stands in the list of a client lies together, by the client.
SELECT create_distributed_table('client_document', 'client_key', colocate_with => 'none');
SELECT create_distributed_table('client_document_service', 'client_key', colocate_with => 'client_document');
SELECT create_distributed_table('client_document_link', 'client_key', colocate_with => 'client_document');

-- To a table that is on every node, and within a shard: these are kept.
ALTER TABLE document_version ADD CONSTRAINT document_version_original_oid_fkey
    FOREIGN KEY (original_oid) REFERENCES document (original_oid);
ALTER TABLE content ADD CONSTRAINT content_version_oid_fkey
    FOREIGN KEY (version_oid) REFERENCES document_version (oid);
ALTER TABLE case_file ADD CONSTRAINT case_file_original_oid_fkey
    FOREIGN KEY (original_oid) REFERENCES document (original_oid);
