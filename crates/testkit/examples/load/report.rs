//! What was measured, as a table and as JSON.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::figures::{Figures, micros};
use crate::machine::{self, Memory};
use crate::server::Server;

/// What the repository aims at.
const AIM_RATIO: f64 = 0.4;
const AIM_MEMORY: u64 = 150_000_000;
const AIM_START: Duration = Duration::from_secs(1);

pub(crate) struct Report {
    machine: String,
    load_before: f64,
    load_after: f64,
    sync: Duration,
    /// The bytes of a document: canonical JSON, display form.
    sizes: (usize, usize),
    starts: Vec<(&'static str, Duration, u64)>,
    figures: Vec<Figures>,
    ratios: Vec<(usize, f64)>,
    memory: Option<Memory>,
}

impl Report {
    pub(crate) fn begin(directory: &Path, sizes: (usize, usize)) -> Self {
        Self {
            machine: machine::describe(),
            load_before: machine::load(),
            load_after: 0.0,
            sync: machine::sync_time(directory),
            sizes,
            starts: Vec::new(),
            figures: Vec::new(),
            ratios: Vec::new(),
            memory: None,
        }
    }

    pub(crate) fn started(&mut self, which: &'static str, server: &Server) {
        self.starts.push((which, server.ready_after, server.at_rest));
    }

    pub(crate) fn add(&mut self, figures: Figures) {
        self.figures.push(figures);
    }

    pub(crate) fn ratio(&mut self, clients: usize, whole: &Figures, bare: &Figures) {
        self.ratios.push((clients, whole.per_second / bare.per_second));
    }

    pub(crate) fn memory(&mut self, server: &Server) {
        self.memory = Some(machine::memory(server.process()));
    }

    pub(crate) fn end(&mut self) {
        self.load_after = machine::load();
    }

    pub(crate) fn json(&self) -> Value {
        let starts = self.starts.iter().map(|(which, after, at_rest)| {
            json!({"which": which, "ready_us": micros(*after), "at_rest_bytes": at_rest})
        });
        let ratios = self.ratios.iter();
        json!({
            "machine": self.machine,
            "load": [self.load_before, self.load_after],
            "document_bytes": [self.sizes.0, self.sizes.1],
            "sync_us": micros(self.sync),
            "starts": starts.collect::<Value>(),
            "figures": self.figures.iter().map(Figures::json).collect::<Value>(),
            "ratios": ratios.map(|(n, r)| json!({"clients": n, "ratio": r})).collect::<Value>(),
            "memory_bytes": self.memory.map(|m| json!({"resident": m.resident, "peak": m.peak})),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.machine)?;
        writeln!(
            f,
            "load {:.1} before and {:.1} after; a sync of 4 kB takes {:.2} ms",
            self.load_before,
            self.load_after,
            millis(self.sync)
        )?;
        let (data, form) = self.sizes;
        writeln!(
            f,
            "a document: {data} bytes of JSON, {form} bytes of display form, one signature\n"
        )?;
        writeln!(
            f,
            "{:<26}{:>8}{:>9}{:>9}{:>9}{:>9}{:>13}{:>13}",
            "", "clients", "per s", "p50 ms", "p95 ms", "p99 ms", "server µs", "load run µs"
        )?;
        for figures in &self.figures {
            writeln!(
                f,
                "{:<26}{:>8}{:>9.0}{:>9.2}{:>9.2}{:>9.2}{:>13}{:>13}",
                figures.what,
                figures.clients,
                figures.per_second,
                millis(figures.p50),
                millis(figures.p95),
                millis(figures.p99),
                figures.server.as_micros(),
                figures.here.as_micros()
            )?;
        }
        writeln!(f, "\n(the last two columns: processor time for one operation)\n")?;
        for (clients, ratio) in &self.ratios {
            let aim = if *clients == 32 {
                aim(*ratio >= AIM_RATIO, "40 % or more")
            } else {
                String::new()
            };
            writeln!(f, "store / bare store, {clients} clients: {:.0} %{aim}", ratio * 100.0)?;
        }
        for (which, after, at_rest) in &self.starts {
            let met = aim(*after < AIM_START, "below 1 s");
            writeln!(
                f,
                "{which}: {:.0} ms{met}; at rest {} MB",
                millis(*after),
                megabytes(*at_rest)
            )?;
        }
        if let Some(Memory { resident, peak }) = self.memory {
            let met = aim(peak < AIM_MEMORY, "below 150 MB");
            let (resident, peak) = (megabytes(resident), megabytes(peak));
            writeln!(f, "server's memory after the load: {resident} MB, at most {peak} MB{met}")?;
        }
        Ok(())
    }
}

fn aim(met: bool, wanted: &str) -> String {
    format!(" (aim {wanted}: {})", if met { "met" } else { "NOT met" })
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

const fn megabytes(bytes: u64) -> u64 {
    bytes / 1_000_000
}
