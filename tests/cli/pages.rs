//! Pages of the guide that show commands with what they print: the commands run again, on a copy of the example shop.
//!
//! `UPDATE_PAGES=1 cargo test --release pages` writes into the pages what the commands print now.
#![cfg(unix)]

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use regex::Regex;
use tempfile::TempDir;

use crate::support::{koe, text};

/// Fences of what a command prints.
const SHOWN: [&str; 3] = ["```text", "```csv", "```json"];

/// Which commands of a page are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// All; settings that begin with their file's name are written there first.
    All,
    /// Those whose output is shown.
    Shown,
}

/// A fenced block, by lines: the fence, what stands in it, and its end.
#[derive(Debug)]
struct Block {
    fence: String,
    body: Range<usize>,
}

fn blocks(lines: &[String]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut from = None;
    for (place, line) in lines.iter().enumerate() {
        match from {
            None if line.starts_with("```") => from = Some(place),
            Some(start) if line == "```" => {
                let fence = lines[start].clone();
                blocks.push(Block {
                    fence,
                    body: start + 1..place,
                });
                from = None;
            }
            _ => {}
        }
    }
    assert!(from.is_none(), "a fence without an end");
    blocks
}

/// Copies the example as it comes, without what runs have made of it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the example") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        match path.is_dir() {
            true if name == "store" || name == "out" => {}
            true => copy(&path, &to.join(name)),
            false => {
                fs::copy(&path, to.join(name)).expect("a copy");
            }
        }
    }
}

/// The key of the shop on the pages: by its key every shop draws other persons into its control groups.
const KEY: &str = "0000000000000000000000000000000000000000000000000000000000000007\n";

/// Makes a folder with the example, also under the name that the pages give a shop.
fn desk() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop");
    copy(&example, &folder.path().join("examples/shop"));
    let store = folder.path().join("examples/shop/store");
    fs::create_dir(&store).expect("a store");
    fs::write(store.join("key"), KEY).expect("its key");
    std::os::unix::fs::symlink("examples/shop", folder.path().join("shop")).expect("a link");
    folder
}

/// Runs commands in a shell that knows `koe`, and returns what a terminal would show, and whether the last went well.
fn typed(commands: &str, folder: &Path) -> (String, bool) {
    let binary = Path::new(env!("CARGO_BIN_EXE_koe"));
    let mut path = binary.parent().expect("a folder").as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    // As `koe` is run elsewhere: without variables that set settings.
    for (name, value) in koe().get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let output = shell
        .args(["-c", &format!("exec 2>&1\n{commands}")])
        .current_dir(folder)
        .env("PATH", path)
        .output()
        .expect("a shell");
    (text(&output.stdout), output.status.success())
}

/// Returns lines as they are compared: without blanks at their end, and without the seconds of stages.
fn plain<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let seconds = Regex::new(r" +\d+\.\d s ").expect("a pattern");
    let lines = lines.map(|line| seconds.replace(line.trim_end(), " - s ").into_owned());
    let mut lines: Vec<String> = lines.collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Runs the commands of a page in their order, each behind the other in one folder, and returns how many outputs were compared.
fn follow(page: &str, which: Which) -> usize {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let page_text = fs::read_to_string(&file).expect("the page");
    let mut lines: Vec<String> = page_text.split('\n').map(str::to_owned).collect();
    let blocks = blocks(&lines);
    let folder = desk();
    let is_updated = std::env::var_os("UPDATE_PAGES").is_some();
    let mut compared = 0;
    let mut wrong = Vec::new();
    let mut fresh: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    for (place, block) in blocks.iter().enumerate() {
        let body = lines[block.body.clone()].join("\n");
        if block.fence == "```toml" && which == Which::All {
            let named = body.lines().next().and_then(|line| line.strip_prefix("# "));
            if let Some(name) = named.filter(|name| name.ends_with("/koe.toml")) {
                fs::write(folder.path().join(name), format!("{body}\n")).expect("the settings");
            }
        }
        if block.fence != "```sh" {
            continue;
        }
        let next = blocks.get(place + 1).filter(|next| {
            let between = block.body.end + 1..next.body.start - 1;
            SHOWN.contains(&next.fence.as_str()) && lines[between].iter().all(String::is_empty)
        });
        if next.is_none() && which == Which::Shown {
            continue;
        }
        let (printed, is_well) = typed(&body, folder.path());
        let Some(next) = next else {
            assert!(is_well, "{page}: {body}\nprints\n{printed}");
            continue;
        };
        compared += 1;
        let shown = lines[next.body.clone()].iter().map(String::as_str);
        if plain(shown) != plain(printed.lines()) {
            let lines = printed.lines().map(|line| line.trim_end().to_owned());
            fresh.push((next.body.clone(), lines.collect()));
            wrong.push(format!("{body}\nprints\n{printed}"));
        }
    }
    if is_updated {
        for (body, printed) in fresh.into_iter().rev() {
            drop(lines.splice(body, printed));
        }
        fs::write(&file, lines.join("\n")).expect("the page");
    } else {
        assert!(
            wrong.is_empty(),
            "{page} shows something else; UPDATE_PAGES=1 puts it right\n{}",
            wrong.join("\n")
        );
    }
    compared
}

#[test]
fn recipes_print_what_the_page_shows() {
    let page = "docs/guide/recipes.md";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page));
    let tasks = text.expect("the page").matches("\n## ").count();
    assert_eq!(tasks, 20);
    assert!(
        follow(page, Which::All) >= tasks,
        "a task without an output"
    );
}

#[test]
fn the_first_hour_prints_what_the_page_shows() {
    assert!(follow("docs/guide/first-hour.md", Which::All) >= 10);
}

#[test]
fn the_guide_to_voices_prints_what_the_page_shows() {
    assert!(follow("docs/guide/voice.md", Which::Shown) >= 25);
}

#[test]
fn the_guide_to_notebooks_prints_what_the_page_shows() {
    assert!(follow("docs/guide/notebooks.md", Which::Shown) >= 1);
}

#[test]
fn a_difference_is_seen_and_seconds_are_none() {
    let lines = |text: &str| plain(text.lines());
    assert_eq!(
        lines("score      1.0 s  3 posts \n\n"),
        lines("score    120.4 s  3 posts")
    );
    assert_ne!(lines("score 1.0 s  3 posts"), lines("score 1.0 s  4 posts"));
    let page: Vec<String> = "a\n```sh\nkoe run\n```\n\n```text\nx\n```\n"
        .split('\n')
        .map(str::to_owned)
        .collect();
    let found = blocks(&page);
    assert_eq!((found[0].body.clone(), found[1].body.clone()), (2..3, 6..7));
    assert_eq!(found[1].fence, "```text");
}
