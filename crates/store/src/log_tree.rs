//! The tree over the three logs: which entry is which leaf, the tiles, the checkpoints (LOG-03).
//!
//! A batch of entries goes in by [`crate::Plan::sealing`], which holds the tree to the size that was read: of
//! two servers that seal at the same time one comes too late. What a leaf, a tile or a checkpoint means is not
//! known here.

use jiff::Timestamp;
use uuid::Uuid;

use crate::canonical::{self, CanonicalEntry, Form};
use crate::error::{Conflict, Corrupt, Entity, Guard};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row};

/// A log that is in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogKind {
    /// The use log.
    Use,
    /// The disclosure log.
    Disclosure,
    /// The administration log.
    Administration,
}

impl LogKind {
    /// Every log, in the order in which a batch takes their entries.
    pub const ALL: [Self; 3] = [Self::Use, Self::Disclosure, Self::Administration];

    /// The word for it in the canonical form of entries.
    pub const fn as_str(self) -> &'static str {
        self.form().log
    }

    const fn number(self) -> i64 {
        match self {
            Self::Use => 0,
            Self::Disclosure => 1,
            Self::Administration => 2,
        }
    }

    const fn form(self) -> &'static Form {
        match self {
            Self::Use => &USE,
            Self::Disclosure => &DISCLOSURE,
            Self::Administration => &ADMINISTRATION,
        }
    }
}

const USE: Form = Form {
    log: "use",
    members: &[
        ("action", Some(canonical::text)),
        ("at", Some(canonical::int)),
        ("authentication", Some(canonical::text)),
        ("basis", Some(canonical::text)),
        ("case", Some(canonical::text)),
        ("certificate", Some(canonical::bytes)),
        ("client", Some(canonical::key)),
        ("controller", Some(canonical::text)),
        ("documents", Some(canonical::list)),
        ("form", None),
        ("ground", Some(canonical::text)),
        ("id", Some(canonical::key)),
        ("log", None),
        ("organisation", Some(canonical::text)),
        ("parameters", Some(canonical::text)),
        ("purpose", Some(canonical::text)),
        ("refusal", Some(canonical::text)),
        ("request_id", Some(canonical::text)),
        ("role", Some(canonical::text)),
        ("rules", Some(canonical::list)),
        ("special_reason", Some(canonical::text)),
        ("unit", Some(canonical::text)),
        ("user_id", Some(canonical::text)),
        ("user_name", Some(canonical::text)),
    ],
};

const DISCLOSURE: Form = Form {
    log: "disclosure",
    members: &[
        ("action", Some(canonical::text)),
        ("at", Some(canonical::int)),
        ("authentication", Some(canonical::text)),
        ("basis", Some(canonical::text)),
        ("certificate", Some(canonical::bytes)),
        ("client", Some(canonical::key)),
        ("controller", Some(canonical::text)),
        ("documents", Some(canonical::list)),
        ("form", None),
        ("ground", Some(canonical::text)),
        ("id", Some(canonical::key)),
        ("log", None),
        ("purpose", Some(canonical::text)),
        ("receiver_organisation", Some(canonical::text)),
        ("request_id", Some(canonical::text)),
        ("role", Some(canonical::text)),
        ("special_reason", Some(canonical::text)),
        ("unit", Some(canonical::text)),
        ("use_entry", Some(canonical::key)),
        ("user_id", Some(canonical::text)),
        ("user_name", Some(canonical::text)),
        ("words", Some(canonical::sealed)),
    ],
};

const ADMINISTRATION: Form = Form {
    log: "administration",
    members: &[
        ("action", Some(canonical::text)),
        ("actor", Some(canonical::text)),
        ("at", Some(canonical::int)),
        ("certificate", Some(canonical::bytes)),
        ("detail", Some(canonical::text)),
        ("form", None),
        ("id", Some(canonical::key)),
        ("log", None),
        ("organisation", Some(canonical::text)),
        ("refusal", Some(canonical::text)),
        ("request_id", Some(canonical::text)),
    ],
};

// After number and name, the columns stand in the order of the members.

const USES_AFTER: &str = "-- log_tree::uses_after
SELECT number, id, action, at, authentication, basis, case_oid, certificate, client_key, controller,
    documents, ground, id, organisation, parameters, purpose, refusal, request_id, role, rules,
    special_reason, unit, user_id, user_name
FROM use_entry WHERE number > $1 ORDER BY number LIMIT $2";

