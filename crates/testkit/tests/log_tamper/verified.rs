//! `varanto log verify` over the store of a site, and what it says.

use std::path::{Path, PathBuf};

use serde_json::Value;
use varanto_testkit::{Site, run};

use crate::stored::Stored;

/// What the program has told.
pub(crate) struct Verdict {
    /// What it found, in full.
    pub(crate) told: Value,
    is_good: bool,
}

impl Verdict {
    /// Looks at the log of a site, with what a witness has kept where there is any.
    pub(crate) fn on(site: &Site, witness: Option<&Path>) -> Self {
        let config = site.paths().configuration();
        let mut arguments = vec!["log", "verify", "--json", "--config", config.to_str().unwrap()];
        if let Some(file) = witness {
            arguments.extend(["--witness", file.to_str().unwrap()]);
        }
        let output = run(arguments);
        let told = serde_json::from_slice(&output.stdout);
        let said = String::from_utf8_lossy(&output.stderr);
        let told: Value = told.unwrap_or_else(|_| panic!("nothing was told: {said}"));
        let is_good = output.status.success();
        assert_eq!(is_good, told["fault_count"] == 0, "it fails where there is a fault: {said}");
        Self { told, is_good }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.is_good
    }

    pub(crate) fn faults(&self) -> &[Value] {
        self.told["faults"].as_array().unwrap()
    }

    /// Is there a fault of this kind with these members?
    pub(crate) fn names(&self, fault: &Value) -> bool {
        let is_it = |told: &Value| {
            fault.as_object().unwrap().iter().all(|(member, value)| told[member] == *value)
        };
        self.faults().iter().any(is_it)
    }

    #[track_caller]
    pub(crate) fn expect_good(&self, when: &str) {
        assert!(self.is_good, "{when}: {:#}", self.told);
    }
}

/// Writes what a witness would have kept of a log.
pub(crate) fn witness(site: &Site, stored: &Stored) -> PathBuf {
    let file = site.directory().join("witness");
    let notes: Vec<_> = stored.checkpoints.iter().map(|kept| kept.note.as_str()).collect();
    std::fs::write(&file, notes.join("\n") + "\n").unwrap();
    file
}
