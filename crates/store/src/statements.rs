//! Every statement and query that this crate can make, held against the migrated schemas: each is
//! prepared, its arguments are counted, and the way it is carried out is kept in a snapshot, so that a
//! lost index is a difference to look at.

mod postgres;
mod sqlite;

use std::collections::BTreeSet;
use std::path::Path;

use varanto_model::{Generation, Group};

use crate::administration_log::{self, AdministrativeFilter};
use crate::breach::BreachState;
use crate::choice::ChoiceFilter;
use crate::directory::RecordKind;
use crate::disclosure_log::{self, DisclosureFilter, DisclosureScope};
use crate::disclosure_request::RequestState;
use crate::document::{
    self, ControlCursor, DocumentCursor, ListFilter, ListOrder, Permitted, Withheld,
};
use crate::log_request::LogRequestState;
use crate::log_tree::LogKind;
use crate::published::{Origin, Published, PublishedSummary};
use crate::register_access::{AccessCursor, AccessFilter};
use crate::samples::{
    administrative_entry, annulment, at, client_file, code, disclosure_entry, document_oid,
    first_version, key, lookup, next_version, oid, stored, use_entry,
};
use crate::use_log::{LogCursor, LogFilter, ReviewFilter, Scope, Staff};
use crate::{
    Plan, Query, Statement, Subject, Value, access_order, breach, bump_revision, case_file, choice,
    client, code_set, directory, disclosure_request, find_revision, guard_revisions, log_request,
    log_tree, outbox, recipient, register_access, review, standing, structure, token, use_log,
    will,
};

/// A text, which of its forms it is, and the arguments that come with it.
struct Listed {
    name: &'static str,
    form: &'static str,
    sql: String,
    /// What is sent to PostgreSQL.
    sent: String,
    args: Vec<Value>,
}

fn written(statement: &Statement) -> Listed {
    let Statement { sql, args, expect, .. } = statement;
    let sent = crate::postgres::texts::text(sql, *expect);
    let sql = (*sql).to_owned();
    Listed { name: statement.name(), form: "", sql, sent, args: args.clone() }
}

fn read<T>(form: &'static str, query: Query<T>) -> Listed {
    let sql = query.sql.into_owned();
    Listed { name: query.name, form, sent: sql.clone(), sql, args: query.args }
}

fn published() -> Published {
    let summary = PublishedSummary {
        oid: oid("1.2.246.537.6.1221"),
        digest: varanto_model::Digest::new([1; 32]),
        origin: Origin::Builtin,
        imported_at: at(0),
    };
    Published { summary, json: "{}".to_owned() }
}

fn statements() -> Vec<Listed> {
    let first = first_version(1, &[1]);
    let seen = stored(&first);
    let mut plan = Plan::recorded(use_entry(1));
    plan.also_disclosed(disclosure_entry(1));
    plan.extend(Plan::administrative(administrative_entry(1)).statements().to_vec());
    plan.extend([
        client::insert(client_file(1), &lookup(1)),
        client::raise(key(1), 1),
        client::join(key(1), 1, key(2)),
        client::guard(key(1), 1),
        document::guard_document(&seen),
        document::guard_count_of_case(&oid("1.2"), 1),
        document::guard_nothing_under(key(1)),
        access_order::follow(key(1), key(2), &oid("1.2")),
        structure::upsert(published()),
        code_set::upsert(published()),
        bump_revision(Subject::Directory),
        guard_revisions([1, 1, 1]),
        token::spend_assertion(&oid("1.2"), [0; 32], at(0)),
        token::forget_expired(at(0)),
    ]);
    plan.extend(document::insert_first_version(first));
    plan.extend(document::replace_version(&seen, next_version(&seen, 2)));
    plan.extend(document::annul(&seen, annulment()));
    plan.extend(document::reindex(&seen, &[oid("1.2")], &[key(2)]));
    plan.extend(document::reindex(&seen, &[], &[key(1), key(2)]));
    plan.extend(crate::contract::cases::changes());
    plan.extend(crate::contract::directory::changes());
    plan.extend(crate::contract::wills::changes());
    plan.extend(crate::contract::outside::changes());
    plan.extend(crate::contract::breaches::changes());
    plan.extend(crate::contract::reviews::changes());
    plan.extend(crate::contract::log_requests::changes());
    plan.extend(crate::contract::log_trees::changes());
    let mut names = BTreeSet::new();
    let listed = plan.statements().iter().map(written);
    listed.filter(|statement| names.insert(statement.name)).collect()
}

