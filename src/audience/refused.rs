//! Addresses at which somebody refused a channel: an unsubscription is of the address, whoever else has it.

use std::collections::HashSet;

use polars::prelude::*;

use super::records::{Record, records};
use super::{Channel, Input, address, habits};
use crate::join::normalise::email_key;
use crate::schema::persons;

/// Returns the keys of the addresses by which a channel would reach persons who refused it.
pub(super) fn addresses(
    input: &Input,
    channel: Channel,
    is_refused: &dyn Fn(&str) -> bool,
) -> PolarsResult<HashSet<String>> {
    if kinds(channel) == (false, false) {
        return Ok(HashSet::new());
    }
    let people = input
        .persons
        .clone()
        .select([persons::PERSON_ID.expr()])
        .unique(None, UniqueKeepStrategy::Any)
        .collect()?;
    let people = people.column(persons::PERSON_ID.name)?.str()?;
    let refused: Vec<&str> = people
        .iter()
        .flatten()
        .filter(|person| is_refused(person))
        .collect();
    if refused.is_empty() {
        return Ok(HashSet::new());
    }
    let found = records(input, &habits::ids(refused.into_iter())?)?;
    let of_all = found.values().flatten();
    Ok(of_all.flat_map(|record| keys(channel, record)).collect())
}

/// Returns the keys of the addresses of a record by which a channel reaches people, or finds them.
pub(super) fn keys(channel: Channel, record: &Record) -> Vec<String> {
    let (by_email, by_phone) = kinds(channel);
    let email = record.email.as_deref().filter(|_| by_email);
    let phone = record.phone.as_deref().filter(|_| by_phone);
    let email = email.and_then(address::email);
    let email = email.and_then(|email| email_key(&email));
    email
        .into_iter()
        .chain(phone.and_then(address::e164))
        .collect()
}

/// Whether a channel goes by e-mail addresses, and whether by telephone numbers. A letter names whom it is for, and an account
/// is one person's.
fn kinds(channel: Channel) -> (bool, bool) {
    match channel {
        Channel::Email => (true, false),
        Channel::Sms | Channel::Voice => (false, true),
        Channel::Meta | Channel::X | Channel::Google => (true, true),
        Channel::Line | Channel::Push | Channel::Postal | Channel::SocialDm => (false, false),
    }
}
