//! The m of the weights, the floors of u, and how dependent evidence is counted.
//!
//! m, the chance that a person's own account shows the evidence, is fixed: without known links it cannot be learnt, and
//! learning it from the very candidates would confirm what was believed. The figures are judgements, written down so that
//! they can be argued with; their order follows what is published (usernames alone match at precision .862 and recall .685,
//! nearly half of users keep one display name across sites, but not their full real name).

use super::keys::What;

/// Pieces that rest on the same fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    Name,
    Email,
    Address,
    Link,
    Domain,
    Year,
    Place,
    Time,
}

impl What {
    /// Returns the fact the piece rests on.
    pub fn fact(self) -> Fact {
        match self {
            Self::NameEqual
            | Self::ReadingEqual
            | Self::NameInDisplay
            | Self::NameInBio
            | Self::PartOfName
            | Self::HandleFullName
            | Self::HandleInitial
            | Self::HandlePartAndYear => Fact::Name,
            Self::MailEqual | Self::MailLetters | Self::MailPart => Fact::Email,
            Self::EmailInBio => Fact::Address,
            Self::UrlProfile | Self::UrlSame => Fact::Link,
            Self::UrlDomain => Fact::Domain,
            Self::BirthYear => Fact::Year,
            Self::Place => Fact::Place,
            Self::Time => Fact::Time,
        }
    }

    /// Returns m: the chance that the person's own account shows this.
    pub fn m(self) -> f64 {
        match self {
            Self::NameEqual => 0.20,
            Self::ReadingEqual | Self::BirthYear => 0.10,
            Self::NameInDisplay | Self::HandleInitial => 0.05,
            Self::NameInBio | Self::EmailInBio => 0.02,
            Self::PartOfName => 0.15,
            Self::HandleFullName => 0.12,
            Self::HandlePartAndYear | Self::MailPart | Self::UrlDomain => 0.03,
            Self::MailEqual => 0.15,
            Self::MailLetters => 0.06,
            Self::UrlProfile | Self::UrlSame => 0.30,
            // Places and times carry weights of their own.
            Self::Place | Self::Time => 1.0,
        }
    }

    /// Returns the fewest other accounts taken to show this by chance, where none was seen.
    ///
    /// One in fifty for what people choose alike; one in ten thousand for addresses, which are given out once.
    pub fn floor(self) -> f64 {
        match self {
            Self::EmailInBio | Self::UrlProfile => 1e-4,
            _ => 0.02,
        }
    }
}

/// Returns log2(m/u) of a piece that `others` further accounts of `accounts` show, and that each shows with `chance`.
///
/// The pair's own account is not counted in u. Evidence for is never turned against: what is commoner than m weighs nothing.
pub(super) fn bits(what: What, accounts: u32, others: u32, chance: f64) -> f64 {
    let accounts = f64::from(accounts.max(1));
    let by_chance = (accounts * chance).max(what.floor()).max(f64::from(others));
    let u = (by_chance / accounts).min(1.0);
    (what.m() / u).log2().max(0.0)
}

/// Share of the second piece's bits that is added for the same fact, and the most that is added.
const AGAIN_SHARE: f64 = 0.25;
const AGAIN_MOST: f64 = 1.5;

/// Returns the bits that a piece counts which is the `rank`th strongest of its fact: the strongest in full, of the second a
/// little, of others nothing.
pub(super) fn counted(weight: f64, rank: usize) -> f64 {
    match rank {
        0 => weight,
        1 => (AGAIN_SHARE * weight).clamp(0.0, AGAIN_MOST),
        _ => 0.0,
    }
}

/// m of the place levels; the levels exclude each other and sum to one.
pub(super) const SAME_CITY: f64 = 0.40;
pub(super) const SAME_PREFECTURE: f64 = 0.35;
pub(super) const ELSEWHERE: f64 = 0.25;
/// Most bits for and against that a place weighs: people move, and places in profiles are often jests.
pub(super) const PLACE_MOST: f64 = 8.0;
pub(super) const PLACE_LEAST: f64 = -2.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_common_weighs_less() {
        let rare = bits(What::NameEqual, 1000, 0, 1e-6);
        assert!((rare - (0.2_f64 / (0.02 / 1000.0)).log2()).abs() < 1e-12);
        assert!(bits(What::NameEqual, 1000, 3, 1e-6) < rare);
        assert!(bits(What::NameEqual, 1000, 0, 1e-2) < rare);
        assert_eq!(bits(What::NameEqual, 10, 9, 0.0), 0.0);
        assert_eq!(SAME_CITY + SAME_PREFECTURE + ELSEWHERE, 1.0);
    }

    #[test]
    fn one_fact_is_counted_once_and_a_little() {
        assert_eq!(
            [10.0, 8.0, 2.0].map(|weight| counted(weight, 0)),
            [10.0, 8.0, 2.0]
        );
        assert_eq!(
            [10.0, 2.0, -1.0].map(|weight| counted(weight, 1)),
            [1.5, 0.5, 0.0]
        );
        assert_eq!(counted(10.0, 2), 0.0);
    }
}
