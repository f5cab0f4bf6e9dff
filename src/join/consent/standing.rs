//! Where persons stand, kept as numbers.

use polars::prelude::*;

use super::numbered::{Names, People};
use super::{ANALYSE, Denial, Evidence, Grant, PURPOSES, Stand, Statement, Withdrawal};
use crate::schema::consent_counts;

/// Where each person stands at an as-of instant.
#[derive(Debug, Default, PartialEq)]
pub struct Standing {
    people: People,
    files: Names,
    states: Names,
    purposes: Vec<OfPurpose>,
    /// Of those who took consent for linking back.
    withdrawals: ByPerson<Taken>,
    unknown_count: u64,
    unknown_refusals: UnknownRefusals,
}

/// Refusals about customers who are no person's record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownRefusals {
    /// How many there are.
    pub count: u64,
    /// File and row of the first.
    pub first: Option<String>,
}

/// Where persons stand with one purpose.
#[derive(Debug, Default, PartialEq)]
struct OfPurpose {
    purpose: String,
    grants: ByPerson<Given>,
    refusals: ByPerson<Refused>,
}

/// Numbers of persons in order, each with what is said of the person.
type ByPerson<T> = Vec<(u32, T)>;

/// File and row of a statement, the file by its number.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    file: u32,
    row: i64,
}

/// A [`Grant`] as it is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Given {
    since: i64,
    until: Option<i64>,
    place: Place,
}

/// A [`Denial`] as it is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Refused {
    state: u32,
    since: i64,
    until: Option<i64>,
    place: Place,
}

/// A [`Withdrawal`] as it is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Taken {
    until: i64,
    place: Place,
}

fn find<T>(people: &[(u32, T)], person: u32) -> Option<&T> {
    let found = people.binary_search_by_key(&person, |(known, _)| *known);
    Some(&people[found.ok()?].1)
}

impl Standing {
    /// Returns where nobody stands anywhere, with the statements about records that are no person's: they count for nobody.
    pub(super) fn of_nobody(unknown: &[&Statement<'_>]) -> Self {
        let refusals = unknown.iter().filter(|statement| !statement.is_grant);
        let first = refusals.clone().min_by(|one, other| one.by_date(other));
        Self {
            unknown_count: unknown.len() as u64,
            unknown_refusals: UnknownRefusals {
                count: refusals.count() as u64,
                first: first.map(|statement| statement.evidence().to_string()),
            },
            ..Self::default()
        }
    }

    /// Takes where a person stands with every purpose; persons come in the order of their ids.
    pub(super) fn add(&mut self, person: &str, stands: Vec<Stand<'_>>) {
        let person = self.people.push(person);
        for stand in stands {
            if let Some((until, evidence)) = stand.withdrawal {
                let place = self.place(evidence);
                self.withdrawals.push((person, Taken { until, place }));
            }
            let refused = stand.denial.map(|denial| Refused {
                state: self.states.number(denial.status),
                since: denial.since,
                until: denial.until,
                place: self.place(denial.evidence),
            });
            let given = stand.grant.map(|grant| Given {
                since: grant.since,
                until: grant.until,
                place: self.place(grant.evidence),
            });
            let of_purpose = self.of_purpose(stand.purpose);
            of_purpose.refusals.extend(refused.map(|one| (person, one)));
            of_purpose.grants.extend(given.map(|one| (person, one)));
        }
    }

    fn place(&mut self, evidence: Evidence<'_>) -> Place {
        Place {
            file: self.files.number(evidence.file),
            row: evidence.row,
        }
    }

    fn of_purpose(&mut self, purpose: &str) -> &mut OfPurpose {
        let mut known = self.purposes.iter();
        let place = known.position(|known| known.purpose == purpose);
        let place = place.unwrap_or_else(|| {
            self.purposes.push(OfPurpose {
                purpose: purpose.to_owned(),
                ..OfPurpose::default()
            });
            self.purposes.len() - 1
        });
        &mut self.purposes[place]
    }

    fn of(&self, purpose: &str) -> Option<&OfPurpose> {
        self.purposes.iter().find(|known| known.purpose == purpose)
    }

    fn evidence(&self, place: Place) -> Evidence<'_> {
        Evidence {
            file: self.files.name(place.file),
            row: place.row,
        }
    }

