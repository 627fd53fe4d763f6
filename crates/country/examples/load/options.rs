//! What is run, and against what.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use varanto_country::load::arrivals::Rates;
use varanto_country::load::mix::Mix;

/// Load upon a server over a populated country.
#[derive(Clone, Debug, Parser)]
pub(crate) struct Options {
    /// What is run.
    #[command(subcommand)]
    pub(crate) run: Run,
    /// The seed of what is asked and when; the same one asks the same.
    #[arg(long, global = true, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How uneven clients are chosen: the exponent of Zipf's law, 0 for all alike.
    #[arg(long, global = true, default_value_t = 0.8)]
    pub(crate) skew: f64,
    /// Connections of each organisation's system, kept open.
    #[arg(long, global = true, default_value_t = 2)]
    pub(crate) connections: usize,
    /// The server to run; otherwise it is built from these sources.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// A server that runs already, over the place: its address. Its processes are not looked at.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Where that server has its metrics.
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) metrics: Option<SocketAddr>,
    /// Writes all figures here.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Writes the report here: one HTML file.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

/// The runs.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Run {
    /// Mixed work at a rate, or at several one after another.
    Mixed(Open),
    /// People are looked for by their identity codes, at 30 a second: 95 of 100 within 5 ms.
    FindPerson(Open),
    /// Mixed work for long: does memory grow, does sealing lag, does anything fail?
    Soak(Open),
    /// The same mixed work over several places, each with a server of its own, side by side.
    Growth(Growth),
    /// So many clients as fast as they are answered, in turns with bare statements on the same PostgreSQL, and with
    /// a bare service before these.
    Closed(Closed),
    /// The bare service that such a run starts.
    #[command(hide = true)]
    BareService(BareService),
    /// Short forms of all of them, over small countries on a PostgreSQL that is started for it.
    Short(Short),
}

/// Requests that come whether those before them were answered or not.
#[derive(Clone, Debug, Args)]
pub(crate) struct Open {
    /// The folder of the populated country.
    #[arg(long, value_name = "DIR")]
    pub(crate) place: PathBuf,
    #[command(flatten)]
    pub(crate) pace: Pace,
}

/// How many requests come.
#[derive(Clone, Debug, Args)]
pub(crate) struct Pace {
    /// Requests a second, or steps such as `50x60,100x60` (rate and seconds).
    #[arg(long, value_name = "RATES")]
    pub(crate) rate: Option<String>,
    /// For how long, where the rates do not say it.
    #[arg(long)]
    pub(crate) minutes: Option<f64>,
    /// How long the same is done before anything is measured, in seconds.
    #[arg(long, default_value_t = 15)]
    pub(crate) warm_up: u64,
    /// How many requests may be under way at once.
    #[arg(long, default_value_t = 512)]
    pub(crate) in_flight: usize,
    /// What is done, such as `store=20,search=30,fetch=50`; weights beside each other.
    #[arg(long, value_name = "MIX")]
    pub(crate) mix: Option<String>,
}

/// The same over several places.
#[derive(Clone, Debug, Args)]
pub(crate) struct Growth {
    /// The folders of the populated countries, smallest first, with a name each: `10⁵=DIR`.
    #[arg(long, value_name = "NAME=DIR", value_delimiter = ',', required = true)]
    pub(crate) places: Vec<String>,
    /// How often each place has its turn.
    #[arg(long, default_value_t = 2)]
    pub(crate) rounds: usize,
    #[command(flatten)]
    pub(crate) pace: Pace,
}

/// As fast as answers come.
#[derive(Clone, Debug, Args)]
pub(crate) struct Closed {
    /// The folder of the populated country; its store is PostgreSQL.
    #[arg(long, value_name = "DIR")]
    pub(crate) place: PathBuf,
    /// What is done, in rounds of its own: `store`, `search`, `fetch`.
    #[arg(long, value_delimiter = ',', default_value = "store,search,fetch")]
    pub(crate) kinds: Vec<String>,
    /// How many clients at once.
    #[arg(long, default_value_t = 32)]
    pub(crate) clients: usize,
    /// How many rounds there are of each: the server, bare statements, the bare service.
    #[arg(long, alias = "pairs", default_value_t = 7)]
    pub(crate) rounds: usize,
    /// How long a round takes.
    #[arg(long, default_value_t = 4)]
    pub(crate) seconds: u64,
    /// How many connections bare statements go over, and those of the bare service; the server has 16.
    #[arg(long, default_value_t = 16)]
    pub(crate) bare_connections: usize,
}

/// Bare statements behind a listener.
#[derive(Clone, Debug, Args)]
pub(crate) struct BareService {
    /// The folder of the populated country; its store is PostgreSQL.
    #[arg(long, value_name = "DIR")]
    pub(crate) place: PathBuf,
    /// How many connections to PostgreSQL there are.
    #[arg(long)]
    pub(crate) pool: usize,
    /// A file that is written, with the URL in it, when the service answers.
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: PathBuf,
}

/// Short forms of all runs.
#[derive(Clone, Debug, Args)]
pub(crate) struct Short {
    /// How many documents the countries have, smallest first.
    #[arg(long, value_delimiter = ',', default_value = "5000,50000")]
    pub(crate) documents: Vec<u64>,
    /// Where countries and database lie; its disk is what is measured.
    #[arg(long, value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}

impl Pace {
    /// The rates, or so many a second for so many minutes where nothing is said.
    pub(crate) fn rates(&self, per_second: &str, minutes: f64) -> Rates {
        let lasts = Duration::from_secs_f64(60.0 * self.minutes.unwrap_or(minutes));
        let text = self.rate.as_deref().unwrap_or(per_second);
        Rates::parse(text, lasts).unwrap_or_else(|error| panic!("--rate {text}: {error}"))
    }

    /// What is done.
    pub(crate) fn mix(&self) -> Mix {
        let read = self.mix.as_deref().map(Mix::parse).transpose();
        read.unwrap_or_else(|error| panic!("--mix: {error}")).unwrap_or_default()
    }
}
