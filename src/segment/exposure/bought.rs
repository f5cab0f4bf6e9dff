//! When the persons exposed bought.

use polars::prelude::*;

use super::responses::Responses;
use crate::schema::{orders, purchases};
use crate::segment::Input;
use crate::segment::heard::DAY;

/// When the persons exposed bought.
pub(super) struct Bought {
    /// Instants of the purchase days by person, in order.
    days: Vec<Vec<i64>>,
    /// First instant from which on purchases of the shop are known.
    pub first: i64,
}

impl Bought {
    pub(super) fn read(
        input: &Input,
        purchases: &DataFrame,
        responses: &Responses,
    ) -> PolarsResult<Self> {
        let mut days = vec![Vec::new(); responses.persons.len()];
        let first_day = purchases
            .column(purchases::PURCHASED_ON.name)?
            .cast(&DataType::Int32)?
            .i32()?
            .min();
        // The day after begins everywhere.
        let first = first_day.map_or(i64::MAX, |day| (i64::from(day) + 1).saturating_mul(DAY));
        let ids: Vec<&str> = responses.persons.iter().map(String::as_str).collect();
        let meant = DataFrame::new(
            ids.len(),
            vec![Column::new(purchases::PERSON_ID.small_name(), ids)],
        )?;
        let found = purchases
            .clone()
            .lazy()
            .filter(purchases::IS_RETURN.expr().not())
            .semi_join(
                meant.lazy(),
                purchases::PERSON_ID.expr(),
                purchases::PERSON_ID.expr(),
            )
            .select([
                purchases::SOURCE.expr(),
                purchases::ORDER_ID.expr(),
                purchases::PERSON_ID.expr(),
                purchases::PURCHASED_ON.expr(),
            ])
            .join(
                input.orders.clone().select([
                    orders::SOURCE.expr(),
                    orders::ORDER_ID.expr(),
                    orders::ORDERED_AT.expr().cast(DataType::Int64),
                ]),
                [purchases::SOURCE.expr(), purchases::ORDER_ID.expr()],
                [orders::SOURCE.expr(), orders::ORDER_ID.expr()],
                JoinArgs::new(JoinType::Inner),
            )
            .group_by([purchases::PERSON_ID.expr(), purchases::PURCHASED_ON.expr()])
            .agg([orders::ORDERED_AT.expr().min()])
            .sort(
                [purchases::PERSON_ID.name, orders::ORDERED_AT.name],
                SortMultipleOptions::default(),
            )
            .collect()?;
        let person = found.column(purchases::PERSON_ID.name)?.str()?;
        let at = found.column(orders::ORDERED_AT.name)?.i64()?;
        for (person, at) in person.iter().zip(at.iter()) {
            // The persons are in order.
            let Some(at) = at else { continue };
            let place = person.and_then(|person| {
                let known = responses
                    .persons
                    .binary_search_by(|id| id.as_str().cmp(person));
                known.ok()
            });
            if let Some(days) = place.and_then(|place| days.get_mut(place)) {
                days.push(at);
            }
        }
        Ok(Self { days, first })
    }

    pub(super) fn of(&self, person: u32) -> &[i64] {
        self.days
            .get(person as usize)
            .map_or(&[][..], Vec::as_slice)
    }
}