fn queries() -> Vec<Listed> {
    let document = document_oid(1);
    let two = [document.clone(), document_oid(2)];
    let client = key(1);
    let own_register =
        ListFilter { controllers: vec![oid("1.2.246.10.99990001.19.0")], ..ListFilter::default() };
    let list = |filter: &ListFilter, after| {
        document::list_documents(client, filter, ListOrder::NewestFirst, after, 50).unwrap()
    };
    let oldest_first = |after| {
        let order = ListOrder::OldestFirst;
        document::list_documents(client, &own_register, order, after, 50).unwrap()
    };
    let after = Some(DocumentCursor { written_at: at(0), original_oid: document.clone() });
    let withheld = Withheld { controllers: vec![oid("1.2"), oid("1.3")], ..Withheld::default() };
    let elsewhere = ListFilter { without: withheld, ..ListFilter::default() };
    vec![
        read("", client::find(client)),
        read("", client::find_by_lookup(&lookup(1))),
        read("", document::find_document(&document)),
        read("", document::find_by_any(&document)),
        read("", document::links_of(&document, client)),
        read("", document::documents_of_case(&oid("1.2"), Some(document.clone()), 50)),
        read("", document::joint_documents(client, Some(document.clone()), 50)),
        read("", document::stored_in_case_by(&oid("1.2"), &oid("1.3"))),
        read("none", document::which_exist(&[], &oid("1.3"), &oid("1.2")).unwrap()),
        read("two", document::which_exist(&two, &oid("1.3"), &oid("1.2")).unwrap()),
        read("", document::find_version(&document)),
        read("", document::find_whole(&document)),
        read("all", document::list_versions(&document, None, 50)),
        read("next page", document::list_versions(&document, Some(7), 50)),
        read("none", document::which_are_stored(&[]).unwrap()),
        read("two", document::which_are_stored(&two).unwrap()),
        read("", document::contents_of(&document)),
        read("none", document::contents_of_each(&[]).unwrap()),
        read("two", document::contents_of_each(&two).unwrap()),
        read("any register", list(&ListFilter::default(), None)),
        read("own register", list(&own_register, None)),
        read("own register, next page", list(&own_register, after.clone())),
        read("oldest first", oldest_first(None)),
        read("oldest first, next page", oldest_first(after.clone())),
        read("without some registers", list(&elsewhere, None)),
        read("without some registers, next page", list(&elsewhere, after.clone())),
        read("every filter", list(&every_filter(), after)),
        read("", directory::all_organisations()),
        read("", directory::all_units()),
        read("", directory::all_people()),
        read("", directory::all_certificates()),
        read("", directory::all_professional_rights()),
        read("", directory::all_deployments()),
        read("", directory::history_of(RecordKind::Unit, "1.2".to_owned())),
        read("", directory::history_of_person(&oid("1.2"), "S-1001".to_owned())),
        read("", directory::history_of_organisation(&oid("1.2"))),
        read("", structure::list()),
        read("", structure::all()),
        read("", code_set::list()),
        read("", code_set::all()),
        read("", find_revision(Subject::Codes)),
    ]
}

