//! The shop's own accounts, and those that pass for them.

use std::collections::{BTreeMap, HashSet};

use super::directory::{Directory, bare, name_hash};
use super::tally::Tally;
use crate::config::BrandConfig;
use crate::hash::{Unhashed, fast_hash};
use crate::score::authenticity::impersonation::{Candidate, Official, Officials};
use crate::score::brand::PUBLIC;

/// Tells for each account whether it is the shop's own: the settings or an export say so, or it has spoken for the shop.
pub(super) fn own_accounts(
    directory: &Directory<'_>,
    tallies: &[Tally],
    brands: &[BrandConfig],
) -> Vec<bool> {
    (0..directory.account_count())
        .map(|account| {
            let profile = directory.profile(account);
            profile.is_official
                || tallies[account].is_outbound
                || is_named(directory, account, brands)
        })
        .collect()
}

/// Whether the settings name an account, by its handle or its id.
fn is_named(directory: &Directory<'_>, account: usize, brands: &[BrandConfig]) -> bool {
    let id = bare(directory.key(account).account_id);
    let handle = directory.profile(account).handle.map_or("", bare);
    brands.iter().flat_map(|brand| &brand.official).any(|name| {
        let name = bare(name);
        !name.is_empty() && (name.eq_ignore_ascii_case(id) || name.eq_ignore_ascii_case(handle))
    })
}

/// Returns the names of the shop by which its staff tells where it works: name, keywords, handles.
pub(super) fn names<'a>(
    directory: &Directory<'a>,
    own: &[bool],
    brands: &'a [BrandConfig],
) -> Vec<&'a str> {
    let handles = (0..directory.account_count())
        .filter(|&account| own[account] && is_public(directory, account))
        .filter_map(|account| directory.profile(account).handle);
    brands
        .iter()
        .flat_map(|brand| {
            let listed = brand.keywords.iter().chain(&brand.official);
            std::iter::once(&brand.name).chain(listed)
        })
        .map(String::as_str)
        .chain(handles)
        .map(bare)
        .filter(|name| !is_number(name))
        .collect()
}

/// What an account passes for.
#[derive(Debug, Clone)]
pub(super) struct Impersonated<'a> {
    /// Id of the official account, else its handle.
    pub official: &'a str,
    pub score: f64,
    pub reasons: Vec<&'static str>,
}

/// The accounts that pass for an official one.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub by_account: BTreeMap<usize, Impersonated<'a>>,
    /// Accounts whose handle, name or profile was too long to be read to its end.
    pub shortened_count: u64,
}

/// Looks for impersonators among the accounts observed where everybody may say anything.
///
/// They are held against what the settings name and the shop's own accounts there; staff that answers tickets or chats under
/// a name of their own is nobody to pass for.
pub(super) fn impersonators<'a>(
    directory: &Directory<'a>,
    own: &[bool],
    brands: &'a [BrandConfig],
    as_of: i64,
) -> Found<'a> {
    let officials = officials(directory, own, brands);
    if officials.is_empty() {
        return Found::default();
    }
    let accounts: Vec<usize> = (0..directory.account_count())
        .filter(|&account| {
            let is_observed = directory.profile(account).is_observed;
            is_observed && !own[account] && is_public(directory, account)
        })
        .collect();
    let candidates: Vec<Candidate<'a>> = accounts
        .iter()
        .map(|&account| candidate(directory, account))
        .collect();
    let names: Vec<&str> = (brands.iter().map(|brand| brand.name.as_str()))
        .filter(|name| !name.is_empty())
        .collect();
    let keywords = brands.iter().flat_map(|brand| &brand.keywords);
    let keywords: Vec<&str> = keywords.map(String::as_str).collect();
    let found = Officials::new(&officials, &names, &keywords).impersonators(&candidates, as_of);
    let by_account = found
        .impersonators
        .into_iter()
        .map(|(place, impersonation)| {
            let official = officials[impersonation.official];
            let reasons = impersonation.reasons.iter().map(|reason| reason.key());
            let impersonated = Impersonated {
                official: match official.account_id.is_empty() {
                    true => official.handle,
                    false => official.account_id,
                },
                score: impersonation.score,
                reasons: reasons.collect(),
            };
            (accounts[place], impersonated)
        })
        .collect();
    Found {
        by_account,
        shortened_count: found.shortened_count,
    }
}

/// Returns the accounts that others may pass for; those that the settings name and nobody observed are on every platform.
fn officials<'a>(
    directory: &Directory<'a>,
    own: &[bool],
    brands: &'a [BrandConfig],
) -> Vec<Official<'a>> {
    let mut officials: Vec<Official<'a>> = (0..directory.account_count())
        .filter(|&account| own[account])
        .filter(|&account| is_public(directory, account) || is_named(directory, account, brands))
        .map(|account| {
            let (key, profile) = (directory.key(account), directory.profile(account));
            Official {
                platform: key.platform,
                account_id: key.account_id,
                handle: profile.handle.unwrap_or_default(),
                display_name: profile.display_name.unwrap_or_default(),
            }
        })
        .collect();
    for name in (brands.iter().flat_map(|brand| &brand.official)).map(|name| bare(name)) {
        let is_known = officials.iter().any(|official| {
            name.eq_ignore_ascii_case(bare(official.account_id))
                || name.eq_ignore_ascii_case(bare(official.handle))
        });
        if !name.is_empty() && !is_known {
            officials.push(Official {
                account_id: name,
                // What looks like a number would look like everybody's.
                handle: if is_number(name) { "" } else { name },
                ..Official::default()
            });
        }
    }
    officials
}

fn candidate<'a>(directory: &Directory<'a>, account: usize) -> Candidate<'a> {
    let (key, profile) = (directory.key(account), directory.profile(account));
    Candidate {
        platform: key.platform,
        account_id: key.account_id,
        handle: profile.handle.unwrap_or_default(),
        display_name: profile.display_name.unwrap_or_default(),
        bio: profile.bio.unwrap_or_default(),
        url: profile.url.unwrap_or_default(),
        created_at: profile.created_at,
        is_verified: profile.is_verified.unwrap_or(false),
        follower_count: profile.follower_count,
        post_count: profile.post_count,
    }
}

fn is_public(directory: &Directory<'_>, account: usize) -> bool {
    PUBLIC.contains(&directory.key(account).platform)
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Accounts that pass for an official one, as other parts of score ask for them.
#[derive(Debug, Default)]
pub(in crate::score) struct Impersonators {
    /// Hashes of platform and account.
    accounts: HashSet<u64, Unhashed>,
    /// Hashes of platform and handle.
    handles: HashSet<u64, Unhashed>,
}

impl Impersonators {
    pub(super) fn new(directory: &Directory<'_>, found: &Found<'_>) -> Self {
        let mut impersonators = Self::default();
        for &account in found.by_account.keys() {
            let key = directory.key(account);
            let hash = fast_hash([key.platform, key.account_id]);
            impersonators.accounts.insert(hash);
            if let Some(handle) = directory.profile(account).handle {
                let hash = name_hash(key.platform, handle);
                impersonators.handles.insert(hash);
            }
        }
        impersonators
    }

    /// Whether an account passes for an official one.
    pub(in crate::score) fn has_account(&self, platform: &str, account_id: &str) -> bool {
        !self.accounts.is_empty() && self.accounts.contains(&fast_hash([platform, account_id]))
    }

    /// Whether the account of a handle does.
    pub(in crate::score) fn has_handle(&self, platform: &str, handle: &str) -> bool {
        !self.handles.is_empty() && self.handles.contains(&name_hash(platform, handle))
    }
}
