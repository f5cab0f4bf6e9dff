//! Accounts on their way into the tables.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::error::Result;
use crate::schema::accounts;

use super::sink::Sink;

/// One account of a platform; see [`accounts`] for what each field means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Account {
    /// Channel account or shop system the export belongs to.
    pub source: String,
    /// Platform of the account.
    pub platform: &'static str,
    /// Provider the id is valid in.
    pub provider: Option<String>,
    /// The platform's own id; a name where the export has no id.
    pub account_id: String,
    /// Handle, without `@`.
    pub handle: Option<String>,
    /// Name shown.
    pub display_name: Option<String>,
    /// What the account says of itself.
    pub bio: Option<String>,
    /// Link in the profile.
    pub url: Option<String>,
    /// Place in the profile.
    pub location: Option<String>,
    /// Followers when observed.
    pub followers: Option<i64>,
    /// Accounts it follows.
    pub following: Option<i64>,
    /// Posts so far.
    pub posts: Option<i64>,
    /// When the account was made.
    pub created_at: Option<Timestamp>,
    /// Verified by the platform.
    pub is_verified: Option<bool>,
    /// The shop's own account.
    pub is_official: bool,
    /// What no column stands for, JSON.
    pub extra: Option<String>,
}

impl Account {
    /// Puts the account into the sink; `line` is where it stands in the file.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub fn put(&self, line: u64, sink: &mut Sink<'_>) -> Result<()> {
        sink.row(&accounts::TABLE, line)
            .text(accounts::SOURCE, Some(&self.source))
            .text(accounts::PLATFORM, Some(self.platform))
            .text(accounts::PROVIDER, self.provider.as_deref())
            .text(accounts::ACCOUNT_ID, Some(&self.account_id))
            .text(accounts::HANDLE, self.handle.as_deref())
            .text(accounts::DISPLAY_NAME, self.display_name.as_deref())
            .text(accounts::BIO, self.bio.as_deref())
            .text(accounts::URL, self.url.as_deref())
            .text(accounts::LOCATION, self.location.as_deref())
            .integer(accounts::FOLLOWER_COUNT, self.followers)
            .integer(accounts::FOLLOWING_COUNT, self.following)
            .integer(accounts::POST_COUNT, self.posts)
            .instant(accounts::CREATED_AT, self.created_at)
            .flag(accounts::IS_VERIFIED, self.is_verified)
            .flag(accounts::IS_OFFICIAL, Some(self.is_official))
            .text(accounts::EXTRA, self.extra.as_deref())
            .finish()
    }
}

/// The accounts that the posts of a file name: one row each, as the newest post shows them.
#[derive(Debug, Default)]
pub struct Accounts {
    places: HashMap<String, usize>,
    /// When and where each was seen last, in the order of their first posts.
    seen: Vec<(Timestamp, u64, Account)>,
}

impl Accounts {
    /// Takes the author of a post at `line` that was written at `posted_at`.
    pub fn add(&mut self, account: Account, posted_at: Timestamp, line: u64) {
        match self.places.get(&account.account_id) {
            None => {
                self.places
                    .insert(account.account_id.clone(), self.seen.len());
                self.seen.push((posted_at, line, account));
            }
            Some(&place) if posted_at >= self.seen[place].0 => {
                self.seen[place] = (posted_at, line, account);
            }
            Some(_) => {}
        }
    }

    /// Puts a row per account into the sink.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        self.seen
            .iter()
            .try_for_each(|(_, line, account)| account.put(*line, sink))
    }
}