const DISCLOSURES_AFTER: &str = "-- log_tree::disclosures_after
SELECT number, id, action, at, authentication, basis, certificate, client_key, controller, documents,
    ground, id, purpose, receiver_organisation, request_id, role, special_reason, unit, use_entry,
    user_id, user_name, words
FROM disclosure_entry WHERE number > $1 ORDER BY number LIMIT $2";

const ADMINISTRATION_AFTER: &str = "-- log_tree::administration_after
SELECT number, id, action, actor, at, certificate, detail, id, organisation, refusal, request_id
FROM administrative_entry WHERE number > $1 ORDER BY number LIMIT $2";

const USE_ENTRY: &str = "-- log_tree::use_entry
SELECT number, id, action, at, authentication, basis, case_oid, certificate, client_key, controller,
    documents, ground, id, organisation, parameters, purpose, refusal, request_id, role, rules,
    special_reason, unit, user_id, user_name
FROM use_entry WHERE id = $1";

const DISCLOSURE_ENTRY: &str = "-- log_tree::disclosure_entry
SELECT number, id, action, at, authentication, basis, certificate, client_key, controller, documents,
    ground, id, purpose, receiver_organisation, request_id, role, special_reason, unit, use_entry,
    user_id, user_name, words
FROM disclosure_entry WHERE id = $1";

const ADMINISTRATIVE_ENTRY: &str = "-- log_tree::administrative_entry
SELECT number, id, action, actor, at, certificate, detail, id, organisation, refusal, request_id
FROM administrative_entry WHERE id = $1";

/// Entries of a log after the number `after`, in their order; at most `size` of them and at most
/// [`MAX_PAGE`].
pub fn entries_after(log: LogKind, after: i64, size: u32) -> Query<CanonicalEntry> {
    let args = vec![after.into(), size.min(MAX_PAGE).into()];
    match log {
        LogKind::Use => Query::new(USES_AFTER, args, |row| canonical::entry(row, &USE)),
        LogKind::Disclosure => {
            Query::new(DISCLOSURES_AFTER, args, |row| canonical::entry(row, &DISCLOSURE))
        }
        LogKind::Administration => {
            Query::new(ADMINISTRATION_AFTER, args, |row| canonical::entry(row, &ADMINISTRATION))
        }
    }
}

/// The entry of a log with this name.
pub fn entry(log: LogKind, id: Uuid) -> Query<CanonicalEntry> {
    let args = vec![id.into()];
    match log {
        LogKind::Use => Query::new(USE_ENTRY, args, |row| canonical::entry(row, &USE)),
        LogKind::Disclosure => {
            Query::new(DISCLOSURE_ENTRY, args, |row| canonical::entry(row, &DISCLOSURE))
        }
        LogKind::Administration => {
            Query::new(ADMINISTRATIVE_ENTRY, args, |row| canonical::entry(row, &ADMINISTRATION))
        }
    }
}

/// The number of the last entry of each log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Of the use log.
    pub uses: i64,
    /// Of the disclosure log.
    pub disclosures: i64,
    /// Of the administration log.
    pub administration: i64,
}

impl Numbers {
    /// That of one log.
    pub fn of(self, log: LogKind) -> i64 {
        match log {
            LogKind::Use => self.uses,
            LogKind::Disclosure => self.disclosures,
            LogKind::Administration => self.administration,
        }
    }

    /// The same with another number for one log.
    #[must_use]
    pub fn with(mut self, log: LogKind, number: i64) -> Self {
        match log {
            LogKind::Use => self.uses = number,
            LogKind::Disclosure => self.disclosures = number,
            LogKind::Administration => self.administration = number,
        }
        self
    }

    /// How many entries lie between these and later ones.
    pub fn until(self, later: Self) -> u64 {
        let behind = |log| u64::try_from(later.of(log) - self.of(log)).unwrap_or(0);
        LogKind::ALL.into_iter().map(behind).sum()
    }
}

/// How far the tree has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// The leaves in it.
    pub size: u64,
    /// The last entry of each log that is in it.
    pub sealed: Numbers,
    /// The leaf from which on content is kept.
    pub content_from: u64,
    /// Who seals: names one server at one run.
    pub holder: Option<Uuid>,
    /// Until when nobody else does.
    pub held_until: Timestamp,
}

/// A leaf with the entry that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its place in the tree, from 0.
    pub leaf: u64,
    /// Of which log the entry is; `None` where what is stored names none.
    pub log: Option<LogKind>,
    /// The number of the entry in its log.
    pub number: i64,
    /// The salt, until it leaves with the content.
    pub salt: Option<[u8; 16]>,
    /// The commitment; empty where what is stored is none.
    pub commitment: Option<[u8; 32]>,
}

