//! What `--help` says, and that it says it at once.

use crate::support::{run, stdout, text};

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
