//! `cargo xtask fuzz`: runs the fuzz targets of `fuzz/` with the stable compiler.
//!
//! Coverage feedback needs no sanitizer and so no nightly compiler: the flags below instrument the
//! code as libFuzzer expects it. What has been learnt stays in a corpus under the target directory,
//! so that each run goes on where the last one ended; `fuzz/seeds` is only read.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::shell::{self, Done, Places};

/// Which targets to run and for how long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this target.
    target: Option<String>,
    /// How many seconds each target runs.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
}

/// Counters at each edge, a table of their places, comparisons traced. Assertions and overflow checks
/// are on, because the profile is the one for development.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];

/// lopdf compares with some 3,800 glyph names in one function. Instrumented and optimised, that takes
/// the compiler more than five minutes; without optimisation it takes seconds.
const NOT_OPTIMISED: &str = "profile.dev.package.lopdf.opt-level=0";

/// How many lines of a failed run are shown; the rest is in its log.
const SHOWN_LINES: usize = 40;

/// Builds all targets, runs each, and fails if one of them found a fault.
pub(crate) fn run(options: &Options) -> Done {
    let places = Places::find()?;
    let mut targets = targets(&places.root)?;
    if let Some(only) = &options.target {
        if !targets.contains(only) {
            return Err(format!("no fuzz target {only}; there are: {}", targets.join(", ")));
        }
        targets = vec![only.clone()];
    }
    let host = host()?;
    build(&places, &host, options.target.as_deref())?;

    let mut failed = Vec::new();
    for target in &targets {
        let run = Run::new(&places, &host, target);
        if let Err(failure) = run.execute(options.seconds) {
            println!("{failure}");
            failed.push(target.as_str());
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("faults found by: {}", failed.join(", "))) }
}

/// The names of the targets, as their manifest lists them.
fn targets(root: &Path) -> Result<Vec<String>, String> {
    let manifest = manifest(root);
    let metadata = shell::metadata(&["--no-deps", "--manifest-path", &manifest.to_string_lossy()])?;
    let binaries = metadata.pointer("/packages/0/targets").and_then(Value::as_array);
    Ok(binaries
        .into_iter()
        .flatten()
        .filter(|target| target.pointer("/kind/0").is_some_and(|kind| kind == "bin"))
        .filter_map(|target| target.get("name").and_then(Value::as_str).map(str::to_owned))
        .collect())
}

fn manifest(root: &Path) -> PathBuf {
    root.join("fuzz/Cargo.toml")
}

/// The platform that the compiler runs on. It is named on the command line although it is the usual
/// one: otherwise build scripts and procedural macros would be instrumented as well.
fn host() -> Result<String, String> {
    let version = shell::output(Command::new("rustc").arg("-vV"))?;
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| "rustc does not tell its host".to_owned())
}

fn build(places: &Places, host: &str, only: Option<&str>) -> Done {
    let started = Instant::now();
    let mut command = shell::cargo();
    command
        .args(["build", "--config", NOT_OPTIMISED, "--target", host, "--manifest-path"])
        .arg(manifest(&places.root))
        .env("CARGO_TARGET_DIR", places.target.join("fuzz"))
        .env("RUSTFLAGS", FLAGS.join(" "));
    match only {
        Some(target) => command.args(["--bin", target]),
        None => command.arg("--bins"),
    };
    shell::run(&mut command)?;
    println!("fuzz targets built in {} s", started.elapsed().as_secs());
    Ok(())
}

/// One target and its places.
struct Run<'a> {
    target: &'a str,
    program: PathBuf,
    corpus: PathBuf,
    seeds: PathBuf,
    artifacts: PathBuf,
}

impl<'a> Run<'a> {
    fn new(places: &Places, host: &str, target: &'a str) -> Self {
        Self {
            target,
            program: places.target.join("fuzz").join(host).join("debug").join(target),
            corpus: places.target.join("fuzz-corpus").join(target),
            seeds: places.root.join("fuzz/seeds").join(target),
            artifacts: places.target.join("fuzz-artifacts").join(target),
        }
    }

    fn execute(&self, seconds: u32) -> Done {
        let target = self.target;
        let unwritable = |error| format!("{target}: {error}");
        fs::create_dir_all(&self.corpus).map_err(unwritable)?;
        fs::create_dir_all(&self.artifacts).map_err(unwritable)?;
        let log = self.artifacts.join("log");
        let output = File::create(&log).map_err(unwritable)?;

        let mut prefix = OsString::from("-artifact_prefix=");
        prefix.push(self.artifacts.join(""));
        let mut command = Command::new(&self.program);
        command
            .arg(&self.corpus)
            .args(self.seeds.is_dir().then_some(&self.seeds))
            .arg(format!("-max_total_time={seconds}"))
            .args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"])
            .arg(prefix)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output);
        let status = command.status().map_err(|error| format!("{target}: cannot run: {error}"))?;
        let said = String::from_utf8_lossy(&fs::read(&log).map_err(unwritable)?).into_owned();
        if status.success() {
            let runs = statistic(&said, "number_of_executed_units").unwrap_or("no");
            println!("{target}: {runs} inputs in {seconds} s, no fault");
            return Ok(());
        }
        let lines: Vec<_> = said.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(SHOWN_LINES)..).unwrap_or_default();
        let input = artifact(&said).map_or_else(String::new, |path| {
            format!("\n{target}: the input that does it: {path}\n{target}: once more with it: {} {path}",
                self.program.display())
        });
        Err(format!(
            "{}\n{target}: {status}; all output: {}{input}",
            tail.join("\n"),
            log.display()
        ))
    }
}

/// A figure of libFuzzer's last lines, such as `stat::number_of_executed_units: 1024`.
fn statistic<'a>(said: &'a str, name: &str) -> Option<&'a str> {
    said.lines().rev().find_map(|line| {
        line.strip_prefix("stat::")?.strip_prefix(name)?.strip_prefix(':').map(str::trim)
    })
}

/// The file into which libFuzzer wrote the input that it failed on.
fn artifact(said: &str) -> Option<&str> {
    said.lines()
        .rev()
        .find_map(|line| line.split_once("Test unit written to ").map(|(_, path)| path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "INFO: Seed: 1\n\
        artifact_prefix='x/'; Test unit written to x/crash-1\n\
        stat::number_of_executed_units: 1024\n\
        stat::average_exec_per_sec:     512\n";

    #[test]
    fn the_count_and_the_artifact_are_read_from_what_the_fuzzer_says() {
        assert_eq!(statistic(SAID, "number_of_executed_units"), Some("1024"));
        assert_eq!(statistic(SAID, "peak_rss_mb"), None);
        assert_eq!(artifact(SAID), Some("x/crash-1"));
        assert_eq!(artifact("INFO: Done"), None);
    }
}