/// A tile as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTile {
    /// The level, from 0.
    pub level: u8,
    /// Its place in the level, from 0.
    pub place: u64,
    /// Its hashes, one after another.
    pub hashes: Vec<u8>,
}

/// A checkpoint as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// The leaves in the tree.
    pub size: u64,
    /// When it was signed.
    pub at: Timestamp,
    /// The signed note.
    pub note: String,
}

/// A new leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLeaf {
    /// Of which log.
    pub log: LogKind,
    /// The number of the entry.
    pub number: i64,
    /// The salt.
    pub salt: [u8; 16],
    /// The commitment.
    pub commitment: [u8; 32],
}

/// What is sealed at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The tree as it was read.
    pub from: LogState,
    /// Who seals.
    pub holder: Uuid,
    /// Now, by the real clock.
    pub now: Timestamp,
    /// Until when nobody else seals.
    pub held_until: Timestamp,
    /// The last entry of each log that is in the tree afterwards.
    pub sealed: Numbers,
    /// The new leaves, in their order.
    pub leaves: Vec<NewLeaf>,
    /// Every tile that has changed.
    pub tiles: Vec<StoredTile>,
    /// The checkpoint over the tree afterwards.
    pub checkpoint: StoredCheckpoint,
}

const STATE: &str = "-- log_tree::state
SELECT size, use_number, disclosure_number, administration_number, content_from, holder, held_until
FROM log_state WHERE id = 1";

const ADVANCE: &str = "-- log_tree::advance
UPDATE log_state SET size = $1, use_number = $2, disclosure_number = $3, administration_number = $4,
    holder = $5, held_until = $6
WHERE id = 1 AND size = $7
    AND (holder IS NULL OR holder = $8 OR held_until <= $9 OR held_until > $10)";

const LEAF: &str = "-- log_tree::leaf
INSERT INTO log_leaf (leaf, log, number, salt, commitment) VALUES ($1, $2, $3, $4, $5)";

const TILE: &str = "-- log_tree::put_tile
INSERT INTO log_tile (level, place, hashes) VALUES ($1, $2, $3)
ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes
WHERE length(log_tile.hashes) < length(excluded.hashes)";

const CHECKPOINT: &str = "-- log_tree::sign
INSERT INTO log_checkpoint (size, at, note) VALUES ($1, $2, $3)";

const NUMBERS: &str = "-- log_tree::numbers
SELECT (SELECT max(number) FROM use_entry), (SELECT max(number) FROM disclosure_entry),
    (SELECT max(number) FROM administrative_entry)";

const OF_LEAVES: &str = "-- log_tree::numbers_of_leaves
SELECT (SELECT max(number) FROM log_leaf WHERE log = 0),
    (SELECT max(number) FROM log_leaf WHERE log = 1),
    (SELECT max(number) FROM log_leaf WHERE log = 2)";

const LEAVES: &str = "-- log_tree::leaves
SELECT leaf, log, number, salt, commitment FROM log_leaf WHERE leaf >= $1 ORDER BY leaf LIMIT $2";

const LAST_LEAF: &str = "-- log_tree::last_leaf
SELECT leaf, log, number, salt, commitment FROM log_leaf ORDER BY leaf DESC LIMIT 1";

const LEAF_OF: &str = "-- log_tree::leaf_of
SELECT leaf, log, number, salt, commitment FROM log_leaf WHERE log = $1 AND number = $2";

const FIND_TILE: &str = "-- log_tree::tile
SELECT level, place, hashes FROM log_tile WHERE level = $1 AND place = $2";

const TILES: &str = "-- log_tree::tiles
SELECT level, place, hashes FROM log_tile WHERE level = $1 AND place >= $2 ORDER BY place LIMIT $3";

const FIND_CHECKPOINT: &str = "-- log_tree::checkpoint
SELECT size, at, note FROM log_checkpoint WHERE size = $1";

const NEWEST: &str = "-- log_tree::newest_checkpoint
SELECT size, at, note FROM log_checkpoint ORDER BY size DESC LIMIT 1";

const NEWEST_BEFORE: &str = "-- log_tree::newest_checkpoint_before
SELECT size, at, note FROM log_checkpoint WHERE at <= $1 ORDER BY at DESC, size DESC LIMIT 1";

const CHECKPOINTS: &str = "-- log_tree::checkpoints
SELECT size, at, note FROM log_checkpoint WHERE size >= $1 ORDER BY size LIMIT $2";

