//! The charts of `docs/methods` are what koe draws, and each of them is shown.

use std::fs;
use std::path::Path;

#[path = "../../examples/method_charts/pictures/mod.rs"]
mod pictures;

use pictures::{FOLDER, Picture};

/// Bytes that a chart of a document may have.
const MOST_BYTES: usize = 60_000;

fn assert_kept(pictures: &[Picture]) {
    let page = Path::new(FOLDER).join("../value.md");
    let page = fs::read_to_string(page).expect("the page");
    for Picture { file, svg } in pictures {
        let kept = fs::read_to_string(Path::new(FOLDER).join(file)).unwrap_or_default();
        assert!(
            kept == *svg,
            "docs/methods/img/{file} differs: run `cargo run --release --example method_charts`"
        );
        assert!(svg.len() <= MOST_BYTES, "{file}: {} bytes", svg.len());
        let link = format!("](img/{file})");
        assert!(page.contains(&link), "docs/methods/value.md misses {file}");
    }
}

#[test]
fn charts_of_the_cdnow_log_are_what_koe_draws() {
    assert_kept(&pictures::of_log().expect("the log is drawn"));
}

#[test]
fn charts_of_known_moods_are_what_koe_draws() {
    assert_kept(&pictures::of_moods().expect("the shop is drawn"));
}
