//! At what hour and by what channel a person is best reached, and what they buy.

use std::collections::{BTreeMap, HashMap};

use polars::prelude::*;

use super::past::Past;
use super::{Channel, Input};
use crate::as_of::AsOf;
use crate::schema::{ColumnKind, contacts, order_lines, orders, person_habits, persons};

pub(super) const HOUR: &str = "__hour";
pub(super) const COUNT: &str = "__count";
const LAST: &str = "__last";

/// How a person responds and buys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Habit {
    responses: BTreeMap<i64, i64>,
    purchases: BTreeMap<i64, i64>,
    channels: BTreeMap<Channel, i64>,
}

impl Habit {
    /// Returns the local hour of most responses, else of most purchases; of equal ones the earliest.
    pub(super) fn hour(&self) -> Option<u32> {
        let of = |hours: &BTreeMap<i64, i64>| {
            let most = hours.values().max()?;
            let (hour, _) = hours.iter().find(|(_, count)| *count == most)?;
            u32::try_from(*hour).ok().filter(|hour| *hour < 24)
        };
        of(&self.responses).or_else(|| of(&self.purchases))
    }

    /// Returns the channels that were responded to, the best first.
    pub(super) fn channels(&self) -> Vec<Channel> {
        let mut channels: Vec<(i64, Channel)> = self
            .channels
            .iter()
            .map(|(channel, count)| (-count, *channel))
            .collect();
        channels.sort();
        channels.into_iter().map(|(_, channel)| channel).collect()
    }
}

/// Returns a frame of one column of persons.
pub(super) fn ids<'a>(people: impl Iterator<Item = &'a str>) -> PolarsResult<LazyFrame> {
    let people: Vec<&str> = people.collect();
    let frame = DataFrame::new(
        people.len(),
        vec![Column::new(persons::PERSON_ID.small_name(), people)],
    )?;
    Ok(frame.lazy())
}

/// Returns the habits of persons; those of whom nothing is known are not among them.
pub(super) fn habits(
    input: &Input,
    past: &Past,
    people: &LazyFrame,
    as_of: &AsOf,
) -> PolarsResult<HashMap<String, Habit>> {
    let mut habits: HashMap<String, Habit> = HashMap::new();
    let responses = past.responses(people.clone(), as_of)?;
    let person = responses.column(persons::PERSON_ID.name)?.str()?;
    let channel = responses.column(contacts::CHANNEL.name)?.str()?;
    let (hour, count) = (
        responses.column(HOUR)?.i64()?,
        responses.column(COUNT)?.i64()?,
    );
    for row in 0..responses.height() {
        let (Some(person), Some(hour), Some(count)) =
            (person.get(row), hour.get(row), count.get(row))
        else {
            continue;
        };
        let habit = habits.entry(person.to_owned()).or_default();
        *habit.responses.entry(hour).or_default() += count;
        if let Some(channel) = channel.get(row).and_then(Channel::of_key) {
            *habit.channels.entry(channel).or_default() += count;
        }
    }
    let bought = hours_of_purchase(input, people, as_of)?;
    let person = bought.column(persons::PERSON_ID.name)?.str()?;
    let (hour, count) = (bought.column(HOUR)?.i64()?, bought.column(COUNT)?.i64()?);
    for row in 0..bought.height() {
        if let (Some(person), Some(hour), Some(count)) =
            (person.get(row), hour.get(row), count.get(row))
        {
            let habit = habits.entry(person.to_owned()).or_default();
            *habit.purchases.entry(hour).or_default() += count;
        }
    }
    Ok(habits)
}

