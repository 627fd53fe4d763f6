-- The tree over the log; column types as in 0001.

-- How far the tree has come: its size, of each log the number of the last entry in it, and the leaf from
-- which on content is kept. One row. Who seals holds it until an instant, and writes from the size that was
-- read.
CREATE TABLE log_state (
    id bigint NOT NULL PRIMARY KEY CHECK (id = 1),
    size bigint NOT NULL,
    use_number bigint NOT NULL,
    disclosure_number bigint NOT NULL,
    administration_number bigint NOT NULL,
    content_from bigint NOT NULL,
    holder uuid,
    held_until bigint NOT NULL
);

INSERT INTO log_state VALUES (1, 0, 0, 0, 0, 0, NULL, 0);

-- One row for each leaf: of which log (0 use, 1 disclosure, 2 administration) it is which entry. The salt
-- leaves with the content of the entry.
CREATE TABLE log_leaf (
    leaf bigint NOT NULL PRIMARY KEY,
    log bigint NOT NULL,
    number bigint NOT NULL,
    salt bytea,
    commitment bytea NOT NULL
);

-- For log_tree::leaf_of; and no entry twice.
CREATE UNIQUE INDEX log_leaf_by_entry ON log_leaf (log, number);

-- The tree in tiles. Found by place (log_tree::tile). A full one is never written again.
CREATE TABLE log_tile (
    level bigint NOT NULL,
    place bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, place)
);

-- Every checkpoint that was ever signed, as it was signed. Found by size (log_tree::checkpoint,
-- ::newest_checkpoint, ::checkpoints).
CREATE TABLE log_checkpoint (
    size bigint NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    note text COLLATE "C" NOT NULL
);

-- For log_tree::newest_checkpoint_before.
CREATE INDEX log_checkpoint_by_time ON log_checkpoint (at, size);

-- What witnesses have signed of checkpoints: the signature line of each. Found by size
-- (log_tree::cosignatures).
CREATE TABLE log_cosignature (
    size bigint NOT NULL,
    witness text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    line text COLLATE "C" NOT NULL,
    PRIMARY KEY (size, witness)
);
