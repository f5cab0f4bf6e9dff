//! Value x voice: the segments of the settings.

use polars::prelude::*;

use super::Settings;
use crate::config::{RuleMatch, SegmentRule};
use crate::error::{Error, Result, engine_says};
use crate::schema::{person_segments, person_values, person_voices, segment_members};

/// Persons with their groups and first segment, and who is in which segment.
pub(super) struct Applied {
    /// The frame given, with value and voice group and the first segment whose rule holds.
    pub people: DataFrame,
    /// Person, segment and its position: for the first rule that holds or for every one, as the settings say.
    pub members: DataFrame,
}

/// Applies the rules to a frame of persons with values and voices, in the order of their ids.
pub(super) fn apply(people: DataFrame, settings: Settings<'_>) -> Result<Applied> {
    let rules = &settings.segment.rule;
    let mut people = people
        .lazy()
        .with_columns([
            value_group().alias(person_segments::VALUE_GROUP.name),
            voice_group().alias(person_segments::VOICE_GROUP.name),
        ])
        .collect()
        .map_err(Error::frame("group persons by value and voice"))?;
    let build = Error::frame("apply the segment rules");
    // Every rule is tried by itself, so that an error names the rule it is in.
    let mut holding = Vec::with_capacity(rules.len());
    for (place, rule) in rules.iter().enumerate() {
        let holds = holds(&people, rule)?;
        holding.push(holds.with_name(rule_column(place)));
    }
    let own = people.get_column_names_owned();
    for holds in holding {
        people.with_column(holds).map_err(&build)?;
    }
    let mut segment = lit(NULL).cast(DataType::String);
    for (place, rule) in rules.iter().enumerate().rev() {
        segment = when(col(rule_column(place)))
            .then(lit(rule.name_in(settings.lang)))
            .otherwise(segment);
    }
    let people = people
        .lazy()
        .with_column(segment.alias(person_segments::SEGMENT.name))
        .collect()
        .map_err(&build)?;
    let members = members(&people, settings).map_err(&build)?;
    let mut kept = own;
    kept.push(person_segments::SEGMENT.small_name());
    Ok(Applied {
        people: people.select(kept).map_err(&build)?,
        members,
    })
}

fn rule_column(place: usize) -> PlSmallStr {
    PlSmallStr::from_string(format!("__rule_{place}"))
}

/// Returns for whom a rule holds; what is neither true nor false does not.
fn holds(people: &DataFrame, rule: &SegmentRule) -> Result<Column> {
    let bad = |detail: String| Error::Rule {
        segment: rule.name.clone(),
        detail,
        columns: people
            .get_column_names()
            .into_iter()
            .map(|name| name.to_string())
            .collect(),
    };
    let condition = polars::sql::sql_expr(&rule.when).map_err(|error| bad(engine_says(&error)))?;
    // The key beside it gives a condition on nothing its length.
    let tried = people
        .clone()
        .lazy()
        .select([
            person_segments::PERSON_ID.expr().alias("__person"),
            condition.alias("__holds"),
        ])
        .collect()
        .map_err(|error| bad(engine_says(&error)))?;
    let found = tried
        .column("__holds")
        .map_err(|error| bad(engine_says(&error)))?;
    if *found.dtype() != DataType::Boolean {
        let dtype = found.dtype();
        return Err(bad(format!("it gives {dtype}, not true or false")));
    }
    let holds: BooleanChunked = found
        .bool()
        .map_err(|error| bad(engine_says(&error)))?
        .iter()
        .map(|holds| Some(holds == Some(true)))
        .collect();
    Ok(holds.into_column())
}

