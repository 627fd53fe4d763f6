//! The catalogue of problems: every slug with its status and meaning, for the OpenAPI document, the
//! manual and the tests.

use std::collections::BTreeMap;

/// One cause of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stable word; the type is `urn:varanto:problem:<slug>`.
    pub slug: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What it means and what to do.
    pub meaning: &'static str,
}

const fn entry(slug: &'static str, status: u16, meaning: &'static str) -> Entry {
    Entry { slug, status, meaning }
}

/// Every problem that the interface answers with.
pub const ENTRIES: &[Entry] = &[
    entry(
        "invalid-request",
        400,
        "The request is not of the right form; `errors` names every fault with its place.",
    ),
    entry(
        "assertion-invalid",
        400,
        "The assertion for a token is not of the right form, has expired, was used before, or its signature or certificate does not hold.",
    ),
    entry(
        "client-certificate-required",
        401,
        "The path wants mutual TLS: connect with the system's certificate.",
    ),
    entry(
        "certificate-revoked",
        401,
        "The client certificate was revoked or ended after the connection was made; as a fault of a signature the status is 422.",
    ),
    entry("token-missing", 401, "The path wants a token of a professional: see `/oauth2/token`."),
    entry(
        "token-invalid",
        401,
        "The token has expired, is not of this server, or came over another certificate than it was given to.",
    ),
    entry(
        "certificate-not-bound",
        403,
        "The client certificate is of a trusted issuer, but of no organisation that is known here.",
    ),
    entry(
        "not-joined",
        403,
        "The organisation has not joined, or not under a model that the controller accepts (rule S1).",
    ),
    entry(
        "unit-unknown",
        403,
        "The unit in the token is not a valid unit of the organisation (rule S2).",
    ),
    entry(
        "user-unknown",
        403,
        "The user register does not list the professional with this unit and role (rule S3).",
    ),
    entry("outsider", 403, "The user register marks the professional as an outsider (rule S3)."),
    entry(
        "service-task-not-permitted",
        403,
        "The role does not cover the document's service task or group (rule S4).",
    ),
    entry("purpose-not-permitted", 403, "The role does not have this purpose (rules S4, A1, A2)."),
    entry(
        "not-the-controller",
        403,
        "The register is another controller's, or the organisation is no controller's (rules W1, R4).",
    ),
    entry(
        "register-access-missing",
        403,
        "The unit has no register access right to this case of this client (rules W2, R2).",
    ),
    entry(
        "register-access-suspended",
        403,
        "The controller has suspended the register access right (rules W2, R2).",
    ),
    entry("register-access-ended", 403, "The register access right has ended (rule R8)."),
    entry(
        "special-reason-required",
        403,
        "The client is not one of the unit's today, and no special reason was given (rule R1).",
    ),
    entry(
        "strong-authentication-required",
        403,
        "Data of another's register want a card or equal means (rule R3).",
    ),
    entry(
        "not-the-organiser",
        403,
        "Cases and clientships are stored by the organiser, or under a wide right (rule W5).",
    ),
    entry(
        "not-informed",
        403,
        "The client has not been informed: a permit or denial comes after it (rule W7).",
    ),
    entry(
        "hetu-required",
        403,
        "A will is of exactly one client, known by a personal identity code (rule W7).",
    ),
    entry("denial-by-guardian", 403, "A representative sets no denials of a minor (rule W7)."),
    entry(
        "capacity-not-assessed",
        403,
        "What a minor declares is recorded by a professional, not by the minor alone (rule W7).",
    ),
    entry("ground-required", 403, "The broad right of access wants a ground (rule R5)."),
    entry("not-an-authority", 403, "Only public authorities have a broad right (rule R5)."),
    entry("broad-right-not-permitted", 403, "The role has no broad right of access (rule R5)."),
    entry(
        "not-a-representative",
        403,
        "Nobody may act for this client without a representation valid today (rule C2).",
    ),
    entry("register-not-open", 403, "The controller's register has not opened yet (rule W3)."),
    entry(
        "not-old-data",
        403,
        "What was written when the register was open, a declaration or a notice is not stored in bulk (rule W9).",
    ),
    entry("not-the-author", 403, "The document was written by another organisation (rule W6)."),
    entry(
        "author-not-entitled",
        403,
        "The signer is not an author of the document, has no card for it, or may not practise (rule W8).",
    ),
    entry(
        "four-eyes",
        403,
        "Who recorded a request of a recipient outside does not decide on it: somebody else has to.",
    ),
    entry(
        "own-use",
        403,
        "A privacy officer does not decide on an own use, and neither assesses nor closes a breach that came of \
            one: another officer does.",
    ),
    entry("document-not-found", 404, "There is no such document, or you may not know of it."),
    entry("client-not-found", 404, "The own register has no client of this temporary identifier."),
    entry(
        "log-entry-not-sealed",
        404,
        "The log has no such entry, or it is not in the log's tree of this size: a new entry is within a second.",
    ),
    entry("not-found", 404, "There is nothing at this path."),
    entry("method-not-allowed", 405, "The path has no such method."),
    entry("form-not-available", 406, "The document has no form of the media types in `Accept`."),
    entry("timeout", 408, "The request took too long."),
    entry(
        "register-access-state",
        409,
        "The register access right, or the report of a client's choice, is in another state than this act is for; `detail` says in which.",
    ),
    entry(
        "version-conflict",
        409,
        "The version does not follow the newest version of the document.",
    ),
    entry("case-closed", 409, "The case was closed before the document was written (rule W4)."),
    entry("case-exists", 409, "Another document has opened the case."),
    entry(
        "clientship-exists",
        409,
        "The client has another active clientship at this controller: store a new version of it.",
    ),
    entry("document-exists", 409, "Other bytes are stored under this identifier."),
    entry("already-joined", 409, "The temporary identifier was joined to another person."),
    entry(
        "too-many-documents",
        409,
        "The temporary identifier has more documents than are moved at once: ask the operator of the repository.",
    ),
    entry("document-annulled", 409, "The document has been annulled."),
    entry("breach-closed", 409, "The breach has been closed: nothing is added to it any more."),
    entry(
        "log-request-state",
        409,
        "The log request is in another state than the act is for: it was answered or extended before, or is still open, or its time is over and can no longer be extended.",
    ),
    entry(
        "log-request-too-large",
        409,
        "The log request asks for more entries than one answer holds: ask for two periods.",
    ),
    entry("already-decided", 409, "The request has been decided before: record a new one."),
    entry("not-approved", 409, "The request is still to be decided, or was refused."),
    entry(
        "already-delivered",
        409,
        "The package has been given before, and is given once: record a new request.",
    ),
    entry(
        "recipient-ended",
        409,
        "The recipient has been ended, or today is not one of the days on which something is disclosed to it.",
    ),
    entry(
        "document-withheld",
        409,
        "A document of the request may not go outside any more, such as one that was annulled; `errors` names each.",
    ),
    entry(
        "package-too-large",
        409,
        "The documents together are larger than a package may be: record requests for fewer.",
    ),
    entry("try-again", 409, "The facts changed while the request was decided; send it again."),
    entry("request-too-large", 413, "The body is larger than is taken."),
    entry("unsupported-media-type", 415, "The body is not of the media type that is taken."),
    entry(
        "unknown-structure",
        422,
        "The metadata names a document structure that is not known here.",
    ),
    entry("unknown-code", 422, "A code is not in its code set, or not valid on the day."),
    entry(
        "structure-violation",
        422,
        "The content does not follow its structure; `errors` names every fault.",
    ),
    entry(
        "case-missing",
        422,
        "The document names no case, or none that is in the register (rule W4).",
    ),
    entry(
        "case-of-another-client",
        422,
        "Not every client of the document was in the case when it was written (rule W4).",
    ),
    entry(
        "unknown-unit",
        422,
        "A service unit of a clientship is unknown or not valid, or its organisation has not joined.",
    ),
    entry("display-form-missing", 422, "A structured document has no display form."),
    entry(
        "display-form-unsafe",
        422,
        "A display form is not well-formed or has what it must not have.",
    ),
    entry("not-pdf-a", 422, "A file is not PDF/A-1, -2 or -3."),
    entry(
        "signature-missing",
        422,
        "The document has no signature of a system or a professional; where rule W8 asks for a professional's, the status is 403.",
    ),
    entry(
        "signature-invalid",
        422,
        "A signature does not fit the document, its header or its certificate.",
    ),
    entry(
        "certificate-untrusted",
        422,
        "A signer's certificate is not of a trusted issuer, or was not valid.",
    ),
    entry(
        "mandate-invalid",
        422,
        "The mandate is not signed by the organiser that it names, or not given for this producer, unit, client or day; `errors` names every fault.",
    ),
    entry(
        "too-many-reports",
        429,
        "The user has reported 20 breaches to the controller within 24 hours: tell the controller's privacy officer \
            otherwise, or wait for `Retry-After` seconds.",
    ),
    entry("rate-limited", 429, "Too many requests: wait for `Retry-After` seconds."),
    entry("internal-error", 500, "Something failed in the repository. It has been noted."),
    entry(
        "signing-not-configured",
        501,
        "The server has no key to sign packages with: the operator names one in the configuration.",
    ),
    entry(
        "patient-data-not-configured",
        501,
        "The server knows no repository of patient data: the operator names one in the configuration.",
    ),
    entry(
        "outbox-full",
        503,
        "As much patient data of the organisation waits to be handed over as is taken: try again after `Retry-After` \
            seconds.",
    ),
    entry(
        "log-unavailable",
        503,
        "The use could not be logged, and so nothing was done (rule L1).",
    ),
    entry(
        "outcome-unknown",
        503,
        "The database was lost while the request was being committed, and what became of it could not be found out in \
            time: it was carried out whole, with its log entry, or not at all. Send the same request again after \
            `Retry-After` seconds. The storing, annulling and moving of documents, the joining of clients and the \
            report of a breach are then answered as they were the first time; what can be done once only is refused, \
            where it was done, with the problem that says so. Everything else that puts in something new – a \
            recipient, the request of one, a report of a choice, a request for log data, a step of a breach, a \
            decision on a use, patient data to be passed on – would be put in twice: search for it first. A token is \
            asked for with a new assertion.",
    ),
];

