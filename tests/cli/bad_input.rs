//! Whatever is wrong: one clear message that says what to do, the right exit code, nothing lost.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::support::{ENGLISH, Shop, koe, run, says, text};

const LOG: &str = "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n";

#[test]
fn no_workspace() {
    let shop = Shop::empty().in_english();
    says(
        &shop.koe(&["run"]),
        1,
        &["error: no workspace at", "hint: `koe init"],
    );
    says(
        &run(&[&["run", "/nowhere/at/all"], &ENGLISH[..]].concat()),
        1,
        &["error: no workspace at `/nowhere/at/all`"],
    );
}

#[test]
fn an_empty_workspace() {
    let shop = Shop::empty().in_english();
    assert!(run(&["init", shop.path(), "--quiet"]).status.success());
    says(
        &shop.koe(&["run"]),
        1,
        &[
            "error: nothing to import in",
            "hint: put the shop's exports",
        ],
    );
    says(
        &run(&["init", shop.path(), "--lang", "en"]),
        1,
        &["koe.toml` is there already"],
    );
}

#[test]
fn an_empty_store_has_empty_tables() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 0.0);
    assert!(shop.koe(&["status"]).status.success());
}

#[test]
fn an_unreadable_file() {
    let noise: Vec<u8> = (0..4000u32)
        .map(|byte| (byte.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let shop = Shop::with(&[("noise.bin", &noise), ("log.csv", LOG.as_bytes())]).in_english();
    says(&shop.koe(&["run"]), 1, &["noise.bin", "hint:"]);
    assert_eq!(
        shop.number("SELECT COUNT(*) AS n FROM orders"),
        2.0,
        "the other file is imported"
    );
    says(
        &shop.koe(&["import", "no-such-file.csv"]),
        1,
        &["cannot read `no-such-file.csv`", "check the path"],
    );
}

#[test]
fn what_is_no_text_is_not_shown_and_a_path_can_be_typed_as_told() {
    let noise: Vec<u8> = (0..4000u32)
        .map(|byte| (byte.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let shop = Shop::with(&[("damaged orders.xlsx", &noise), ("my notes.txt", b"to do")]);
    let told = text(&shop.in_english().koe(&["import"]).stderr);
    assert!(told.contains("seems to be empty or no table"), "{told}");
    assert!(told.contains("/exports/my notes.txt'` maps"), "{told}");
    assert!(
        told.chars()
            .all(|letter| letter == '\n' || !letter.is_control()),
        "{told}"
    );
}

#[test]
fn a_workspace_named_as_a_folder_of_exports() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]);
    assert!(shop.koe(&["run"]).status.success());
    let (store, out) = (shop.files("store"), shop.files("out"));
    for below in ["", "store", "out"] {
        let path = shop.file(below);
        let path = path.to_str().expect("a path");
        says(
            &shop.koe(&["import", path]),
            1,
            &["は koe のワークスペース(", "`koe import -w "],
        );
    }
    assert_eq!((store, out), (shop.files("store"), shop.files("out")));
}

/// Returns how a command ends that may not wait for anybody.
#[cfg(unix)]
fn end_of(command: &mut Command) -> std::process::Output {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    for _ in 0..600 {
        if child.try_wait().expect("a state").is_some() {
            return child.wait_with_output().expect("an end");
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    child.kill().expect("it is still there");
    panic!("{command:?} waits");
}

#[cfg(unix)]
#[test]
fn a_pipe_among_the_exports_is_refused_and_nobody_waits_for_it() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]);
    let made = Command::new("mkfifo")
        .arg(shop.file("exports/pipe.csv"))
        .status()
        .expect("mkfifo");
    assert!(made.success());
    let socket = shop.file("exports/socket.csv");
    let _socket = std::os::unix::net::UnixListener::bind(socket).expect("a socket");
    let output = end_of(koe().args(["import", "-w", shop.path()]).args(ENGLISH));
    says(
        &output,
        1,
        &[
            "pipe.csv` is not a regular file",
            "socket.csv` is not a regular file",
            "`koe import - < ",
        ],
    );
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 2.0);
    let manifest = shop.read("store/manifest.json");
    assert!(manifest.contains("pipe.csv") && manifest.contains("socket.csv"));
}

