//! `varanto users`: the user registers of organisations (AC-04).

use clap::Subcommand;
use varanto_model::Oid;

use super::CommandError;
use super::import_report::FileOptions;
use super::structures::{Of, not_found, pretty, put_out, table};

/// What to do with user registers.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Import people from a table
    /// `organisation,id,family_name,given_names,role,units,card,outsider,valid_from,valid_to,home_street,home_postal_code`.
    Import(FileOptions),
    /// List the people of an organisation.
    List {
        /// The organisation: its operating unit, its controller or one of its units.
        #[arg(value_name = "ORGANISATION", value_parser = Oid::parse)]
        organisation: Oid,
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// What has become of a person in the register, as JSON, the first change first.
    History {
        /// The organisation: its operating unit, its controller or one of its units.
        #[arg(value_name = "ORGANISATION", value_parser = Oid::parse)]
        organisation: Oid,
        /// The person: registration number, or the organisation's own user id.
        #[arg(value_name = "USER")]
        user: String,
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Import(file) => {
            let (bytes, how) = file.read(false)?;
            file.tell(file.of.open().await?.import_users(&bytes, &how).await)
        }
        Options::List { organisation, of } => {
            let people = of.open().await?.list_users(&organisation).await;
            let columns = [
                ("ID", "/id"),
                ("FAMILY NAME", "/family_name"),
                ("GIVEN NAMES", "/given_names"),
                ("ROLE", "/role"),
                ("UNITS", "/units"),
                ("CARD", "/card"),
                ("OUTSIDER", "/outsider"),
                ("FROM", "/valid_from"),
                ("TO", "/valid_to"),
            ];
            put_out(table(&people.map_err(not_found("organisation"))?, &columns)?.as_bytes())
        }
        Options::History { organisation, user, of } => {
            let changes = of.open().await?.user_history(&organisation, &user).await;
            put_out(pretty(&changes.map_err(not_found("person of an organisation"))?)?.as_bytes())
        }
    }
}