    fn denial(&self, refused: &Refused) -> Denial<'_> {
        Denial {
            status: self.states.name(refused.state),
            since: refused.since,
            until: refused.until,
            evidence: self.evidence(refused.place),
        }
    }

    /// Returns the grant in force of a person for a purpose.
    pub fn grant(&self, person_id: &str, purpose: &str) -> Option<Grant<'_>> {
        let of_purpose = self.of(purpose)?;
        let given = find(&of_purpose.grants, self.people.number(person_id)?)?;
        Some(Grant {
            since: given.since,
            until: given.until,
            evidence: self.evidence(given.place),
        })
    }

    /// Returns the table `consent_counts` of so many persons.
    pub(in crate::join) fn counts(&self, persons: u64) -> PolarsResult<DataFrame> {
        let granted = PURPOSES.map(|purpose| self.granted(purpose).count() as i64);
        let denied = PURPOSES.map(|purpose| self.refused(purpose).count() as i64);
        let missing: Vec<i64> = granted
            .iter()
            .zip(&denied)
            .map(|(granted, denied)| persons as i64 - granted - denied)
            .collect();
        DataFrame::new(
            PURPOSES.len(),
            vec![
                Column::new(consent_counts::PURPOSE.small_name(), PURPOSES.to_vec()),
                Column::new(consent_counts::GRANTED_COUNT.small_name(), granted.to_vec()),
                Column::new(consent_counts::DENIED_COUNT.small_name(), denied.to_vec()),
                Column::new(consent_counts::MISSING_COUNT.small_name(), missing),
            ],
        )
    }

    /// Returns the persons with a grant in force for a purpose, in order.
    pub fn granted(&self, purpose: &str) -> impl Iterator<Item = &str> + use<'_> {
        let granted = self.of(purpose).into_iter();
        let granted = granted.flat_map(|of_purpose| &of_purpose.grants);
        granted.map(move |(person, _)| self.people.id(*person))
    }

    /// Returns the persons with a grant in force for any of at most 32 purposes, in order, each with a bit per purpose, the lowest
    /// that of the first.
    pub fn granted_of(&self, purposes: &[&str]) -> Vec<(&str, u32)> {
        let mut granted = vec![0_u32; self.people.len()];
        for (place, purpose) in purposes.iter().enumerate() {
            let grants = self.of(purpose).into_iter();
            for (person, _) in grants.flat_map(|of_purpose| &of_purpose.grants) {
                granted[*person as usize] |= 1_u32 << place;
            }
        }
        let each = (0..).zip(granted).filter(|(_, bits)| *bits != 0);
        each.map(|(person, bits)| (self.people.id(person), bits))
            .collect()
    }

    /// Whether a person refused a purpose, or let the grant expire.
    pub fn is_refused(&self, person_id: &str, purpose: &str) -> bool {
        self.refusal(person_id, purpose).is_some()
    }

    /// Returns the statement because of which a person's consent for a purpose is not in force.
    pub fn refusal(&self, person_id: &str, purpose: &str) -> Option<Denial<'_>> {
        let of_purpose = self.of(purpose)?;
        let refused = find(&of_purpose.refusals, self.people.number(person_id)?)?;
        Some(self.denial(refused))
    }

    /// Returns who refused a purpose, and by which statement, in the order of the persons.
    pub fn refused(&self, purpose: &str) -> impl Iterator<Item = (&str, Denial<'_>)> + use<'_> {
        let refused = self.of(purpose).into_iter();
        let refused = refused.flat_map(|of_purpose| &of_purpose.refusals);
        refused.map(move |(person, refused)| (self.people.id(*person), self.denial(refused)))
    }

    /// Returns what a person took back of the consent for linking.
    pub fn withdrawal(&self, person_id: &str) -> Option<Withdrawal> {
        let taken = find(&self.withdrawals, self.people.number(person_id)?)?;
        Some(Withdrawal {
            person_id: person_id.to_owned(),
            until: taken.until,
            evidence: self.evidence(taken.place).to_string(),
        })
    }

    /// Returns how many statements are about customers who are no person's record: they count for nobody.
    pub fn unknown_count(&self) -> u64 {
        self.unknown_count
    }

    /// Returns the refusals that count for nobody, as no customer is known by the id they name.
    pub fn unknown_refusals(&self) -> &UnknownRefusals {
        &self.unknown_refusals
    }

    /// Whether anybody took consent for linking back.
    pub fn has_withdrawals(&self) -> bool {
        !self.withdrawals.is_empty()
    }

    /// Whether anybody refused anything.
    pub fn has_refusals(&self) -> bool {
        self.purposes.iter().any(|known| !known.refusals.is_empty())
    }

    /// Whether a person denied being analysed.
    pub fn is_analysis_denied(&self, person_id: &str) -> bool {
        self.is_refused(person_id, ANALYSE)
    }

    /// Returns how many persons, grants, refusals and withdrawals are kept.
    pub(crate) fn kept_count(&self) -> usize {
        let each = self.purposes.iter();
        let said = each.map(|known| known.grants.len() + known.refusals.len());
        self.people.len() + self.withdrawals.len() + said.sum::<usize>()
    }
}