#[test]
fn a_customer_file_where_orders_were_expected() {
    let customers = include_bytes!("../../testdata/formats/eccube_customers.csv");
    let shop = Shop::with(&[("members.csv", customers)]).in_english();
    let output = shop.koe(&["import", "--layout", "eccube_orders"]);
    says(
        &output,
        1,
        &[
            "column `",
            "` not found in `members.csv`",
            "hint: the file has",
        ],
    );
}

#[test]
fn a_missing_column() {
    let shop =
        Shop::with(&[("odd.csv", b"customer_id,date,colour\n1,2026-01-05,red\n")]).in_english();
    says(
        &shop.koe(&["import"]),
        1,
        &["`", "odd.csv` has no layout that koe knows", "`colour`"],
    );
    let output = shop.koe(&["import", "--layout", "transactions"]);
    says(
        &output,
        1,
        &[
            "not found in `odd.csv`",
            "hint: the file has `customer_id`, `date`, `colour`",
        ],
    );
    says(
        &shop.koe(&["import", "--layout", "transaction"]),
        1,
        &["there is no layout", "did you mean `transactions`?"],
    );
}

#[test]
fn a_thousand_broken_rows() {
    let mut log = String::from("customer_id,date,amount\n");
    for row in 0..1000 {
        log.push_str(&format!("{row},someday,{row}\n"));
    }
    let shop = Shop::with(&[("broken.csv", log.as_bytes())]).in_english();
    let output = shop.koe(&["import"]);
    says(
        &output,
        1,
        &["too many rows rejected in `broken.csv (1000 of 1000 rows)`"],
    );
    let rejects = shop
        .files("out")
        .into_iter()
        .find(|(name, _)| name.ends_with("rejects.csv"))
        .expect("a list")
        .1;
    assert_eq!(text(&rejects).lines().count(), 1001);
}

#[test]
fn a_settings_file_with_a_slip_of_the_pen() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    shop.write("koe.toml", b"[segment]\nperiod_day = 7\n");
    says(
        &shop.koe(&["run"]),
        1,
        &[
            "unknown setting `segment.period_day`",
            "did you mean `segment.period_days`?",
        ],
    );
    shop.write("koe.toml", b"[segment\n");
    says(&shop.koe(&["run"]), 1, &["koe.toml` is not valid TOML"]);
    shop.write("koe.toml", b"[segments]\nperiod_days = 7\n");
    says(&shop.koe(&["run"]), 1, &["did you mean `segment`?"]);
    shop.write("koe.toml", b"\n[workspace]\nlang = en\n");
    let unquoted = ["at line 3: ", "write texts in quotation marks"];
    says(&shop.koe(&["run"]), 1, &unquoted);
    shop.write("koe.toml", b"[brand]\nname = \"\x92\xb9\"\n");
    let encoded = ["koe.toml` is not UTF-8", "save it as UTF-8"];
    says(&shop.koe(&["run"]), 1, &encoded);
    shop.write(
        "koe.toml",
        b"[[segment.rule]]\nname = 'a'\nwhen = 'alive_probability > 1'\n",
    );
    says(
        &shop.koe(&["run"]),
        1,
        &["the rule of segment `a` cannot be run", "a rule may use"],
    );
    shop.write(
        "koe.toml",
        b"[[segment.rule]]\nname = 'a'\nwhen = 'value_group = high'\n",
    );
    let text = ["if `high` is a text, write `'high'` in single quotes; a rule may use"];
    says(&shop.koe(&["run"]), 1, &text);
}

