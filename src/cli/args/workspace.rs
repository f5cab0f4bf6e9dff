//! What `koe init`, `query`, `status`, `config` and `sample` take.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};

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
