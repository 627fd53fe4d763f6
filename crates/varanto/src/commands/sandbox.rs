//! `varanto sandbox`: makes sandboxes, moves their clocks, revokes their certificates.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Span, Timestamp};
use varanto_sandbox::{Sandbox, SandboxClock, SandboxPaths, World};

use super::{CommandError, say};
use crate::config::Config;
use crate::sandbox::{PORT, create, create_on};

/// What to do with a sandbox.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Make a sandbox in a new directory.
    Init(Init),
    /// Show or move the clock of a sandbox.
    #[command(subcommand)]
    Clock(Clock),
    /// Revoke a certificate of a sandbox; a running server takes note within a second or two.
    Revoke(Revoke),
}

/// Options of `varanto sandbox init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The directory, which is made.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// A world of one's own: organisations, units and people as JSON.
    #[arg(long, value_name = "WORLD.json")]
    world: Option<PathBuf>,
    /// The port of its server.
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// Keep its data on PostgreSQL, in a database of its own, such as
    /// `postgresql://varanto@/sandbox?host=/run/postgresql`; otherwise in a file of its directory. A password goes
    /// into a file of the sandbox.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

/// What to do with the clock.
#[derive(Debug, Subcommand)]
pub enum Clock {
    /// Show it.
    Show(Of),
    /// Set it to a time, such as `2026-09-01T08:00:00+03:00`.
    Set {
        /// The time with its offset; or a time or a day in Finland, such as `2026-09-01`.
        #[arg(value_parser = instant)]
        time: Timestamp,
        /// Which sandbox.
        #[command(flatten)]
        of: Of,
    },
    /// Move it forwards, by something like `7d`, `36h` or `2d 12h`.
    Advance {
        /// By how much.
        by: String,
        /// Which sandbox.
        #[command(flatten)]
        of: Of,
    },
}

/// Which sandbox.
#[derive(Debug, Args)]
pub struct Of {
    /// The configuration of the sandbox.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Options of `varanto sandbox revoke`.
#[derive(Debug, Args)]
pub struct Revoke {
    /// The certificate's file, as `sandbox.json` names it.
    certificate: String,
    /// Which sandbox.
    #[command(flatten)]
    of: Of,
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Init(init) => make(init).await,
        Options::Clock(clock) => move_clock(&clock),
        Options::Revoke(revoke) => {
            let mut sandbox = Sandbox::open(paths(&revoke.of)?)?;
            sandbox.revoke(&revoke.certificate, Timestamp::now())?;
            say(format_args!("revoked: {}", revoke.certificate));
            Ok(())
        }
    }
}

async fn make(init: Init) -> Result<(), CommandError> {
    let world = match &init.world {
        Some(file) => read_world(file)?,
        None => World::builtin(),
    };
    let sandbox = match &init.postgres {
        Some(url) => create_on(&init.directory, &world, init.port, url).await?,
        None => create(&init.directory, &world, init.port).await?,
    };
    let directory = init.directory.display();
    say(format_args!(
        "a sandbox of {} organisations is in {directory}",
        sandbox.manifest().organisations.len()
    ));
    say(format_args!("  serve it:        varanto serve --config {directory}/varanto.toml"));
    say(format_args!("  what is in it:   {directory}/sandbox.json"));
    Ok(())
}

fn read_world(file: &Path) -> Result<World, CommandError> {
    let bytes = std::fs::read(file).map_err(|e| CommandError::file(file, e))?;
    World::parse(&bytes).map_err(|faults| CommandError::faults(file.display().to_string(), faults))
}

fn move_clock(clock: &Clock) -> Result<(), CommandError> {
    let real = Timestamp::now();
    let of = match clock {
        Clock::Show(of) | Clock::Set { of, .. } | Clock::Advance { of, .. } => of,
    };
    let paths = paths(of)?;
    let now = match clock {
        Clock::Show(_) => paths.read_clock()?,
        Clock::Set { time, .. } => {
            SandboxClock::set(*time, real).map_err(|e| CommandError::other(&e))?
        }
        Clock::Advance { by, .. } => {
            let by = duration(by)?;
            paths.read_clock()?.advance(by).map_err(|e| CommandError::other(&e))?
        }
    };
    if !matches!(clock, Clock::Show(_)) {
        paths.write_clock(now)?;
    }
    say(now.show(real));
    Ok(())
}

/// Only a server that is a sandbox has a clock that can be moved.
fn paths(of: &Of) -> Result<SandboxPaths, CommandError> {
    let config = Config::read(&of.config)?;
    if config.sandbox.is_none() {
        return Err(CommandError::Other(
            "this configuration is not a sandbox's: it has no clock of its own".into(),
        ));
    }
    Ok(SandboxPaths::new(of.config.parent().unwrap_or(Path::new("."))))
}

/// A time with its offset, a time in Finland, or the beginning of a day in Finland.
fn instant(text: &str) -> Result<Timestamp, String> {
    let given = match text.parse::<Timestamp>() {
        Ok(instant) => return Ok(instant),
        Err(error) => error,
    };
    let local = text.parse::<DateTime>().and_then(|local| local.in_tz("Europe/Helsinki"));
    local.map(|zoned| zoned.timestamp()).map_err(|_| given.to_string())
}

/// Days are of 24 hours here.
fn duration(text: &str) -> Result<SignedDuration, CommandError> {
    let span: Span = text.parse().map_err(|e: jiff::Error| CommandError::other(&e))?;
    span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|e| CommandError::other(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_given_with_its_offset_or_as_it_is_in_finland() {
        let wanted = "2026-08-31T21:00:00Z".parse().unwrap();
        for text in [
            "2026-08-31T21:00:00Z",
            "2026-09-01T00:00:00+03:00",
            "2026-09-01T00:00:00",
            "2026-09-01",
        ] {
            assert_eq!(instant(text), Ok(wanted), "{text}");
        }
        assert!(instant("tomorrow").is_err());
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, hours) in [("7d", 168), ("36h", 36), ("2d 12h", 60), ("P1D", 24)] {
            assert_eq!(duration(text).unwrap(), SignedDuration::from_hours(hours), "{text}");
        }
        assert!(duration("soon").is_err());
    }
}
