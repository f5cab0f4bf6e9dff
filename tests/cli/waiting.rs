//! Two koe on one workspace: the second waits, or gives up by flag.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{ENGLISH, Shop, UNCHANGED, koe, text};

const LOG: &str = "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n";
const MORE: &str = "customer_id,date,amount\n9,2026-02-05,1\n";

/// Makes a workspace of one export that is in the store.
fn shop() -> Shop {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]);
    shop.ok(&["import"]);
    shop
}

/// Holds a lock of the store as a koe at work does, until it is dropped.
fn held(lock: &Path) -> File {
    let mut file = File::create(lock).expect("a lock");
    file.lock().expect("nobody else is at work");
    writeln!(file, "4711").expect("the process");
    file
}

#[test]
fn every_command_that_computes_gives_up_by_flag() {
    let shop = shop().in_english();
    let before = shop.files("store");
    let turn = held(&shop.file("store/turn"));
    for command in [
        "run", "import", "join", "score", "segment", "report", "audience",
    ] {
        let started = Instant::now();
        let output = shop.koe(&[command, "--no-wait"]);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(75), "{command}: {told}");
        assert!(told.starts_with("error: the store at `"), "{told}");
        assert!(told.contains("is in use"), "{told}");
        assert!(told.contains("--wait SECONDS"), "{told}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }
    assert_eq!(before, shop.files("store"), "nothing was written");
    drop(turn);
    shop.ok(&["run", "--no-wait"]);
}

#[test]
fn who_waits_gives_up_when_the_time_is_over() {
    let shop = shop().in_english();
    let _turn = held(&shop.file("store/turn"));
    let started = Instant::now();
    let output = shop.koe(&["run", "--wait", "1"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(75), "{told}");
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_eq!(told.matches("waiting for ").count(), 1, "{told}");
    let quiet = text(&shop.koe(&["run", "--wait", "1", "--quiet"]).stderr);
    assert!(quiet.starts_with("error: "), "{quiet}");
}

#[test]
fn the_second_waits_until_the_first_is_done() {
    let shop = shop();
    shop.write("exports/more.csv", MORE.as_bytes());
    let turn = held(&shop.file("store/turn"));
    let mut second = koe()
        .args(["run", "-w", shop.path(), "--quiet"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    thread::sleep(Duration::from_millis(500));
    assert!(second.try_wait().expect("a state").is_none(), "it waits");
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 2.0);
    drop(turn);
    let output = second.wait_with_output().expect("an end");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 3.0);
}

#[test]
fn two_runs_at_once_are_both_done_and_leave_what_one_leaves() {
    let (one, two) = (Shop::sample(60), Shop::sample(60));
    for shop in [&one, &two] {
        shop.write("store/key", "5a".repeat(32).as_bytes());
    }
    one.ok(&["run"]);
    let runs: Vec<_> = (0..2)
        .map(|_| {
            koe()
                .args(["run", "-w", two.path()])
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary starts")
        })
        .collect();
    let mut fresh = Vec::new();
    for run in runs {
        let output = run.wait_with_output().expect("an end");
        let told = text(&output.stderr);
        assert!(output.status.success(), "{told}");
        fresh.push(told.lines().filter(|line| line.contains(UNCHANGED)).count());
    }
    fresh.sort_unstable();
    assert_eq!(fresh, [0, 5], "the second finds everything up to date");
    assert!(one.files("store") == two.files("store"));
    assert!(one.files("out") == two.files("out"));
}

#[test]
fn a_consent_is_taken_while_another_computes_and_waits_for_who_writes() {
    let shop = shop();
    let turn = held(&shop.file("store/turn"));
    let revoke = ["consent", "revoke", "transactions/1", "email", "--quiet"];
    shop.ok(&[&revoke[..], &["--no-wait"]].concat());
    drop(turn);
    let lock = held(&shop.file("store/lock"));
    let output = shop.koe(&["consent", "deny", "transactions/2", "email", "--no-wait"]);
    assert_eq!(output.status.code(), Some(75), "{}", text(&output.stderr));
    let mut second = koe()
        .args(["consent", "deny", "transactions/2", "email", "--quiet"])
        .args(["-w", shop.path()])
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    thread::sleep(Duration::from_millis(500));
    assert!(second.try_wait().expect("a state").is_none(), "it waits");
    drop(lock);
    assert!(second.wait().expect("an end").success());
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM consents"), 2.0);
}

#[test]
fn the_guide_to_cron_shows_what_is_told() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/cron.md");
    let page = fs::read_to_string(page).expect("the page");
    let desk = Shop::with(&[]);
    desk.write("shop/exports/log.csv", LOG.as_bytes());
    let told = |flags: &[&str]| {
        let output = koe()
            .args(["run", "shop"])
            .args(ENGLISH)
            .args(flags)
            .current_dir(desk.path())
            .output()
            .expect("the binary starts");
        text(&output.stderr)
    };
    told(&[]);
    let _turn = held(&desk.file("shop/store/turn"));
    let told = [told(&["--no-wait"]), told(&["--wait", "1"])];
    for line in told.iter().flat_map(|told| told.lines()) {
        // Where a lock hides what it holds, the process is not known.
        let line = line.replace("another koe, which", "process 4711, which");
        assert!(
            page.contains(&line),
            "`{line}` is not in docs/guide/cron.md"
        );
    }
    for code in [0, 1, 2, 3, 4, 70, 75, 130] {
        assert!(page.contains(&format!("\n| {code} | ")), "{code}");
    }
}

#[test]
fn to_wait_and_not_to_wait_is_usage() {
    let output = shop().koe(&["run", "--wait", "5", "--no-wait"]);
    assert_eq!(output.status.code(), Some(2));
}
