//! Flags that every command takes.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ValueEnum, ValueHint};

/// Flags of every command.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Folder of the workspace, else KOE_WORKSPACE or the current folder
    #[arg(long, short = 'w', global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub workspace: Option<PathBuf>,
    /// Settings file, in place of the workspace's koe.toml
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Set one setting, e.g. --set segment.period_days=28
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub overrides: Vec<String>,
    /// Compute as of the end of this day, or of this instant, not of now
    #[arg(long, global = true, value_name = "DATE|INSTANT")]
    pub as_of: Option<String>,
    /// Language of reports and messages
    #[arg(long, global = true, value_enum)]
    pub lang: Option<LangArg>,
    /// Write data to stdout in this format
    #[arg(long, global = true, value_enum)]
    pub format: Option<Format>,
    /// Threads to use, all cores when not given
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Print nothing but errors and data
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more detail
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Colour messages
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// Do not colour messages
    #[arg(long, global = true, overrides_with = "color")]
    pub no_color: bool,
    /// Draw progress bars
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub progress: When,
    /// Seconds to wait for another koe on the workspace
    #[arg(long, global = true, default_value_t = 600, value_name = "SECONDS")]
    pub wait: u64,
    /// Give up at once when another koe is at work
    #[arg(long, global = true, conflicts_with = "wait")]
    pub no_wait: bool,
}

impl Common {
    /// Returns how long to wait for another koe.
    pub fn patience(&self) -> Duration {
        match self.no_wait {
            true => Duration::ZERO,
            false => Duration::from_secs(self.wait),
        }
    }
}

/// A language of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// Japanese
    Ja,
    /// English
    En,
}

/// A format of data on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// Comma separated, UTF-8
    Csv,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
    /// Apache Parquet, for a file or another program
    Parquet,
}

/// When to do something that depends on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// When stderr is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