#[test]
fn rfm_segments_that_cannot_be_are_errors_and_odd_ones_are_told_once() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    shop.write(
        "koe.toml",
        b"[[segment.rfm.segment]]\nname = 'a'\nr = 'high'\n",
    );
    says(
        &shop.koe(&["run"]),
        1,
        &[
            "setting `segment.rfm.segment.r` cannot be `high`",
            "hint: it must be a score or scores",
        ],
    );
    shop.write(
        "koe.toml",
        b"[[segment.rfm.segment]]\nname = 'a'\nr = '4-5'\n[[segment.rfm.segment]]\nname = 'b'\nr = 5\n",
    );
    let output = shop.koe(&["run"]);
    says(
        &output,
        0,
        &[
            "RFM segment `b` (rule 2) is never reached, because of `a` (rule 1) before it",
            "no RFM segment holds for 75 of 125 combinations of scores",
        ],
    );
    assert_eq!(text(&output.stderr).matches("is never reached").count(), 1);
    let named = "SELECT COUNT(*) AS n FROM person_values WHERE rfm_segment IN ('a', 'others')";
    assert_eq!(shop.number(named), 2.0);
}

#[test]
fn a_wrong_date_and_a_wrong_query() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    says(
        &shop.koe(&["run", "--as-of", "someday"]),
        1,
        &["`someday` is neither a date nor an instant", "hint: write"],
    );
    says(
        &shop.koe(&["query", "SELECT * FROM order"]),
        1,
        &["the query cannot be run"],
    );
    says(
        &shop.koe(&["query", "SELECT colour FROM orders"]),
        1,
        &["colour"],
    );
}

#[test]
fn a_damaged_store_says_which_file() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    shop.ok(&["import"]);
    let (name, _) = shop
        .files("store/current/orders")
        .into_iter()
        .next()
        .expect("a table");
    shop.write(&format!("store/current/orders/{name}"), b"garbage");
    says(
        &shop.koe(&["status"]),
        1,
        &["current/orders", "was changed", "is damaged"],
    );
    shop.write("store/manifest.json", b"{");
    says(&shop.koe(&["status"]), 1, &["manifest.json` is damaged"]);
    shop.write("store/manifest.json", b"{\"version\": 99}");
    says(
        &shop.koe(&["status"]),
        1,
        &["the store has version 99, this koe knows 3"],
    );
}

#[test]
fn orphans_are_named_and_repaired() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    shop.ok(&["import"]);
    shop.write("store/raw/orders/left.parquet.unfinished", b"half");
    let output = shop.koe(&["status"]);
    assert!(output.status.success());
    assert!(
        text(&output.stderr).contains("1 orphan files"),
        "{}",
        text(&output.stderr)
    );
    shop.ok(&["status", "--repair"]);
    assert!(
        !shop
            .file("store/raw/orders/left.parquet.unfinished")
            .exists()
    );
    assert!(text(&shop.koe(&["status"]).stderr).contains("the store is whole"));
    // Whoever writes next does as much, even where there is nothing new.
    shop.write("store/raw/orders/left.parquet", b"somebody erased");
    shop.ok(&["import"]);
    assert!(!shop.file("store/raw/orders/left.parquet").exists());
}

#[cfg(unix)]
#[test]
fn a_full_disk() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    shop.ok(&["import"]);
    let before = shop.files("store");
    shop.write("exports/more.csv", "customer_id,date,amount\n".as_bytes());
    let mut log = String::from("customer_id,date,amount\n");
    for row in 0..20_000 {
        log.push_str(&format!("customer{row},2026-01-05,{row}\n"));
    }
    shop.write("exports/more.csv", log.as_bytes());
    // A limit on the size of files fails a write just as a full disk does.
    let limited = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 40; exec \"$0\" import -w \"$1\" --lang en",
            env!("CARGO_BIN_EXE_koe"),
            shop.path(),
        ])
        .output()
        .expect("a shell");
    says(
        &limited,
        3,
        &[
            "error: cannot",
            "the disk is full; free some space and run again",
        ],
    );
    assert_eq!(before, shop.files("store"), "the store is as it was before");
    shop.ok(&["import"]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 20_002.0);
    let full = Command::new("sh")
        .args([
            "-c",
            "\"$0\" query -w \"$1\" 'SELECT * FROM orders' --format csv --lang en > /dev/full",
            env!("CARGO_BIN_EXE_koe"),
            shop.path(),
        ])
        .output()
        .expect("a shell");
    says(&full, 3, &["cannot write to `stdout`"]);
}

