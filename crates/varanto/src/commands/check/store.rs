//! The store: is it there, of this program's schema, and can what it holds be read?

use std::collections::BTreeSet;

use jiff::Timestamp;
use varanto_documents::codes::CodeSet;
use varanto_documents::{Structure, builtin};
use varanto_model::Oid;
use varanto_store::{
    Database, Migrated, OpenError, Origin, Published, StoreError, code_set, directory, structure,
};

use super::certificates::certificates_of;
use super::report::Report;
use crate::config::{Config, Place, PostgresSection};
use crate::server::store_settings;

/// Looks at the store of a configuration, whose file is `file`.
pub(super) async fn look(config: &Config, file: &str, now: Timestamp, report: &mut Report) {
    let Some(place) = config.store.place() else { return };
    let name = name(config, place);
    match place {
        Place::File(path) if !config.path(path).exists() => {
            let to_do = format_args!("varanto migrate --config {file}");
            report.wrong(format_args!("store: {name} is not there"), to_do);
            return;
        }
        Place::File(_) => {}
        Place::Postgres(section) => look_at_certificates(config, section, now, report),
    }
    let settings = match store_settings(config) {
        Ok(settings) => settings,
        Err(error) => {
            report.wrong(
                format_args!("store: {error}"),
                "correct the section, or put the file there",
            );
            return;
        }
    };
    match Database::status(&settings).await {
        Ok(migrations) => {
            let is_pending = |m: &&Migrated| m.applied_at.is_none() && !m.takes_away;
            let pending = migrations.iter().filter(is_pending).count();
            if pending > 0 {
                let what = format_args!("store: {name}: {pending} migrations are to be applied");
                report.wrong(what, format_args!("varanto migrate --config {file}"));
                return;
            }
            report.good(format_args!("store: {name}, up to date"));
        }
        Err(error) => {
            report.wrong(format_args!("store: {name}: {error}"), remedy(&error, place));
            return;
        }
    }
    let looked = match Database::open(&settings).await {
        Ok(database) => contents(&database, config, file, report).await,
        Err(error) => {
            report.wrong(format_args!("store: {name}: {error}"), remedy(&error, place));
            return;
        }
    };
    if let Err(error) = looked {
        report.wrong(format_args!("store: {name}: {error}"), "restore the store from its copy");
    }
}

/// Where the store is, for people.
fn name(config: &Config, place: Place<'_>) -> String {
    match place {
        Place::File(path) => config.path(path).display().to_string(),
        Place::Postgres(PostgresSection { host, port, database, schema, .. }) => {
            format!("schema {schema} of database {database} at {host}, port {port}")
        }
    }
}

/// Looks at the certificates that the connection needs, if it is encrypted.
fn look_at_certificates(
    config: &Config,
    section: &PostgresSection,
    now: Timestamp,
    report: &mut Report,
) {
    let ca = section.ca.as_ref().map(|file| ("store.postgres.ca", file));
    let own = section.certificate.as_ref().map(|file| ("store.postgres.certificate", file));
    for (key, file) in ca.into_iter().chain(own) {
        certificates_of(config, key, file, now, report);
    }
}

/// What to do about a store that cannot be opened.
const fn remedy(error: &OpenError, place: Place<'_>) -> &'static str {
    match (error, place) {
        (OpenError::NotMigrated(_), _) => "varanto migrate",
        (OpenError::Unknown(_), _) => "use the program that has migrated it, or a newer one",
        (OpenError::Changed(_), _) => "use the program that has migrated it",
        (OpenError::SchemaChanged(_), _) => {
            "find out who has done it; restore the store from its copy"
        }
        (_, Place::File(_)) => "look at the file and at who may read it",
        (_, Place::Postgres(_)) => {
            "look whether the server runs, and at [store.postgres] and the rights of its user"
        }
    }
}

/// Reads what the server reads when it starts.
async fn contents(
    database: &Database,
    config: &Config,
    file: &str,
    report: &mut Report,
) -> Result<(), StoreError> {
    let readable = |json: &str| Structure::parse(json.as_bytes()).is_ok();
    let structures = database.fetch(structure::all()).await?;
    published("structures", &structures, readable, report);
    builtin_structures(&structures, report);
    let readable = |json: &str| CodeSet::parse(json.as_bytes()).is_ok();
    published("code sets", &database.fetch(code_set::all()).await?, readable, report);
    let organisations = database.fetch(directory::all_organisations()).await?;
    if organisations.is_empty() {
        let to_do = format_args!("varanto organisations import FILE --config {file}");
        report.doubtful("organisations: none, so nobody can call", to_do);
        return Ok(());
    }
    report.good(format_args!("organisations: {}", organisations.len()));
    let controllers = organisations.into_iter().filter_map(|organisation| organisation.controller);
    told(config, &controllers.map(|controller| controller.oid).collect(), report);
    Ok(())
}

/// Is every controller told of a breach, and is nobody told who is none? (LOG-07)
fn told(config: &Config, controllers: &BTreeSet<Oid>, report: &mut Report) {
    let named: BTreeSet<_> =
        config.notices.iter().map(|notice| notice.controller.clone()).collect();
    for unknown in named.difference(controllers) {
        let to_do = "name one that the directory of organisations has";
        report.doubtful(format_args!("notices: {unknown} is no controller"), to_do);
    }
    let untold: Vec<_> = controllers.difference(&named).map(Oid::as_str).collect();
    match untold.split_first() {
        None => report.good("notices: every controller has an address"),
        Some(_) if config.sandbox.is_some() && named.is_empty() => {
            report.good("notices: none, in a sandbox");
        }
        Some((first, _)) => report.doubtful(
            format_args!(
                "notices: {} of {} controllers have no address and are told of no breach, such as {first}",
                untold.len(),
                controllers.len()
            ),
            "name an address of each in [[notices]]",
        ),
    }
}

/// Tells how many there are, and whether each can still be read by this program.
fn published(
    what: &str,
    found: &[Published],
    readable: impl Fn(&str) -> bool,
    report: &mut Report,
) {
    let broken = found.iter().filter(|p| !readable(&p.json)).count();
    if broken > 0 {
        let line = format_args!("{what}: {broken} of {} cannot be read", found.len());
        report.wrong(line, "import them again");
        return;
    }
    let imported = found.iter().filter(|p| p.summary.origin == Origin::Imported).count();
    let builtin = found.len() - imported;
    report.good(format_args!("{what}: {builtin} built-in, {imported} imported"));
}

/// Are all structures that come with the program in, or imported ones in their place?
fn builtin_structures(found: &[Published], report: &mut Report) {
    let there: BTreeSet<&Oid> = found.iter().map(|p| &p.summary.oid).collect();
    let missing = builtin::structures()
        .filter_map(|(_, json)| Structure::parse(json.as_bytes()).ok())
        .filter(|structure| !there.contains(structure.oid()))
        .count();
    if missing > 0 {
        let what = format_args!("structures: {missing} of those that come with the program miss");
        report.doubtful(what, "the server puts them in when it starts");
    }
}
