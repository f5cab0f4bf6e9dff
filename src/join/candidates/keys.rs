//! Keys by which persons and accounts meet.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::join::normalise::{Joined, sound_key};

use super::accounts::Profile;
use super::handle::{Handle, stems};
use super::people::Prepared;
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

/// Emits a person's keys with the place of what they come from in the person's list.
pub(super) fn person_keys(person: &Prepared<'_>, mut emit: impl FnMut(u64, u16)) {
    for (index, name) in (0..).zip(&person.names) {
        for form in name.written_forms() {
            emit(key(KeyKind::Written, &form), index);
        }
        for form in name.sounding_forms() {
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

/// Emits what of an account looks up which key, with the place of the handle in the account's list; links of its own only if
/// `has_links`, as persons have some.
pub(super) fn account_keys(
    profile: &Profile<'_>,
    has_links: bool,
    mut emit: impl FnMut(What, u64, u16),
) {
    let (account, display) = (profile.raw, &profile.display);
    emit(What::NameEqual, key(KeyKind::Written, &display.plain), 0);
    emit(
        What::ReadingEqual,
        key(KeyKind::Sounding, &display.folded),
        0,
    );
    let (mut joined, mut runs) = (Joined::default(), Vec::new());
    run_keys(
        account.display_name.unwrap_or_default(),
        &mut joined,
        &mut runs,
    );
    for run in &runs {
        emit(What::NameInDisplay, *run, 0);
    }
    if let Some(bio) = account.bio.filter(|bio| !bio.is_empty()) {
        run_keys(bio, &mut joined, &mut runs);
        for run in &runs {
            emit(What::NameInBio, *run, 0);
        }
        for address in profile::addresses(bio) {
            emit(What::EmailInBio, key(KeyKind::Mail, &address), 0);
        }
    }
    for (index, handle) in (0..).zip(&profile.handles) {
        handle_keys(handle, |what, key| emit(what, key, index));
    }
    let handles = account.handles().filter(|_| has_links);
    for (index, handle) in (0..).zip(handles) {
        for link in profile::links_of_profile(account.platform, handle) {
            emit(What::UrlProfile, key(KeyKind::Link, &link), index);
        }
    }
    if let Some(link) = account.url.and_then(profile::link) {
        if has_links {
            emit(What::UrlSame, key(KeyKind::Link, &link), 0);
        }
        for domain in profile::domains(&link) {
            emit(What::UrlDomain, key(KeyKind::MailDomain, domain), 0);
        }
    }
}

/// Lists the keys of what may be a name in a text, each once.
fn run_keys(text: &str, joined: &mut Joined, keys: &mut Vec<u64>) {
    keys.clear();
    profile::each_run(text, joined, |run| keys.push(key(KeyKind::Sounding, run)));
    keys.sort_unstable();
    keys.dedup();
}

fn handle_keys(handle: &Handle, mut emit: impl FnMut(What, u64)) {
    if handle.whole.is_empty() {
        return;
    }
    let of_runs: Vec<String> = handle.runs.iter().flat_map(|run| stems(run)).collect();
    for stem in handle.stems.iter().chain(&of_runs) {
        emit(What::HandleFullName, key(KeyKind::LatinName, stem));
    }
    for stem in &handle.stems {
        emit(What::HandleInitial, key(KeyKind::Initial, stem));
        emit(What::MailLetters, key(KeyKind::LocalLetters, stem));
    }
    if matches!(handle.digits.len(), 2 | 4) {
        let letters = &handle.whole[..handle.whole.len() - handle.digits.len()];
        let part = sound_key(letters);
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