/// What privacy officers look at.
fn queries_of_logs() -> Vec<Listed> {
    let client = key(1);
    let cursor = Some(LogCursor { at: at(0), id: key(1) });
    let register = || Scope::Register(oid("1.2"));
    let staff = || Staff { organisation: oid("1.3"), log: oid("1.2") };
    let log_filter = LogFilter {
        user_id: Some("S-1001".to_owned()),
        action: Some("store_document".to_owned()),
        from: Some(at(0)),
        until: Some(at(1)),
        organisation: Some(oid("1.2")),
        with_special_reason: true,
        bases: vec!["broad".to_owned()],
        review: ReviewFilter {
            broad: true,
            permitted: true,
            about_client: true,
            by_staff: true,
            without_context: true,
            actions: vec!["store".to_owned()],
            unit: Some(oid("1.2")),
            role: Some("representative".to_owned()),
            down_to: Some(LogCursor { at: at(0), id: key(1) }),
        },
    };
    let uses = |scope, filter, after| use_log::list(scope, filter, after, 50).unwrap();
    let administration = AdministrativeFilter {
        organisation: Some(oid("1.2")),
        action: Some("import".to_owned()),
        from: Some(at(0)),
        until: Some(at(1)),
    };
    vec![
        read("", use_log::find(client)),
        read("", use_log::committed(0)),
        read("register", uses(register(), LogFilter::default(), None)),
        read("register, every filter", uses(register(), log_filter, cursor)),
        read("staff at home", uses(Scope::StaffAtHome(staff()), LogFilter::default(), cursor)),
        read("staff elsewhere", uses(Scope::StaffElsewhere(staff()), LogFilter::default(), cursor)),
        read("client", uses(Scope::Client(client), LogFilter::default(), cursor)),
        read(
            "client in register",
            uses(Scope::ClientInRegister(client, oid("1.2")), LogFilter::default(), cursor),
        ),
        read("", administration_log::list(AdministrativeFilter::default(), None, 50)),
        read("every filter", administration_log::list(administration, cursor, 50)),
    ]
}

/// What uses to review are found by.
fn queries_of_review() -> Vec<Listed> {
    let register = || Scope::Register(oid("1.2"));
    let staff = || Staff { organisation: oid("1.3"), log: oid("1.2") };
    let (time, cursor) = ((at(0), at(1)), Some(LogCursor { at: at(0), id: key(1) }));
    let uses = |filter| use_log::list(register(), filter, cursor, 50).unwrap();
    let of_items =
        |items: &[String]| review::of_items(&oid("1.2"), "kin".to_owned(), items).unwrap();
    let special = LogFilter { with_special_reason: true, ..LogFilter::default() };
    let broad = ReviewFilter { broad: true, ..ReviewFilter::default() };
    let broad = LogFilter { review: broad, ..LogFilter::default() };
    vec![
        read("", review::decided_before(at(0), 50)),
        read("special reasons", uses(special)),
        read("broad rights", uses(broad)),
        read("register", use_log::stretch(register(), time, cursor, 50)),
        read("staff elsewhere", use_log::stretch(Scope::StaffElsewhere(staff()), time, cursor, 50)),
        read("", use_log::volumes(register(), time.0, time.1)),
        read("none", of_items(&[])),
        read("one", of_items(&["a".to_owned()])),
    ]
}

/// What follows from control documents.
fn queries_of_cases() -> Vec<Listed> {
    let (client, entry) = (key(1), LogCursor { at: at(0), id: key(1) });
    let version = ControlCursor { original_oid: document_oid(1), version: 1 };
    let rights = |filter: &AccessFilter, after| register_access::list(filter, after, 50).unwrap();
    let right = AccessCursor { unit: oid("1.2"), oid: oid("1.3") };
    let of_unit = AccessFilter { units: vec![oid("1.2")], ..AccessFilter::default() };
    let of_controller = AccessFilter { controller: Some(oid("1.2")), ..AccessFilter::default() };
    let of_client = AccessFilter { client: Some(client), ..AccessFilter::default() };
    let every_right = AccessFilter { units: vec![oid("1.2"), oid("1.3")], ..of_controller.clone() };
    vec![
        read("all", document::control_documents(None, None, 50)),
        read("next page", document::control_documents(Some(&oid("1.2")), Some(version), 50)),
        read("", standing::of_clients(&[client], &oid("1.2")).unwrap()),
        read("none", standing::of_clients(&[], &oid("1.2")).unwrap()),
        read("", standing::of_lookup(&lookup(1), &oid("1.2"))),
        read("", standing::all_of(client)),
        read("", standing::every(Some((client, oid("1.2"))), 50)),
        read("", case_file::find(&oid("1.2"))),
        read("", case_file::every(Some(oid("1.2")), 50)),
        read("", register_access::find(&oid("1.2"))),
        read("unit", rights(&of_unit, None)),
        read("unit, next page", rights(&of_unit, Some(right.clone()))),
        read("controller", rights(&of_controller, None)),
        read("controller, next page", rights(&of_controller, Some(right.clone()))),
        read("controller, units, next page", rights(&every_right, Some(right))),
        read("client", rights(&of_client, None)),
        read("", access_order::list(client, &oid("1.2"), &oid("1.3"), &oid("1.4"))),
        read("", choice::find(client)),
        read("controller", choice::list(ChoiceFilter::Controller(oid("1.2")), Some(entry), 50)),
        read("organisation", choice::list(ChoiceFilter::Organisation(oid("1.2")), Some(entry), 50)),
    ]
}

