//! What an account must not pass for: the handles and names of the official ones, whole and without the words that say
//! that they are official, and the names and keywords of the brand.

use super::compare::{Source, Target};
use super::key::Key;
use super::{Official, words};

/// Least weight of a handle or brand name that is looked for in the other field as well.
const EITHER_FIELD: f64 = 5.0;
/// Least weight of a name that is part of an official display name.
const PART_OF_NAME: f64 = 4.0;

/// Returns what the handles, and what the display names, of others are compared with.
pub(super) fn of(
    accounts: &[Official<'_>],
    names: &[&str],
    keywords: &[&str],
) -> (Vec<Target>, Vec<Target>) {
    let mut handles = Targets::default();
    let mut shown = Targets::default();
    for (place, account) in accounts.iter().enumerate() {
        handles.add(Key::new(bare(account.handle)), place, false);
    }
    for (place, account) in accounts.iter().enumerate() {
        if let Some(core) = core(&Key::new(bare(account.handle))) {
            handles.add(core, place, true);
        }
        shown.add(Key::new(account.display_name), place, false);
    }
    for (place, account) in accounts.iter().enumerate() {
        let whole = Key::new(account.display_name);
        shown.add_core(core(&whole), place, 0.0);
        let lead = Key::new(lead(account.display_name));
        shown.add_core(core(&lead), place, PART_OF_NAME);
        shown.add_core(Some(lead), place, PART_OF_NAME);
    }
    for (name, place) in each(names, accounts.len()) {
        let key = Key::new(name);
        if key.weight >= EITHER_FIELD && name.is_ascii() {
            handles.add(key.clone(), place, true);
        }
        shown.add(key, place, false);
    }
    for target in &handles.0 {
        if target.key.weight >= EITHER_FIELD {
            for place in &target.officials {
                shown.add(target.key.clone(), *place, false);
            }
        }
    }
    let count = shown.0.len();
    for (keyword, place) in each(keywords, accounts.len()) {
        shown.add(Key::new(keyword), place, false);
    }
    for target in &mut shown.0[count..] {
        target.source = Source::Keyword;
    }
    (handles.0, shown.0)
}

/// Targets, no two of the same loose reading.
#[derive(Debug, Default)]
struct Targets(Vec<Target>);

impl Targets {
    fn add(&mut self, key: Key, official: usize, is_core: bool) {
        if key.loose.len() < 2 {
            return;
        }
        match self
            .0
            .iter_mut()
            .find(|target| target.key.loose == key.loose)
        {
            Some(target) => target.officials.push(official),
            None => self.0.push(Target {
                is_generic: words::is_generic(&key),
                key,
                source: Source::Account,
                is_core,
                officials: vec![official],
            }),
        }
    }

    fn add_core(&mut self, core: Option<Key>, official: usize, least_weight: f64) {
        if let Some(core) = core.filter(|core| core.weight >= least_weight) {
            self.add(core, official, true);
        }
    }
}

/// Returns an official's handle or name without the words that say that it is one.
fn core(key: &Key) -> Option<Key> {
    let (from, to) = words::stages(key, true).pop()?;
    Some(key.part(from, to))
}

/// Returns what goes before a bracket or a bar in a display name.
fn lead(name: &str) -> &str {
    name.split(['(', '（', '【', '[', '「', '/', '／', '|', '｜', '〜', '~'])
        .next()
        .unwrap_or(name)
}

/// Returns a handle without `@` and blanks.
pub(super) fn bare(handle: &str) -> &str {
    handle.trim().trim_start_matches(['@', '＠'])
}

/// Pairs every text with every account.
fn each<'t>(texts: &'t [&'t str], count: usize) -> impl Iterator<Item = (&'t str, usize)> {
    texts
        .iter()
        .flat_map(move |text| (0..count).map(move |place| (*text, place)))
}
