//! One file per endpoint: its description, its handler, and the form of its answer.

pub(crate) mod about;
pub(crate) mod annul_document;
pub(crate) mod breaches;
pub(crate) mod citizen;
pub(crate) mod code_sets;
pub(crate) mod deployments;
pub(crate) mod disclosure_requests;
pub(crate) mod explain;
pub(crate) mod fetch_document;
pub(crate) mod fetch_documents;
pub(crate) mod find_case;
pub(crate) mod find_register_access;
pub(crate) mod health;
pub(crate) mod information_texts;
pub(crate) mod issue_token;
pub(crate) mod join_client;
pub(crate) mod list_versions;
pub(crate) mod log_requests;
pub(crate) mod log_tree;
pub(crate) mod order_register_access;
pub(crate) mod organisations;
pub(crate) mod patient_data;
pub(crate) mod recipients;
pub(crate) mod reconcile_register_access;
pub(crate) mod refuse_choice;
pub(crate) mod report_choice;
pub(crate) mod search_cases;
pub(crate) mod search_choices;
pub(crate) mod search_clientships;
pub(crate) mod search_disclosure_log;
pub(crate) mod search_documents;
pub(crate) mod search_record_entries;
pub(crate) mod search_register_access;
pub(crate) mod search_use_log;
pub(crate) mod search_wills;
pub(crate) mod store_document;
pub(crate) mod structures;
pub(crate) mod summarise;
pub(crate) mod supervision;
pub(crate) mod transfer_document;
pub(crate) mod users;

use crate::operation::Parameter;

/// The identifier in a path.
pub(crate) const fn oid_in_path(description: &'static str) -> Parameter {
    Parameter { name: "oid", description, in_path: true, schema: "Oid" }
}

/// The use context in a query.
pub(crate) fn use_context() -> Vec<Parameter> {
    let query = |name, description, schema| Parameter { name, description, in_path: false, schema };
    vec![
        query("basis", "On what the use is based; `own` where it is left out.", "Basis"),
        query(
            "purpose",
            "For what the data is used; `client_work` where it is left out.",
            "Purpose",
        ),
        query("case", "The case in which the data is used.", "Oid"),
        query("special_reason", "The special reason, where there is no context.", "Code"),
        query("ground", "The ground of the broad right of access.", "Code"),
    ]
}
