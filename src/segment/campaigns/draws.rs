//! Who was drawn for which campaign.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::blocks::gathered;
use crate::schema::{ColumnKind, assignments};
use crate::segment::Input;
use crate::segment::purchases::{NOBODY, People};

/// The two arms of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ArmKind {
    Treated,
    Control,
    /// What is neither, and keeps its person out.
    Other,
}

/// Numbers of the persons drawn for one campaign, in any order, some of them several times.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    treated: Vec<u32>,
    control: Vec<u32>,
    other: Vec<u32>,
}

impl Drawn {
    /// Returns the persons of one arm each, by number.
    pub(super) fn persons(self) -> Vec<(u32, ArmKind)> {
        let of = |arm: ArmKind| move |person: u32| (person, arm);
        let mut all: Vec<(u32, ArmKind)> = (self.treated.into_iter().map(of(ArmKind::Treated)))
            .chain(self.control.into_iter().map(of(ArmKind::Control)))
            .chain(self.other.into_iter().map(of(ArmKind::Other)))
            .collect();
        all.sort_unstable();
        all.dedup();
        all.chunk_by(|one, next| one.0 == next.0)
            .filter_map(|arms| match arms {
                [one] => Some(*one),
                _ => None,
            })
            .collect()
    }
}

/// Returns the draws of rows assigned by the as-of instant, or at an unknown one.
pub(super) fn assigned(input: &Input, as_of: &AsOf) -> LazyFrame {
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    input.assignments.clone().filter(
        assignments::ASSIGNED_AT
            .expr()
            .lt(instant)
            .or(assignments::ASSIGNED_AT.expr().is_null()),
    )
}

/// Reads who was drawn for each of the campaigns, block by block, so that four bytes of a draw stay in memory: two million
/// persons drawn for a campaign a week are a hundred million rows.
///
/// Persons have the numbers of [`People`], which are those of the ledger.
pub(super) fn read(input: &Input, campaigns: &[String], as_of: &AsOf) -> PolarsResult<Vec<Drawn>> {
    let numbers = campaigns.iter().cloned().zip(0..).collect();
    let collector = Collector {
        people: People::read(&input.persons)?,
        numbers,
        drawn: campaigns.iter().map(|_| Drawn::default()).collect(),
    };
    let rows = assigned(input, as_of).select([
        assignments::SOURCE.expr(),
        assignments::CAMPAIGN.expr(),
        assignments::CUSTOMER_ID.expr(),
        assignments::ARM.expr(),
    ]);
    Ok(gathered(rows, collector, Collector::take)?.drawn)
}

struct Collector {
    people: People,
    /// Place of each campaign.
    numbers: BTreeMap<String, usize>,
    drawn: Vec<Drawn>,
}

impl Collector {
    fn take(&mut self, block: &DataFrame) -> PolarsResult<()> {
        // Not with loops of the pool: polars' thread would wait for a worker.
        let persons = self.people.of_part(
            block.column(assignments::SOURCE.name)?.str()?,
            block.column(assignments::CUSTOMER_ID.name)?.str()?,
        );
        let campaigns = block.column(assignments::CAMPAIGN.name)?.str()?;
        let arms = block.column(assignments::ARM.name)?.str()?;
        let mut known: Option<(&str, Option<usize>)> = None;
        for ((person, name), arm) in persons.into_iter().zip(campaigns.iter()).zip(arms.iter()) {
            let Some(name) = name else { continue };
            let place = match known {
                Some((before, place)) if before == name => place,
                _ => self.numbers.get(name).copied(),
            };
            known = Some((name, place));
            let Some(place) = place.filter(|_| person != NOBODY) else {
                continue;
            };
            let drawn = &mut self.drawn[place];
            let list = match arm {
                Some("treated") => &mut drawn.treated,
                Some("control") => &mut drawn.control,
                _ => &mut drawn.other,
            };
            list.push(person);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_of_several_arms_is_in_none() {
        let drawn = Drawn {
            treated: vec![5, 1, 1, 3],
            control: vec![2, 3, 6],
            other: vec![6, 4, 0],
        };
        assert_eq!(
            drawn.persons(),
            [
                (0, ArmKind::Other),
                (1, ArmKind::Treated),
                (2, ArmKind::Control),
                (4, ArmKind::Other),
                (5, ArmKind::Treated),
            ]
        );
        assert!(Drawn::default().persons().is_empty());
    }
}
