//! The signatures of a document: that they hold, and that the signers may sign it (SIG-02…04).

use varanto_model::{Envelope, Pointer, Signature, SignatureRole, calendar};
use varanto_signatures::{
    CertificateKind, ChainError, Evidence, SignatureError, Usage, VerifiedSignature,
    verify_detached,
};

use crate::context::CallContext;
use crate::error::{Cause, Findings};
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::store_document::Incoming;

impl Service {
    /// Checks every signature over the manifest; gives the evidence of each, in order.
    pub(crate) fn check_signatures(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        incoming: &Incoming,
        findings: &mut Findings,
    ) -> Vec<Evidence> {
        let Incoming { envelope, manifest, .. } = incoming;
        let place = Pointer::root().member("signatures");
        let binds =
            |s: &Signature| matches!(s.role, SignatureRole::System | SignatureRole::Professional);
        if !envelope.signatures.iter().any(binds) {
            let detail = "a document is signed by a system or by a professional";
            findings.add(Cause::SignatureMissing, place.clone(), "missing", detail);
        }
        let (trust, now) = (self.trust.load(), self.real_time());
        let mut evidence = Vec::with_capacity(envelope.signatures.len());
        for (i, signature) in envelope.signatures.iter().enumerate() {
            let at = place.index(i).member("jws");
            let usage = match signature.role {
                SignatureRole::System => Usage::System,
                SignatureRole::Professional | SignatureRole::Client => Usage::Card,
            };
            match verify_detached(&signature.jws, manifest, &trust, usage, now) {
                Ok(verified) => {
                    let signer = Signer { verified: &verified, envelope, context, snapshot };
                    if let Err(detail) = signer.may_sign(self, signature.role) {
                        findings.add(Cause::AuthorNotEntitled, at, "author-not-entitled", detail);
                    }
                    evidence.push(Evidence::of(&verified));
                }
                Err(error) => {
                    let (cause, code) = match error {
                        SignatureError::Chain(ChainError::Revoked) => {
                            (Cause::CertificateRevoked, "certificate-revoked")
                        }
                        SignatureError::Chain(_) => {
                            (Cause::CertificateUntrusted, "certificate-untrusted")
                        }
                        _ => (Cause::SignatureInvalid, "signature-invalid"),
                    };
                    findings.add(cause, at, code, error.to_string());
                }
            }
        }
        evidence
    }
}

struct Signer<'a> {
    verified: &'a VerifiedSignature,
    envelope: &'a Envelope,
    context: &'a CallContext,
    snapshot: &'a Snapshot,
}

impl Signer<'_> {
    fn may_sign(&self, service: &Service, role: SignatureRole) -> Result<(), &'static str> {
        let organisation = &self.context.system.organisation;
        match role {
            SignatureRole::System => {
                let signer = service.organisation_of(self.verified.chain.leaf());
                let own = signer.as_ref() == Some(organisation);
                own.then_some(())
                    .ok_or("the system certificate is not of the organisation that stores")
            }
            SignatureRole::Professional => self.professional(organisation),
            SignatureRole::Client => self.client(),
        }
    }

    /// A professional or personnel card, of an author or of the one who stores, who was in the
    /// organisation's user register on the day of signing.
    fn professional(&self, organisation: &varanto_model::Oid) -> Result<(), &'static str> {
        let chain = &self.verified.chain;
        if !matches!(
            chain.kind(),
            CertificateKind::ProfessionalCard | CertificateKind::PersonnelCard
        ) {
            return Err("a professional signs with a professional card or a personnel card");
        }
        let id =
            chain.holder().map(varanto_signatures::CardHolder::registration_id).unwrap_or_default();
        let wrote = self.envelope.metadata.authors.iter().any(|author| author.id == id);
        if !wrote && self.context.actor.id != id {
            return Err(
                "the signer is neither an author of the document nor the one who stores it",
            );
        }
        let day = calendar::day_of(self.verified.signed_at);
        let listed = self.snapshot.directory.is_listed(organisation, id, day);
        listed.then_some(()).ok_or("the signer was not in the user register on the day of signing")
    }

    /// A client's certificate is a person's own; it must name one of the document's clients.
    fn client(&self) -> Result<(), &'static str> {
        use varanto_model::ClientIdentifier::PersonalIdentityCode;
        let id = self
            .verified
            .chain
            .holder()
            .map(varanto_signatures::CardHolder::registration_id)
            .unwrap_or_default();
        let is_client = self.envelope.metadata.clients.iter().any(
            |client| matches!(&client.identifier, PersonalIdentityCode(code) if code.expose() == id),
        );
        is_client.then_some(()).ok_or("the signer is none of the document's clients")
    }
}
