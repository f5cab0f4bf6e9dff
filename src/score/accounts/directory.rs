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

/// Columns of what was observed, so that of an account only the rows are kept in which its values stand.
struct Observed<'a> {
    texts: [&'a StringChunked; 4],
    numbers: [&'a Int64Chunked; 4],
    is_verified: &'a BooleanChunked,
}

/// Rows in which the newest values of an account stand; [`UNKNOWN`] where there is none.
#[derive(Debug, Clone, Copy)]
struct Seen {
    texts: [u32; 4],
    numbers: [u32; 4],
    is_verified: u32,
    is_official: bool,
}

impl Seen {
    const NOWHERE: Self = Self {
        texts: [UNKNOWN; 4],
        numbers: [UNKNOWN; 4],
        is_verified: UNKNOWN,
        is_official: false,
    };
}

impl<'a> Observed<'a> {
    fn new(observed: &'a DataFrame) -> PolarsResult<Self> {
        let text = |column: Owned| observed.column(column.name)?.str();
        let number = |column: Owned| observed.column(column.name)?.i64();
        let created_at = observed.column(accounts::CREATED_AT.name)?.datetime()?;
        Ok(Self {
            texts: [
                text(accounts::HANDLE)?,
                text(accounts::DISPLAY_NAME)?,
                text(accounts::BIO)?,
                text(accounts::URL)?,
            ],
            numbers: [
                number(accounts::FOLLOWER_COUNT)?,
                number(accounts::FOLLOWING_COUNT)?,
                number(accounts::POST_COUNT)?,
                &created_at.phys,
            ],
            is_verified: observed.column(accounts::IS_VERIFIED.name)?.bool()?,
        })
    }

    /// Returns a text of a row; an empty one is none.
    fn text(&self, column: usize, row: u32) -> Option<&'a str> {
        let texts: &'a StringChunked = self.texts[column];
        texts.get(place(row)?).filter(|text| !text.is_empty())
    }

    /// Takes a row for the newest that is known.
    fn renew(&self, seen: &mut Seen, row: u32) {
        for (column, known) in seen.texts.iter_mut().enumerate() {
            if self.text(column, row).is_some() {
                *known = row;
            }
        }
        for (values, known) in self.numbers.iter().zip(&mut seen.numbers) {
            if values.get(row as usize).is_some() {
                *known = row;
            }
        }
        if self.is_verified.get(row as usize).is_some() {
            seen.is_verified = row;
        }
    }

    fn profile(&self, seen: &Seen) -> Profile<'a> {
        let text = |column: usize| self.text(column, seen.texts[column]);
        let number = |column: usize| self.numbers[column].get(place(seen.numbers[column])?);
        Profile {
            handle: text(0),
            display_name: text(1),
            bio: text(2),
            url: text(3),
            follower_count: number(0),
            following_count: number(1),
            post_count: number(2),
            created_at: number(3),
            is_verified: place(seen.is_verified).and_then(|row| self.is_verified.get(row)),
            is_official: seen.is_official,
            is_observed: true,
        }
    }
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
    observed: Observed<'a>,
    /// Where it was observed, and which of it is of which account; [`UNKNOWN`] for those that were not.
    seen: Vec<Seen>,
    seen_of: Vec<u32>,
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
            observed: Observed::new(observed)?,
            seen: Vec::new(),
            seen_of: vec![UNKNOWN; count],
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
        let next = u32::try_from(self.seen_of.len()).unwrap_or(UNKNOWN);
        if next != UNKNOWN {
            self.silent.push(key);
            self.seen_of.push(UNKNOWN);
            self.numbers.insert(hash, next);
        }
        next
    }

    /// Returns where an account was observed, to write on it.
    fn seen_mut(&mut self, account: u32) -> Option<&mut Seen> {
        let place = self.seen_of.get_mut(account as usize)?;
        if *place == UNKNOWN {
            *place = u32::try_from(self.seen.len()).ok()?;
            self.seen.push(Seen::NOWHERE);
        }
        self.seen.get_mut(*place as usize)
    }

    /// Takes in what was observed, the oldest first.
    fn observe(&mut self, observed: &'a DataFrame) -> PolarsResult<()> {
        let text = |column: Owned| observed.column(column.name)?.str();
        let source = text(accounts::SOURCE)?;
        let (platform, provider) = (text(accounts::PLATFORM)?, text(accounts::PROVIDER)?);
        let (account_id, handle) = (text(accounts::ACCOUNT_ID)?, text(accounts::HANDLE)?);
        let observed_at = observed.column(accounts::OBSERVED_AT.name)?.datetime()?;
        let is_official = observed.column(accounts::IS_OFFICIAL.name)?.bool()?;
        let columns = Observed::new(observed)?;
        // No table of so many rows can be read; the last number means none.
        let rows = 0..u32::try_from(observed.height()).unwrap_or(UNKNOWN);
        let mut order: Vec<u32> = rows.collect();
        order.sort_by_cached_key(|&row| {
            let at = row as usize;
            (observed_at.phys.get(at), source.get(at), row)
        });
        for row in order {
            let at = row as usize;
            let id = account_id.get(at).unwrap_or_default();
            if id.is_empty() {
                continue;
            }
            let account = self.number(Key {
                platform: platform.get(at).unwrap_or_default(),
                provider: provider.get(at).unwrap_or_default(),
                account_id: id,
            });
            let Some(seen) = self.seen_mut(account) else {
                continue;
            };
            columns.renew(seen, row);
            seen.is_official |= is_official.get(at).unwrap_or(false);
            if let Some(handle) = handle.get(at).filter(|handle| !handle.is_empty()) {
                let platform = platform.get(at).unwrap_or_default();
                self.handles.insert(name_hash(platform, handle), account);
            }
        }
        Ok(())
    }

    /// Returns how many accounts there are.
    pub(super) fn account_count(&self) -> usize {
        self.seen_of.len()
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
    pub(super) fn profile(&self, account: usize) -> Profile<'a> {
        let place = self.seen_of.get(account).map(|place| *place as usize);
        let seen = place.and_then(|place| self.seen.get(place));
        seen.map_or_else(Profile::default, |seen| self.observed.profile(seen))
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

/// Returns the place of a row, where there is one.
fn place(row: u32) -> Option<usize> {
    (row != UNKNOWN).then_some(row as usize)
}

/// Returns a name without `@`.
pub(super) fn bare(name: &str) -> &str {
    name.trim().trim_start_matches(['@', '＠'])
}

/// Returns the hash of a platform and a handle, case apart.
pub(super) fn name_hash(platform: &str, name: &str) -> u64 {
    fast_hash([platform, &*bare(name).to_lowercase()])
}
