//! Keys by which persons and accounts meet: an inverted index over persons, looked up by each account.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Settings;
use super::accounts::Profile;
use super::fold::Folder;
use super::handle::{Handle, stems};
use super::people::{Prepared, domain_of};
use super::profile;

/// What a meeting of keys means; stronger evidence of a kind stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum What {
    NameEqual,
    ReadingEqual,
    NameInDisplay,
    NameInBio,
    PartOfName,
    HandleFullName,
    HandleInitial,
    HandlePartAndYear,
    MailEqual,
    MailLetters,
    MailPart,
    BirthYear,
    EmailInBio,
    UrlProfile,
    UrlSame,
    UrlDomain,
    Place,
    Time,
}

/// Kinds of keys; equal texts of different kinds do not meet.
#[derive(Debug, Clone, Copy)]
enum KeyKind {
    Written,
    Sounding,
    LatinName,
    Initial,
    PartAndYear,
    Local,
    LocalLetters,
    LocalInHandle,
    HandleInLocal,
    MailDomain,
    Link,
    Mail,
}

fn key(kind: KeyKind, text: &str) -> u64 {
    xxh3_64_with_seed(text.as_bytes(), kind as u64)
}

/// A person and an account that share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meeting {
    pub person: u32,
    pub account: u32,
    pub what: What,
    /// Place of the name, e-mail address or link in the person's list.
    pub person_index: u16,
    /// Place of the handle in the account's list, the present one first.
    pub account_index: u16,
}

/// Persons by key.
struct Index {
    slots: HashMap<u64, (u32, u32)>,
    entries: Vec<(u32, u16)>,
}

