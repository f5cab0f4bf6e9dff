//! What was sent to persons before and what became of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use polars::prelude::*;

use super::control::Arm;
use super::timing::local_day;
use super::{Channel, Input};
use crate::as_of::AsOf;
use crate::schema::{ColumnKind, assignments, contacts, persons};

/// Days back at which contacts are looked for that count toward a cap: a week, and what a log may come late.
const COUNTED_DAYS: i64 = 15;
const MICROS_OF_DAY: i64 = 86_400_000_000;
const AT: &str = "__at";
const IS_SENT: &str = "__is_sent";

/// One contact of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touch {
    /// `None` where the log names a channel that koe does not plan for; it counts by day and week all the same.
    pub channel: Option<Channel>,
    /// Local day, in days since 1970-01-01.
    pub day: i32,
}

/// Contacts of persons, without those that are planned anew.
pub(super) struct Past {
    contacts: LazyFrame,
    assignments: LazyFrame,
    instant: i64,
    /// Batches of lists that are made again at their very moment.
    own_batches: BTreeSet<String>,
}

/// How a person was drawn in a campaign before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assigned {
    pub arm: Arm,
    pub stratum: String,
    /// Whether the list it was drawn for is the one that is made again.
    pub is_own: bool,
}

impl Past {
    pub(super) fn new(input: &Input, own_batches: &[String], as_of: &AsOf) -> Self {
        let records = input.persons.clone().select([
            persons::SOURCE.expr(),
            persons::CUSTOMER_ID.expr(),
            persons::PERSON_ID.expr(),
        ]);
        let mut contacts = input.contacts.clone();
        for batch in own_batches {
            let is_other = contacts::BATCH_ID.expr().neq(lit(batch.clone()));
            contacts = contacts.filter(is_other.fill_null(lit(true)));
        }
        let contacts = contacts.join(
            records.clone(),
            [contacts::SOURCE.expr(), contacts::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        );
        let assignments = input.assignments.clone().join(
            records,
            [assignments::SOURCE.expr(), assignments::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        );
        Self {
            contacts,
            assignments,
            instant: as_of.instant().as_microsecond(),
            own_batches: own_batches.iter().cloned().collect(),
        }
    }

    /// Returns the contacts that may count toward a cap, by person. A planned contact and its sending are one; what no log says
    /// was sent was sent when it was first answered.
    pub(super) fn touches(&self, as_of: &AsOf) -> PolarsResult<HashMap<String, Vec<Touch>>> {
        let from = self.instant.saturating_sub(COUNTED_DAYS * MICROS_OF_DAY);
        let state = || contacts::STATE.expr();
        let rows = self
            .contacts
            .clone()
            .filter(state().eq(lit("planned")).or(state().eq(lit("sent"))))
            .with_column(contacts::HAPPENED_AT.expr().cast(DataType::Int64).alias(AT))
            .filter(col(AT).gt_eq(lit(from)))
            .select([
                persons::PERSON_ID.expr(),
                contacts::CHANNEL.expr(),
                contacts::CAMPAIGN.expr(),
                state(),
                col(AT),
            ])
            .sort(
                [
                    persons::PERSON_ID.name,
                    contacts::CHANNEL.name,
                    contacts::CAMPAIGN.name,
                    AT,
                ],
                SortMultipleOptions::default(),
            )
            .collect()?;
        let person = rows.column(persons::PERSON_ID.name)?.str()?;
        let channel = rows.column(contacts::CHANNEL.name)?.str()?;
        let campaign = rows.column(contacts::CAMPAIGN.name)?.str()?;
        let state = rows.column(contacts::STATE.name)?.str()?;
        let at = rows.column(AT)?.i64()?;
        let mut touches: HashMap<String, Vec<Touch>> = HashMap::new();
        let key = |row: usize| (person.get(row), channel.get(row), campaign.get(row));
        let mut row = 0;
        while row < rows.height() {
            let end = (row..rows.height())
                .find(|next| key(*next) != key(row))
                .unwrap_or(rows.height());
            let (mut sent, mut planned) = (BTreeSet::new(), BTreeSet::new());
            for place in row..end {
                let Some(at) = at.get(place) else { continue };
                match state.get(place) {
                    Some("sent") => sent.insert(at),
                    _ => planned.insert(at),
                };
            }
            if let Some(person) = person.get(row) {
                let channel = channel.get(row).and_then(Channel::of_key);
                let own = touches.entry(person.to_owned()).or_default();
                for at in counted(&sent, &planned) {
                    let day = local_day(at, as_of.time_zone());
                    own.push(Touch { channel, day });
                }
            }
            row = end;
        }
        self.add_answered(from, as_of, &mut touches)?;
        Ok(touches)
    }

    /// Adds contacts of which logs tell only what became of them.
    fn add_answered(
        &self,
        from: i64,
        as_of: &AsOf,
        touches: &mut HashMap<String, Vec<Touch>>,
    ) -> PolarsResult<()> {
        let state = || contacts::STATE.expr();
        let is_sent = state().eq(lit("planned")).or(state().eq(lit("sent")));
        let answered = self
            .contacts
            .clone()
            .with_column(contacts::HAPPENED_AT.expr().cast(DataType::Int64).alias(AT))
            .group_by([
                persons::PERSON_ID.expr(),
                contacts::CHANNEL.expr(),
                contacts::CAMPAIGN.expr(),
            ])
            .agg([is_sent.any(true).alias(IS_SENT), col(AT).min()])
            .filter(col(IS_SENT).not().and(col(AT).gt_eq(lit(from))))
            .collect()?;
        let person = answered.column(persons::PERSON_ID.name)?.str()?;
        let channel = answered.column(contacts::CHANNEL.name)?.str()?;
        let at = answered.column(AT)?.i64()?;
        for row in 0..answered.height() {
            if let (Some(person), Some(at)) = (person.get(row), at.get(row)) {
                let touch = Touch {
                    channel: channel.get(row).and_then(Channel::of_key),
                    day: local_day(at, as_of.time_zone()),
                };
                touches.entry(person.to_owned()).or_default().push(touch);
            }
        }
        Ok(())
    }

    /// Returns the persons whom a campaign has reached, or has planned to.
    pub(super) fn reached(&self, campaign: &str) -> PolarsResult<HashSet<String>> {
        let rows = self
            .contacts
            .clone()
            .filter(contacts::CAMPAIGN.expr().eq(lit(campaign.to_owned())))
            .select([persons::PERSON_ID.expr()])
            .unique(None, UniqueKeepStrategy::Any)
            .collect()?;
        let person = rows.column(persons::PERSON_ID.name)?.str()?;
        Ok(person.iter().flatten().map(str::to_owned).collect())
    }

    /// Returns how persons were drawn in a campaign before; one who was held out once stays so.
    pub(super) fn assigned(&self, campaign: &str) -> PolarsResult<BTreeMap<String, Assigned>> {
        let rows = self
            .assignments
            .clone()
            .filter(assignments::CAMPAIGN.expr().eq(lit(campaign.to_owned())))
            .select([
                persons::PERSON_ID.expr(),
                assignments::ARM.expr(),
                assignments::STRATUM.expr(),
                assignments::BATCH_ID.expr(),
            ])
            // The word for those held out comes before that for the treated.
            .sort(
                [
                    persons::PERSON_ID.name,
                    assignments::ARM.name,
                    assignments::STRATUM.name,
                    assignments::BATCH_ID.name,
                ],
                SortMultipleOptions::default(),
            )
            .collect()?;
        let person = rows.column(persons::PERSON_ID.name)?.str()?;
        let arm = rows.column(assignments::ARM.name)?.str()?;
        let stratum = rows.column(assignments::STRATUM.name)?.str()?;
        let batch = rows.column(assignments::BATCH_ID.name)?.str()?;
        let mut assigned: BTreeMap<String, Assigned> = BTreeMap::new();
        for row in 0..rows.height() {
            let (Some(person), Some(arm)) = (person.get(row), arm.get(row)) else {
                continue;
            };
            let is_own = batch
                .get(row)
                .is_some_and(|batch| self.own_batches.contains(batch));
            let found = Assigned {
                arm: match arm == Arm::Control.key() {
                    true => Arm::Control,
                    false => Arm::Treated,
                },
                stratum: stratum.get(row).unwrap_or_default().to_owned(),
                is_own,
            };
            match assigned.get_mut(person) {
                // What another list of the campaign says is not drawn again.
                Some(known) => known.is_own &= is_own,
                None => {
                    assigned.insert(person.to_owned(), found);
                }
            }
        }
        Ok(assigned)
    }

    /// Returns the records whose address by a channel bounced within `days`, and which have answered nothing since.
    pub(super) fn bounced(
        &self,
        channel: Channel,
        days: u32,
    ) -> PolarsResult<HashSet<(String, String)>> {
        let from = self.instant.saturating_sub(i64::from(days) * MICROS_OF_DAY);
        let state = || contacts::STATE.expr();
        let is_answer = state().eq(lit("opened")).or(state().eq(lit("clicked")));
        let rows = self
            .contacts
            .clone()
            .filter(contacts::CHANNEL.expr().eq(lit(channel.key())))
            .with_column(contacts::HAPPENED_AT.expr().cast(DataType::Int64).alias(AT))
            .group_by([contacts::SOURCE.expr(), contacts::CUSTOMER_ID.expr()])
            .agg([
                col(AT)
                    .filter(state().eq(lit("bounced")))
                    .max()
                    .alias("__bounced"),
                col(AT).filter(is_answer).max().alias("__answered"),
            ])
            .filter(
                col("__bounced").gt_eq(lit(from)).and(
                    col("__answered")
                        .is_null()
                        .or(col("__bounced").gt_eq(col("__answered"))),
                ),
            )
            .collect()?;
        let source = rows.column(contacts::SOURCE.name)?.str()?;
        let customer = rows.column(contacts::CUSTOMER_ID.name)?.str()?;
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Ok((0..rows.height())
            .map(|row| (owned(source.get(row)), owned(customer.get(row))))
            .collect())
    }

    /// Returns how often persons opened or clicked what came by a channel, by the local hour they did.
    pub(super) fn responses(&self, people: LazyFrame, as_of: &AsOf) -> PolarsResult<DataFrame> {
        let state = || contacts::STATE.expr();
        let instant = lit(self.instant).cast(ColumnKind::Instant.dtype());
        self.contacts
            .clone()
            .filter(
                state()
                    .eq(lit("opened"))
                    .or(state().eq(lit("clicked")))
                    .and(contacts::HAPPENED_AT.expr().lt(instant)),
            )
            .semi_join(people, persons::PERSON_ID.expr(), persons::PERSON_ID.expr())
            .with_column(
                contacts::HAPPENED_AT
                    .expr()
                    .dt()
                    .convert_time_zone(as_of.polars_zone())
                    .dt()
                    .hour()
                    .cast(DataType::Int64)
                    .alias(super::habits::HOUR),
            )
            .group_by([
                persons::PERSON_ID.expr(),
                contacts::CHANNEL.expr(),
                col(super::habits::HOUR),
            ])
            .agg([len().cast(DataType::Int64).alias(super::habits::COUNT)])
            .collect()
    }
}

/// Returns when a person was contacted in one campaign by one channel: when it was sent, and when it is planned and not
/// known as sent.
fn counted(sent: &BTreeSet<i64>, planned: &BTreeSet<i64>) -> Vec<i64> {
    // A list can be sent a day before it was to be.
    let is_open = |at: &&i64| sent.range(**at - MICROS_OF_DAY..).next().is_none();
    let open = planned.iter().filter(is_open);
    sent.iter().chain(open).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_planned_and_sent_is_one_contact() {
        let set = |days: &[i64]| -> BTreeSet<i64> {
            days.iter().map(|day| day * MICROS_OF_DAY).collect()
        };
        let counted = |sent: &[i64], planned: &[i64]| -> Vec<i64> {
            counted(&set(sent), &set(planned))
                .iter()
                .map(|at| at / MICROS_OF_DAY)
                .collect()
        };
        assert_eq!(counted(&[], &[5]), [5]);
        assert_eq!(counted(&[5], &[5]), [5]);
        assert_eq!(counted(&[6], &[5]), [6]);
        assert_eq!(counted(&[4], &[5]), [4]);
        assert_eq!(counted(&[2], &[5]), [2, 5], "the next one is planned");
        assert_eq!(counted(&[2, 5], &[]), [2, 5]);
    }
}