const COSIGN: &str = "-- log_tree::cosign
INSERT INTO log_cosignature (size, witness, at, line) VALUES ($1, $2, $3, $4)
ON CONFLICT (size, witness) DO UPDATE SET at = excluded.at, line = excluded.line";

const COSIGNATURES: &str = "-- log_tree::cosignatures
SELECT line FROM log_cosignature WHERE size = $1 ORDER BY witness";

const FORGET_USES: &str = "-- log_tree::forget_uses
DELETE FROM use_entry WHERE number IN
    (SELECT number FROM log_leaf WHERE leaf >= $1 AND leaf < $2 AND log = 0)";

const FORGET_DISCLOSURES: &str = "-- log_tree::forget_disclosures
DELETE FROM disclosure_entry WHERE number IN
    (SELECT number FROM log_leaf WHERE leaf >= $1 AND leaf < $2 AND log = 1)";

const FORGET_ADMINISTRATION: &str = "-- log_tree::forget_administration
DELETE FROM administrative_entry WHERE number IN
    (SELECT number FROM log_leaf WHERE leaf >= $1 AND leaf < $2 AND log = 2)";

const FORGET_SALTS: &str = "-- log_tree::forget_salts
UPDATE log_leaf SET salt = NULL WHERE leaf >= $1 AND leaf < $2";

const KEEP_FROM: &str = "-- log_tree::keep_from
UPDATE log_state SET content_from = $1 WHERE id = 1 AND content_from = $2";

/// How far the tree has come.
pub fn state() -> Query<LogState> {
    Query::new(STATE, vec![], |row| {
        Ok(LogState {
            size: count(row, 0)?,
            sealed: Numbers {
                uses: row.int(1)?,
                disclosures: row.int(2)?,
                administration: row.int(3)?,
            },
            content_from: count(row, 4)?,
            holder: row.maybe(5, <dyn Row>::key)?,
            held_until: row.instant(6)?,
        })
    })
}

/// The number of the last entry of each log, in the tree or not.
pub fn numbers() -> Query<Numbers> {
    Query::new(NUMBERS, vec![], three)
}

/// The number of the last entry of each log that has a leaf. It is what the state says, where nobody has
/// changed that.
pub fn numbers_of_leaves() -> Query<Numbers> {
    Query::new(OF_LEAVES, vec![], three)
}

fn three(row: &dyn Row) -> Result<Numbers, Corrupt> {
    let number = |column| Ok(row.maybe(column, <dyn Row>::whole)?.unwrap_or(0));
    Ok(Numbers { uses: number(0)?, disclosures: number(1)?, administration: number(2)? })
}

/// The statements of [`crate::Plan::sealing`].
pub(crate) fn seal(batch: Batch) -> Vec<Statement> {
    let Batch { from, holder, now, held_until, sealed, leaves, tiles, checkpoint } = batch;
    let added = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    let advance = vec![
        unsigned(from.size.saturating_add(added)).into(),
        sealed.uses.into(),
        sealed.disclosures.into(),
        sealed.administration.into(),
        holder.into(),
        held_until.into(),
        unsigned(from.size).into(),
        holder.into(),
        now.into(),
        // Nobody can hold it for longer: whose clock was wrong does not hold it for ever.
        held_until.into(),
    ];
    let conflict = Conflict::Stale(Guard::Log);
    let mut statements = vec![Statement::one(ADVANCE, advance, conflict)];
    let place = from.size..;
    statements.extend(place.zip(leaves).map(|(place, leaf)| {
        let args = vec![
            unsigned(place).into(),
            leaf.log.number().into(),
            leaf.number.into(),
            leaf.salt.to_vec().into(),
            leaf.commitment.into(),
        ];
        Statement::one(LEAF, args, conflict)
    }));
    statements.extend(tiles.into_iter().map(|tile| {
        let args =
            vec![i64::from(tile.level).into(), unsigned(tile.place).into(), tile.hashes.into()];
        Statement::one(TILE, args, conflict)
    }));
    let StoredCheckpoint { size, at, note } = checkpoint;
    let args = vec![unsigned(size).into(), at.into(), note.into()];
    statements.push(Statement::one(CHECKPOINT, args, conflict));
    statements
}

/// Leaves from the place `from` on, in their order; at most `size` of them and at most [`MAX_PAGE`].
pub fn leaves(from: u64, size: u32) -> Query<Leaf> {
    Query::new(LEAVES, vec![unsigned(from).into(), size.min(MAX_PAGE).into()], leaf)
}

