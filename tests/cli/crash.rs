//! Killed at any moment, the store is the old state or the new one.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Shop, koe, text};

const KILLS: u32 = 100;

/// A small generator of moments, so that a failure can be repeated.
struct Moments(u64);

impl Moments {
    fn next(&mut self, within: Duration) -> Duration {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        within.mul_f64((self.0 >> 11) as f64 / (1u64 << 53) as f64)
    }
}

fn manifest(shop: &Shop) -> Option<Vec<u8>> {
    fs::read(shop.file("store/manifest.json")).ok()
}

/// Kills `command` at random moments and checks each time that the manifest is one of `states` and the store whole.
fn survive(
    shop: &Shop,
    command: &str,
    states: &BTreeSet<Option<Vec<u8>>>,
    takes: Duration,
) -> usize {
    let mut moments = Moments(20_260_927);
    let mut cut_short = 0;
    for kill in 0..KILLS {
        let _ = fs::remove_dir_all(shop.file("store"));
        let _ = fs::remove_dir_all(shop.file("out"));
        let mut child = koe()
            .args([command, "-w", shop.path(), "--quiet"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(moments.next(takes));
        child.kill().expect("a process that can be killed");
        cut_short += usize::from(!child.wait().expect("an end").success());
        assert!(
            states.contains(&manifest(shop)),
            "kill {kill} of {command} left a state in between"
        );
        let status = shop.koe(&["status"]);
        assert!(
            status.status.success(),
            "kill {kill} of {command}: {}",
            text(&status.stderr)
        );
    }
    cut_short
}

#[test]
fn a_hundred_kills_of_an_import_and_of_a_run() {
    let shop = Shop::sample(60);
    let mut states = BTreeSet::from([manifest(&shop)]);
    let started = Instant::now();
    shop.ok(&["import"]);
    let import_takes = started.elapsed();
    states.insert(manifest(&shop));
    let of_import = states.clone();
    // As a run writes them: what is joined waits for what is scored.
    for stage in ["score", "join", "segment", "report"] {
        shop.ok(&[stage]);
        states.insert(manifest(&shop));
    }
    let run_takes = started.elapsed();
    let last = manifest(&shop);
    assert_eq!(states.len(), 6, "every stage is a state of its own");

    let cut_short = survive(&shop, "import", &of_import, import_takes.mul_f64(1.1));
    assert!(cut_short >= 20, "only {cut_short} imports were cut short");
    let cut_short = survive(&shop, "run", &states, run_takes.mul_f64(0.9));
    assert!(cut_short >= 20, "only {cut_short} runs were cut short");

    shop.ok(&["run"]);
    assert_eq!(
        manifest(&shop),
        last,
        "a run after a kill ends where an undisturbed one does"
    );
    let status = shop.koe(&["status", "--lang", "en"]);
    assert!(text(&status.stderr).contains("the store is whole"));
}
