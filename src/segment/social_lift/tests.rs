//! Signals at the cut, and shops whose persons mean what they say or do not.

use std::path::Path;

use jiff::civil::date;
use jiff::tz::TimeZone;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::config::Config;
use crate::schema::{
    self, ColumnKind, Table, account_scores, assignments, campaigns, conversations, customers,
    links, order_lines, orders, persons, post_scores, posts, social_lift as lift_table,
};
use crate::segment::purchases::Entry;

const DAY: i64 = 86_400_000_000;

/// Returns a table with these columns, and nothing in the others.
fn table(table: &Table, height: usize, columns: Vec<Column>) -> LazyFrame {
    let mut frame = DataFrame::full_null(&table.schema(), height);
    for column in columns {
        frame.with_column(column).unwrap();
    }
    frame.lazy()
}

fn text(column: schema::Column, cells: &[&str]) -> Column {
    Column::new(column.small_name(), cells)
}

fn instants(column: schema::Column, cells: &[Option<i64>]) -> Column {
    Column::new(column.small_name(), cells)
        .cast(&ColumnKind::Instant.dtype())
        .unwrap()
}

fn flags(column: schema::Column, cells: &[bool]) -> Column {
    Column::new(column.small_name(), cells)
}

fn empty(of: &Table) -> LazyFrame {
    table(of, 0, vec![])
}

fn nothing() -> Input {
    Input {
        orders: empty(&orders::TABLE),
        order_lines: empty(&order_lines::TABLE),
        posts: empty(&posts::TABLE),
        assignments: empty(&assignments::TABLE),
        campaigns: empty(&campaigns::TABLE),
        customers: empty(&customers::TABLE),
        persons: empty(&persons::TABLE),
        links: empty(&links::TABLE),
        post_scores: empty(&post_scores::TABLE),
        account_scores: empty(&account_scores::TABLE),
        conversations: empty(&conversations::TABLE),
        reachable: empty(&persons::TABLE),
    }
}

fn config() -> SegmentConfig {
    Config::parse("", Path::new("koe.toml"), &[])
        .unwrap()
        .segment
}

fn as_of() -> AsOf {
    AsOf::end_of(date(2026, 6, 30), &TimeZone::UTC).unwrap()
}

/// The instant so many days after the cut.
fn after(days: i64) -> Option<i64> {
    Some(as_of().instant().as_microsecond() + days * DAY)
}

fn persons_of(ids: &[&str], analysed: &[bool]) -> LazyFrame {
    table(
        &persons::TABLE,
        ids.len(),
        vec![
            text(persons::SOURCE, &vec!["shop"; ids.len()]),
            text(persons::CUSTOMER_ID, ids),
            text(persons::PERSON_ID, ids),
            flags(persons::IS_ANALYSED, analysed),
        ],
    )
}

/// Links each person to the account of the same id.
fn links_of(ids: &[&str], declared_at: &[Option<i64>]) -> LazyFrame {
    table(
        &links::TABLE,
        ids.len(),
        vec![
            text(links::PERSON_ID, ids),
            text(links::PLATFORM, &vec!["x"; ids.len()]),
            text(links::PROVIDER, &vec![""; ids.len()]),
            text(links::ACCOUNT_ID, ids),
            instants(links::DECLARED_AT, declared_at),
        ],
    )
}

