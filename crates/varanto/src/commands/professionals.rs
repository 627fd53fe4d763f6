//! `varanto professionals`: the register of rights to practise a profession (AC-05).

use clap::Subcommand;
use serde_json::json;

use super::CommandError;
use super::import_report::FileOptions;
use super::structures::{Of, not_found, pretty, put_out};

/// What to do with rights to practise.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Import rights: a table `id,profession,valid_from,valid_to,restriction`, or JSON
    /// `{"professionals": […]}` with the same members.
    Import {
        /// The file, and how it is imported.
        #[command(flatten)]
        file: FileOptions,
        /// The file is the whole register: rights that it does not have have ended.
        #[arg(long)]
        complete: bool,
    },
    /// Show the rights of somebody, and what has become of them, as JSON.
    Show {
        /// The registration number.
        id: String,
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
            file.tell(file.of.open().await?.import_professionals(&bytes, &how).await)
        }
        Options::Show { id, of } => {
            let service = of.open().await?;
            let rights = service.find_professional(&id).await.map_err(not_found("professional"))?;
            let history = service.professional_history(&id).await?;
            put_out(pretty(&json!({"rights": rights, "history": history}))?.as_bytes())
        }
    }
}
