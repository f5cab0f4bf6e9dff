//! Accounts and posts by number: who wrote which post, who goes by which handle.

use std::collections::HashMap;
use std::ops::Range;

use polars::prelude::*;

use crate::hash::{Unhashed, fast_hash};
use crate::schema::{Column as Owned, accounts};
use crate::score::graph::UNKNOWN;
use crate::score::voices::{Places, Voice, Voices, account_hash};

/// What tells an account from all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    pub platform: &'a str,
    pub provider: &'a str,
    pub account_id: &'a str,
}

impl Key<'_> {
    fn hash(&self) -> u64 {
        account_hash(self.platform, self.provider, self.account_id)
    }
}

/// What was observed of an account: of each field the newest value there is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Profile<'a> {
    pub handle: Option<&'a str>,
    pub display_name: Option<&'a str>,
    pub bio: Option<&'a str>,
    pub url: Option<&'a str>,
    pub follower_count: Option<i64>,
    pub following_count: Option<i64>,
    pub post_count: Option<i64>,
    pub created_at: Option<i64>,
    pub is_verified: Option<bool>,
    /// Any source says that it is the shop's.
    pub is_official: bool,
    /// It is in the table `accounts`.
    pub is_observed: bool,
}

impl Profile<'_> {
    /// What is known of an account that nobody observed.
    const UNKNOWN: Profile<'static> = Profile {
        handle: None,
        display_name: None,
        bio: None,
        url: None,
        follower_count: None,
        following_count: None,
        post_count: None,
        created_at: None,
        is_verified: None,
        is_official: false,
        is_observed: false,
    };
}

/// All accounts that wrote a post or were observed, numbered in that order.
pub(super) struct Directory<'a> {
    pub voices: &'a Voices,
    /// Instants looked at, in microseconds since 1970-01-01 UTC.
    pub window: Range<i64>,
    /// Accounts that were observed and wrote nothing; their numbers go on behind those of the voices.
    silent: Vec<Key<'a>>,
    /// Numbers of the silent ones.
    numbers: HashMap<u64, u32, Unhashed>,
    /// What was observed, and which of it is of which account; [`UNKNOWN`] for those that were not.
    profiles: Vec<Profile<'a>>,
    profile_of: Vec<u32>,
    /// Who was seen last with a handle, by the hash of platform and handle.
    handles: HashMap<u64, u32, Unhashed>,
    /// The account of those whom nobody names, where there are such.
    nobody: Vec<bool>,
    places: &'a Places<'a>,
}

impl<'a> Directory<'a> {
    /// Numbers authors and observed accounts.
    ///
    /// # Errors
    /// Those of polars, when the accounts lack a column.
    pub(super) fn new(
        voices: &'a Voices,
        places: &'a Places<'a>,
        observed: &'a DataFrame,
        window: Range<i64>,
    ) -> PolarsResult<Self> {
        let count = voices.account_count();
        let mut directory = Self {
            voices,
            window,
            silent: Vec::new(),
            numbers: HashMap::default(),
            profiles: Vec::new(),
            profile_of: vec![UNKNOWN; count],
            handles: HashMap::default(),
            nobody: (0_u32..)
                .take(count)
                .map(|account| voices.account(account).2.is_empty())
                .collect(),
            places,
        };
        directory.observe(observed)?;
        Ok(directory)
    }

    /// Returns the number of an account by the hash of its key.
    fn known(&self, hash: u64) -> Option<u32> {
        (self.voices.account_number(hash)).or_else(|| self.numbers.get(&hash).copied())
    }

    /// Returns the number of an account, a new one where it has none.
    fn number(&mut self, key: Key<'a>) -> u32 {
        let hash = key.hash();
        if let Some(known) = self.known(hash) {
            return known;
        }
        let next = u32::try_from(self.profile_of.len()).unwrap_or(UNKNOWN);
        if next != UNKNOWN {
            self.silent.push(key);
            self.profile_of.push(UNKNOWN);
            self.numbers.insert(hash, next);
        }
        next
    }

