//! The figures of two searches, and their ratio.

use std::fs;
use std::time::{Duration, Instant};

/// What the repository aims at: the slow ones of a search elsewhere, by those of one's own.
const AIM: f64 = 3.0;

/// What operations of one kind have taken: time, and the work of this process' processors.
#[derive(Default)]
pub(crate) struct Taken {
    times: Vec<Duration>,
    work: Duration,
}

/// An operation under way.
pub(crate) struct Begun {
    at: Instant,
    work: Duration,
}

/// How long an operation takes, and how much work it is.
pub(crate) struct Figures {
    p50: Duration,
    p95: Duration,
    p99: Duration,
    work: Duration,
}

impl Begun {
    pub(crate) fn now() -> Self {
        let work = processor_time();
        Self { at: Instant::now(), work }
    }

    /// The time and the work since then.
    pub(crate) fn end(self) -> (Duration, Duration) {
        let time = self.at.elapsed();
        (time, processor_time().saturating_sub(self.work))
    }
}

impl Taken {
    pub(crate) fn add(&mut self, (time, work): (Duration, Duration)) {
        self.times.push(time);
        self.work += work;
    }

    pub(crate) fn figures(mut self) -> Figures {
        self.times.sort_unstable();
        let count = self.times.len();
        let quantile = |percent: usize| self.times[(count * percent / 100).min(count - 1)];
        Figures {
            p50: quantile(50),
            p95: quantile(95),
            p99: quantile(99),
            work: self.work / u32::try_from(count).expect("not so many"),
        }
    }
}

/// The processor time that the threads of this process have used so far (Linux).
fn processor_time() -> Duration {
    let threads = fs::read_dir("/proc/self/task").expect("the threads of this process");
    let used = threads.filter_map(|thread| {
        // A thread may have ended meanwhile.
        let told = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        told.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(used.sum())
}

pub(crate) fn print_head() {
    let figures = format!("{:>8}{:>8}{:>8}{:>8}", "p50 ms", "p95 ms", "p99 ms", "work ms");
    println!("{:<40}{:>5}{:>32}{:>32}", "", "", "own register", "other registers");
    println!(
        "{:<40}{:>5}{figures}{figures}{:>7}{:>7}{:>7}",
        "", "page", "× p50", "× p95", "× work"
    );
}

pub(crate) fn print_line(what: &str, page: usize, own: &Figures, elsewhere: &Figures) {
    let figures = |f: &Figures| {
        let [p50, p95, p99, work] = [f.p50, f.p95, f.p99, f.work].map(millis);
        format!("{p50:>8.2}{p95:>8.2}{p99:>8.2}{work:>8.2}")
    };
    let times = |of: fn(&Figures) -> Duration| millis(of(elsewhere)) / millis(of(own));
    let slow = times(|f| f.p95);
    let met = if slow <= AIM { "" } else { "  NOT within 3" };
    println!(
        "{what:<40}{page:>5}{}{}{:>7.2}{slow:>7.2}{:>7.2}{met}",
        figures(own),
        figures(elsewhere),
        times(|f| f.p50),
        times(|f| f.work)
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
