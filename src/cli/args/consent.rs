//! What `koe consent` and `koe forget` take.

use clap::Subcommand;

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