impl Index {
    fn new(people: &[Prepared<'_>], folder: &mut Folder) -> Self {
        let mut keys: Vec<(u64, u32, u16)> = Vec::new();
        for (person, prepared) in (0..).zip(people) {
            person_keys(prepared, folder, |key, index| {
                keys.push((key, person, index))
            });
        }
        keys.sort_unstable();
        keys.dedup_by_key(|(key, person, _)| (*key, *person));
        let mut slots: HashMap<u64, (u32, u32)> = HashMap::with_capacity(keys.len());
        for (place, (key, _, _)) in (0..).zip(&keys) {
            slots.entry(*key).or_insert((place, 0)).1 += 1;
        }
        Self {
            slots,
            entries: keys
                .into_iter()
                .map(|(_, person, index)| (person, index))
                .collect(),
        }
    }
}

fn person_keys(person: &Prepared<'_>, folder: &mut Folder, mut emit: impl FnMut(u64, u16)) {
    for (index, name) in (0..).zip(&person.names) {
        for form in name.written_forms() {
            emit(key(KeyKind::Written, &form), index);
        }
        for form in name.sounding_forms(folder) {
            emit(key(KeyKind::Sounding, &form), index);
        }
        for form in name.latin_forms() {
            emit(key(KeyKind::LatinName, &form), index);
        }
        for form in name.initial_forms() {
            emit(key(KeyKind::Initial, &form), index);
        }
        for part in name
            .readings
            .iter()
            .filter(|part| part.len() >= 3 && part.is_ascii())
        {
            for year in &person.raw.birth_years {
                emit(key(KeyKind::PartAndYear, &format!("{part}|{year}")), index);
                emit(
                    key(
                        KeyKind::PartAndYear,
                        &format!("{part}|{:02}", year.rem_euclid(100)),
                    ),
                    index,
                );
            }
        }
    }
    for (index, mail) in (0..).zip(&person.mails) {
        let Some(mail) = mail else { continue };
        emit(key(KeyKind::Mail, &mail.address), index);
        emit(key(KeyKind::MailDomain, &mail.domain), index);
        let local = &mail.local;
        if local.is_role() || local.whole.len() < 4 {
            continue;
        }
        emit(key(KeyKind::Local, &local.whole), index);
        emit(key(KeyKind::LocalInHandle, &local.whole), index);
        for stem in &local.stems {
            emit(key(KeyKind::LocalLetters, stem), index);
        }
        for run in &local.runs {
            emit(key(KeyKind::HandleInLocal, run), index);
        }
    }
    for (index, url) in (0..).zip(&person.raw.urls) {
        if let Some(link) = profile::link(url) {
            emit(key(KeyKind::Link, &link), index);
        }
    }
}

/// What of an account looks up which key.
fn account_keys(profile: &Profile<'_>, folder: &mut Folder, mut emit: impl FnMut(What, u64, u16)) {
    let (account, display) = (profile.raw, &profile.display);
    emit(What::NameEqual, key(KeyKind::Written, &display.plain), 0);
    emit(
        What::ReadingEqual,
        key(KeyKind::Sounding, &display.folded),
        0,
    );
    for run in display.runs(folder) {
        emit(What::NameInDisplay, key(KeyKind::Sounding, &run), 0);
    }
    if let Some(bio) = account.bio.filter(|bio| !bio.is_empty()) {
        for run in profile::Text::new(bio, folder).runs(folder) {
            emit(What::NameInBio, key(KeyKind::Sounding, &run), 0);
        }
        for address in profile::addresses(bio) {
            emit(What::EmailInBio, key(KeyKind::Mail, &address), 0);
        }
    }
    for (index, handle) in (0..).zip(&profile.handles) {
        handle_keys(handle, folder, |what, key| emit(what, key, index));
    }
    for (index, handle) in (0..).zip(account.handles()) {
        for link in profile::links_of_profile(account.platform, handle) {
            emit(What::UrlProfile, key(KeyKind::Link, &link), index);
        }
    }
    if let Some(link) = account.url.and_then(profile::link) {
        emit(What::UrlSame, key(KeyKind::Link, &link), 0);
        for domain in profile::domains(&link) {
            emit(What::UrlDomain, key(KeyKind::MailDomain, domain), 0);
        }
    }
}

fn handle_keys(handle: &Handle, folder: &mut Folder, mut emit: impl FnMut(What, u64)) {
    if handle.whole.is_empty() {
        return;
    }
    let of_runs: Vec<String> = handle
        .runs
        .iter()
        .flat_map(|run| stems(run, folder))
        .collect();
    for stem in handle.stems.iter().chain(&of_runs) {
        emit(What::HandleFullName, key(KeyKind::LatinName, stem));
    }
    for stem in &handle.stems {
        emit(What::HandleInitial, key(KeyKind::Initial, stem));
        emit(What::MailLetters, key(KeyKind::LocalLetters, stem));
    }
    if matches!(handle.digits.len(), 2 | 4) {
        let letters = &handle.whole[..handle.whole.len() - handle.digits.len()];
        let part = folder.folded(letters);
        emit(
            What::HandlePartAndYear,
            key(KeyKind::PartAndYear, &format!("{part}|{}", handle.digits)),
        );
    }
    emit(What::MailEqual, key(KeyKind::Local, &handle.whole));
    emit(What::MailPart, key(KeyKind::HandleInLocal, &handle.whole));
    for run in &handle.runs {
        emit(What::MailPart, key(KeyKind::LocalInHandle, run));
    }
}

/// Returns every pair that shares a key, sorted, one meeting per pair and meaning.
///
/// Keys of more persons than `max_people_per_key`, or that would make more than `max_pairs_per_key` pairs, are left out:
/// what so many share points to nobody.
pub(super) fn meetings(
    people: &[Prepared<'_>],
    accounts: &[Profile<'_>],
    settings: &Settings,
    folder: &mut Folder,
) -> Vec<Meeting> {
    let index = Index::new(people, folder);
    // (slot, count of persons, what, account, handle)
    let mut hits: Vec<(u32, u32, What, u32, u16)> = Vec::new();
    for (place, account) in (0..).zip(accounts) {
        account_keys(account, folder, |what, key, handle| {
            if let Some((slot, count)) = index.slots.get(&key)
                && *count as usize <= settings.max_people_per_key
            {
                hits.push((*slot, *count, what, place, handle));
            }
        });
    }
    hits.sort_unstable();
    let mut meetings = Vec::new();
    for group in hits.chunk_by(|left, right| (left.0, left.2) == (right.0, right.2)) {
        let (slot, count) = (group[0].0 as usize, group[0].1 as usize);
        if group.len().saturating_mul(count) > settings.max_pairs_per_key {
            continue;
        }
        for &(_, _, what, account, account_index) in group {
            for &(person, person_index) in &index.entries[slot..slot + count] {
                meetings.push(Meeting {
                    person,
                    account,
                    what,
                    person_index,
                    account_index,
                });
            }
        }
    }
    meetings.sort_unstable();
    meetings.dedup_by_key(|meeting| (meeting.person, meeting.account, meeting.what));
    meetings
}

/// Persons by a text they share.
type Shares<'p> = HashMap<&'p str, u32>;

/// Returns how many persons share each e-mail domain and each local part's letters.
pub(super) fn shares<'p>(people: &'p [Prepared<'_>]) -> (Shares<'p>, Shares<'p>) {
    let (mut domains, mut locals) = (HashMap::new(), HashMap::new());
    for person in people {
        let mut own: Vec<&str> = person
            .mails
            .iter()
            .flatten()
            .map(|mail| domain_of(&mail.address))
            .collect();
        own.sort_unstable();
        own.dedup();
        for domain in own {
            *domains.entry(domain).or_default() += 1;
        }
        let mut own: Vec<&str> = person
            .mails
            .iter()
            .flatten()
            .map(|mail| mail.stem())
            .collect();
        own.sort_unstable();
        own.dedup();
        for stem in own {
            *locals.entry(stem).or_default() += 1;
        }
    }
    (domains, locals)
}
