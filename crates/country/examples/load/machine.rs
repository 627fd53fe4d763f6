//! What the machine tells: its processors, its load, and what processes use (Linux).

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// Ticks of processor time in a second, as `/proc` counts them on every Linux.
const TICKS: u32 = 100;

/// The processor's name and how many of it there are, the memory, and the version of the system.
pub(crate) fn describe() -> String {
    let information = read("/proc/cpuinfo");
    let model = information.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown processor", |line| line.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = kilobytes(&read("/proc/meminfo"), "MemTotal:") / 1_000_000;
    let system = read("/proc/sys/kernel/osrelease");
    format!("{cores} × {model}, {memory} GB, Linux {}", system.trim())
}

/// How many processes have wanted a processor, on average of the last minute.
pub(crate) fn load() -> f64 {
    let text = read("/proc/loadavg");
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

/// The memory that a process holds now, in bytes.
pub(crate) fn resident(process: u32) -> u64 {
    kilobytes(&read(&format!("/proc/{process}/status")), "VmRSS:") * 1024
}

/// The most memory that a process ever held, in bytes.
pub(crate) fn peak(process: u32) -> u64 {
    kilobytes(&read(&format!("/proc/{process}/status")), "VmHWM:") * 1024
}

/// The processor time that a process has used so far.
pub(crate) fn processor_time(process: u32) -> Duration {
    Stat::of(process).map_or(Duration::ZERO, |stat| stat.processor_time)
}

struct Stat {
    parent: u32,
    processor_time: Duration,
}

impl Stat {
    fn of(process: u32) -> Option<Self> {
        let stat = read(&format!("/proc/{process}/stat"));
        // The name of the program, which may have spaces in it, ends with the last parenthesis.
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let number = |at: usize| fields.get(at)?.parse::<u32>().ok();
        let ticks = number(11)? + number(12)?;
        Some(Self { parent: number(1)?, processor_time: Duration::from_secs(1) * ticks / TICKS })
    }
}

/// The processes of a PostgreSQL server. Those that have ended are remembered with what they used.
pub(crate) struct Postgres {
    postmaster: u32,
    used: BTreeMap<u32, Duration>,
}

impl Postgres {
    /// The server whose socket lies in this folder; `None` where it is no folder of this machine's.
    pub(crate) fn at(socket: &str, port: u16) -> Option<Self> {
        let lock = fs::read_to_string(format!("{socket}/.s.PGSQL.{port}.lock")).ok()?;
        let postmaster = lock.lines().next()?.trim().parse().ok()?;
        Some(Self { postmaster, used: BTreeMap::new() })
    }

    /// Their memory in bytes, what they share counted once, and the processor time that they have used so far.
    pub(crate) fn look(&mut self) -> (u64, Duration) {
        let (mut own, mut shared) = (0, 0);
        for process in processes() {
            let Some(stat) = Stat::of(process) else { continue };
            if stat.parent == self.postmaster || process == self.postmaster {
                let status = read(&format!("/proc/{process}/status"));
                own += kilobytes(&status, "RssAnon:") * 1024;
                shared = shared.max(kilobytes(&status, "RssShmem:") * 1024);
                self.used.insert(process, stat.processor_time);
            }
        }
        (own + shared, self.used.values().sum())
    }
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn kilobytes(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