#[cfg(unix)]
#[test]
fn no_permission_to_write() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    fs::set_permissions(shop.file(""), fs::Permissions::from_mode(0o555)).expect("the owner may");
    // Root may write anywhere: as root the binary is copied to where nobody may start it, and started as nobody.
    let is_root = fs::write(shop.file("probe"), b"").is_ok();
    let output = if is_root {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))
            .expect("the owner may");
        let binary = folder.path().join("koe");
        fs::copy(env!("CARGO_BIN_EXE_koe"), &binary).expect("a copy");
        Command::new(&binary)
            .args(["run", "-w", shop.path()])
            .args(ENGLISH)
            .uid(NOBODY)
            .gid(NOBODY)
            .output()
            .expect("the binary starts")
    } else {
        shop.koe(&["run"])
    };
    fs::set_permissions(shop.file(""), fs::Permissions::from_mode(0o755)).expect("the owner may");
    says(
        &output,
        3,
        &[
            "error: cannot make the folder",
            "store",
            "you may not read or write there",
        ],
    );
}

#[cfg(unix)]
#[test]
fn interrupted_by_ctrl_c() {
    let shop = Shop::sample(3_000).in_english();
    let mut child = koe()
        .args(["run", "-w", shop.path()])
        .args(ENGLISH)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut lines = BufReader::new(child.stderr.take().expect("stderr")).lines();
    let first = lines.next().expect("a line").expect("UTF-8");
    assert!(first.starts_with("import"), "{first}");
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(killed.success());
    let told: String = lines.map(|line| line.expect("UTF-8") + "\n").collect();
    assert_eq!(child.wait().expect("an end").code(), Some(130), "{told}");
    assert!(told.contains("interrupted:"), "{told}");
    assert!(text(&shop.koe(&["status"]).stderr).contains("the store is whole"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_takes_with_it_what_was_being_written() {
    let shop = Shop::sample(3_000);
    shop.ok(&["import", "--quiet"]);
    let before: Vec<String> = shop.files("store").into_keys().collect();
    let mut child = koe()
        .args(["score", "-w", shop.path(), "--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let unfinished = shop.file("store/derived/post_scores/new.0.parquet.unfinished");
    while !unfinished.exists() {
        let ended = child.try_wait().expect("a state");
        assert!(ended.is_none(), "it ended before it was interrupted");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(killed.success());
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    let after: Vec<String> = shop.files("store").into_keys().collect();
    assert_eq!(before, after);
    shop.ok(&["score", "--quiet"]);
}

#[test]
fn two_writers_do_not_meet() {
    let shop = Shop::with(&[("log.csv", LOG.as_bytes())]).in_english();
    shop.ok(&["import"]);
    let lock = fs::File::options()
        .read(true)
        .write(true)
        .open(shop.file("store/lock"))
        .expect("the lock");
    lock.lock().expect("nobody else writes");
    shop.write(
        "exports/new.csv",
        b"customer_id,date,amount\n9,2026-02-05,1\n",
    );
    says(
        &shop.koe(&["import", "--no-wait"]),
        75,
        &["is in use", "wait until it has finished"],
    );
    drop(lock);
    shop.ok(&["import"]);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let shop = Shop::sample(200);
    shop.ok(&["import"]);
    let mut child = koe()
        .args([
            "query",
            "-w",
            shop.path(),
            "SELECT * FROM posts",
            "--format",
            "jsonl",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout"))
        .read_line(&mut line)
        .expect("a line");
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}
