//! Tests of consent.

use std::collections::BTreeMap;

use super::*;

const DAY: i64 = 86_400_000_000;

fn statement(customer_id: &str, is_grant: bool, day: i64, expires: Option<i64>) -> Statement<'_> {
    Statement {
        source: "s",
        customer_id,
        purpose: LINK_SOCIAL,
        status: if is_grant { "granted" } else { "revoked" },
        is_grant,
        is_undated: false,
        effective_at: day * DAY,
        observed_at: day * DAY,
        expires_at: expires.map(|day| day * DAY),
        file: "consents.csv",
        row: day,
    }
}

fn is_granted(statements: Vec<Statement<'_>>, day: i64) -> bool {
    standing(statements, day).grant("p", LINK_SOCIAL).is_some()
}

fn standing(statements: Vec<Statement<'_>>, day: i64) -> Standing {
    let newest_known = statements
        .iter()
        .map(|statement| statement.effective_at)
        .max()
        .unwrap_or(0);
    let consents = Consents {
        statements,
        newest_known,
    };
    let instant = jiff::Timestamp::from_microsecond(day * DAY).expect("an instant");
    let as_of = AsOf::at(instant, &TimeZone::UTC).expect("an instant");
    Standing::from_records(&consents, |_, _| Some("p"), &as_of)
}

#[test]
fn only_a_refusal_withdraws_what_was_declared_not_silence_nor_an_end() {
    let until = |statements: Vec<Statement<'_>>, day| {
        standing(statements, day)
            .withdrawal("p")
            .map(|withdrawal| withdrawal.until)
    };
    let (grant, refusal) = (
        |day| statement("1", true, day, None),
        |day| statement("1", false, day, None),
    );
    assert_eq!(until(vec![], 10), None);
    assert_eq!(until(vec![statement("1", true, 5, Some(8))], 10), None);
    assert_eq!(until(vec![grant(5), refusal(30)], 10), Some(i64::MAX));
    assert_eq!(until(vec![grant(5), refusal(7), grant(9)], 10), None);
    // Looking back at the time between, what was declared since is not touched.
    assert_eq!(until(vec![refusal(7), grant(30)], 10), Some(7 * DAY));
}

#[test]
fn silence_is_no_consent() {
    assert!(!is_granted(vec![], 10));
}

#[test]
fn a_grant_counts_from_its_day_until_it_expires() {
    assert!(is_granted(vec![statement("1", true, 5, Some(20))], 10));
    assert!(!is_granted(vec![statement("1", true, 15, None)], 10));
    assert!(!is_granted(vec![statement("1", true, 5, Some(8))], 10));
}

#[test]
fn looking_back_does_not_revive_a_withdrawn_consent() {
    let statements = vec![
        statement("1", true, 5, None),
        statement("1", false, 30, None),
    ];
    assert!(!is_granted(statements, 10));
}

#[test]
fn ties_are_denials_and_a_later_grant_stands() {
    assert!(!is_granted(
        vec![
            statement("1", true, 5, None),
            statement("1", false, 5, None)
        ],
        10
    ));
    assert!(is_granted(
        vec![
            statement("1", false, 5, None),
            statement("1", true, 6, None)
        ],
        10
    ));
}

#[test]
fn what_begins_as_an_undated_refusal_was_observed_is_newer() {
    let mut undated = statement("1", false, 5, None);
    undated.is_undated = true;
    let grant = || statement("1", true, 5, None);
    assert!(is_granted(vec![undated.clone(), grant()], 10));
    assert!(!is_granted(vec![undated.clone(), grant()], 5));
    let refusal = statement("1", false, 5, None);
    assert!(!is_granted(vec![undated, refusal, grant()], 10));
}

#[test]
fn the_strictest_record_of_a_person_counts() {
    assert!(!is_granted(
        vec![
            statement("1", true, 5, None),
            statement("2", false, 3, None)
        ],
        10
    ));
    assert!(is_granted(
        vec![statement("1", true, 5, None), statement("2", true, 3, None)],
        10
    ));
}

