//! What the stages take, from import to report, and `koe run`, which is all of them.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};

/// How files are read.
#[derive(Debug, Clone, clap::Args)]
pub struct Reading {
    /// Layout of the files, when their headings do not tell
    #[arg(long, value_name = "NAME")]
    pub layout: Option<String>,
    /// Shop system or account the files belong to, when there are two of a kind
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Share of a file's rows, e.g. 0.05, that may be unreadable before all of the file is refused
    #[arg(long, value_name = "SHARE")]
    pub max_rejects: Option<f64>,
}

#[derive(Debug, clap::Args)]
pub struct Import {
    /// Files, folders or patterns, the workspace's exports when none is named, - for stdin
    #[arg(value_name = "FILES", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// List of ids of posts their authors deleted: what they said is erased everywhere, that it was said is kept
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "layout"], value_hint = ValueHint::FilePath)]
    pub deleted: Vec<PathBuf>,
    /// Go on without the files outside the exports that could not be read: a refusal in them stays unknown
    #[arg(long)]
    pub drop_unread: bool,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, clap::Args)]
pub struct Join {
    /// Estimate anew what each agreement of two records is worth; else the weights, and persons with them, stay
    #[arg(long)]
    pub refit: bool,
    /// Use the weights of a file from now on
    #[arg(long, value_name = "FILE", conflicts_with = "refit", value_hint = ValueHint::FilePath)]
    pub weights: Option<PathBuf>,
    /// Write the weights to a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub save_weights: Option<PathBuf>,
    /// Take a reviewer's answers first: a review.csv with the column decision filled in (same, different)
    #[arg(long, value_name = "FILES", num_args = 1.., value_hint = ValueHint::FilePath)]
    pub decisions: Vec<PathBuf>,
    /// Write join.html: what each agreement is worth, how the pairs scored, and how good the result is expected to be
    #[arg(long)]
    pub report: bool,
}

#[derive(Debug, clap::Args)]
pub struct Score {
    /// End with exit code 4 when an alert is on
    #[arg(long, value_enum, value_name = "WHAT")]
    pub fail_on: Option<FailOn>,
}

/// What makes koe end with exit code 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// An alert that is building, burning or cooling
    Alert,
}

#[derive(Debug, clap::Args)]
pub struct Segment {
    /// Look at these files of orders alone, without a workspace: files, folders or patterns, - for stdin
    #[arg(long, value_name = "FILES", num_args = 1.., conflicts_with = "workspace", value_hint = ValueHint::AnyPath)]
    pub orders: Vec<PathBuf>,
    /// Layout of the files, when their headings do not tell
    #[arg(long, value_name = "NAME", requires = "orders")]
    pub layout: Option<String>,
    /// Table to write: person_segments when none is named, person_values with --orders
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// File to write to, in the format its ending says unless --format does; - for stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct Audience {
    /// Audience of koe.toml, or a new one with --channel; all of koe.toml when none is named
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// By what channel
    #[arg(long, value_enum, value_name = "CHANNEL", requires = "name")]
    pub channel: Option<ChannelArg>,
    /// SQL condition over a person's columns
    #[arg(long = "where", value_name = "SQL", requires = "name")]
    pub condition: Option<String>,
    /// Share held out to compare with, e.g. 10%
    #[arg(long, value_name = "SHARE", requires = "name", value_parser = share)]
    pub control: Option<f64>,
    /// Persons at most, the most valuable first
    #[arg(long, value_name = "N", requires = "name")]
    pub limit: Option<NonZeroU64>,
    /// Encoding of lists that people open
    #[arg(long, value_enum, value_name = "ENCODING")]
    pub encoding: Option<EncodingArg>,
    /// Tell how many would be listed and left out, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum ChannelArg {
    /// E-mail
    Email,
    /// LINE messages
    Line,
    /// Short messages
    Sms,
    /// Push messages of the shop's app
    Push,
    /// Letters
    Postal,
    /// Direct messages to linked accounts
    SocialDm,
    /// Calls
    Voice,
    /// Custom Audience of Meta, hashed
    Meta,
    /// Custom Audience of X, hashed
    X,
    /// Customer Match of Google, hashed
    Google,
}

/// An encoding of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EncodingArg {
    /// UTF-8 with a byte-order mark, for Excel
    Utf8Bom,
    /// Windows code page 932, for older Japanese tools
    Cp932,
    /// UTF-8
    Utf8,
}

/// Reads `10%` and `0.1`.
fn share(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let (number, parts) = match text.strip_suffix('%') {
        Some(percent) => (percent, 100.0),
        None => (text, 1.0),
    };
    let share = number.trim().parse::<f64>().map(|share| share / parts);
    match share {
        Ok(share) if (0.0..=0.9).contains(&share) => Ok(share),
        _ => Err("it must be a share from 0% to 90%".to_owned()),
    }
}

#[derive(Debug, clap::Args)]
pub struct Report {
    /// Write these sections only, all of them when none is named
    #[arg(long, value_name = "SECTIONS", value_delimiter = ',')]
    pub section: Vec<SectionArg>,
    /// Report the last whole day, ISO week or month in place of the last days
    #[arg(long, value_enum, value_name = "PERIOD")]
    pub period: Option<PeriodArg>,
    /// Compare with the period of this day, e.g. of last year, not with the one before
    #[arg(long, value_name = "DATE")]
    pub compare: Option<String>,
    /// Folder with a logo, a style and pages of the shop's own for report.html
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub template: Option<PathBuf>,
}

/// What is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PeriodArg {
    /// The last segment.period_days days
    Days,
    /// The last day
    Day,
    /// The last whole week, Monday to Sunday
    Week,
    /// The last whole month
    Month,
}

/// A section of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum SectionArg {
    /// Sales and why they changed
    Sales,
    /// What customers and products are worth
    Value,
    /// Value to come and how well it is foretold
    Lifetime,
    /// What is said
    Voice,
    /// Who says it
    People,
    /// Value crossed with voice
    ValueVoice,
    /// How soon the shop answers
    Conversations,
    /// Spikes and flare-ups
    Alerts,
    /// What campaigns brought and cost
    Campaigns,
    /// Data and consent
    Data,
    /// Definitions
    Method,
}

#[derive(Debug, clap::Args)]
pub struct Run {
    /// Folder of the workspace
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "workspace")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
    /// End with exit code 4 when an alert is on, whatever files were refused
    #[arg(long, value_enum, value_name = "WHAT")]
    pub fail_on: Option<FailOn>,
}