/// One opinion per row: author, days after the cut, sentiment, stage of the journey.
fn opinions(rows: &[(&str, i64, f64, &str)]) -> LazyFrame {
    if rows.is_empty() {
        return empty(&post_scores::TABLE);
    }
    let ids: Vec<String> = (0..rows.len()).map(|row| format!("p{row}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let authors: Vec<&str> = rows.iter().map(|row| row.0).collect();
    let times: Vec<Option<i64>> = rows.iter().map(|row| after(row.1)).collect();
    let moods: Vec<f64> = rows.iter().map(|row| row.2).collect();
    let stages: Vec<Series> = rows
        .iter()
        .map(|row| Series::new("".into(), [row.3]))
        .collect();
    table(
        &post_scores::TABLE,
        rows.len(),
        vec![
            text(post_scores::SOURCE, &vec!["x"; rows.len()]),
            text(post_scores::POST_ID, &ids),
            text(post_scores::PLATFORM, &vec!["x"; rows.len()]),
            text(post_scores::PROVIDER, &vec![""; rows.len()]),
            text(post_scores::ACCOUNT_ID, &authors),
            instants(post_scores::POSTED_AT, &times),
            flags(post_scores::IS_OPINION, &vec![true; rows.len()]),
            Column::new(post_scores::SENTIMENT.small_name(), moods),
            Column::new(post_scores::JOURNEY.small_name(), stages),
        ],
    )
}

fn number(frame: &DataFrame, name: &str, row: usize) -> Option<f64> {
    let column = frame.column(name).unwrap().cast(&DataType::Float64);
    column.unwrap().f64().unwrap().get(row)
}

#[test]
fn only_what_was_said_by_the_cut_by_who_was_linked_by_then_is_a_signal() {
    let mut input = nothing();
    // `late` declared the account after the cut, `denied` may not be analysed, `silent` said nothing.
    let ids = ["a", "denied", "late", "silent"];
    input.persons = persons_of(&ids, &[true, false, true, true]);
    let before = after(-300);
    input.links = links_of(&ids, &[before, before, after(1), before]);
    input.post_scores = opinions(&[
        ("a", -150, -0.5, "discover"),
        ("a", -20, 0.5, "recommend"),
        ("a", -10, 0.7, "complain"),
        ("a", 1, -1.0, "buy"),
        ("a", -181, -1.0, "buy"),
        ("denied", -5, 1.0, "buy"),
        ("late", -5, 1.0, "buy"),
    ]);
    // A reply and a repost of others count, one's own, the shop's and a later one do not.
    let by = ["b", "c", "a", "shop", "d"];
    input.posts = table(
        &posts::TABLE,
        5,
        vec![
            text(posts::SOURCE, &["x"; 5]),
            text(posts::PLATFORM, &["x"; 5]),
            text(posts::POST_ID, &["r1", "r2", "r3", "r4", "r5"]),
            text(posts::ACCOUNT_ID, &by),
            instants(
                posts::POSTED_AT,
                &[after(-9), after(-8), after(-7), after(-6), after(2)],
            ),
            Column::new(
                posts::REPLY_TO_POST_ID.small_name(),
                &[Some("p1"), None, Some("p1"), Some("p1"), Some("p1")],
            ),
            Column::new(
                posts::REPOSTED_POST_ID.small_name(),
                &[None, Some("p2"), None, None, None],
            ),
            flags(posts::IS_OUTBOUND, &[false, false, false, true, false]),
        ],
    );
    // Open at the cut: never answered, and answered after it; not: answered before, asked after, a question.
    input.conversations = table(
        &conversations::TABLE,
        5,
        vec![
            text(conversations::SOURCE, &["x"; 5]),
            text(conversations::PLATFORM, &["x"; 5]),
            text(conversations::PROVIDER, &[""; 5]),
            text(conversations::ACCOUNT_ID, &["a"; 5]),
            text(conversations::ROOT_POST_ID, &["c1", "c2", "c3", "c4", "c5"]),
            text(
                conversations::UTTERANCE,
                &[
                    "complaint",
                    "complaint",
                    "complaint",
                    "complaint",
                    "question",
                ],
            ),
            flags(conversations::NEEDS_ANSWER, &[true; 5]),
            instants(
                conversations::ASKED_AT,
                &[after(-9), after(-9), after(-9), after(1), after(-9)],
            ),
            instants(
                conversations::FIRST_RESPONSE_AT,
                &[None, after(3), after(-8), None, None],
            ),
            instants(
                conversations::WAITING_SINCE_AT,
                &[after(-9), None, None, after(1), after(-9)],
            ),
        ],
    );
    let narrowed = input.clone().narrowed(&config(), &as_of()).unwrap();
    for input in [input, narrowed] {
        let found = signals::measure(&input, &config(), &as_of())
            .unwrap()
            .sort([persons::PERSON_ID.name], SortMultipleOptions::default())
            .collect()
            .unwrap();
        let people = found.column(persons::PERSON_ID.name).unwrap();
        let people: Vec<Option<&str>> = people.str().unwrap().iter().collect();
        assert_eq!(people, [Some("a"), Some("silent")]);
        let of = |name: &str| [number(&found, name, 0), number(&found, name, 1)];
        assert_eq!(of(signals::POSTS), [Some(3.0), Some(0.0)]);
        let close = |found: Option<f64>, expected: f64| (found.unwrap() - expected).abs() < 1e-9;
        assert!(close(of(signals::SENTIMENT)[0], 0.7 / 3.0));
        assert!(close(of(signals::SENTIMENT_TREND)[0], 1.1));
        assert!(close(of(signals::ADVOCACY)[0], 1.0 / 3.0));
        assert_eq!(of(signals::JOURNEY_STAGE), [Some(4.0), None]);
        assert_eq!(of(signals::SENTIMENT)[1], None);
        assert_eq!(of(signals::INFLUENCE), [Some(2.0), Some(0.0)]);
        assert_eq!(of(signals::OPEN_COMPLAINTS), [Some(2.0), Some(0.0)]);
    }
}

/// A shop of 500 persons over 500 days, every other of them linked and in a mood that moves the purchase rate.
struct Shop {
    input: Input,
    /// The purchase days of each person, who are in the order of their ids.
    days: Vec<(String, Vec<i32>)>,
}

impl Shop {
    fn simulated(effect: f64, linked: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(8);
        let ids: Vec<String> = (0..500).map(|person| format!("m{person:03}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let last = as_of().day_number();
        let (mut bought, mut said) = (Vec::new(), Vec::new());
        for (person, id) in ids.iter().enumerate() {
            let mood = 2.0 * random.random::<f64>() - 1.0;
            let speaks = person < linked;
            let moved = if speaks { (effect * mood).exp() } else { 1.0 };
            // An exponential rate, that is gamma of shape 1, of once in sixty days on average.
            let rate = -(1.0 - random.random::<f64>()).ln() / 60.0 * moved;
            let mut day = last - 499 + random.random_range(0..200);
            let mut days = Vec::new();
            while day <= last {
                days.push(day);
                if random.random::<f64>() < 0.1 {
                    break;
                }
                day += 1 + (-(1.0 - random.random::<f64>()).ln() / rate).min(9_999.0) as i32;
            }
            bought.push(((*id).to_owned(), days));
            if speaks {
                said.push((*id, -130 - i64::try_from(person % 40).unwrap(), mood, "buy"));
            }
        }
        let mut input = nothing();
        input.persons = persons_of(&ids, &vec![true; ids.len()]);
        input.links = links_of(&ids[..linked], &vec![after(-600); linked]);
        input.post_scores = opinions(&said);
        Self {
            input,
            days: bought,
        }
    }

    fn lift(&self, config: &SegmentConfig) -> DataFrame {
        let ids: Vec<&str> = self.days.iter().map(|(id, _)| id.as_str()).collect();
        let ids = Column::new(persons::PERSON_ID.small_name(), ids);
        let persons = self.days.iter().zip(0_u32..);
        let entries = persons.flat_map(|((_, days), person)| {
            let entry = move |day: &i32| Entry::new(person, *day, false, 1_000);
            days.iter().map(entry)
        });
        let ledger = Ledger::new(ids, entries.collect());
        lift(&self.input, &ledger, config, &as_of()).unwrap()
    }
}

fn cell(frame: &DataFrame, column: schema::Column, row: usize) -> Option<&str> {
    frame.column(column.name).unwrap().str().unwrap().get(row)
}

#[test]
fn persons_who_mean_what_they_say_give_a_lift_and_others_none() {
    let found = Shop::simulated(1.5, 400).lift(&config());
    assert_eq!(**found.schema(), lift_table::TABLE.schema());
    assert_eq!(cell(&found, lift_table::SIGNAL, 0), Some("all"));
    let verdict = cell(&found, lift_table::VERDICT, 0).unwrap();
    assert!(["gain", "unconfirmed"].contains(&verdict), "{found}");
    let row = (0..found.height())
        .find(|row| {
            cell(&found, lift_table::SIGNAL, *row) == Some("sentiment")
                && cell(&found, lift_table::PROCESS, *row) == Some("purchase")
        })
        .unwrap();
    let get = |column: schema::Column, row: usize| number(&found, column.name, row).unwrap();
    assert!(get(lift_table::EFFECT, row) > 0.3, "{found}");
    assert!(get(lift_table::HOLM_P_VALUE, row) < 0.01);
    assert!(get(lift_table::LOG_LIKELIHOOD_CHANGE, 0) > 5.0);
    let half = 0.5 * get(lift_table::LIKELIHOOD_RATIO, 0);
    assert!((get(lift_table::LOG_LIKELIHOOD_CHANGE, 0) - half).abs() < 1e-9);
    let (low, high) = (
        get(lift_table::HOLDOUT_MAE_CHANGE_LOW, 0),
        get(lift_table::HOLDOUT_MAE_CHANGE_HIGH, 0),
    );
    assert!(low <= high);
    // Everybody said one thing once: what does not vary is named.
    let noted = |signal: &str| {
        (0..found.height()).any(|row| {
            cell(&found, lift_table::SIGNAL, row) == Some(signal)
                && cell(&found, lift_table::NOTE, row) == Some("constant")
        })
    };
    assert!(noted("posts") && noted("journey_stage") && noted("open_complaints"));
    let none = Shop::simulated(0.0, 400).lift(&config());
    assert_ne!(cell(&none, lift_table::VERDICT, 0), Some("gain"));
    let chance = number(&none, lift_table::PERMUTATION_P_VALUE.name, 0).unwrap();
    assert!(chance > 0.005, "{none}");
}

#[test]
fn an_order_of_half_a_century_ago_moves_no_cut() {
    let mut shop = Shop::simulated(1.5, 30);
    let weeks = |shop: &Shop| {
        let found = shop.lift(&config());
        number(&found, lift_table::HOLDOUT_WEEKS.name, 0).unwrap()
    };
    let before = weeks(&shop);
    shop.days.push(("m500".to_owned(), vec![0]));
    // The day of the second person instead of the third.
    assert!((weeks(&shop) - before).abs() <= 1.0);
}

#[test]
fn too_few_and_too_short_say_so_and_nothing_else() {
    for linked in [0, 30] {
        let found = Shop::simulated(1.5, linked).lift(&config());
        assert_eq!(found.height(), 1);
        assert_eq!(cell(&found, lift_table::VERDICT, 0), Some("too_few"));
        assert_eq!(number(&found, lift_table::EFFECT.name, 0), None);
        let counted = number(&found, lift_table::LINKED_COUNT.name, 0).unwrap();
        assert!(counted <= linked as f64);
    }
    let shop = Shop {
        input: nothing(),
        days: Vec::new(),
    };
    let found = shop.lift(&config());
    assert_eq!(found.height(), 1);
    assert_eq!(cell(&found, lift_table::VERDICT, 0), Some("too_short"));
    let mut off = config();
    off.social_lift.enabled = false;
    assert_eq!(shop.lift(&off).height(), 0);
}
