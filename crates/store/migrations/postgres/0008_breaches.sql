-- The register of breaches; column types as in 0001.

-- Breaches with how far they have come, which follows from their steps and is kept for lists. Found by id
-- (breach::find, ::advance), which is the name of the log entry that was written with it.
CREATE TABLE breach (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    aware_at bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    documents text COLLATE "C" NOT NULL,
    clients bytea NOT NULL,
    details bytea,
    organisation text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    steps bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    risk text COLLATE "C",
    met_at bigint,
    closed_at bigint
);

-- For breach::list.
CREATE INDEX breach_by_controller ON breach (controller, at, id);

-- For breach::reports_by and ::guard_reports.
CREATE INDEX breach_by_reporter ON breach (controller, organisation, user_id, at, id);

-- What was done about a breach, numbered from 1; only ever added to. Found by its key (breach::steps).
CREATE TABLE breach_step (
    breach uuid NOT NULL REFERENCES breach,
    number bigint NOT NULL,
    at bigint NOT NULL,
    details bytea NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    log_entry uuid NOT NULL,
    PRIMARY KEY (breach, number)
);

-- What controllers were told of so far, of which nobody has noted anything. No events are added from now on.
INSERT INTO breach (id, at, controller, aware_at, source, documents, clients, organisation, user_id, steps,
    state)
SELECT id, at, controller, at, 'wrong-register', documents, clients, organisation, user_id, 0, 'suspected'
FROM breach_event;

-- To which address a notice goes, by its name in the configuration: one after another goes there.
ALTER TABLE outbox ADD COLUMN addressee text COLLATE "C";

-- For outbox::insert_next and ::due.
CREATE INDEX outbox_by_addressee ON outbox (kind, addressee, id)
WHERE state = 'waiting' AND addressee IS NOT NULL;
