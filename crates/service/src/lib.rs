//! Use cases: gather, decide, plan, commit.
//!
//! One file for each. A use case gathers facts with a few queries, lets the rules decide, makes a plan
//! of what is to be written – always with its log entry – and commits it; only then is anything
//! answered. Where a fact has changed meanwhile, the plan does not hold and the use case starts over.
//! Nothing here knows of HTTP or SQL, and time and randomness are passed in.

mod annul_document;
mod authenticate;
mod breach;
mod check_document;
mod check_signatures;
mod citizen;
mod claims;
mod client_file;
mod client_log;
mod context;
mod control_reading;
mod control_search;
mod decide_on_coming;
mod decide_on_met;
mod directories;
mod directory_changes;
mod directory_history;
mod disclosure;
mod documents_named;
mod error;
mod explain;
mod explain_request;
mod explanation;
mod fetch_documents;
mod find_case;
mod found_document;
mod gather;
mod import;
mod import_deployments;
mod import_documents;
mod import_organisations;
mod import_professionals;
mod import_users;
mod information;
mod issue_token;
mod join_client;
mod joint_case;
mod judge_document;
mod log_page;
mod log_proof;
mod log_request;
mod new_version;
mod notice;
mod notices;
mod orders;
mod outbox;
mod outside;
mod past_names;
mod patient_data;
mod present;
mod project;
mod rebuild;
mod receipt;
mod record;
mod register_access;
mod request;
mod retain_log;
mod sealed;
mod sealing;
mod search_cases;
mod search_clientships;
mod search_disclosure_log;
mod search_documents;
mod search_record_entries;
mod search_request;
mod search_use_log;
mod search_users;
mod search_wills;
mod seek;
mod service;
mod sets;
mod shown_client;
mod shown_document;
mod snapshot;
mod store_document;
mod summarise;
mod supervision;
mod table;
mod token;
mod transfer_document;
mod use_context;
mod verify_log;
mod verify_people;
mod way;
mod will_facts;
mod will_reading;
mod world;

pub use annul_document::AnnulmentReceipt;
pub use breach::{BreachPage, FoundBreach, ReportReceipt, ShownBreach};
pub use citizen::{
    CitizenCase, CitizenClientship, CitizenContext, CitizenDisclosure, CitizenList, CitizenPage,
    CitizenUsed,
};
pub use context::{Actor, CallContext, SystemIdentity};
pub use control_search::ControlPage;
pub use directories::{ShownCodeSet, ShownOrganisation, ShownStructure};
pub use directory_changes::{ChangedOid, ImportOptions, ImportReport, Named};
pub use directory_history::{ShownChange, ShownPerson};
pub use error::{Cause, Error, Unauthenticated};
pub use explanation::Explanation;
pub use fetch_documents::{ListedVersion, MAX_FETCHED, WantedForm};
pub use find_case::FoundCase;
pub use import::{Importable, Imported, code_sets};
pub use import_deployments::{ShownDeployment, deployments_of};
pub use import_documents::{
    Checked as CheckedDocuments, DocumentImport, Importer, Settled, Summary as ImportSummary, Turn,
    Verdict,
};
pub use import_organisations::organisations_of;
pub use import_professionals::ShownRight;
pub use information::ShownText;
pub use issue_token::IssuedToken;
pub use join_client::JoiningReceipt;
pub use log_page::LogPage;
pub use log_proof::{EntryProof, Export, GrowthProof, ProvenEntry, ToProve};
pub use log_request::{GivenAnswer, LogRequestPage, PreviewPage, ShownLogRequest};
pub use notices::{NoticeAddresses, NoticeKind, NoticeTarget, SentNotice};
pub use outbox::{Courier, Delivering, PARCEL_KINDS, ParcelStatus, Undelivered};
pub use outside::{
    DeliveredPackage, Obstacle, PackageSigner, RequestPage, ShownRecipient, ShownRequest,
};
pub use patient_data::PATIENT_DATA;
pub use rebuild::{Derivation, Difference, Rebuilt};
pub use register_access::{
    AccessOrderKind, AccessPage, ChoicePage, ChoiceReceipt, FoundAccess, Reconciled, ShownAccess,
};
pub use sealing::{LogIdentity, SealError, Sealed, Sealer};
pub use search_cases::ShownCase;
pub use search_clientships::ShownClientship;
pub use search_disclosure_log::ShownDisclosure;
pub use search_documents::{FoundDocument, FoundPage};
pub use search_record_entries::RecordPage;
pub use search_use_log::ShownEntry;
pub use search_users::UserPage;
pub use search_wills::ShownWill;
pub use service::{Parts, Service};
pub use shown_document::{FetchedDocument, StoredAnnulment, StoredSignature};
pub use store_document::{Receipt, Stored};
pub use summarise::ClientSummary;
pub use supervision::{List as ReviewList, ReviewPage, ReviewReceipt, Thresholds};
pub use transfer_document::TransferReceipt;
pub use verify_log::{LogFault, MAX_SHOWN, Verified, WitnessNotes};
pub use verify_people::PersonFault;
pub use world::{Clock, Randomness};
