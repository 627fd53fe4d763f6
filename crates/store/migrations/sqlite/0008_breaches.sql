-- The register of breaches; column types as in 0001.

-- Breaches with how far they have come, which follows from their steps and is kept for lists. Found by id
-- (breach::find, ::advance), which is the name of the log entry that was written with it.
CREATE TABLE breach (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    aware_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    documents TEXT NOT NULL,
    clients BLOB NOT NULL,
    details BLOB,
    organisation TEXT NOT NULL,
    user_id TEXT NOT NULL,
    steps INTEGER NOT NULL,
    state TEXT NOT NULL,
    risk TEXT,
    met_at INTEGER,
    closed_at INTEGER
) STRICT;

-- For breach::list.
CREATE INDEX breach_by_controller ON breach (controller, at, id);

-- For breach::reports_by and ::guard_reports.
CREATE INDEX breach_by_reporter ON breach (controller, organisation, user_id, at, id);

-- What was done about a breach, numbered from 1; only ever added to. Found by its key (breach::steps).
CREATE TABLE breach_step (
    breach BLOB NOT NULL REFERENCES breach,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    details BLOB NOT NULL,
    user_id TEXT NOT NULL,
    log_entry BLOB NOT NULL,
    PRIMARY KEY (breach, number)
) STRICT, WITHOUT ROWID;

-- What controllers were told of so far, of which nobody has noted anything. No events are added from now on.
INSERT INTO breach (id, at, controller, aware_at, source, documents, clients, organisation, user_id, steps,
    state)
SELECT id, at, controller, at, 'wrong-register', documents, clients, organisation, user_id, 0, 'suspected'
FROM breach_event;

-- To which address a notice goes, by its name in the configuration: one after another goes there.
ALTER TABLE outbox ADD COLUMN addressee TEXT;

-- For outbox::insert_next and ::due.
CREATE INDEX outbox_by_addressee ON outbox (kind, addressee, id)
WHERE state = 'waiting' AND addressee IS NOT NULL;
