//! `cargo xtask populate`: a country in small, for measuring growth; see the crate `varanto-country`.

use std::path::PathBuf;

use clap::Args;

use crate::shell::{self, Done};

/// Where the published structures lie beside the checkout, if they do.
const STRUCTURES: &str = "../shared/data/sosmeta";

/// Options of the task.
#[derive(Args)]
pub(crate) struct Options {
    /// How many documents.
    #[arg(long)]
    documents: u64,
    /// From which seed: the same one gives the same country.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The mean size of the structured content, in bytes.
    #[arg(long, default_value_t = 5000)]
    size: usize,
    /// Where the data go: `sqlite:` into the folder, `sqlite:FILE`, `postgresql://…`.
    #[arg(long, default_value = "sqlite:")]
    store: String,
    /// The folder with configuration and keys; it must not be there yet.
    #[arg(long)]
    out: PathBuf,
    /// The folder of the published structures; by default they are looked for beside the checkout.
    #[arg(long)]
    structures: Option<PathBuf>,
    /// Only about one document in so many is whole; the others have no content, signature or log entry.
    #[arg(long, default_value_t = 1)]
    whole_every: u64,
    /// Leave it to the server to take the log into its tree.
    #[arg(long)]
    unsealed: bool,
}

/// Builds what makes the country, and runs it.
pub(crate) fn run(options: &Options) -> Done {
    let beside = shell::Places::find()?.root.join(STRUCTURES);
    let structures = options.structures.clone().or_else(|| beside.is_dir().then_some(beside));
    let mut command = shell::cargo();
    command.args([
        "run",
        "--release",
        "--package",
        "varanto-country",
        "--example",
        "populate",
        "--",
    ]);
    command.args(["--documents", &options.documents.to_string()]);
    command.args(["--seed", &options.seed.to_string(), "--size", &options.size.to_string()]);
    command.args(["--whole-every", &options.whole_every.to_string()]);
    command.args(["--store", &options.store]).arg("--out").arg(&options.out);
    if let Some(folder) = structures {
        command.arg("--structures").arg(folder);
    }
    if options.unsealed {
        command.arg("--unsealed");
    }
    shell::run(&mut command)
}
