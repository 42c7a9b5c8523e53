//! Percentiles.

use std::time::Duration;

/// Measured times.
#[derive(Default)]
pub struct Times {
    times: Vec<Duration>,
}

impl Times {
    /// Adds one.
    pub fn add(&mut self, time: Duration) {
        self.times.push(time);
    }

    /// The time below which this share of them lies (nearest rank).
    pub fn percentile(&mut self, share: f64) -> Duration {
        self.times.sort_unstable();
        let rank = (share * self.times.len() as f64).ceil() as usize;
        self.times.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// The usual percentiles in a line.
    pub fn line(&mut self) -> String {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        format!(
            "p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms, longest {:.2} ms ({} times)",
            milliseconds(self.percentile(0.50)),
            milliseconds(self.percentile(0.95)),
            milliseconds(self.percentile(0.99)),
            milliseconds(self.percentile(1.0)),
            self.times.len()
        )
    }
}
