//! Persons, ready to compare.

use crate::join::normalise::{email_key, sound_key};

use super::Person;
use super::handle::Handle;
use super::name::Name;
use super::place::{self, Place};

/// An e-mail address, ready to compare.
#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub address: String,
    pub domain: String,
    pub local: Handle,
    /// Whether the local part is made of the person's own name.
    pub is_of_name: bool,
}

impl Mail {
    /// Returns the letters of the local part, or all of it where there are few.
    pub fn stem(&self) -> &str {
        self.local
            .stems
            .first()
            .map_or(&self.local.whole, |stem| stem)
    }
}

/// A person, ready to compare; lists keep the places of the person's own lists.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub raw: &'a Person<'a>,
    pub names: Vec<Name>,
    pub mails: Vec<Option<Mail>>,
    pub place: Place,
    /// Family and given names in every form, with the place of the name.
    pub parts: Vec<(String, u16)>,
}

impl<'a> Prepared<'a> {
    pub fn new(raw: &'a Person<'a>) -> Self {
        let names: Vec<Name> = raw
            .names
            .iter()
            .map(|(written, reading)| Name::new(written, *reading))
            .collect();
        let mails = raw.emails.iter().map(|email| mail(email, &names)).collect();
        let parts = (0..)
            .zip(&names)
            .flat_map(|(index, name)| name.part_forms().into_iter().map(move |form| (form, index)))
            .collect();
        Self {
            raw,
            mails,
            place: place::of_person(&raw.prefectures, &raw.towns),
            parts,
            names,
        }
    }
}

fn mail(email: &str, names: &[Name]) -> Option<Mail> {
    let address = email_key(email)?;
    let (local, domain) = address.rsplit_once('@')?;
    let local = Handle::new(local);
    let letters = sound_key(&local.whole);
    let is_of_name = names
        .iter()
        .flat_map(|name| &name.readings)
        .any(|part| part.len() >= 3 && part.is_ascii() && letters.contains(part.as_str()));
    Some(Mail {
        domain: domain.to_owned(),
        local,
        is_of_name,
        address,
    })
}

/// Returns the domain of an address.
pub(super) fn domain_of(address: &str) -> &str {
    address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain)
}
