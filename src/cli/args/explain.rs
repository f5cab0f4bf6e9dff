//! What `koe explain` takes.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};

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
