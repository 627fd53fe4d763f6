-- Clients' requests for log data; column types as in 0001.

-- Requests with their extension and answer, each of which happens once. Whom a request is about stands
-- sealed in its details: a client may have no file. Found by id (log_request::find, ::kept_answer).
CREATE TABLE log_request (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    state TEXT NOT NULL,
    received_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    details BLOB NOT NULL,
    user_id TEXT NOT NULL,
    log_entry BLOB NOT NULL,
    extended_at INTEGER,
    extended_by TEXT,
    extension_reason BLOB,
    answered_at INTEGER,
    answered_by TEXT,
    answer BLOB
) STRICT;

-- For log_request::list.
CREATE INDEX log_request_by_controller ON log_request (controller, at, id);

-- For client::joined_to. Partial, for most files are joined to none.
CREATE INDEX client_by_person ON client (joined_to, client_key) WHERE joined_to IS NOT NULL;