/// What clients want of the disclosure of their data, and what has been disclosed.
fn queries_of_disclosure() -> Vec<Listed> {
    let (client, cursor) = (key(1), Some(LogCursor { at: at(0), id: key(1) }));
    let list = |scope, filter| disclosure_log::list(scope, filter, cursor, 50).unwrap();
    let controller = || DisclosureScope::Controller(oid("1.2"));
    let filter = DisclosureFilter {
        user_id: Some("S-1001".to_owned()),
        receiver_organisation: Some(oid("1.2")),
        bases: vec!["broad".to_owned(), "disclosure".to_owned()],
        from: Some(at(0)),
        until: Some(at(1)),
        unit: Some(oid("1.2")),
    };
    let at_one = DisclosureScope::ClientAt(client, oid("1.2"));
    vec![
        read("", will::of_client(client)),
        read("", will::every(Some(client), 50)),
        read("", standing::everywhere(&[client]).unwrap()),
        read("none", standing::everywhere(&[]).unwrap()),
        read("", standing::everywhere_of_lookup(&lookup(1))),
        read("", disclosure_log::find(client)),
        read("", disclosure_log::committed(0)),
        read("controller", list(controller(), DisclosureFilter::default())),
        read("controller, every filter", list(controller(), filter)),
        read("broad", list(DisclosureScope::BroadOf(oid("1.2")), DisclosureFilter::default())),
        read("client", list(DisclosureScope::Client(client), DisclosureFilter::default())),
        read("client at controller", list(at_one, DisclosureFilter::default())),
    ]
}

fn every_filter() -> ListFilter {
    let codes = vec![code("1"), code("2")];
    let oids = vec![oid("1.2"), oid("1.3")];
    let without = Withheld {
        controllers: oids.clone(),
        service_tasks: codes.clone(),
        type_codes: codes.clone(),
        documents: oids.clone(),
    };
    ListFilter {
        groups: vec![Group::Case, Group::Permit],
        service_tasks: codes.clone(),
        service_processes: codes.clone(),
        services: codes.clone(),
        type_codes: codes,
        structures: oids.clone(),
        controllers: oids.clone(),
        providers: oids.clone(),
        units: oids.clone(),
        cases: oids,
        written_from: Some(at(0)),
        written_until: Some(at(1)),
        stored_from: Some(at(0)),
        stored_until: Some(at(1)),
        linked_to: vec![oid("1.2"), oid("1.3")],
        generations: vec![Generation::Phase2],
        permitted: Permitted {
            service_tasks: Some(vec![code("1"), code("2")]),
            service_processes: Some(vec![code("1")]),
            type_codes: Some(vec![code("1"), code("2")]),
        },
        without,
        include_annulled: false,
    }
}

fn queries_of_outside() -> Vec<Listed> {
    let register = oid("1.2");
    let after = Some(LogCursor { at: at(0), id: key(1) });
    let requests = |client, state| disclosure_request::list(&register, client, state, after, 50);
    let recorded = Some(RequestState::Recorded);
    vec![
        read("", recipient::find(key(1))),
        read("", recipient::list(&register, after, 50)),
        read("", disclosure_request::find(key(1))),
        read("", disclosure_request::receipt(key(1))),
        read("register", requests(None, None)),
        read("client", requests(Some(key(1)), None)),
        read("state", requests(None, recorded)),
        read("client, state", requests(Some(key(1)), recorded)),
        read("", breach::find(key(1))),
        read("all", breach::list(&register, None, after, 50)),
        read("state", breach::list(&register, Some(BreachState::Suspected), after, 50)),
        read("", breach::steps(key(1))),
        read("", breach::reports_by(&crate::contract::breaches::reporter(), at(0), 50)),
        read("", breach::closed_before(at(0), 50)),
        read("", outbox::find(key(1))),
        read("", outbox::payload(key(1))),
        read("", outbox::due("patient-data", at(0), 50)),
        read("", outbox::waiting(&oid("1.2"), "patient-data")),
    ]
}