/// The statuses other than the one in the catalogue that a slug may come with.
const OTHER_STATUSES: &[(&str, u16)] = &[("certificate-revoked", 422), ("signature-missing", 403)];

/// The slugs by the statuses that they come with. Those in `own` are of the operation itself, and
/// not of every operation of its kind: only they come with another status than in the catalogue.
pub(crate) fn by_status(
    slugs: &[&'static str],
    own: &[&'static str],
) -> BTreeMap<u16, Vec<&'static str>> {
    let mut statuses: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for slug in slugs {
        let first = ENTRIES.iter().filter(|e| e.slug == *slug).map(|e| e.status);
        let others = OTHER_STATUSES.iter().filter(|(s, _)| s == slug && own.contains(s));
        for status in first.chain(others.map(|(_, status)| *status)) {
            statuses.entry(status).or_default().push(slug);
        }
    }
    statuses
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use varanto_rules::Refusal;
    use varanto_service::{Cause, Obstacle};

    use super::*;

    #[test]
    fn every_cause_and_refusal_has_its_entry_once() {
        let slugs: BTreeSet<_> = ENTRIES.iter().map(|e| e.slug).collect();
        assert_eq!(slugs.len(), ENTRIES.len());
        for cause in Cause::ALL {
            assert!(slugs.contains(cause.slug()), "{}", cause.slug());
        }
        for obstacle in Obstacle::ALL {
            assert!(slugs.contains(obstacle.slug()), "{}", obstacle.slug());
        }
        for refusal in Refusal::ALL.iter().filter(|r| !r.hides_existence()) {
            assert!(slugs.contains(refusal.slug()), "{}", refusal.slug());
        }
    }
}
