//! How many persons each segment has, what is at stake, how to reach them and what changed since one period earlier.

use polars::prelude::*;

use super::known::in_order;
use super::{Settings, exact_mean};
use crate::schema::{person_segments, person_values, person_voices, segment_members, segments};

/// Channels, the one that is taken of equally many first.
const CHANNELS: [&str; 7] = [
    "email",
    "line",
    "sms",
    "push",
    "postal",
    "social_dm",
    "voice",
];
const WAS: &str = "__was";
const PLACE: &str = "__place";

/// Persons and their memberships at one moment.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    /// Persons with values and voices; those of now with their channels.
    pub people: &'a DataFrame,
    /// Person, segment and position.
    pub members: &'a DataFrame,
}

/// Returns the table `segment_members`: memberships, in their order, and which of them are new.
pub(super) fn members(now: &DataFrame, earlier: &DataFrame) -> PolarsResult<DataFrame> {
    let before = membership(earlier).with_column(lit(true).alias(WAS));
    now.clone()
        .lazy()
        .join(before, key(), key(), in_order())
        .with_column(col(WAS).is_null().alias(segment_members::IS_NEW.name))
        .select(
            segment_members::TABLE
                .columns
                .iter()
                .map(|column| column.expr())
                .collect::<Vec<_>>(),
        )
        .collect()
}

/// Returns the table `segments` but for the values to come; the memberships of `now` are those of the table
/// `segment_members`.
pub(super) fn table(
    now: Moment<'_>,
    earlier: Moment<'_>,
    settings: Settings<'_>,
) -> PolarsResult<DataFrame> {
    let by_segment = |found: LazyFrame, rest: LazyFrame| {
        found.left_join(
            rest,
            segments::SEGMENT.expr(),
            segment_members::SEGMENT.expr(),
        )
    };
    let listed = listed(settings)?.lazy();
    let summed = by_segment(listed, totals(now));
    let summed = by_segment(summed, totals_before(earlier));
    let summed = by_segment(summed, those_who_left(now, earlier));
    let none = |column: crate::schema::Column| column.expr().fill_null(lit(0i64));
    by_segment(summed, best_channels(now))
        .with_columns([
            none(segments::PERSON_COUNT),
            none(segments::PREVIOUS_PERSON_COUNT),
            none(segments::SPEND_MINOR),
            none(segments::SPEAKING_COUNT),
            none(segments::REACHABLE_COUNT),
            none(segments::BEST_CHANNEL_COUNT),
            none(segments::ENTERED_COUNT),
            none(segments::LEFT_COUNT),
        ])
        .sort([segments::POSITION.name], SortMultipleOptions::default())
        .collect()
}

/// Returns the segments as the rules tell them, also those nobody is in.
fn listed(settings: Settings<'_>) -> PolarsResult<DataFrame> {
    let rules = &settings.segment.rule;
    DataFrame::new(
        rules.len(),
        vec![
            Column::new(
                segments::SEGMENT.small_name(),
                rules
                    .iter()
                    .map(|rule| rule.name_in(settings.lang))
                    .collect::<Vec<_>>(),
            ),
            Column::new(
                segments::POSITION.small_name(),
                (1..=rules.len() as i64).collect::<Vec<_>>(),
            ),
            Column::new(
                segments::ACTION.small_name(),
                rules
                    .iter()
                    .map(|rule| rule.action_in(settings.lang))
                    .collect::<Vec<_>>(),
            ),
            Column::new(
                segments::URGENCY.small_name(),
                rules
                    .iter()
                    .map(|rule| rule.urgency.key())
                    .collect::<Vec<_>>(),
            ),
        ],
    )
}

