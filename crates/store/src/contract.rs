//! What every database behind [`crate::Database`] must do, written once and run on each.
//!
//! Each test gets a database of its own in a folder of its own, migrated and empty.

pub(crate) mod breaches;
pub(crate) mod cases;
pub(crate) mod directory;
mod disclosures;
mod documents;
mod lists;
pub(crate) mod log_requests;
pub(crate) mod log_trees;
mod logs;
mod moves;
pub(crate) mod outside;
mod plans;
pub(crate) mod reviews;
mod rights;
mod shelf;
pub(crate) mod wills;

use aws_lc_rs::digest::{SHA256, digest};
use tempfile::TempDir;
use varanto_postgres::{Server, TestDatabase};

use crate::migrate::postgres::MIGRATIONS;
use crate::samples::at;
use crate::{Database, Plan, PostgresSettings, Settings, SqliteSettings, StoreError};

/// A database that goes away with its folder.
pub(crate) struct Fixture {
    pub(crate) database: Database,
    // After the database, so that the folder goes last.
    pub(crate) folder: TempDir,
}

pub(crate) async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::Sqlite(SqliteSettings::new(folder.path().join("store.db")));
    Database::migrate(&settings, at(0)).await.unwrap();
    Fixture { database: Database::open(&settings).await.unwrap(), folder }
}

pub(crate) async fn postgres() -> PostgresFixture {
    let place = migrated();
    let settings = PostgresSettings::from_url(&place.url()).unwrap();
    let database = Database::open(&Settings::Postgres(Box::new(settings))).await.unwrap();
    PostgresFixture { database, place }
}

/// An empty database with every migration: a copy, for to migrate takes longer.
pub(crate) fn migrated() -> TestDatabase {
    let server = Server::shared();
    let texts: String = MIGRATIONS.iter().map(|migration| migration.sql).collect();
    let checksum = digest(&SHA256, texts.as_bytes());
    let checksum: String =
        checksum.as_ref()[..8].iter().fold(String::new(), |s, b| s + &format!("{b:02x}"));
    let template = format!("store_{checksum}");
    server.make_template(&template, |draft| {
        let settings = PostgresSettings::from_url(&draft.url()).unwrap();
        let settings = Settings::Postgres(Box::new(settings));
        // A test runs on a runtime already, which cannot be waited on from within.
        let migrate = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(Database::migrate(&settings, at(0))).unwrap();
        };
        std::thread::spawn(migrate).join().unwrap();
    });
    server.from_template(&template)
}

/// A database on a server, dropped with this.
pub(crate) struct PostgresFixture {
    pub(crate) database: Database,
    // After the database, whose connections end first.
    #[expect(dead_code, reason = "held, not read")]
    place: TestDatabase,
}

/// Commits each plan, which must succeed.
pub(crate) async fn commit_all(database: &Database, plans: impl IntoIterator<Item = Plan>) {
    for plan in plans {
        database.commit(plan).await.unwrap();
    }
}

pub(crate) fn conflict(outcome: Result<(), StoreError>) -> crate::Conflict {
    match outcome {
        Err(StoreError::Conflict(conflict)) => conflict,
        other => panic!("a conflict was expected: {other:?}"),
    }
}

/// Runs every test of the contract on a backend.
macro_rules! contract {
    ($backend:ident: $($module:ident { $($test:ident),+ $(,)? })+) => {
        mod $backend {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let fixture = super::super::$backend().await;
                    super::super::$module::$test(&fixture.database).await;
                })+
            })+
        }
    };
}

