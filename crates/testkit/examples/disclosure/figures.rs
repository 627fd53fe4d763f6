//! The figures of two searches, and their ratio.

use std::time::Duration;

/// What the repository aims at: the slow ones of a search elsewhere, by those of one's own.
const AIM: f64 = 3.0;

/// How long an operation takes.
pub(crate) struct Figures {
    p50: Duration,
    p95: Duration,
    p99: Duration,
}

impl Figures {
    /// The figures of the time that each operation took.
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let quantile = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
        Self { p50: quantile(50), p95: quantile(95), p99: quantile(99) }
    }
}

pub(crate) fn print_head() {
    let figures = format!("{:>8}{:>8}{:>8}", "p50 ms", "p95 ms", "p99 ms");
    println!("{:<40}{:>5}{:>24}{:>24}", "", "", "own register", "other registers");
    println!("{:<40}{:>5}{figures}{figures}{:>7}{:>7}", "", "page", "× p50", "× p95");
}

pub(crate) fn print_line(what: &str, page: usize, own: &Figures, elsewhere: &Figures) {
    let figures =
        |f: &Figures| format!("{:>8.2}{:>8.2}{:>8.2}", millis(f.p50), millis(f.p95), millis(f.p99));
    let times = |of: fn(&Figures) -> Duration| millis(of(elsewhere)) / millis(of(own));
    let slow = times(|f| f.p95);
    let met = if slow <= AIM { "" } else { "  NOT within 3" };
    println!(
        "{what:<40}{page:>5}{}{}{:>7.2}{slow:>7.2}{met}",
        figures(own),
        figures(elsewhere),
        times(|f| f.p50)
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
