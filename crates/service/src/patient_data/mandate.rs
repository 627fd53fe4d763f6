//! The mandate of a purchased service: the organiser's system signs that a producer may pass on the data
//! of one patient for some time. It is a JWS in the compact form (RFC 7515) whose claims are read here.

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::reader::{self, Members, text};
use varanto_model::{ClientIdentifier, Faults, Oid, Pointer, calendar, digest, json, person};
use varanto_signatures::{Usage, verify_compact};
use varanto_store::directory::Organisation;

use crate::Cause;
use crate::context::CallContext;
use crate::error::Findings;
use crate::service::Service;
use crate::snapshot::Snapshot;

/// A mandate that holds for a call.
pub(super) struct Mandate {
    /// The controller of the organiser that gave it, if it is one.
    pub(super) controller: Option<Oid>,
}

/// What a mandate says, read but not yet believed.
struct Claims {
    organiser: Oid,
    producer: Oid,
    unit: Option<Oid>,
    client: ClientIdentifier,
    valid_from: Date,
    valid_to: Date,
}

/// By what the log knows a mandate: it tells nothing of the patient.
pub(super) fn noted(jws: &str) -> String {
    digest::sha256(jws.as_bytes()).to_string()
}

impl Service {
    /// Checks a mandate for a call about a client; notes every fault of what it says.
    pub(super) fn check_mandate(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        jws: &str,
        client: &ClientIdentifier,
        findings: &mut Findings,
    ) -> Option<Mandate> {
        let mut refuse = |code, why: &str| {
            let at = Pointer::root().member("mandate");
            findings.add(Cause::MandateInvalid, at, code, why);
        };
        let Ok(verified) = verify_compact(jws, &self.trust.load(), Usage::System, self.real_time())
        else {
            refuse("signature-invalid", "the signature or its certificate does not hold");
            return None;
        };
        let Some(claims) = claims(&verified.payload) else {
            refuse("not-well-formed", "a claim of the mandate is missing or not of the right form");
            return None;
        };
        let directory = &snapshot.directory;
        let organiser = directory.find(&claims.organiser);
        let today = calendar::day_of(context.at);
        let signer = self.organisation_of(verified.chain.leaf());
        if organiser.is_none_or(|organiser| signer.as_ref() != Some(&organiser.operating_unit)) {
            refuse("not-of-the-organiser", "the organiser that it names has not signed it");
        } else if !organiser.is_some_and(|organiser| has_joined(organiser, today)) {
            refuse("organiser-not-joined", "the organiser that it names has not joined");
        }
        let producer = directory.find(&claims.producer).map(|producer| &producer.operating_unit);
        if producer != Some(&context.system.organisation) {
            refuse("of-another-producer", "it is given to another producer");
        }
        if claims.unit.is_some_and(|unit| unit != context.actor.unit) {
            refuse("of-another-unit", "it is given to another service unit");
        }
        if claims.client != *client {
            refuse("of-another-client", "it is about another client");
        }
        if !(claims.valid_from..=claims.valid_to).contains(&today) {
            refuse("not-valid-today", "it is not valid today");
        }
        let controller = organiser.and_then(|organiser| organiser.controller.as_ref());
        Some(Mandate { controller: controller.map(|controller| controller.oid.clone()) })
    }
}

fn has_joined(organisation: &Organisation, today: Date) -> bool {
    let not_past = |last: Option<Date>| last.is_none_or(|last| today <= last);
    let joined = |joined: &_| is_within(joined, today);
    not_past(organisation.valid_to) && organisation.joined.as_ref().is_some_and(joined)
}

fn is_within(joined: &varanto_store::directory::Joining, today: Date) -> bool {
    joined.from <= today && joined.to.is_none_or(|last| today <= last)
}

/// Members that we do not know are left alone: other profiles of JWT have more of them.
fn claims(payload: &[u8]) -> Option<Claims> {
    let value = json::parse(payload, json::Limits::default()).ok()?;
    let mut faults = Faults::none();
    let claims = read(&value, &mut faults)?;
    faults.is_empty().then_some(claims)
}

fn read(value: &Value, faults: &mut Faults) -> Option<Claims> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let organiser = m.required("organiser", faults, reader::oid);
    let producer = m.required("producer", faults, reader::oid);
    let unit = m.optional("unit", faults, reader::oid);
    let client = m.required("client", faults, person::client_sought);
    let valid_from = m.required("valid_from", faults, reader::day);
    let valid_to = m.required("valid_to", faults, reader::day);
    // Wanted, and for people alone.
    m.required("service", faults, text(200));
    m.required("jti", faults, text(256));
    Some(Claims {
        organiser: organiser?,
        producer: producer?,
        unit,
        client: client?,
        valid_from: valid_from?,
        valid_to: valid_to?,
    })
}
