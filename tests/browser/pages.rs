//! The pages that are looked at: of the example shop in both languages, of the linking, and of a shop with two orders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

/// A page and what is expected of it.
pub struct Page {
    /// Its name in messages.
    pub name: &'static str,
    /// Its file.
    pub path: PathBuf,
    /// Whether it is the list for the people who act: it lies across the paper, and its tables stay in their order.
    pub is_desk: bool,
}

/// All pages, made once.
pub static PAGES: LazyLock<Vec<Page>> = LazyLock::new(make);

/// Returns the page of this name.
pub fn page(name: &str) -> &'static Page {
    PAGES
        .iter()
        .find(|page| page.name == name)
        .unwrap_or_else(|| panic!("there is no page {name}"))
}

/// Returns the reports: every page but the desks.
pub fn reports() -> impl Iterator<Item = &'static Page> {
    PAGES.iter().filter(|page| !page.is_desk)
}

/// Runs the binary; it must succeed.
pub fn koe(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KOE_")) {
        command.env_remove(name);
    }
    let output = command
        .args(arguments)
        .args(["--quiet", "--color", "never"])
        .output()
        .expect("the binary starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
}

fn make() -> Vec<Page> {
    // A static is never dropped: the folder is left to the system's cleaning of temporary files.
    let folder = TempDir::new().expect("a temporary folder").keep();
    let (shop, poor) = (folder.join("shop"), folder.join("poor"));
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop"),
        &shop,
    );
    fs::create_dir_all(poor.join("exports")).expect("a folder");
    fs::write(
        poor.join("exports/log.csv"),
        "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n",
    )
    .expect("an order log");
    let mut pages = Vec::new();
    let mut keep = |name: &'static str, from: &Path, file: &str| {
        let path = folder.join(format!("{name}.html"));
        fs::copy(from.join("out/latest").join(file), &path)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        pages.push(Page {
            name,
            path,
            is_desk: file == "desk.html",
        });
    };
    koe(&["run", text(&shop), "--lang", "en"]);
    keep("report-en", &shop, "report.html");
    keep("desk-en", &shop, "desk.html");
    koe(&["run", text(&shop), "--lang", "ja"]);
    keep("report", &shop, "report.html");
    keep("desk", &shop, "desk.html");
    koe(&["join", "-w", text(&shop), "--report"]);
    keep("join", &shop, "join.html");
    koe(&["run", text(&poor), "--as-of", "2026-01-31"]);
    keep("report-poor", &poor, "report.html");
    keep("desk-poor", &poor, "desk.html");
    pages
}

/// Returns a path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Copies a workspace without what was made from it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder that can be read") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        if name == "store" || name == "out" {
            continue;
        }
        let (path, target) = (entry.path(), to.join(&name));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}
