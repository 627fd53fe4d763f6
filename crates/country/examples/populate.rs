//! Makes a country in small and puts it into a store: `cargo xtask populate` runs this.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use varanto_country::{Country, Effort, Failure, Progress, Shapes, Size, Store, populate};

/// Make a country in small.
#[derive(Parser)]
struct Options {
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
    /// The folder of the published structures; without it those that come with the program are used.
    #[arg(long)]
    structures: Option<PathBuf>,
    /// Leave it to the server to take the log into its tree.
    #[arg(long)]
    unsealed: bool,
    /// Only about one document in so many is whole; the others have no content, signature or log entry.
    #[arg(long, default_value_t = 1)]
    whole_every: u64,
    /// How many batches are committed at a time.
    #[arg(long, default_value_t = 2)]
    committers: usize,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let shapes = match &options.structures {
        Some(folder) => Shapes::read(folder)?,
        None => Shapes::builtin(),
    };
    let size = Size { documents: options.documents, bytes: options.size };
    let country = Country::sparse(options.seed, size, shapes, options.whole_every);
    let store = Store::parse(&options.store)?;
    let effort = Effort {
        makers: available_parallelism().map_or(1, usize::from),
        committers: options.committers,
        seals: !options.unsealed,
    };
    let bar = ProgressBar::new(options.documents);
    let style = "{msg} {wide_bar} {pos}/{len} {per_sec} {eta}";
    bar.set_style(
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.set_message("documents");
    let (begun, shown) = (Instant::now(), bar.clone());
    let progress = Arc::new(move |progress| match progress {
        Progress::Documents(done) => shown.set_position(done),
        Progress::Sealed(done) => {
            if done < 10_000 {
                shown.println(format!("documents: {:.1} s", begun.elapsed().as_secs_f64()));
                shown.set_message("log");
            }
            shown.set_position(done);
        }
    });
    let place = populate(&country, &options.out, &store, effort, progress).await?;
    bar.println(format!("all: {:.1} s", begun.elapsed().as_secs_f64()));
    bar.println(format!("varanto serve --config {}", place.paths().configuration().display()));
    bar.finish();
    Ok(())
}
