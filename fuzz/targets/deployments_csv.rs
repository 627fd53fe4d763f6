//! Tables of deployments: every line that is read has a name that says something.
#![no_main]

use varanto_service::deployments_of;
use varanto_store::directory::Record;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(records) = deployments_of(bytes) else { return };
    for record in records {
        let Record::Deployment(deployment) = record else { panic!("no deployment") };
        assert!(!deployment.organisation_name.trim().is_empty());
    }
});