#[test]
fn an_exported_grant_of_the_hour_of_a_refusal_by_hand_may_be_older_and_yields() {
    let about = ("s", "1", LINK_SOCIAL);
    let hour = Span {
        from: 5 * DAY,
        until: 5 * DAY + HOUR,
        observed_at: 5 * DAY,
    };
    let hours = HashMap::from([(about, vec![hour])]);
    let dated = |customer_id: &str, after: i64| {
        let mut grant = statement(customer_id, true, 5, None);
        grant.effective_at += after;
        grant.yield_to(&hours);
        grant.effective_at - 5 * DAY
    };
    assert_eq!(dated("1", HOUR / 2), 0);
    assert_eq!(dated("1", HOUR), HOUR);
    assert_eq!(dated("1", -1), -1);
    assert_eq!(dated("2", HOUR / 2), HOUR / 2);
}

fn micros(text: &str) -> i64 {
    let instant: Timestamp = text.parse().expect("an instant");
    instant.as_microsecond()
}

#[test]
fn a_day_ends_when_the_clocks_of_the_shop_say_so() {
    let end = |zone: &str, at: &str| {
        let zone = TimeZone::get(zone).expect("a zone");
        let end = end_of_day(micros(at), &zone)?;
        Some(Timestamp::from_microsecond(end).ok()?.to_string())
    };
    for (zone, begin, expected) in [
        ("Asia/Tokyo", "2026-02-09T15:00:00Z", "2026-02-10T15:00:00Z"),
        (
            "America/New_York",
            "2026-03-08T05:00:00Z",
            "2026-03-09T04:00:00Z",
        ),
        // Clocks go from midnight to one, and in autumn from one back to midnight.
        (
            "America/Havana",
            "2026-03-08T05:00:00Z",
            "2026-03-09T04:00:00Z",
        ),
        (
            "America/Havana",
            "2026-11-01T04:00:00Z",
            "2026-11-02T05:00:00Z",
        ),
    ] {
        assert_eq!(end(zone, begin).as_deref(), Some(expected), "{begin}");
    }
    assert_eq!(end("America/Havana", "2026-11-01T05:00:00Z"), None);
    assert_eq!(end("Asia/Tokyo", "2026-02-10T00:00:00Z"), None);
}

/// Returns rows of `consents` of one record, told on 1 March: status, from when, and the file.
fn rows(said: &[(&str, &str, &str)]) -> DataFrame {
    let told = |(status, at, file): &(_, _, _)| (*status, Some(*at), *file, "2026-03-01T00:00:00Z");
    told_rows(&said.iter().map(told).collect::<Vec<_>>())
}

/// Returns rows of `consents` of one record: status, from when, the file, and when it was first told.
fn told_rows(said: &[(&str, Option<&str>, &str, &str)]) -> DataFrame {
    let mut frame = DataFrame::full_null(&consents::TABLE.schema(), said.len());
    let texts = |column: crate::schema::Column, of: &dyn Fn(usize) -> String| {
        let values: Vec<String> = (0..said.len()).map(of).collect();
        Column::new(column.small_name(), values)
    };
    let instants = |column: crate::schema::Column, of: &dyn Fn(usize) -> Option<i64>| {
        let values: Vec<Option<i64>> = (0..said.len()).map(of).collect();
        let values = Column::new(column.small_name(), values);
        values.cast(&column.kind.dtype()).expect("instants")
    };
    for column in [
        texts(consents::SOURCE, &|_| "s".to_owned()),
        texts(consents::CUSTOMER_ID, &|_| "1".to_owned()),
        texts(consents::PURPOSE, &|_| "email".to_owned()),
        texts(consents::STATUS, &|row| said[row].0.to_owned()),
        texts(consents::SOURCE_FILE, &|row| said[row].2.to_owned()),
        instants(consents::EFFECTIVE_AT, &|row| said[row].1.map(micros)),
        instants(consents::OBSERVED_AT, &|row| Some(micros(said[row].3))),
    ] {
        frame.with_column(column).expect("a column of the table");
    }
    frame
}