/// Returns what the persons of each segment add up to.
fn totals(now: Moment<'_>) -> LazyFrame {
    let mood = person_voices::RECENT_SENTIMENT_MEAN;
    let people = now.people.clone().lazy().select([
        person_segments::PERSON_ID.expr(),
        person_values::SPEND_MINOR.expr(),
        person_values::LTV_MINOR.expr(),
        person_segments::VALUE_AT_STAKE_MINOR.expr(),
        mood.expr(),
        person_segments::REACHABLE_BY.expr(),
    ]);
    let is_new = || segment_members::IS_NEW.expr();
    let count = |of: Expr| of.sum().cast(DataType::Int64);
    with_people(now.members.clone().lazy(), people)
        .group_by([segment_members::SEGMENT.expr()])
        .agg([
            len()
                .cast(DataType::Int64)
                .alias(segments::PERSON_COUNT.name),
            person_values::SPEND_MINOR.expr().sum(),
            known_sum(person_segments::VALUE_AT_STAKE_MINOR.expr())
                .alias(segments::VALUE_AT_STAKE_MINOR.name),
            count(mood.expr().is_not_null()).alias(segments::SPEAKING_COUNT.name),
            exact_mean(mood.expr()).alias(segments::SENTIMENT_MEAN.name),
            count(
                person_segments::REACHABLE_BY
                    .expr()
                    .list()
                    .len()
                    .fill_null(lit(0u32))
                    .gt(lit(0u32)),
            )
            .alias(segments::REACHABLE_COUNT.name),
            count(is_new()).alias(segments::ENTERED_COUNT.name),
            known_sum(person_values::LTV_MINOR.expr().filter(is_new()))
                .alias(segments::ENTERED_LTV_MINOR.name),
        ])
}

fn totals_before(earlier: Moment<'_>) -> LazyFrame {
    with_people(membership(earlier.members), values(earlier))
        .group_by([segment_members::SEGMENT.expr()])
        .agg([
            len()
                .cast(DataType::Int64)
                .alias(segments::PREVIOUS_PERSON_COUNT.name),
            known_sum(person_values::LTV_MINOR.expr()).alias(segments::PREVIOUS_LTV_MINOR.name),
        ])
}

fn those_who_left(now: Moment<'_>, earlier: Moment<'_>) -> LazyFrame {
    let left = membership(earlier.members).join(
        membership(now.members),
        key(),
        key(),
        JoinArgs::new(JoinType::Anti),
    );
    with_people(left, values(now))
        .group_by([segment_members::SEGMENT.expr()])
        .agg([
            len().cast(DataType::Int64).alias(segments::LEFT_COUNT.name),
            known_sum(person_values::LTV_MINOR.expr()).alias(segments::LEFT_LTV_MINOR.name),
        ])
}

/// Returns the channel that most persons of each segment agreed to, and how many they are.
fn best_channels(now: Moment<'_>) -> LazyFrame {
    let channel = || segments::BEST_CHANNEL.expr();
    let people = now
        .people
        .clone()
        .lazy()
        .select([
            person_segments::PERSON_ID.expr(),
            person_segments::REACHABLE_BY
                .expr()
                .alias(segments::BEST_CHANNEL.name),
        ])
        .filter(channel().is_not_null());
    let last = lit(CHANNELS.len() as i64);
    let place = CHANNELS
        .into_iter()
        .enumerate()
        .rev()
        .fold(last, |rest, (place, name)| {
            when(channel().eq(lit(name)))
                .then(lit(place as i64))
                .otherwise(rest)
        });
    with_people(membership(now.members), people)
        .explode(
            by_name([segments::BEST_CHANNEL.name], true, false),
            ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            },
        )
        .filter(channel().is_not_null())
        .group_by([segment_members::SEGMENT.expr(), channel()])
        .agg([len()
            .cast(DataType::Int64)
            .alias(segments::BEST_CHANNEL_COUNT.name)])
        .with_column(place.alias(PLACE))
        .sort(
            [
                segment_members::SEGMENT.name,
                segments::BEST_CHANNEL_COUNT.name,
                PLACE,
                segments::BEST_CHANNEL.name,
            ],
            SortMultipleOptions::default().with_order_descending_multi([false, true, false, false]),
        )
        .group_by_stable([segment_members::SEGMENT.expr()])
        .agg([
            channel().first(),
            segments::BEST_CHANNEL_COUNT.expr().first(),
        ])
}

fn key() -> [Expr; 2] {
    [
        segment_members::PERSON_ID.expr(),
        segment_members::SEGMENT.expr(),
    ]
}

fn membership(members: &DataFrame) -> LazyFrame {
    members.clone().lazy().select(key())
}

fn values(moment: Moment<'_>) -> LazyFrame {
    moment.people.clone().lazy().select([
        person_segments::PERSON_ID.expr(),
        person_values::LTV_MINOR.expr(),
    ])
}

fn with_people(members: LazyFrame, people: LazyFrame) -> LazyFrame {
    members.inner_join(
        people,
        segment_members::PERSON_ID.expr(),
        person_segments::PERSON_ID.expr(),
    )
}