    /// Returns what was observed of an account, to write on it.
    fn profile_mut(&mut self, account: u32) -> Option<&mut Profile<'a>> {
        let place = self.profile_of.get_mut(account as usize)?;
        if *place == UNKNOWN {
            *place = u32::try_from(self.profiles.len()).ok()?;
            self.profiles.push(Profile::default());
        }
        self.profiles.get_mut(*place as usize)
    }

    /// Takes in what was observed, the oldest first.
    fn observe(&mut self, observed: &'a DataFrame) -> PolarsResult<()> {
        let text = |column: Owned| observed.column(column.name)?.str();
        let number = |column: Owned| observed.column(column.name)?.i64();
        let flag = |column: Owned| observed.column(column.name)?.bool();
        let source = text(accounts::SOURCE)?;
        let (platform, provider) = (text(accounts::PLATFORM)?, text(accounts::PROVIDER)?);
        let (account_id, handle) = (text(accounts::ACCOUNT_ID)?, text(accounts::HANDLE)?);
        let (display_name, bio) = (text(accounts::DISPLAY_NAME)?, text(accounts::BIO)?);
        let url = text(accounts::URL)?;
        let follower_count = number(accounts::FOLLOWER_COUNT)?;
        let following_count = number(accounts::FOLLOWING_COUNT)?;
        let post_count = number(accounts::POST_COUNT)?;
        let created_at = observed.column(accounts::CREATED_AT.name)?.datetime()?;
        let observed_at = observed.column(accounts::OBSERVED_AT.name)?.datetime()?;
        let is_verified = flag(accounts::IS_VERIFIED)?;
        let is_official = flag(accounts::IS_OFFICIAL)?;
        let mut order: Vec<usize> = (0..observed.height()).collect();
        order.sort_by_cached_key(|&row| (observed_at.phys.get(row), source.get(row), row));
        for row in order {
            let id = account_id.get(row).unwrap_or_default();
            if id.is_empty() {
                continue;
            }
            let account = self.number(Key {
                platform: platform.get(row).unwrap_or_default(),
                provider: provider.get(row).unwrap_or_default(),
                account_id: id,
            });
            let Some(profile) = self.profile_mut(account) else {
                continue;
            };
            let filled = |text: Option<&'a str>| text.filter(|text| !text.is_empty());
            renew(&mut profile.handle, filled(handle.get(row)));
            renew(&mut profile.display_name, filled(display_name.get(row)));
            renew(&mut profile.bio, filled(bio.get(row)));
            renew(&mut profile.url, filled(url.get(row)));
            renew(&mut profile.follower_count, follower_count.get(row));
            renew(&mut profile.following_count, following_count.get(row));
            renew(&mut profile.post_count, post_count.get(row));
            renew(&mut profile.created_at, created_at.phys.get(row));
            renew(&mut profile.is_verified, is_verified.get(row));
            profile.is_official |= is_official.get(row).unwrap_or(false);
            profile.is_observed = true;
            if let Some(handle) = filled(handle.get(row)) {
                let platform = platform.get(row).unwrap_or_default();
                self.handles.insert(name_hash(platform, handle), account);
            }
        }
        Ok(())
    }

    /// Returns how many accounts there are.
    pub(super) fn account_count(&self) -> usize {
        self.profile_of.len()
    }

    /// Returns what tells an account from others.
    pub(super) fn key(&self, account: usize) -> Key<'a> {
        let voices: &'a Voices = self.voices;
        match account.checked_sub(voices.account_count()) {
            Some(silent) => self.silent[silent],
            None => {
                let (platform, provider, account_id) = voices.account(account as u32);
                Key {
                    platform,
                    provider,
                    account_id,
                }
            }
        }
    }

    /// Returns what was observed of an account.
    pub(super) fn profile(&self, account: usize) -> &Profile<'a> {
        let place = self.profile_of.get(account).map(|place| *place as usize);
        let found = place.and_then(|place| self.profiles.get(place));
        found.unwrap_or(&Profile::UNKNOWN)
    }

    /// Returns the author of the post at a place; `None` where there is no such post or nobody is named.
    pub(super) fn author(&self, place: usize) -> Option<usize> {
        let author = self.voices.get(place)?.account() as usize;
        (!self.nobody[author]).then_some(author)
    }

    /// Returns the place of a post by the hash of its id; of several with the same id the oldest.
    pub(super) fn place(&self, platform: &str, post_id: u64) -> Option<usize> {
        self.places.get(platform, post_id)
    }

    /// Whether another export holds the same post, which comes first.
    pub(super) fn is_double(&self, place: usize) -> bool {
        self.places.is_double(place)
    }

    /// Returns the account that is named: by its handle, else by an id that is a name.
    pub(super) fn named(&self, platform: &str, provider: &str, name: &str) -> Option<usize> {
        let by_id = || {
            let key = Key {
                platform,
                provider,
                account_id: bare(name),
            };
            self.known(key.hash())
        };
        let found = self.handles.get(&name_hash(platform, name)).copied();
        found.or_else(by_id).map(|account| account as usize)
    }

    /// Returns the posts of the window by known accounts, each once however many exports hold it: place, author, post.
    pub(super) fn recent(&self) -> impl Iterator<Item = (usize, usize, Voice<'a>)> {
        let voices: &'a Voices = self.voices;
        voices.iter().filter_map(move |post| {
            if !self.window.contains(&post.at()) || self.is_double(post.place) {
                return None;
            }
            Some((post.place, self.author(post.place)?, post))
        })
    }
}

/// Puts a newer value in the place of an older one.
fn renew<T>(known: &mut Option<T>, found: Option<T>) {
    if found.is_some() {
        *known = found;
    }
}

/// Returns a name without `@`.
pub(super) fn bare(name: &str) -> &str {
    name.trim().trim_start_matches(['@', '＠'])
}

/// Returns the hash of a platform and a handle, case apart.
pub(super) fn name_hash(platform: &str, name: &str) -> u64 {
    fast_hash([platform, &*bare(name).to_lowercase()])
}