/// The leaf with the highest place.
pub fn last_leaf() -> Query<Leaf> {
    Query::new(LAST_LEAF, vec![], leaf)
}

/// The leaf of an entry, where it is in the tree.
pub fn leaf_of(log: LogKind, number: i64) -> Query<Leaf> {
    Query::new(LEAF_OF, vec![log.number().into(), number.into()], leaf)
}

/// A tile.
pub fn tile(level: u8, place: u64) -> Query<StoredTile> {
    Query::new(FIND_TILE, vec![i64::from(level).into(), unsigned(place).into()], stored_tile)
}

/// The tiles of a level from a place on, in their order; at most [`MAX_PAGE`].
pub fn tiles(level: u8, from: u64) -> Query<StoredTile> {
    let args = vec![i64::from(level).into(), unsigned(from).into(), MAX_PAGE.into()];
    Query::new(TILES, args, stored_tile)
}

/// The checkpoint over the tree of this size, if one was signed.
pub fn checkpoint(size: u64) -> Query<StoredCheckpoint> {
    Query::new(FIND_CHECKPOINT, vec![unsigned(size).into()], stored_checkpoint)
}

/// The newest checkpoint.
pub fn newest_checkpoint() -> Query<StoredCheckpoint> {
    Query::new(NEWEST, vec![], stored_checkpoint)
}

/// The newest checkpoint that was signed at this instant or before.
pub fn newest_checkpoint_before(at: Timestamp) -> Query<StoredCheckpoint> {
    Query::new(NEWEST_BEFORE, vec![at.into()], stored_checkpoint)
}

/// Checkpoints over trees of this size or more, the smallest first; at most [`MAX_PAGE`].
pub fn checkpoints(from: u64) -> Query<StoredCheckpoint> {
    Query::new(CHECKPOINTS, vec![unsigned(from).into(), MAX_PAGE.into()], stored_checkpoint)
}

/// Keeps what a witness has signed of a checkpoint: `line` with its line break.
pub fn cosign(size: u64, witness: &str, at: Timestamp, line: String) -> Statement {
    let args = vec![unsigned(size).into(), witness.to_owned().into(), at.into(), line.into()];
    Statement::any(COSIGN, args, Conflict::Gone(Entity::LogEntry))
}

/// The signature lines of witnesses under a checkpoint.
pub fn cosignatures(size: u64) -> Query<String> {
    Query::new(COSIGNATURES, vec![unsigned(size).into()], |row| row.string(0))
}

/// Lets the content of the leaves from `from` to before `to` go, with their salts, where `from` is the first
/// that has content.
pub fn forget(from: u64, to: u64) -> Vec<Statement> {
    let range = || vec![unsigned(from).into(), unsigned(to).into()];
    let any = |sql| Statement::any(sql, range(), Conflict::Gone(Entity::LogEntry));
    vec![
        Statement::one(
            KEEP_FROM,
            vec![unsigned(to).into(), unsigned(from).into()],
            Conflict::Stale(Guard::Log),
        ),
        any(FORGET_USES),
        any(FORGET_DISCLOSURES),
        any(FORGET_ADMINISTRATION),
        any(FORGET_SALTS),
    ]
}

/// Numbers of leaves stay far below what a database counts to.
fn unsigned(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count(row: &dyn Row, column: usize) -> Result<u64, Corrupt> {
    u64::try_from(row.int(column)?).map_err(|_| Corrupt { column, wanted: "count" })
}

fn leaf(row: &dyn Row) -> Result<Leaf, Corrupt> {
    let log = row.int(1)?;
    Ok(Leaf {
        leaf: count(row, 0)?,
        log: LogKind::ALL.into_iter().find(|kind| kind.number() == log),
        number: row.int(2)?,
        salt: row.maybe(3, <dyn Row>::vec)?.and_then(|salt| salt.try_into().ok()),
        commitment: row.hash(4).ok(),
    })
}

fn stored_tile(row: &dyn Row) -> Result<StoredTile, Corrupt> {
    let level = row.int(0)?.try_into().map_err(|_| Corrupt { column: 0, wanted: "level" })?;
    Ok(StoredTile { level, place: count(row, 1)?, hashes: row.vec(2)? })
}

fn stored_checkpoint(row: &dyn Row) -> Result<StoredCheckpoint, Corrupt> {
    Ok(StoredCheckpoint { size: count(row, 0)?, at: row.instant(1)?, note: row.string(2)? })
}
