//! What is needed for parties outside: the key that packages are signed with, the way to the repository of
//! patient data, and the ways to whom controllers want told of breaches. All may be left out of a configuration.

use jiff::Timestamp;
use varanto_signatures::{SigningKey, Trust, Usage, sign_detached, verify_detached};
use zeroize::Zeroizing;

use super::certificates::certificates_of;
use super::report::Report;
use super::text;
use crate::config::Config;
use crate::server::couriers;

/// Looks at the certificate that packages are signed with, and whether its key fits.
pub(super) fn look_at_signing(
    config: &Config,
    trust: Option<&Trust>,
    now: Timestamp,
    report: &mut Report,
) {
    let Some(signing) = &config.signing else {
        report.good("signing: not configured, and no packages are given");
        return;
    };
    let chain = certificates_of(config, "signing.certificate", &signing.certificate, now, report);
    let key = text(config, &signing.key, "signing.key", report).map(Zeroizing::new);
    let (Some(chain), Some(key), Some(trust)) = (chain, key, trust) else { return };
    let key = SigningKey::from_pkcs8_pem(&key);
    let signed = key.and_then(|key| sign_detached(&key, &chain, b"", now));
    let told = signed.map_err(|error| error.to_string()).and_then(|jws| {
        let verified = verify_detached(&jws, b"", trust, Usage::System, now);
        verified.map(drop).map_err(|error| error.to_string())
    });
    match told {
        Ok(()) => report.good("signing.key: fits the certificate, which is trusted"),
        Err(error) => report.wrong(
            format_args!("signing.key: {error}"),
            "name a system's certificate and the key that belongs to it",
        ),
    }
}

/// Looks at what is needed to reach the repository of patient data, without calling it.
pub(super) fn look_at_patient_data(config: &Config, now: Timestamp, report: &mut Report) {
    const KEY: &str = "patient_data_repository";
    let Some(section) = &config.patient_data_repository else {
        report.good("patient_data_repository: not configured, and none is taken");
        return;
    };
    let ca = certificates_of(config, "patient_data_repository.ca", &section.ca, now, report);
    if ca.is_none() {
        return;
    }
    match couriers::patient_data(config) {
        Ok(_) => report.good(format_args!("{KEY}: {}", section.url)),
        Err(error) => report.wrong(format_args!("{KEY}: {error}"), "correct the section"),
    }
}

/// Looks at what is needed to tell controllers of suspected breaches, without telling them anything.
pub(super) fn look_at_notices(config: &Config, now: Timestamp, report: &mut Report) {
    if let Some(mail) = &config.mail {
        if let Some(ca) = &mail.ca {
            certificates_of(config, "mail.ca", ca, now, report);
        }
        match couriers::mailer(config, mail) {
            Ok(_) => report.good(format_args!("mail: {}:{}", mail.host, mail.port)),
            Err(error) => report.wrong(format_args!("mail: {error}"), "correct the section"),
        }
    }
    for notice in &config.notices {
        let key = format!("notices {:?}", notice.name);
        if let Some(ca) = &notice.ca {
            certificates_of(config, &format!("{key}: ca"), ca, now, report);
        }
        match couriers::webhook(config, notice) {
            Ok(_) => report.good(format_args!("{key}: tells {}", notice.controller)),
            Err(error) => report.wrong(format_args!("{key}: {error}"), "correct the section"),
        }
    }
}
