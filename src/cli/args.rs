//! The command line, as clap sees it.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  koe init shop                      make a workspace, then put exports into shop/exports
  koe run shop                       import, join, score, segment and report what is new
  koe run shop --quiet --as-of 2026-09-27
  koe query -w shop \"SELECT segment, person_count FROM segments\"
  koe segment -w shop --format json | jq '.[0]'
  koe segment --orders orders.csv    RFM and 12-month value of one export, without a workspace

Exit codes:
  0    done
  1    data or settings must change
  2    the command is mistyped
  3    the machine refused: disk, permission
  4    an alert is on, under --fail-on alert
  70   a bug of koe
  75   another koe is at work; later the same command will do
  130  interrupted

日本語の説明は README.ja.md にあります。";

/// Turn a shop's exports (customers, orders, posts) into customer segments, contact lists and a report
#[derive(Debug, Parser)]
#[command(
    name = "koe",
    version,
    about = "Turn a shop's exports (customers, orders, posts) into customer segments, contact lists and a report",
    after_help = EXAMPLES,
    max_term_width = 110
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

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
    /// Language of reports and of what stages say
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

/// What makes koe end with exit code 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// An alert that is building, burning or cooling
    Alert,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace with a commented koe.toml
    #[command(
        after_help = "Examples:\n  koe init shop\n  koe init shop --from ~/Downloads/*.csv    name their layouts; draft unknown ones"
    )]
    Init(Init),
    /// Read files that other systems export into the workspace's store
    #[command(after_help = import_help())]
    Import(Import),
    /// Find which customer records are one person, and link social accounts of those who agreed
    #[command(
        after_help = "Examples:\n  koe join -w shop\n  koe join -w shop --format csv > persons.csv\n  koe join -w shop --decisions review.csv    take a reviewer's answers\n  koe join -w shop --report    tell in join.html what was linked and why\n  koe join -w shop --refit --save-weights weights.json"
    )]
    Join(Join),
    /// Score what posts say and who says it, and raise alerts when they surge
    #[command(
        after_help = "Examples:\n  koe score -w shop\n  koe score -w shop --fail-on alert || mail -s 'koe: alert' me@example.com\n  koe score -w shop --as-of 2026-09-24T22:00+09:00 --format json"
    )]
    Score(Score),
    /// Compute what customers are worth (RFM, 12-month value) and their value x voice segments
    #[command(
        after_help = "Examples:\n  koe segment -w shop\n  koe segment -w shop --format json | jq 'map(select(.value_group == \"high\"))'\n  koe segment -w shop --table person_values -o values.parquet\n  koe segment --orders orders.csv                   RFM segments of one export, without a workspace\n  koe segment --orders 'tills/*.csv' -o values.csv  what each customer did and is worth\n  psql -c 'COPY ...' | koe segment --orders - --table models --format json\n\ndocs/guide/segment.md walks through it; docs/schema.md names all tables and columns"
    )]
    Segment(Segment),
    /// Write the report: page, workbook, mail and the list of whom to contact
    #[command(
        after_help = "Examples:\n  koe report -w shop\n  koe report -w shop --lang en --as-of 2026-08-31\n  koe report -w shop --section value,campaigns\n  koe report -w shop --period month --compare 2025-08-01    beside the same month of last year"
    )]
    Report(Report),
    /// Make contact lists for mail, LINE, ads and others, of those who agreed to it
    #[command(
        after_help = "Examples:\n  koe audience -w shop                                   all of koe.toml, the first has priority\n  koe audience -w shop welcome                           one of them\n  koe audience -w shop slipping --channel line --where \"alive_prob < 0.5\" --control 10%\n  koe audience -w shop best --channel postal --where \"decile = 1\" --limit 200 --encoding cp932\n  koe audience -w shop --dry-run --format json\n\ndocs/guide/audience.md says what is left out, and why"
    )]
    Audience(Audience),
    /// Do all of it: import, join, score, segment, lists and report, as far as out of date
    #[command(
        after_help = "Examples:\n  koe run shop\n  koe run shop --quiet --as-of 2026-09-27\n  koe run shop --fail-on alert\n  koe run shop --quiet --no-wait    from cron: exit code 75 when the last run is not over yet\n\ndocs/guide/cron.md shows timers, mails and rotation"
    )]
    Run(Run),
    /// Tell why: all about one customer, link, word or post
    #[command(
        after_help = "Examples:\n  koe explain -w shop customer eccube:12             one person: value, segment, voice, timeline\n  koe explain -w shop customer 12 --html 12.html     the same as a page\n  koe explain -w shop link eccube:12 square:S-9      two customer records, as SOURCE:CUSTOMER_ID\n  koe explain -w shop link eccube:12 x:@hanako       a record and an account\n  koe explain -w shop link eccube:12 square:S-9 --format json\n  koe explain -w shop word 定休日 --limit 50          where a word stands, the newest first\n  koe explain -w shop post x/1840001186132918273     what a post was taken to say"
    )]
    Explain(Explain),
    /// Show, give or withdraw a customer's consent
    #[command(
        after_help = "Examples:\n  koe consent -w shop show eccube:12\n  koe consent -w shop grant eccube:12 link_social email --evidence 'form of 3 May'\n  koe consent -w shop revoke hanako@example.jp link_social\n  koe consent -w shop deny 090-1234-5678 analyse"
    )]
    Consent(Consent),
    /// Erase a person everywhere, for good
    #[command(
        after_help = "Examples:\n  koe forget -w shop eccube:12 --dry-run    what would be erased\n  koe forget -w shop hanako@example.jp\n  koe forget -w shop x/hanako --yes\n\nSales keep their sums and posts their counts; docs/guide/consent.md says what is kept"
    )]
    Forget(Forget),
    /// Query the store's tables with SQL
    #[command(
        after_help = "Examples:\n  koe query -w shop \"SELECT segment, person_count, ltv_minor FROM segments ORDER BY position\"\n  koe query -w shop --format csv \"SELECT * FROM person_values\" > values.csv\n  echo 'SELECT COUNT(*) AS n FROM posts' | koe query -w shop -\n\ndocs/schema.md names all tables and columns"
    )]
    Query(Query),
    /// Tell what the store holds and whether it is whole
    #[command(
        after_help = "Examples:\n  koe status -w shop\n  koe status -w shop --repair    remove what an interrupted run left behind"
    )]
    Status(Status),
    /// Show the settings
    Config(ConfigArgs),
    /// Print completions for a shell
    #[command(
        after_help = "Examples:\n  koe completions bash > /etc/bash_completion.d/koe\n  koe completions zsh > ~/.zfunc/_koe"
    )]
    Completions {
        /// Shell to complete for
        shell: Shell,
    },
    /// Print the manual page
    #[command(after_help = "Examples:\n  koe man | man -l -")]
    Man,
    /// Write a fictional shop with planted truth
    #[command(hide = true)]
    Sample(Sample),
    /// Print docs/schema.md
    #[command(hide = true)]
    SchemaDoc,
}

