//! A file whose one line has two gigabytes. Alone in its process, whose memory it counts.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use reqwest::StatusCode;
use support::{Platform, SCMS_COLUMNS};

/// The most memory that this process has held, in megabytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_two_gigabytes_does_not_fill_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start_on(folder.path(), "demo").await;
    let before = peak_memory();
    let piece = axum::body::Bytes::from(vec![b'x'; 1 << 20]);
    let pieces = std::iter::once(SCMS_COLUMNS.into()).chain(std::iter::repeat_n(piece, 2_048));
    let stream = futures_util::stream::iter(pieces.map(Ok::<_, std::io::Error>));
    let request = platform.client.post(format!("{}/ingest/files?adapter=scms", platform.url));
    let request = request.bearer_auth(&platform.token).header("content-type", "text/csv");
    let answer = request.body(reqwest::Body::wrap_stream(stream)).send().await;
    // The server answers and closes while the file is still on its way; the answer may be lost.
    if let Ok(answer) = answer {
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
    assert!(peak_memory() < before + 200, "{} MB, and {before} MB before", peak_memory());
    let left: Vec<_> = std::fs::read_dir(folder.path().join("files")).unwrap().collect();
    assert!(left.is_empty(), "a refused file is removed: {left:?}");
    assert_eq!(platform.get("/operations/orders").await.0, StatusCode::OK);
    platform.stop().await;
}