/// Returns orders of persons that were placed before the as-of instant.
fn placed(input: &Input, people: &LazyFrame, as_of: &AsOf) -> LazyFrame {
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    let own = input
        .persons
        .clone()
        .select([
            persons::SOURCE.expr(),
            persons::CUSTOMER_ID.expr(),
            persons::PERSON_ID.expr(),
        ])
        .semi_join(
            people.clone(),
            persons::PERSON_ID.expr(),
            persons::PERSON_ID.expr(),
        );
    input
        .orders
        .clone()
        .filter(
            orders::ORDERED_AT
                .expr()
                .lt(instant)
                .and(orders::STATUS.expr().eq(lit("placed"))),
        )
        .select([
            orders::SOURCE.expr(),
            orders::ORDER_ID.expr(),
            orders::CUSTOMER_ID.expr(),
            orders::ORDERED_AT.expr(),
        ])
        .join(
            own,
            [orders::SOURCE.expr(), orders::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
}

fn hours_of_purchase(input: &Input, people: &LazyFrame, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let local = orders::ORDERED_AT
        .expr()
        .dt()
        .convert_time_zone(as_of.polars_zone());
    placed(input, people, as_of)
        .with_columns([
            local.clone().dt().hour().cast(DataType::Int64).alias(HOUR),
            local.dt().minute().cast(DataType::Int64).alias("__minute"),
        ])
        // A date without a time says no hour.
        .filter(
            col(HOUR)
                .neq(lit(0_i64))
                .or(col("__minute").neq(lit(0_i64))),
        )
        .group_by([persons::PERSON_ID.expr(), col(HOUR)])
        .agg([len().cast(DataType::Int64).alias(COUNT)])
        .collect()
}

/// What a person buys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Taste {
    /// Category of most lines.
    pub category: String,
    /// Channel of most orders.
    pub channel: String,
    /// First product of the last order.
    pub product: String,
}

/// Returns what persons buy; those of whose orders nothing is known are not among them.
pub(super) fn tastes(
    input: &Input,
    people: &LazyFrame,
    as_of: &AsOf,
) -> PolarsResult<HashMap<String, Taste>> {
    let favourites = input
        .person_habits
        .clone()
        .semi_join(
            people.clone(),
            person_habits::PERSON_ID.expr(),
            persons::PERSON_ID.expr(),
        )
        .select([
            person_habits::PERSON_ID.expr(),
            person_habits::FAVOURITE_CATEGORY.expr(),
            person_habits::FAVOURITE_CHANNEL.expr(),
        ])
        .collect()?;
    let mut tastes: HashMap<String, Taste> = HashMap::with_capacity(favourites.height());
    let person = favourites.column(person_habits::PERSON_ID.name)?.str()?;
    let category = favourites
        .column(person_habits::FAVOURITE_CATEGORY.name)?
        .str()?;
    let channel = favourites
        .column(person_habits::FAVOURITE_CHANNEL.name)?
        .str()?;
    let text = |texts: &StringChunked, row: usize| texts.get(row).unwrap_or_default().to_owned();
    for row in 0..favourites.height() {
        let taste = Taste {
            category: text(category, row),
            channel: text(channel, row),
            product: String::new(),
        };
        tastes.insert(text(person, row), taste);
    }
    let products = last_products(input, people, as_of)?;
    let person = products.column(persons::PERSON_ID.name)?.str()?;
    let product = products.column(order_lines::PRODUCT_NAME.name)?.str()?;
    for (person, product) in person.iter().zip(product.iter()) {
        if let (Some(person), Some(product)) = (person, product) {
            tastes.entry(person.to_owned()).or_default().product = product.to_owned();
        }
    }
    Ok(tastes)
}

/// Returns persons and the first named product of their last order that has one.
fn last_products(input: &Input, people: &LazyFrame, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let person = || persons::PERSON_ID.expr();
    let named = placed(input, people, as_of)
        .join(
            input.order_lines.clone().select([
                order_lines::SOURCE.expr(),
                order_lines::ORDER_ID.expr(),
                order_lines::LINE_NUMBER.expr(),
                order_lines::PRODUCT_NAME.expr(),
            ]),
            [orders::SOURCE.expr(), orders::ORDER_ID.expr()],
            [order_lines::SOURCE.expr(), order_lines::ORDER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .filter(order_lines::PRODUCT_NAME.expr().is_not_null());
    let last = named
        .clone()
        .group_by([person()])
        .agg([orders::ORDERED_AT.expr().max().alias(LAST)]);
    named
        .inner_join(last, person(), person())
        .filter(orders::ORDERED_AT.expr().eq(col(LAST)))
        .sort(
            [
                persons::PERSON_ID.name,
                orders::SOURCE.name,
                orders::ORDER_ID.name,
                order_lines::LINE_NUMBER.name,
            ],
            SortMultipleOptions::default(),
        )
        .unique_stable(
            Some(by_name([persons::PERSON_ID.name], true, false)),
            UniqueKeepStrategy::First,
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_tell_the_hour_before_purchases_do() {
        let mut habit = Habit::default();
        assert_eq!(habit.hour(), None);
        habit.purchases = BTreeMap::from([(13, 2), (20, 2)]);
        assert_eq!(habit.hour(), Some(13));
        habit.responses = BTreeMap::from([(7, 1), (21, 3)]);
        assert_eq!(habit.hour(), Some(21));
    }

    #[test]
    fn the_channel_of_most_responses_is_the_best() {
        let habit = Habit {
            channels: BTreeMap::from([(Channel::Email, 2), (Channel::Line, 5), (Channel::Sms, 2)]),
            ..Habit::default()
        };
        assert_eq!(
            habit.channels(),
            [Channel::Line, Channel::Email, Channel::Sms]
        );
    }
}