#[derive(Debug, clap::Args)]
pub struct Init {
    /// Folder to make the workspace in
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Exports to look at: name their layouts, draft one for tables koe does not know
    #[arg(long, value_name = "FILES", num_args = 1.., value_hint = ValueHint::FilePath)]
    pub from: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct Import {
    /// Files, folders or patterns, the workspace's exports when none is named, - for stdin
    #[arg(value_name = "FILES", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// List of ids of posts their authors deleted: what they said is erased everywhere, that it was said is kept
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "layout"], value_hint = ValueHint::FilePath)]
    pub deleted: Vec<PathBuf>,
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
pub struct Explain {
    #[command(subcommand)]
    pub command: ExplainCommand,
}

#[derive(Debug, Subcommand)]
pub enum ExplainCommand {
    /// Show everything known of one person: who, value, segment and why, voice, timeline
    Customer {
        /// Customer: SOURCE:CUSTOMER_ID, a customer id, person's id, e-mail address, phone number or PLATFORM/HANDLE
        #[arg(value_name = "CUSTOMER")]
        customer: String,
        /// Write a page to this file, - for stdout
        #[arg(long, short = 'o', value_name = "FILE", value_hint = ValueHint::FilePath)]
        html: Option<PathBuf>,
        /// Events to show on the terminal, the newest
        #[arg(long, value_name = "N", default_value_t = 40)]
        limit: usize,
    },
    /// Tell why two records, or a record and an account, are one person, or are not
    Link {
        /// Customer record, as SOURCE:CUSTOMER_ID, or a person's id
        #[arg(value_name = "A")]
        left: String,
        /// The other, or an account as PLATFORM:@HANDLE or PLATFORM:ID
        #[arg(value_name = "B")]
        right: String,
    },
    /// Show where a word stands, how often it is said and which words go with it
    Word {
        /// Word or phrase; a verb or adjective in its dictionary form is found in every form
        #[arg(value_name = "WORD")]
        word: String,
        /// Places to show, the newest
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        /// Columns to show on each side
        #[arg(long, value_name = "COLUMNS", default_value_t = 30)]
        width: usize,
    },
    /// Show what a post was taken to say, by which words and rules
    Post {
        /// Post, as SOURCE/POST_ID, or its id alone
        #[arg(value_name = "POST")]
        post: String,
    },
}

