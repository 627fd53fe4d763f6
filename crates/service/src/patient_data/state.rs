//! How an envelope of patient data stands, for the organisation that sent it; never what is in it.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use varanto_rules::{Action, Disclosed, decide};
use varanto_store::outbox::{self, Parcel};

use super::pass_on::KIND;
use crate::Error;
use crate::context::CallContext;
use crate::gather::About;
use crate::outbox::ParcelStatus;
use crate::record::Use;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

struct FindPatientData<'a> {
    context: &'a CallContext,
    id: &'a str,
}

impl UseCase for FindPatientData<'_> {
    type Answer = Disclosed<ParcelStatus>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, id } = self;
        let used = UseContext::default();
        let about = About::new(Action::PassOn, &used);
        let decision = decide(&service.facts(snapshot, context, about));
        let found = match Uuid::parse_str(id) {
            Ok(id) => service.database.fetch_one(outbox::find(id)).await?,
            Err(_) => None,
        };
        let is_own = |parcel: &Parcel| {
            parcel.kind == KIND && parcel.organisation == context.system.organisation
        };
        let result = match (decision.outcome(), found.filter(is_own)) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::NotFound),
            (Ok(permission), Some(parcel)) => Ok((permission, parcel)),
        };
        let named = result.as_ref().ok().map(|(_, parcel)| parcel.id);
        let used = Use {
            parameters: Some(json!({"parcel": named, "act": "look"}).to_string()),
            ..Use::new(Action::PassOn, &used)
        };
        let (_, plan) =
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        let shown = |(permission, parcel): (varanto_rules::Permission, Parcel)| {
            permission.disclose(ParcelStatus::of(&parcel))
        };
        Ok(Attempt { plan, result: result.map(shown) })
    }
}

impl Service {
    /// How an envelope that the caller's organisation sent stands.
    pub async fn find_patient_data(
        &self,
        context: &CallContext,
        id: &str,
    ) -> Result<Disclosed<ParcelStatus>, Error> {
        self.run(&FindPatientData { context, id }).await
    }
}