#[test]
fn a_refusal_of_a_day_outweighs_every_exported_grant_of_that_day() {
    let zone = TimeZone::get("Asia/Tokyo").expect("a zone");
    let is_granted = |said: &[(&str, &str, &str)]| {
        let frame = rows(said);
        let now = micros("2026-03-01T00:00:00Z");
        let consents = Consents::new(&frame, now, &zone).expect("columns");
        let instant = Timestamp::from_microsecond(now).expect("an instant");
        let as_of = AsOf::at(instant, &zone).expect("an instant");
        let standing = Standing::from_records(&consents, |_, _| Some("p"), &as_of);
        standing.grant("p", "email").is_some()
    };
    // Midnight of 10 February in Tokyo.
    let day = ("revoked", "2026-02-09T15:00:00Z", "a.csv");
    for (at, is_after) in [
        ("2026-02-09T14:59:00Z", false),
        ("2026-02-10T00:30:00Z", false),
        ("2026-02-10T14:59:00Z", false),
        ("2026-02-10T15:00:00Z", true),
    ] {
        let said = [day, ("granted", at, "b.csv")];
        assert_eq!(is_granted(&said), is_after, "{at}");
    }
    let by_hand = ("granted", "2026-02-10T00:30:00Z", consents::BY_HAND);
    assert!(is_granted(&[day, by_hand]), "the next grant by hand holds");
    let at_nine = ("revoked", "2026-02-10T00:00:00Z", "a.csv");
    let later = ("granted", "2026-02-10T00:30:00Z", "b.csv");
    assert!(is_granted(&[at_nine, later]), "a time of day was given");
}

#[test]
fn a_grant_of_no_known_day_outweighs_only_refusals_that_were_known_before() {
    let is_granted = |said: &[(&str, Option<&str>, &str, &str)]| {
        let frame = told_rows(said);
        let now = micros("2026-03-20T00:00:00Z");
        let consents = Consents::new(&frame, now, &TimeZone::UTC).expect("columns");
        let instant = Timestamp::from_microsecond(now).expect("an instant");
        let as_of = AsOf::at(instant, &TimeZone::UTC).expect("an instant");
        let standing = Standing::from_records(&consents, |_, _| Some("p"), &as_of);
        standing.grant("p", "email").is_some()
    };
    let (first, second) = ("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
    let refusal = Some("2025-10-01T10:00:00Z");
    let granted = ("granted", None, "members.csv", first);
    assert!(is_granted(&[granted]));
    let with_it = ("denied", refusal, "a.csv", first);
    assert!(!is_granted(&[granted, with_it]));
    let behind_it = ("denied", refusal, "a.csv", second);
    assert!(!is_granted(&[granted, behind_it]));
    let later = ("granted", None, "members.csv", second);
    assert!(is_granted(&[with_it, later]), "known before");
    let dated = ("granted", Some("2025-11-01T00:00:00Z"), "b.csv", first);
    assert!(is_granted(&[granted, with_it, dated]), "given anew");
    let by_hand = (
        "granted",
        Some("2026-03-09T00:00:00Z"),
        consents::BY_HAND,
        second,
    );
    assert!(is_granted(&[granted, behind_it, by_hand]), "given by hand");
}

/// Grants and denials by person and purpose.
type Stood<'a> = (
    BTreeMap<(String, String), Grant<'a>>,
    BTreeMap<(String, String), Denial<'a>>,
);

