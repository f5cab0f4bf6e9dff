//! What `--help` says, and that it says it at once.

use crate::support::{ENGLISH, Shop, run, says, stdout, text};

/// Every subcommand a person sees.
const COMMANDS: &[&str] = &[
    "init",
    "import",
    "join",
    "score",
    "segment",
    "report",
    "audience",
    "run",
    "explain",
    "consent",
    "forget",
    "query",
    "status",
    "config",
    "completions",
    "man",
];

#[test]
fn help_lists_every_command_and_the_exit_codes() {
    let help = stdout(&["--help"]);
    for command in COMMANDS {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command} is not listed"
        );
    }
    assert!(help.contains("Exit codes:") && help.contains("Examples:"));
    assert!(!help.contains("sample"), "the generator stays hidden");
}

#[test]
fn every_command_has_examples_and_the_common_flags() {
    for command in COMMANDS {
        let help = stdout(&[command, "--help"]);
        for flag in [
            "--workspace",
            "--config",
            "--as-of",
            "--lang",
            "--format",
            "--threads",
            "--quiet",
            "--verbose",
            "--color",
            "--progress",
        ] {
            assert!(help.contains(flag), "{command} lacks {flag}");
        }
        if *command != "config" {
            assert!(help.contains("Examples:"), "{command} has no example");
        }
    }
}

#[test]
fn help_of_each_command_is_as_reviewed() {
    let all: String = COMMANDS
        .iter()
        .map(|command| format!("## {command}\n{}\n", stdout(&[command, "-h"])))
        .collect();
    insta::assert_snapshot!(all);
}

#[test]
fn completions_and_manual_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(stdout(&["completions", shell]).contains("koe"), "{shell}");
    }
    assert!(stdout(&["man"]).starts_with(".ie"));
}

#[test]
fn a_wrong_flag_is_usage() {
    let output = run(&["run", "--fast"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--fast"));
}

#[test]
fn what_clap_says_stands_below_a_sentence_in_the_language_of_the_shop() {
    let shop = Shop::empty();
    shop.write("koe.toml", b"[workspace]\nlang = 'en'\n");
    let japanese = "コマンドの書き方が正しくありません";
    for args in [
        &["run", "--fast"][..],
        &["run", shop.path(), "--fast", "--lang", "ja"],
        &["query", "-w", shop.path(), "--lang=ja"],
    ] {
        says(&run(args), 2, &[japanese, "\nerror: "]);
    }
    for args in [
        &["run", "--fast", "--lang", "en"][..],
        &["run", shop.path(), "--fast"],
        &["query", "-w", shop.path()],
        &["run", "--help"],
    ] {
        let told = text(&run(args).stderr);
        assert!(!told.contains(japanese), "{args:?}: {told}");
    }
}

#[test]
fn who_runs_files_is_told_how_they_are_imported() {
    let shop = Shop::with(&[("log.csv", b"customer_id,date,amount\n1,2026-01-05,1200\n")]);
    let file = shop.file("exports/log.csv");
    let file = file.to_str().expect("a path in UTF-8");
    let import =
        format!("hint: this is a file: `koe import {file}` imports it, `koe run` everything");
    let english = [&["run", file][..], &ENGLISH].concat();
    says(&run(&english), 1, &["no workspace at", &import]);
    says(&run(&["run", file]), 1, &["これはファイルです"]);
    let tip =
        "tip: `koe run` takes the folder of a workspace and imports everything in its `exports`";
    for args in [
        &["run", shop.path(), file][..],
        &["run", "-w", shop.path(), file],
    ] {
        says(&run(args), 2, &[tip, "`koe import FILE` imports a file"]);
    }
    for args in [
        &["run", shop.path(), "--fast"][..],
        &["run", "--quiet", "--verbose"],
        &["score", file],
    ] {
        let output = run(args);
        says(&output, 2, &["error:"]);
        assert!(!text(&output.stderr).contains("tip: `koe run`"), "{args:?}");
    }
}
