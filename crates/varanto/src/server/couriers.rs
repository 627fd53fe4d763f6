//! Where parcels of the outbox go, and who is told of breaches, as the configuration says.

use varanto_client::TlsIdentity;
use varanto_service::{NoticeAddresses, NoticeKind, NoticeTarget};
use zeroize::Zeroizing;

use super::{StartError, content_error, password, text};
use crate::config::{Config, MailSection, MailTls, NoticeSection, NoticeWay};
use crate::courier::{
    Couriers, Endpoint, Mailer, MailerSettings, SECRET_FORM, Security, Webhook, WebhookSecret,
};

/// The couriers, with what they need read from its files.
pub(super) fn couriers(config: &Config) -> Result<Couriers, StartError> {
    let mut couriers = Couriers {
        patient_data: patient_data(config)?,
        mailer: config.mail.as_ref().map(|section| mailer(config, section)).transpose()?,
        ..Couriers::default()
    };
    for notice in &config.notices {
        if let Some(webhook) = webhook(config, notice)? {
            couriers.webhooks.insert(notice.name.clone(), webhook);
        } else if let Some(NoticeWay::Mail(to)) = notice.way() {
            couriers.mailboxes.insert(notice.name.clone(), to);
        }
    }
    Ok(couriers)
}

/// Who is told for each controller; links lead to the server at `base_url`.
pub(super) fn notice_addresses(config: &Config, base_url: &str) -> NoticeAddresses {
    let mut addresses = NoticeAddresses::new(base_url);
    for notice in &config.notices {
        let kind = match notice.way() {
            Some(NoticeWay::Mail(_)) => NoticeKind::Mail,
            Some(NoticeWay::Webhook { .. }) => NoticeKind::Webhook,
            None => continue,
        };
        let target = NoticeTarget { name: notice.name.clone(), kind };
        addresses.add(notice.controller.clone(), target);
    }
    addresses
}

/// Where patient data goes.
pub(crate) fn patient_data(config: &Config) -> Result<Option<Endpoint>, StartError> {
    let Some(section) = &config.patient_data_repository else { return Ok(None) };
    let ca_pem = text(&config.path(&section.ca))?;
    let endpoint = match (&section.certificate, &section.key) {
        (Some(certificate), Some(key)) => {
            let certificate_pem = text(&config.path(certificate))?;
            let key_pem = Zeroizing::new(text(&config.path(key))?);
            let identity = TlsIdentity { certificate_pem: &certificate_pem, key_pem: &key_pem };
            Endpoint::new(&section.url, &ca_pem, Some(&identity))
        }
        _ => Endpoint::new(&section.url, &ca_pem, None),
    };
    let wrong = |error| StartError::Endpoint { key: "patient_data_repository", source: error };
    Ok(Some(endpoint.map_err(wrong)?))
}

/// The way to the mail server of a section.
pub(crate) fn mailer(config: &Config, section: &MailSection) -> Result<Mailer, StartError> {
    let ca_pem = section.ca.as_ref().map(|ca| text(&config.path(ca))).transpose()?;
    let ca_pem = ca_pem.as_deref().unwrap_or_default();
    let security = match section.tls {
        MailTls::StartTls => Security::StartTls { ca_pem },
        MailTls::Tls => Security::Tls { ca_pem },
        MailTls::None => Security::None,
    };
    let password = section.password_file.as_ref().map(|file| password(config, file)).transpose()?;
    let credentials =
        section.user.as_deref().zip(password.as_ref().map(|password| password.as_str()));
    let from = section.sender().ok_or(StartError::From)?;
    let (host, port) = (section.host.as_str(), section.port);
    Ok(Mailer::new(&MailerSettings { host, port, security, credentials, from })?)
}

/// The system that a notice goes to, if it goes to a system.
pub(crate) fn webhook(
    config: &Config,
    notice: &NoticeSection,
) -> Result<Option<Webhook>, StartError> {
    let Some(NoticeWay::Webhook { url, secret }) = notice.way() else { return Ok(None) };
    let ca_pem = notice.ca.as_ref().map(|ca| text(&config.path(ca))).transpose()?;
    let content = Zeroizing::new(text(&config.path(secret))?);
    let secret =
        WebhookSecret::parse(&content).ok_or_else(|| content_error(secret, SECRET_FORM))?;
    let wrong = |error| StartError::Endpoint { key: "notices", source: error };
    Webhook::new(url, ca_pem.as_deref(), secret).map(Some).map_err(wrong)
}