#[derive(Debug, clap::Args)]
pub struct Consent {
    #[command(subcommand)]
    pub command: ConsentCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConsentCommand {
    /// Show what is in force for every purpose
    Show {
        /// Customer: SOURCE:CUSTOMER_ID, a customer id, e-mail address, phone number, person's id or PLATFORM/HANDLE
        #[arg(value_name = "CUSTOMER")]
        customer: String,
    },
    /// Write down that a customer agreed
    Grant {
        #[command(flatten)]
        stated: Stated,
        /// Day on which consent ends, as it begins
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
    },
    /// Write down that a customer refused
    Deny {
        #[command(flatten)]
        stated: Stated,
    },
    /// Write down that a customer took consent back
    Revoke {
        #[command(flatten)]
        stated: Stated,
    },
}

/// What a customer stated.
#[derive(Debug, Clone, clap::Args)]
pub struct Stated {
    /// Customer: SOURCE:CUSTOMER_ID, a customer id, e-mail address, phone number, person's id or PLATFORM/HANDLE
    #[arg(value_name = "CUSTOMER")]
    pub customer: String,
    /// Purposes: link_social, analyse, email, sms, line, push, postal, social_dm, voice, ads
    #[arg(value_name = "PURPOSE", required = true)]
    pub purposes: Vec<String>,
    /// Where the statement can be found
    #[arg(long, value_name = "TEXT")]
    pub evidence: Option<String>,
    /// From when it holds, in place of the as-of instant
    #[arg(long, value_name = "INSTANT")]
    pub at: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Forget {
    /// Person: an id, SOURCE:CUSTOMER_ID, a customer id, e-mail address, phone number or PLATFORM/HANDLE
    #[arg(value_name = "PERSON")]
    pub person: String,
    /// Tell what would be erased, and erase nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
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
pub struct Score {
    /// End with exit code 4 when an alert is on
    #[arg(long, value_enum, value_name = "WHAT")]
    pub fail_on: Option<FailOn>,
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

#[derive(Debug, clap::Args)]
pub struct Query {
    /// SQL over the tables, - for stdin
    pub sql: String,
    /// File to write to, - for stdout
    #[arg(long, short, value_name = "FILE", default_value = "-", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
}

#[derive(Debug, clap::Args)]
pub struct Status {
    /// Remove files that an interrupted run left behind
    #[arg(long)]
    pub repair: bool,
}

#[derive(Debug, clap::Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the merged settings
    #[command(
        after_help = "Examples:\n  koe config show -w shop\n  koe config show --defaults    every setting with its default and what it means"
    )]
    Show {
        /// Print the defaults with their comments
        #[arg(long)]
        defaults: bool,
    },
}

#[derive(Debug, clap::Args)]
pub struct Sample {
    /// Folder to write to
    pub dir: PathBuf,
    /// Write nothing but a log of so many orders
    #[arg(long, value_name = "ROWS")]
    pub order_log: Option<u64>,
    /// Write nothing but people with duplicates, so many records in each of two systems
    #[arg(long, value_name = "RECORDS", conflicts_with = "order_log")]
    pub people: Option<u64>,
    /// With --people: Japanese ones
    #[arg(long, requires = "people")]
    pub japanese: bool,
    /// With --people: nobody moves, marries or has a nickname, only typing errors and gaps
    #[arg(long, requires = "people")]
    pub steady: bool,
    /// Customers
    #[arg(long, default_value_t = 800)]
    pub customers: u64,
    /// Seed
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Months of history
    #[arg(long, default_value_t = 24)]
    pub months: u32,
}

fn import_help() -> String {
    let mut help = String::from(
        "Examples:\n  koe import -w shop                        everything in shop/exports\n  koe import -w shop orders.csv customers.csv\n  koe import -w shop downloads/*.zip 'more/**/*.csv'\n  koe import -w shop --deleted ids.txt      erase what deleted posts said\n  psql -c 'COPY ...' | koe import -w shop --layout transactions -\n\nLayouts, told apart by their headings:\n",
    );
    for layout in koe::import::layout::layouts() {
        help.push_str(&format!("  {:<22} {}\n", layout.name(), layout.title().1));
    }
    help
}
