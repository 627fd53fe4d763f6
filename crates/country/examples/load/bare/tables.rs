//! The tables that bare inserts go into: a key each and nothing else that would cost.

use tokio_postgres::Client;

const MAKE: &str = "DROP SCHEMA IF EXISTS bare CASCADE;
CREATE SCHEMA bare;
CREATE TABLE bare.document (
    oid text COLLATE \"C\" NOT NULL PRIMARY KEY,
    client_key uuid NOT NULL,
    controller text COLLATE \"C\" NOT NULL,
    written_at bigint NOT NULL,
    content bytea NOT NULL
);
ALTER TABLE bare.document ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE TABLE bare.entry (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE \"C\" NOT NULL,
    client_key uuid,
    action text COLLATE \"C\" NOT NULL,
    user_id text COLLATE \"C\" NOT NULL,
    user_name text COLLATE \"C\" NOT NULL,
    unit text COLLATE \"C\",
    organisation text COLLATE \"C\" NOT NULL,
    role text COLLATE \"C\",
    authentication text COLLATE \"C\" NOT NULL,
    documents text COLLATE \"C\" NOT NULL,
    rules text COLLATE \"C\" NOT NULL,
    request_id text COLLATE \"C\"
);";

pub(super) async fn make(owner: &Client) {
    owner.batch_execute(MAKE).await.expect("tables for bare inserts");
}

pub(super) async fn drop(owner: &Client) {
    owner.batch_execute("DROP SCHEMA bare CASCADE").await.expect("the tables go");
}