macro_rules! contract_on {
    ($($backend:ident)+) => {
        $(contract!($backend:
            plans {
                a_plan_is_kept_whole_with_its_log_entry,
                a_failing_plan_leaves_nothing_behind,
                a_guard_that_no_longer_holds_undoes_the_plan,
                a_failing_plan_among_many_undoes_only_itself,
                plans_are_numbered_in_the_order_in_which_they_are_answered,
                plans_that_are_handed_over_at_once_are_all_kept,
                a_plan_goes_on_when_its_caller_has_gone_away,
                a_missing_parent_is_a_failure_and_no_conflict,
                what_is_fetched_together_was_committed_at_one_instant,
            }
            documents {
                a_document_comes_back_byte_for_byte,
                the_same_document_twice_is_a_conflict_without_a_stray_entry,
                sixteen_writers_of_one_version_have_one_winner,
                a_version_on_top_of_an_older_one_is_stale,
                an_annulled_document_takes_no_version_and_no_second_annulment,
                versions_are_listed_newest_first_and_in_pages,
                a_document_that_was_seen_is_guarded_until_it_changes,
            }
            lists {
                pages_through_equal_instants_lose_and_repeat_nothing,
                each_filter_narrows_the_list_and_none_hides_too_much,
                instants_are_kept_to_the_microsecond,
                annulled_documents_are_listed_only_when_asked_for,
                a_document_of_a_joint_case_is_listed_under_each_client,
                a_new_version_moves_the_document_in_the_list,
                the_continuous_record_is_listed_oldest_first,
                a_filter_of_too_many_values_is_refused,
                what_is_left_out_is_left_out_alone,
            }
            moves {
                a_document_is_found_by_any_of_its_identifiers,
                a_moved_document_is_listed_under_its_new_clients_as_it_was,
                a_document_tells_whether_it_has_other_clients_too,
                a_change_of_a_document_that_was_moved_meanwhile_is_stale,
                the_documents_of_a_case_are_listed_and_guarded_by_their_number,
                what_an_organisation_stored_in_a_case_is_told,
                control_documents_come_version_by_version_in_pages,
            }
            cases {
                a_standing_is_read_with_the_file_of_its_client,
                standings_are_listed_in_pages,
                a_case_is_opened_by_one_document,
                cases_are_listed_in_pages,
                a_joined_file_leads_to_the_persons,
            }
            wills {
                a_will_is_read_with_the_file_of_its_client,
                wills_are_listed_in_pages,
                all_standings_of_a_client_are_read_with_the_will,
            }
            rights {
                a_right_is_found_with_its_client_and_standing,
                rights_are_listed_by_unit_controller_and_client,
                rights_of_one_standing_are_cleared_and_no_others,
                a_right_without_a_standing_is_a_failure,
                orders_about_one_right_are_listed_newest_first,
                a_choice_is_refused_once,
                choices_are_listed_for_both_sides,
            }
            outside {
                a_recipient_is_listed_and_ended_once,
                a_request_is_decided_once_and_delivered_once,
                requests_are_listed_by_client_and_state,
                a_parcel_is_claimed_by_one_and_keeps_nothing_when_it_is_handed_over,
                what_waits_is_counted_by_organisation_and_kind_with_its_size,
                parcels_for_an_addressee_go_one_after_another_and_do_not_pile_up,
                the_first_of_two_parcels_is_the_one_that_was_attempted_whatever_clocks_say,
            }
            breaches {
                a_breach_takes_its_steps_one_after_another_and_is_closed_once,
                breaches_are_listed_newest_first_by_controller_and_state,
                what_somebody_has_reported_is_found_and_counted,
                a_closed_breach_is_forgotten_with_its_steps,
            }
            logs {
                an_entry_comes_back_whole,
                an_entry_is_never_written_twice,
                entries_are_listed_newest_first_by_register_and_by_client,
                what_the_staff_of_an_organisation_did_is_listed_once,
                entries_are_narrowed_by_user_action_and_time,
                entries_are_narrowed_by_organisation_and_special_reason,
                entries_are_narrowed_by_basis,
                acts_of_upkeep_are_listed_and_narrowed,
            }
            log_trees {
                entries_are_committed_to_in_their_canonical_form,
                a_batch_is_kept_whole,
                of_two_that_seal_at_once_one_comes_too_late,
                an_entry_is_sealed_once_and_a_tile_only_grows,
                content_goes_and_leaves_stay,
                what_is_committed_is_told_by_numbers,
                a_witness_has_one_line_under_a_checkpoint,
            }
            log_requests {
                a_log_request_is_extended_once_and_answered_once,
                an_answered_log_request_is_forgotten_and_stays_as_a_row,
                log_requests_are_listed_by_state_and_day,
                the_files_that_were_joined_to_a_person_are_told,
            }
            reviews {
                every_decision_on_an_item_is_kept_the_newest_first,
                a_decision_is_forgotten_and_belongs_to_no_item_any_more,
                entries_are_narrowed_for_a_review,
                a_look_at_the_log_ends_after_so_many_entries,
                volumes_count_each_client_of_a_user_once,
            }
            disclosures {
                a_disclosure_comes_back_whole,
                a_disclosure_and_its_use_are_kept_together_or_not_at_all,
                disclosures_are_listed_newest_first_by_controller_and_by_client,
                disclosures_are_narrowed_by_user_receiver_basis_and_time,
                disclosures_are_numbered_in_the_order_of_their_commits,
            }
            directory {
                the_directory_comes_back_as_it_was_stored,
                a_second_record_of_a_name_takes_the_place_of_the_first,
                each_counter_guards_what_it_counts,
                a_record_is_put_in_together_with_the_note_of_its_change,
            }
            shelf {
                published_texts_come_back_byte_for_byte,
                an_assertion_is_spent_once_until_it_is_forgotten,
                a_client_is_found_by_the_hash_of_the_identifier,
            }
        );)+
    };
}

contract_on!(sqlite postgres);