fn queries_of_log_requests() -> Vec<Listed> {
    let (register, day) = (oid("1.2"), jiff::civil::date(2026, 10, 15));
    let after = Some(LogCursor { at: at(0), id: key(1) });
    let list = |state, due| log_request::list(&register, state, due, after, 50);
    vec![
        read("", log_request::find(key(1))),
        read("", log_request::kept_answer(key(1))),
        read("", log_request::answered_before(at(0), 50)),
        read("register", list(None, None)),
        read("state, day", list(Some(LogRequestState::Open), Some(day))),
        read("", client::joined_to(key(1), 50)),
    ]
}

fn queries_of_the_tree() -> Vec<Listed> {
    let entries = |log| read("", log_tree::entries_after(log, 0, 50));
    let entry = |log| read("", log_tree::entry(log, key(1)));
    vec![
        entries(LogKind::Use),
        entries(LogKind::Disclosure),
        entries(LogKind::Administration),
        entry(LogKind::Use),
        entry(LogKind::Disclosure),
        entry(LogKind::Administration),
        read("", client::every(None, 50)),
        read("", use_log::clients_without_file(50)),
        read("", use_log::of_action("join-client", 0, 50)),
        read("", log_tree::state()),
        read("", log_tree::numbers()),
        read("", log_tree::numbers_of_leaves()),
        read("", log_tree::leaves(0, 50)),
        read("", log_tree::leaf_of(LogKind::Use, 1)),
        read("", log_tree::last_leaf()),
        read("", log_tree::cosignatures(1)),
        read("", log_tree::tile(0, 0)),
        read("", log_tree::tiles(0, 0)),
        read("", log_tree::checkpoint(1)),
        read("", log_tree::newest_checkpoint()),
        read("", log_tree::newest_checkpoint_before(at(0))),
        read("", log_tree::checkpoints(0)),
    ]
}

fn every() -> Vec<Listed> {
    statements()
        .into_iter()
        .chain(queries())
        .chain(queries_of_logs())
        .chain(queries_of_the_tree())
        .chain(queries_of_review())
        .chain(queries_of_cases())
        .chain(queries_of_disclosure())
        .chain(queries_of_outside())
        .chain(queries_of_log_requests())
        .collect()
}

/// Names in the sources, so that a new statement cannot be forgotten here.
#[test]
fn every_statement_in_the_sources_is_listed() {
    fn names(folder: &Path, into: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("src/postgres") {
                // What a driver says for itself is no statement of a plan.
            } else if path.is_dir() {
                names(&path, into);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                let starts = text.split("&str = \"-- ").skip(1);
                into.extend(starts.map(|s| s.lines().next().unwrap().to_owned()));
            }
        }
    }
    let mut written = BTreeSet::new();
    names(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut written);
    // What the split above finds in this file itself.
    written.retain(|name| name.contains("::") && !name.contains(' '));
    let listed: BTreeSet<String> = every().into_iter().map(|l| l.name.to_owned()).collect();
    assert!(written.len() > 40, "{written:?}");
    assert_eq!(written, listed);
}

/// The words that do not mean the same, or nothing, in another database.
#[test]
fn every_statement_keeps_inside_the_common_dialect() {
    let foreign = [
        "like",
        "glob",
        "offset",
        "now",
        "nulls",
        "json",
        "rowid",
        "replace",
        "datetime",
        "ilike",
        "collate",
        "autoincrement",
        "ifnull",
        "instr",
        "group_concat",
    ];
    for Listed { name, sql, .. } in every() {
        let text = sql.split_once('\n').unwrap().1.to_lowercase();
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            let column = name.ends_with("upsert") || name.ends_with("all");
            assert!(!foreign.contains(&word) || (word == "json" && column), "{name}: {word}");
        }
        let listed = text.contains(" limit ");
        assert!(!listed || text.contains("order by"), "{name} has a limit without an order");
    }
}
