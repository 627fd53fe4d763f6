//! What the machine tells: its processors, its load, its disk, and what a process uses (Linux).

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Ticks of processor time in a second, as `/proc` counts them on every Linux.
const TICKS: u32 = 100;

/// The memory of a process, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    /// What it holds now.
    pub(crate) resident: u64,
    /// The most that it ever held.
    pub(crate) peak: u64,
}

/// The memory of a process now.
pub(crate) fn memory(process: u32) -> Memory {
    let status = read(&format!("/proc/{process}/status"));
    let kilobytes = |name: &str| -> u64 {
        let line =
            status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of status");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    };
    Memory { resident: kilobytes("VmRSS:") * 1024, peak: kilobytes("VmHWM:") * 1024 }
}

/// The processor time that a process has used so far.
pub(crate) fn processor_time(process: u32) -> Duration {
    let stat = read(&format!("/proc/{process}/stat"));
    // The name of the program, which may have spaces in it, ends with the last parenthesis.
    let (_, fields) = stat.rsplit_once(')').expect("a name");
    let ticks = |at: usize| -> u32 { fields.split_whitespace().nth(at).unwrap().parse().unwrap() };
    Duration::from_secs(1) * (ticks(11) + ticks(12)) / TICKS
}

/// The processor's name and how many of it there are, and the version of the system.
pub(crate) fn describe() -> String {
    let information = read("/proc/cpuinfo");
    let model = information.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown processor", |line| line.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{cores} × {model}, Linux {}", read("/proc/sys/kernel/osrelease").trim())
}

/// How many processes have wanted a processor, on average of the last minute.
pub(crate) fn load() -> f64 {
    let text = read("/proc/loadavg");
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

/// How long the disk takes to keep four kilobytes, in the middle of many times.
pub(crate) fn sync_time(directory: &Path) -> Duration {
    let mut file = File::create(directory.join("sync")).expect("a file");
    let mut times: Vec<Duration> = (0..100)
        .map(|_| {
            let began = Instant::now();
            file.seek(SeekFrom::Start(0)).expect("the beginning");
            file.write_all(&[7; 4096]).expect("written");
            file.sync_data().expect("synced");
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