/// Where persons stand, by the definition: a map of the newest statement of each record, at either instant.
fn by_definition<'a>(
    consents: &'a Consents<'a>,
    person_of: impl Fn(&str) -> Option<&'static str>,
    as_of: &AsOf,
) -> Stood<'a> {
    let then = as_of.instant().as_microsecond();
    let mut oldest_first: Vec<&Statement<'_>> = consents.statements.iter().collect();
    oldest_first.sort_by_key(|statement| (statement.order(), statement.row));
    let (mut grants, mut refusals) = (BTreeMap::new(), BTreeMap::new());
    for instant in [then, consents.newest_known.max(then)] {
        let mut newest: BTreeMap<_, BTreeMap<_, &Statement<'_>>> = BTreeMap::new();
        for statement in oldest_first.iter().copied() {
            if let Some(person) = person_of(statement.customer_id)
                && counts_at(statement, instant, then)
            {
                newest
                    .entry((person.to_owned(), statement.purpose.to_owned()))
                    .or_default()
                    .insert((statement.source, statement.customer_id), statement);
            }
        }
        for (about, records) in newest {
            let mut said = records.values();
            let is_over = |said: &Statement<'_>| said.expires_at.is_some_and(|end| end <= instant);
            if let Some(refusing) = said.find(|said| !said.is_grant || is_over(said)) {
                refusals.insert(about, Denial::of(refusing));
            } else if instant == then
                && let Some(oldest) = records.values().min_by_key(|said| said.effective_at)
            {
                let until = records.values().filter_map(|said| said.expires_at).min();
                let (since, evidence) = (oldest.effective_at, oldest.evidence());
                grants.insert(
                    about,
                    Grant {
                        since,
                        until,
                        evidence,
                    },
                );
            }
        }
    }
    grants.retain(|about, _| !refusals.contains_key(about));
    (grants, refusals)
}

proptest::proptest! {
    #[test]
    fn everybody_stands_where_the_definition_says(
        said in proptest::collection::vec(
            (0_usize..2, 0_usize..5, 0_usize..3, 0_usize..3, 0_i64..20, proptest::option::of(5_i64..30)),
            0..40,
        ),
        day in 0_i64..20,
    ) {
        // In any order.
        let statements: Vec<Statement<'_>> = said.iter().zip(0..).map(|(said, row)| Statement {
            source: ["a", "b"][said.0],
            customer_id: ["1", "2", "3", "4", "5"][said.1],
            purpose: [LINK_SOCIAL, ANALYSE, "email"][said.2],
            status: ["granted", "denied", "revoked"][said.3],
            is_grant: said.3 == 0,
            is_undated: false,
            effective_at: said.4 * DAY,
            observed_at: said.4 * DAY,
            expires_at: said.5.map(|day| day * DAY),
            file: "consents.csv",
            row,
        }).collect();
        let newest_known = 15 * DAY;
        let consents = Consents { statements, newest_known };
        // Two persons of two records each, and records of nobody.
        let person_of = |customer_id: &str| match customer_id {
            "1" | "2" => Some("p"),
            "3" | "4" => Some("q"),
            _ => None,
        };
        let instant = jiff::Timestamp::from_microsecond(day * DAY).unwrap();
        let as_of = AsOf::at(instant, &TimeZone::UTC).unwrap();
        let standing = Standing::from_records(&consents, |_, id| person_of(id), &as_of);
        let of_nobody = |statement: &&Statement<'_>| person_of(statement.customer_id).is_none();
        let unknown = consents.statements.iter().filter(of_nobody).count() as u64;
        proptest::prop_assert_eq!(standing.unknown_count(), unknown);
        let (grants, refusals) = by_definition(&consents, person_of, &as_of);
        for person in ["p", "q"] {
            for purpose in [LINK_SOCIAL, ANALYSE, "email"] {
                let about = (person.to_owned(), purpose.to_owned());
                proptest::prop_assert_eq!(standing.grant(person, purpose), grants.get(&about).copied());
                proptest::prop_assert_eq!(standing.refusal(person, purpose), refusals.get(&about).copied());
            }
        }
        for purpose in [LINK_SOCIAL, ANALYSE, "email"] {
            let of = |about: &&(String, String)| about.1 == purpose;
            proptest::prop_assert_eq!(standing.granted(purpose).count(), grants.keys().filter(of).count());
            proptest::prop_assert_eq!(standing.refused(purpose).count(), refusals.keys().filter(of).count());
        }
    }
}