/// Returns person, segment and position of every membership, by person and position.
fn members(people: &DataFrame, settings: Settings<'_>) -> PolarsResult<DataFrame> {
    let rules = &settings.segment.rule;
    let position = |place: usize| lit(place as i64 + 1).cast(DataType::Int64);
    if rules.is_empty() {
        return DataFrame::full_null(&segment_members::TABLE.schema(), 0).select([
            segment_members::PERSON_ID.name,
            segment_members::SEGMENT.name,
            segment_members::POSITION.name,
        ]);
    }
    if settings.segment.matching == RuleMatch::First {
        // One segment a person, and the persons are in their order.
        let nowhere = lit(NULL).cast(DataType::Int64);
        let first = (0..rules.len()).rev().fold(nowhere, |rest, place| {
            when(col(rule_column(place)))
                .then(position(place))
                .otherwise(rest)
        });
        return people
            .clone()
            .lazy()
            .filter(person_segments::SEGMENT.expr().is_not_null())
            .select([
                segment_members::PERSON_ID.expr(),
                person_segments::SEGMENT
                    .expr()
                    .alias(segment_members::SEGMENT.name),
                first.alias(segment_members::POSITION.name),
            ])
            .collect();
    }
    let by_rule: Vec<LazyFrame> = rules
        .iter()
        .enumerate()
        .map(|(place, rule)| {
            people
                .clone()
                .lazy()
                .filter(col(rule_column(place)))
                .select([
                    segment_members::PERSON_ID.expr(),
                    lit(rule.name_in(settings.lang)).alias(segment_members::SEGMENT.name),
                    position(place).alias(segment_members::POSITION.name),
                ])
        })
        .collect();
    concat(by_rule, UnionArgs::default())?
        .sort(
            [
                segment_members::PERSON_ID.name,
                segment_members::POSITION.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()
}

/// The best fifth of the buyers by 12-month value (by spend where there is none), the next two fifths, the rest; who is worth
/// nothing is among the rest, however many they are.
fn value_group() -> Expr {
    let worth = coalesce(&[
        person_values::LTV_MINOR.expr(),
        person_values::SPEND_MINOR.expr(),
    ]);
    let rank = worth.clone().rank(
        RankOptions {
            method: RankMethod::Min,
            descending: true,
        },
        None,
    );
    let share =
        (rank.cast(DataType::Float64) - lit(1.0)) / worth.clone().count().cast(DataType::Float64);
    when(worth.clone().is_null())
        .then(lit("none"))
        .when(worth.lt_eq(lit(0i64)))
        .then(lit("low"))
        .when(share.clone().lt(lit(0.2)))
        .then(lit("high"))
        .when(share.lt(lit(0.6)))
        .then(lit("middle"))
        .otherwise(lit("low"))
}

fn voice_group() -> Expr {
    let mood = || person_voices::RECENT_SENTIMENT_MEAN.expr();
    when(
        person_voices::RECENT_POST_COUNT
            .expr()
            .fill_null(lit(0i64))
            .eq(lit(0i64))
            .or(mood().is_null()),
    )
    .then(lit("silent"))
    .when(mood().gt_eq(lit(0.15)))
    .then(lit("positive"))
    .when(mood().lt_eq(lit(-0.15)))
    .then(lit("negative"))
    .otherwise(lit("neutral"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::fixture::{config, nobody, settings, texts};

    const RULES: &str = "[[segment.rule]]\nname='spends'\nwhen='spend_minor > 100'\n\
        [[segment.rule]]\nname='speaks'\nwhen='recent_post_count > 0'\n\
        [[segment.rule]]\nname='all'\nwhen='TRUE'\n";

    fn people() -> DataFrame {
        df!(
            person_segments::PERSON_ID.name => ["a", "b", "c"],
            person_values::SPEND_MINOR.name => [Some(500i64), Some(50), None],
            person_values::LTV_MINOR.name => [None::<i64>, None, None],
            person_voices::RECENT_POST_COUNT.name => [Some(2i64), None, Some(1)],
            person_voices::RECENT_SENTIMENT_MEAN.name => [Some(0.5), None, Some(-0.5)],
        )
        .unwrap()
    }

    fn applied(matching: &str, rules: &str) -> Result<Applied> {
        let config = config(&format!("[segment]\nmatch = '{matching}'\n{rules}"));
        apply(people(), settings(&config))
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        let found = applied("first", RULES).unwrap();
        assert_eq!(
            texts(&found.people, person_segments::SEGMENT),
            ["spends", "all", "speaks"]
        );
        assert_eq!(
            texts(&found.people, person_segments::VOICE_GROUP),
            ["positive", "silent", "negative"]
        );
        assert_eq!(
            texts(&found.members, segment_members::SEGMENT),
            ["spends", "all", "speaks"]
        );
        let names = found.people.get_column_names();
        assert!(names.iter().all(|name| !name.starts_with("__")));
    }

    #[test]
    fn all_rules_that_hold_count_where_the_settings_say_so() {
        let found = applied("all", RULES).unwrap();
        let members: Vec<String> = texts(&found.members, segment_members::PERSON_ID)
            .into_iter()
            .zip(texts(&found.members, segment_members::SEGMENT))
            .map(|(person, segment)| format!("{person}:{segment}"))
            .collect();
        assert_eq!(
            members,
            [
                "a:spends", "a:speaks", "a:all", "b:all", "c:speaks", "c:all"
            ]
        );
        // The first still stands beside the person.
        assert_eq!(
            texts(&found.people, person_segments::SEGMENT),
            ["spends", "all", "speaks"]
        );
    }

    #[test]
    fn a_rule_that_cannot_be_run_is_named_and_no_rule_is_no_segment() {
        for when in ["no_such > 1", "spend_minor", "spend_minor >"] {
            let rules = format!("[[segment.rule]]\nname='odd'\nwhen='{when}'\n");
            let found = applied("first", &rules);
            assert!(
                matches!(found, Err(Error::Rule { segment, .. }) if segment == "odd"),
                "{when}"
            );
        }
        let mut config = config("");
        config.segment.rule.clear();
        let found = apply(people(), settings(&config)).unwrap();
        assert_eq!(found.members.height(), 0);
        assert_eq!(texts(&found.people, person_segments::SEGMENT), ["", "", ""]);
    }

    #[test]
    fn every_default_rule_runs_on_what_is_known_of_a_person() {
        let config = config("");
        let found = apply(nobody(), settings(&config)).unwrap();
        assert_eq!(texts(&found.people, person_segments::SEGMENT), ["未購入"]);
        let names: Vec<&str> = config
            .segment
            .rule
            .iter()
            .map(|rule| rule.name.as_str())
            .collect();
        for meant in [
            "優良×推奨",
            "優良×沈黙",
            "離反予兆×不満",
            "新規×好意",
            "見込み×影響力",
        ] {
            assert!(names.contains(&meant), "{meant}");
        }
        let last = config.segment.rule.last();
        assert!(last.is_some_and(|rule| rule.when == "TRUE"));
    }
}
