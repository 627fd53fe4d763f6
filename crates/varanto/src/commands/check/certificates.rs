//! Certificates and revocation lists: can they be used, and until when?
//!
//! They go by real time, also in a sandbox whose clock has been moved.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use varanto_signatures::{Certificate, Trust, TrustMaterial, certificates_from_pem, crls_from_pem};
use varanto_web::ServerIdentity;
use zeroize::Zeroizing;

use super::report::Report;
use super::text;
use crate::config::Config;

/// How long before its end a certificate is to be renewed.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How a certificate stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    NotYet,
    Valid,
    EndsSoon,
    Ended,
}

impl Standing {
    fn at(now: Timestamp, not_before: Timestamp, not_after: Timestamp) -> Self {
        if now < not_before {
            Self::NotYet
        } else if now > not_after {
            Self::Ended
        } else if not_after.duration_since(now) < SOON {
            Self::EndsSoon
        } else {
            Self::Valid
        }
    }
}

/// Looks at roots, issuers and revocation lists, and builds trust of them.
pub(super) fn look_at_trust(config: &Config, now: Timestamp, report: &mut Report) -> Option<Trust> {
    let trust = &config.trust;
    let mut whole = true;
    let mut certificates = |key, files: &[PathBuf], report: &mut Report| {
        let read: Option<Vec<_>> =
            files.iter().map(|file| certificates_of(config, key, file, now, report)).collect();
        whole &= read.is_some();
        read.unwrap_or_default().concat()
    };
    let mut material = TrustMaterial {
        roots: certificates("trust.roots", &trust.roots, report),
        system_issuers: certificates("trust.system_issuers", &trust.system_issuers, report),
        card_issuers: certificates("trust.card_issuers", &trust.card_issuers, report),
        crls: Vec::new(),
    };
    for file in &trust.revocation_lists {
        let text = text(config, file, "trust.revocation_lists", report);
        let lists = text.map(|text| crls_from_pem(&text));
        match lists {
            Some(Ok(lists)) => material.crls.extend(lists),
            Some(Err(error)) => {
                let what = format_args!("trust.revocation_lists: {}: {error}", file.display());
                report.wrong(what, "put revocation lists in PEM there");
                whole = false;
            }
            None => whole = false,
        }
    }
    // What is missing has been told; trust without it would only give misleading findings.
    if !whole {
        return None;
    }
    build(config, material, now, report)
}

fn build(
    config: &Config,
    material: TrustMaterial,
    now: Timestamp,
    report: &mut Report,
) -> Option<Trust> {
    let authorities =
        material.roots.len() + material.system_issuers.len() + material.card_issuers.len();
    let trust = match Trust::build(material, config.trust.policies.clone()) {
        Ok(trust) => trust,
        Err(error) => {
            report.wrong(format_args!("trust: {error}"), "look at the files of [trust]");
            return None;
        }
    };
    let lists = trust.crls().len();
    report.good(format_args!("trust: {authorities} authorities, {lists} revocation lists"));
    if lists < authorities {
        let to_do = "name a list of every authority: without one its certificates are refused";
        report.doubtful("trust.revocation_lists: there are fewer lists than authorities", to_do);
    }
    match trust.next_update() {
        None => {}
        Some(until) if until < now => report.wrong(
            format_args!("trust.revocation_lists: one is out of date since {}", shown(until)),
            "fetch the newest lists of the authorities",
        ),
        Some(until) => {
            report.good(format_args!("trust.revocation_lists: in date until {}", shown(until)));
        }
    }
    Some(trust)
}

/// Looks at the server's own certificate, and whether its key fits.
pub(super) fn look_at_server(
    config: &Config,
    trust: Option<&Trust>,
    now: Timestamp,
    report: &mut Report,
) {
    let server = &config.server;
    let chain = text(config, &server.certificate, "server.certificate", report);
    let key = text(config, &server.key, "server.key", report).map(Zeroizing::new);
    let Some(chain) = chain else { return };
    if let Some(found) = read(&chain, "server.certificate", &server.certificate, report) {
        // The issuers' certificates follow; the first is the server's.
        let own: Vec<_> = found.into_iter().take(1).collect();
        tell("server.certificate", &server.certificate, &own, now, report);
    }
    let Some(key) = key else { return };
    let identity = ServerIdentity::from_pem(chain.as_bytes(), key.as_bytes());
    // Whether they fit is seen only in the whole that serves, which needs trust.
    let whole = identity.and_then(|identity| trust.map(|t| identity.config(t)).transpose());
    match whole {
        Ok(Some(_)) => report.good("server.key: fits the certificate"),
        Ok(None) => {}
        Err(error) => report.wrong(
            format_args!("server.key: {error}"),
            "name the key that belongs to the certificate",
        ),
    }
}

/// The certificates of a file, after telling how they stand.
pub(super) fn certificates_of(
    config: &Config,
    key: &str,
    file: &Path,
    now: Timestamp,
    report: &mut Report,
) -> Option<Vec<Certificate>> {
    let found = read(&text(config, file, key, report)?, key, file, report)?;
    tell(key, file, &found, now, report);
    Some(found)
}

fn read(pem: &str, key: &str, file: &Path, report: &mut Report) -> Option<Vec<Certificate>> {
    match certificates_from_pem(pem) {
        Ok(found) => Some(found),
        Err(error) => {
            let what = format_args!("{key}: {}: {error}", file.display());
            report.wrong(what, "put certificates in PEM there");
            None
        }
    }
}

/// Tells how the certificates of a file stand: by the one that ends first.
fn tell(key: &str, file: &Path, found: &[Certificate], now: Timestamp, report: &mut Report) {
    let name = file.display();
    let starts = found.iter().map(Certificate::not_before).max();
    let ends = found.iter().map(Certificate::not_after).min();
    let (Some(starts), Some(ends)) = (starts, ends) else {
        report.wrong(format_args!("{key}: {name} has no certificate"), "put one there");
        return;
    };
    let (first, last) = (shown(starts), shown(ends));
    match Standing::at(now, starts, ends) {
        Standing::Valid => report.good(format_args!("{key}: {name}, valid until {last}")),
        Standing::EndsSoon => {
            report.doubtful(format_args!("{key}: {name} expires on {last}"), "renew it in time");
        }
        Standing::Ended => {
            report.wrong(format_args!("{key}: {name} expired on {last}"), "renew it");
        }
        Standing::NotYet => {
            let to_do = "wait, or look at the clock of this machine";
            report.wrong(format_args!("{key}: {name} is valid only from {first}"), to_do);
        }
    }
}

fn shown(instant: Timestamp) -> impl std::fmt::Display {
    instant.strftime("%Y-%m-%d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_renewed_before_it_ends() {
        let instant = |text: &str| text.parse::<Timestamp>().unwrap();
        let (first, last) = (instant("2026-01-01T00:00:00Z"), instant("2026-12-31T00:00:00Z"));
        for (now, standing) in [
            ("2025-12-31T23:59:59Z", Standing::NotYet),
            ("2026-01-01T00:00:00Z", Standing::Valid),
            ("2026-12-01T00:00:00Z", Standing::Valid),
            ("2026-12-01T00:00:01Z", Standing::EndsSoon),
            ("2026-12-31T00:00:00Z", Standing::EndsSoon),
            ("2026-12-31T00:00:01Z", Standing::Ended),
        ] {
            assert_eq!(Standing::at(instant(now), first, last), standing, "{now}");
        }
    }
}
