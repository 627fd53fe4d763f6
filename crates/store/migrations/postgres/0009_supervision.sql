-- What privacy officers review; column types as in 0001.

-- For use_log::list of what an organisation's staff did in the registers of others. The words stand in the
-- text of the query, so that the index serves it.
CREATE INDEX use_entry_by_staff ON use_entry (organisation, at, id) WHERE basis = 'register_access';

-- For use_log::list of special reasons and of broad rights, which are few among many entries.
CREATE INDEX use_entry_by_special_reason ON use_entry (controller, at, id) WHERE special_reason IS NOT NULL;
CREATE INDEX use_entry_by_broad_right ON use_entry (controller, at, id) WHERE basis = 'broad';

-- For disclosure_log::list of broad rights.
CREATE INDEX disclosure_entry_by_broad_right ON disclosure_entry (controller, at, id) WHERE basis = 'broad';

-- Decisions on what was found, each kept: the newest counts. The log is named by whose it is, the item by the
-- entry or by who did it on which day. Found by item (review::of_items).
CREATE TABLE review (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    log text COLLATE "C" NOT NULL,
    list text COLLATE "C" NOT NULL,
    item text COLLATE "C" NOT NULL,
    decision text COLLATE "C" NOT NULL,
    reason bytea NOT NULL,
    breach uuid,
    user_id text COLLATE "C" NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    log_entry uuid NOT NULL
);

-- For review::of_items.
CREATE INDEX review_by_item ON review (log, list, item, at);

-- The keyed hash of the home address of staff, never the address.
ALTER TABLE person ADD COLUMN home bytea;
