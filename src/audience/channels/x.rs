//! X: lists of a Custom Audience, one kind of identifier each, a hash a line without a heading.
//!
//! E-mail addresses are hashed in lower case without blanks, telephone numbers in E.164.

use super::hashed::{email, sha256};
use super::{Plan, Sheet, machine};

/// Returns the list of e-mail addresses.
pub(super) fn emails(plan: &Plan) -> Sheet {
    hashes(plan.listed.iter().map(email))
}

/// Returns the list of telephone numbers.
pub(super) fn phones(plan: &Plan) -> Sheet {
    let numbers = plan.listed.iter();
    hashes(numbers.map(|member| member.phone.clone().unwrap_or_default()))
}

fn hashes(values: impl Iterator<Item = String>) -> Sheet {
    let rows = values
        .filter(|value| !value.is_empty())
        .map(|value| vec![sha256(&value)]);
    machine(None, rows.collect())
}
