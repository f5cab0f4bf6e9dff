//! The command line, as clap sees it.

mod consent;
mod explain;
mod flags;
pub mod stages;
mod workspace;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};
use clap_complete::Shell;
use koe::report::Lang;

use crate::settings;

pub use consent::{Consent, ConsentCommand, Forget, Stated};
pub use explain::{Explain, ExplainCommand};
pub use flags::{Common, Format, LangArg, When};
pub use stages::{
    Audience, ChannelArg, EncodingArg, FailOn, Import, Join, Reading, Report, Run, Score, Segment,
};
pub use workspace::{ConfigArgs, ConfigCommand, Init, Query, Sample, Status};

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

impl Args {
    /// Returns what was typed; what cannot be understood ends koe with exit code 2, as `--help` does with 0.
    pub fn typed() -> Self {
        Self::try_parse().unwrap_or_else(|mut error| {
            if is_run_of_files(&error) {
                let tip = ContextValue::StyledStrs(vec![RUN_OF_FILES.into()]);
                error.insert(ContextKind::Suggested, tip);
            }
            let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
            if error.use_stderr() && !is_help && settings::lang_of_words() == Lang::Ja {
                eprintln!("{NOT_UNDERSTOOD}");
            }
            error.exit()
        })
    }
}

/// What is told in Japanese before clap says in English what is wrong.
const NOT_UNDERSTOOD: &str =
    "エラー: コマンドの書き方が正しくありません。詳しくは次の英文をご覧ください";

/// What is told whoever names files behind `koe run`.
const RUN_OF_FILES: &str = "`koe run` takes the folder of a workspace and imports everything in its `exports`; `koe import FILE` imports a file";

/// Whether more than the folder of a workspace was named behind `koe run`.
fn is_run_of_files(error: &clap::Error) -> bool {
    let said = |kind| error.get(kind).map(ContextValue::to_string);
    let is_run = said(ContextKind::Usage).is_some_and(|usage| usage.contains("koe run"));
    let is_more = match error.kind() {
        ErrorKind::UnknownArgument => {
            said(ContextKind::InvalidArg).is_some_and(|arg| !arg.starts_with('-'))
        }
        ErrorKind::ArgumentConflict => [ContextKind::InvalidArg, ContextKind::PriorArg]
            .into_iter()
            .any(|kind| said(kind).is_some_and(|arg| arg == "[DIR]")),
        _ => false,
    };
    is_run && is_more
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
        after_help = "Examples:\n  koe status -w shop\n  koe status -w shop --repair    remove what an interrupted run left behind\n  koe status -w shop --format json | jq .held_back_by"
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

fn import_help() -> String {
    let mut help = String::from(
        "Examples:\n  koe import -w shop                        everything in shop/exports\n  koe import -w shop orders.csv customers.csv\n  koe import -w shop downloads/*.zip 'more/**/*.csv'\n  koe import -w shop --deleted ids.txt      erase what deleted posts said\n  psql -c 'COPY ...' | koe import -w shop --layout transactions -\n\nLayouts, told apart by their headings:\n",
    );
    for layout in koe::import::layout::layouts() {
        help.push_str(&format!("  {:<22} {}\n", layout.name(), layout.title().1));
    }
    help
}
