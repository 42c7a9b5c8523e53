//! Reads the series of the Numenta Anomaly Benchmark and their labelled windows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use imsop_kernel::Timestamp;

/// One labelled series.
pub struct Series {
    /// Its path in the benchmark.
    pub name: String,
    /// Its readings, in the order of the file.
    pub rows: Vec<(Timestamp, f64)>,
    /// The anomalies, as first and last row.
    pub windows: Vec<(usize, usize)>,
}

/// The folder of the benchmark, if it is there.
pub fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("IMSOP_SHARED_DATA").map_or(beside, PathBuf::from);
    let folder = data.join("nab");
    folder.join("windows.json").is_file().then_some(folder)
}

/// All labelled series of the folder, by name.
pub fn read(folder: &Path) -> Vec<Series> {
    let text = std::fs::read_to_string(folder.join("windows.json")).expect("windows.json is readable");
    let labels: BTreeMap<String, Vec<(String, String)>> =
        serde_json::from_str(&text).expect("windows.json holds pairs of times by series");
    let mut all = Vec::new();
    for (name, pairs) in labels {
        let Ok(text) = std::fs::read_to_string(folder.join(&name)) else { continue };
        let rows: Vec<_> = text.lines().skip(1).map(row).collect();
        let windows = pairs.iter().map(|(from, until)| window(&rows, time(from), time(until))).collect();
        all.push(Series { name, rows, windows });
    }
    all
}

fn row(line: &str) -> (Timestamp, f64) {
    let (at, value) = line.split_once(',').expect("a row is a time and a value");
    (time(at), value.trim().parse().expect("the value is a number"))
}

fn time(text: &str) -> Timestamp {
    format!("{}Z", text.replace(' ', "T")).parse().expect("the time is a date and a time of day")
}

fn window(rows: &[(Timestamp, f64)], from: Timestamp, until: Timestamp) -> (usize, usize) {
    let first = rows.iter().position(|(at, _)| *at >= from).expect("the window starts in the series");
    let last = rows.iter().rposition(|(at, _)| *at <= until).expect("the window ends in the series");
    (first, last)
}