/// Returns the sum of what is known, empty where nothing is.
fn known_sum(values: Expr) -> Expr {
    when(values.clone().count().gt(lit(0u32)))
        .then(values.sum())
        .otherwise(lit(NULL).cast(DataType::Int64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::fixture::{config, flags, integers, list, settings, texts};

    const RULES: &str = "[[segment.rule]]\nname='x'\nwhen='TRUE'\naction='do x'\nurgency='now'\n\
        [[segment.rule]]\nname='y'\nwhen='TRUE'\n[[segment.rule]]\nname='z'\nwhen='TRUE'\n";

    fn members_of(rows: &[(&str, &str, i64)]) -> DataFrame {
        df!(
            segment_members::PERSON_ID.name => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            segment_members::SEGMENT.name => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
            segment_members::POSITION.name => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        )
        .unwrap()
    }

    fn people(ltv: [Option<i64>; 3]) -> DataFrame {
        let mut frame = df!(
            person_segments::PERSON_ID.name => ["a", "b", "c"],
            person_values::SPEND_MINOR.name => [Some(500i64), Some(50), None],
            person_values::LTV_MINOR.name => ltv,
            person_segments::VALUE_AT_STAKE_MINOR.name => [Some(9i64), Some(1), None],
            person_voices::RECENT_SENTIMENT_MEAN.name => [Some(0.5), None, Some(-0.5)],
        )
        .unwrap();
        let channels: [&[&str]; 3] = [&["line", "email"], &["line"], &["postal", "email"]];
        frame
            .with_column(list(person_segments::REACHABLE_BY, &channels))
            .unwrap();
        frame
    }

    #[test]
    fn a_segment_tells_what_is_at_stake_and_what_changed() {
        let before = members_of(&[("a", "x", 1), ("b", "x", 1), ("c", "z", 3)]);
        let after = members_of(&[("a", "x", 1), ("b", "y", 2), ("c", "x", 1)]);
        let now = people([Some(100), Some(40), None]);
        let earlier = people([Some(80), Some(60), None]);
        let members = members(&after, &before).unwrap();
        assert_eq!(**members.schema(), segment_members::TABLE.schema());
        assert_eq!(
            flags(&members, segment_members::IS_NEW),
            [false, true, true]
        );
        let config = config(RULES);
        let found = table(
            Moment {
                people: &now,
                members: &members,
            },
            Moment {
                people: &earlier,
                members: &before,
            },
            settings(&config),
        )
        .unwrap();
        assert_eq!(texts(&found, segments::SEGMENT), ["x", "y", "z"]);
        assert_eq!(
            texts(&found, segments::URGENCY),
            ["now", "regular", "regular"]
        );
        assert_eq!(integers(&found, segments::PERSON_COUNT), [2, 1, 0]);
        assert_eq!(integers(&found, segments::PREVIOUS_PERSON_COUNT), [2, 0, 1]);
        assert_eq!(integers(&found, segments::SPEND_MINOR), [500, 50, 0]);
        assert_eq!(integers(&found, segments::ENTERED_COUNT), [1, 1, 0]);
        assert_eq!(integers(&found, segments::LEFT_COUNT), [1, 0, 1]);
        assert_eq!(integers(&found, segments::SPEAKING_COUNT), [2, 0, 0]);
        // Both of `x` have e-mail, one has line and one has post.
        assert_eq!(texts(&found, segments::BEST_CHANNEL), ["email", "line", ""]);
        assert_eq!(integers(&found, segments::BEST_CHANNEL_COUNT), [2, 1, 0]);
        let money = |column: crate::schema::Column| -> Vec<Option<i64>> {
            let found = found.column(column.name).unwrap().i64().unwrap();
            found.iter().collect()
        };
        assert_eq!(
            money(segments::VALUE_AT_STAKE_MINOR),
            [Some(9), Some(1), None]
        );
        assert_eq!(money(segments::PREVIOUS_LTV_MINOR), [Some(140), None, None]);
        // Who came into `x` has no value, who left it has one.
        assert_eq!(money(segments::ENTERED_LTV_MINOR), [None, Some(40), None]);
        assert_eq!(money(segments::LEFT_LTV_MINOR), [Some(40), None, None]);
    }
}
