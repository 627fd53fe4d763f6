//! `varanto organisations`: imports organisations with their units, lists them, and tells their history.

use std::path::PathBuf;

use clap::Subcommand;
use varanto_model::Oid;
use varanto_service::Error;
use varanto_signatures::certificates_from_pem;

use super::import_report::FileOptions;
use super::structures::{Of, bounded, not_found, pretty, put_out, table};
use super::{CommandError, say};

/// The largest file of a certificate, in bytes.
const MAX_PEM: u64 = 64 * 1024;

/// What to do with organisations.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Import organisations: a table
    /// `oid,parent,business_id,name_fi,name_sv,name_en,kind,valid_from,valid_to`, or JSON
    /// `{"organisations": […]}`, the form of a sandbox's world.
    Import {
        /// The file, and how it is imported.
        #[command(flatten)]
        file: FileOptions,
        /// The file has all organisations and units: the day before this one is the last of those that
        /// it does not have.
        #[arg(long)]
        complete: bool,
    },
    /// Bind a certificate that names no organisation to one.
    Bind {
        /// PEM: the certificate of a system.
        #[arg(value_name = "CERTIFICATE")]
        certificate: PathBuf,
        /// The organisation: its operating unit, its controller or one of its units.
        #[arg(value_name = "OID")]
        organisation: Oid,
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// What has become of an organisation with its units, or of one unit, the first change first.
    History {
        /// An operating unit, a controller or a service unit.
        #[arg(value_name = "OID", value_parser = Oid::parse)]
        oid: Oid,
        /// Show each record before and after, as JSON.
        #[arg(long)]
        full: bool,
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// List the organisations.
    List {
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Import { file, complete } => {
            let (bytes, how) = file.read(complete)?;
            file.tell(file.of.open().await?.import_organisations(&bytes, &how).await)?;
        }
        Options::History { oid, full, of } => {
            let changes = of.open().await?.organisation_history(&oid).await;
            let changes = changes.map_err(not_found("organisation or unit"))?;
            let columns = [
                ("AT", "/at"),
                ("KIND", "/kind"),
                ("SUBJECT", "/subject"),
                ("WHAT", "/what/0"),
                ("MEMBERS", "/what"),
                ("SOURCE", "/source"),
            ];
            let text = if full { pretty(&changes)? } else { table(&changes, &columns)? };
            put_out(text.as_bytes())?;
        }
        Options::Bind { certificate: file, organisation, of } => {
            let pem = String::from_utf8(bounded(&file, MAX_PEM)?).unwrap_or_default();
            let chain = certificates_from_pem(&pem).map_err(|e| CommandError::other(&e))?;
            let leaf = chain.first().ok_or_else(|| {
                CommandError::Other(format!("{} holds no certificate", file.display()))
            })?;
            let bound = of.open().await?.bind_certificate(leaf, &organisation).await;
            bound.map_err(|error| match error {
                Error::NotFound => {
                    CommandError::Other(format!("no organisation `{organisation}` is known here"))
                }
                other => other.into(),
            })?;
            say(format_args!("bound to {organisation}"));
        }
        Options::List { of } => {
            let columns = [
                ("BUSINESS ID", "/business_id"),
                ("OPERATING UNIT", "/operating_unit"),
                ("NAME", "/name/fi"),
                ("KIND", "/kind"),
                ("CONTROLLER", "/controller/oid"),
                ("JOINED", "/joined/model"),
                ("FROM", "/joined/from"),
                ("UNITS", "/units"),
            ];
            let list = of.open().await?.list_organisations().await?;
            put_out(table(&list, &columns)?.as_bytes())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use varanto_sandbox::World;
    use varanto_signatures::{KeyKind, TestSubject, Validity};

    use super::*;
    use crate::config::Config;
    use crate::server::open_service;

    /// REQ SIG-01
    #[tokio::test]
    async fn a_certificate_that_names_no_organisation_is_known_once_it_is_bound() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("sandbox");
        let sandbox = crate::sandbox::create(&directory, &World::builtin(), 8443).await.unwrap();
        let now = Timestamp::now();
        let validity = Validity {
            not_before: now - SignedDuration::from_hours(1),
            not_after: now + SignedDuration::from_hours(1),
        };
        let unknown = TestSubject::System { name: "Nimetön", business_id: "99990099" };
        let issued = sandbox.authority().issue(&unknown, KeyKind::P256, validity).unwrap();
        let file = folder.path().join("certificate.pem");
        std::fs::write(&file, issued.chain_pem()).unwrap();
        let config = sandbox.paths().configuration();

        let service = open_service(&Config::read(&config).unwrap(), &[]).await.unwrap();
        assert!(service.identify_system(issued.certificate()).await.is_err());
        let organisation = Oid::parse("1.2.246.10.99990002.10.0").unwrap();
        let of = || Of { config: config.clone() };
        let bind = Options::Bind {
            certificate: file.clone(),
            organisation: organisation.clone(),
            of: of(),
        };
        run(bind).await.unwrap();
        let system = service.identify_system(issued.certificate()).await.unwrap();
        assert_eq!(system.organisation, organisation);

        let nowhere = Oid::parse("1.2.246.10.99990077.10.0").unwrap();
        let bind = Options::Bind { certificate: file, organisation: nowhere, of: of() };
        assert!(run(bind).await.is_err());
    }
}
