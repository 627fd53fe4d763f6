//! Before the first checkpoint.

use varanto_log::Checkpoint;

use crate::given::Given;

/// REQ LOG-03, LOG-05: no entry has to be waited for, and the checkpoint still has.
#[tokio::test]
async fn what_is_proven_of_a_new_log_waits_for_its_first_checkpoint() {
    let given = Given::new().await;
    let service = given.service().await;
    let (export, ()) = tokio::join!(service.prove_entries(&[]), given.seal());
    let export = export.expect("it is sealed meanwhile");
    assert!(export.entries.is_empty());
    let checkpoint = Checkpoint::open(&export.checkpoint, service.log_keys()).unwrap();
    assert_eq!(given.told("SELECT min(size) FROM log_checkpoint"), [checkpoint.size.to_string()]);
}
