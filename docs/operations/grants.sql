-- What the server may do in the store, and no more. Run by the owner of the schema after `varanto migrate`,
-- and again after each migration; it may be run as often as one likes:
--
--     psql --set=ON_ERROR_STOP=1 --dbname=varanto --username=varanto_owner --file=grants.sql
--
-- The role is made beforehand by an administrator of the database (one-server.md). What is not granted here
-- cannot happen, whatever the program does: a stored version, its content, the identifier of a client, a
-- checkpoint, the history of the directories and the words of a log entry cannot be changed by the server.

\set schema varanto
\set server varanto_server

BEGIN;
SET LOCAL search_path = :"schema";

-- Nothing by default, and nothing that an earlier version of this file gave.
REVOKE ALL ON SCHEMA :"schema" FROM PUBLIC, :"server";
REVOKE ALL ON ALL TABLES IN SCHEMA :"schema" FROM PUBLIC, :"server";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA :"schema" FROM PUBLIC, :"server";

GRANT USAGE ON SCHEMA :"schema" TO :"server";
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO :"server";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA :"schema" TO :"server";

-- Written once and never changed.
GRANT INSERT ON document_version, content, log_leaf, log_checkpoint, directory_change, access_order, choice,
    recipient, disclosure_request, breach, breach_step, review, log_request, outbox, client TO :"server";

-- The salt of a leaf leaves with the content of its entry, and nothing else of it.
GRANT UPDATE (salt) ON log_leaf TO :"server";

-- Entries of the logs: added, and removed whole after twelve years. Never changed.
GRANT INSERT, DELETE ON use_entry, disclosure_entry, administrative_entry TO :"server";

-- Rows that move on: each is changed by what happens to what it stands for.
GRANT UPDATE (version, joined_to) ON client TO :"server";
GRANT UPDATE (client_key) ON access_order TO :"server";
GRANT UPDATE (refused_at, refused_by, refusal_reason) ON choice TO :"server";
GRANT UPDATE (ended_at, ended_by) ON recipient TO :"server";
GRANT UPDATE ON disclosure_request, breach, review, log_request, outbox TO :"server";
GRANT DELETE ON breach_step TO :"server";

-- Documents, and what is derived from them. A row of `document` is never removed.
GRANT INSERT, UPDATE ON document TO :"server";
GRANT INSERT, UPDATE, DELETE ON client_document, client_document_service, client_document_link, standing, will,
    case_file, register_access TO :"server";

-- The directories, what was published, and the counters of both.
GRANT INSERT, UPDATE, DELETE ON organisation, unit, person, certificate, professional_right, deployment
    TO :"server";
GRANT INSERT, UPDATE ON structure, code_set TO :"server";
GRANT UPDATE ON revision TO :"server";

-- The log's tree, and what witnesses sign of it.
GRANT UPDATE ON log_state TO :"server";
GRANT INSERT, UPDATE ON log_tile, log_cosignature TO :"server";

-- Assertions that were used, until they expire.
GRANT INSERT, DELETE ON spent_assertion TO :"server";

COMMIT;
