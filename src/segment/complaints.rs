//! Which complaints to answer first: how grave, how far heard, and how much the customer is worth.
//!
//! ```text
//! value priority = severity * log10(10 + reach) * (1 + value rank)
//! ```
//!
//! The first two factors are `conversations.priority`. The value rank is the share of the buyers who are worth as much as the
//! customer or less, by 12-month value (by spend where there is none): the same complaint of the best customer counts twice
//! that of somebody who has bought nothing. Of a public post whose account is not linked with consent nobody is looked up
//! among the customers; what was said to the shop itself is the customer's whom its own system names. Other complaints are
//! ranked by severity and reach alone, and no complaint falls below what these give it.

use polars::prelude::*;

use super::Input;
use super::heard::{linked, records};
use crate::account_links::account_key;
use crate::as_of::AsOf;
use crate::schema::{
    Column as Owned, complaint_priorities as found, conversations, links, person_segments,
    person_values, persons, posts,
};

/// Severity from which on a complaint is called severe.
const SEVERE: f64 = 0.7;
/// Accounts that hear it, from which on they are called many.
const MANY: i64 = 1000;
/// Value rank above which a customer is of high value: the best fifth.
const HIGH_VALUE: f64 = 0.8;
/// Probability of being a customer still, below which one is slipping away.
const SLIPPING: f64 = 0.5;
/// Days since the first purchase up to which a customer is new.
const NEW_DAYS: i64 = 60;
/// Conversations of which the customer asked again after an answer.
const WAITING: &str = "waiting_for_us";
/// Person whose account it is.
const BY_LINK: &str = "__by_link";
/// Person of the customer that the export names.
const BY_RECORD: &str = "__by_record";

/// Returns the table `complaint_priorities`; `people` are persons with their values and segments.
pub(super) fn table(input: &Input, people: &DataFrame, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let person = || person_segments::PERSON_ID.expr();
    let worth = || {
        coalesce(&[
            person_values::LTV_MINOR.expr(),
            person_values::SPEND_MINOR.expr(),
        ])
    };
    let rank = worth().rank(
        RankOptions {
            method: RankMethod::Max,
            descending: false,
        },
        None,
    );
    // Many may be worth nothing, and none of them stands above another.
    let rank = when(worth().gt(lit(0i64)))
        .then(rank.cast(DataType::Float64) / worth().count().cast(DataType::Float64))
        .otherwise(lit(0.0));
    let valued = people.clone().lazy().select([
        person(),
        person_segments::SEGMENT.expr(),
        person_segments::ORDER_STAGE.expr(),
        person_values::LTV_MINOR.expr(),
        person_values::ALIVE_PROB.expr(),
        person_values::CUSTOMER_AGE_DAYS.expr(),
        rank.fill_null(lit(0.0)).alias(found::VALUE_RANK.name),
    ]);
    let known = people.clone().lazy().select([person()]);
    let accounts = linked(input)
        .semi_join(known.clone(), links::PERSON_ID.expr(), person())
        .select([
            links::PLATFORM.expr(),
            links::PROVIDER.expr(),
            links::ACCOUNT_ID.expr(),
            links::PERSON_ID.expr().alias(BY_LINK),
        ]);
    let records = records(input)
        .semi_join(known, persons::PERSON_ID.expr(), person())
        .select([
            posts::SOURCE.expr(),
            posts::POST_ID.expr(),
            persons::PERSON_ID.expr().alias(BY_RECORD),
        ]);
    let weight = lit(1.0) + found::VALUE_RANK.expr().fill_null(lit(0.0));
    let mut open = input
        .conversations
        .clone()
        .filter(
            conversations::IS_OPEN_COMPLAINT
                .expr()
                .fill_null(lit(false)),
        )
        .with_column(conversations::PROVIDER.expr().fill_null(lit("")))
        .join(
            accounts,
            account_key(),
            account_key(),
            JoinArgs::new(JoinType::Left),
        )
        .join(
            records,
            [
                conversations::SOURCE.expr(),
                conversations::ROOT_POST_ID.expr(),
            ],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Left),
        )
        .with_column(
            coalesce(&[col(BY_LINK), col(BY_RECORD)]).alias(person_segments::PERSON_ID.name),
        )
        .left_join(valued, person(), person())
        .with_column(
            (conversations::PRIORITY.expr().fill_null(lit(0.0)) * weight)
                .alias(found::VALUE_PRIORITY.name),
        )
        .sort(
            [
                found::VALUE_PRIORITY.name,
                conversations::WAITED_WALL_MINUTES.name,
                found::CONVERSATION_ID.name,
            ],
            SortMultipleOptions::default()
                .with_order_descending_multi([true, true, false])
                .with_nulls_last(true),
        )
        .collect()?;
    let place: Vec<i64> = (1..).take(open.height()).collect();
    open.with_column(Column::new(found::POSITION.small_name(), place))?;
    let reasons = reasons(&open, as_of.instant().as_microsecond())?;
    open.with_column(reasons)?;
    open.select(found::TABLE.columns.iter().map(Owned::small_name))
}

/// Returns why each complaint stands where it does.
fn reasons(open: &DataFrame, now: i64) -> PolarsResult<Column> {
    let whole = |column: Owned| open.column(column.name)?.i64();
    let float = |column: Owned| open.column(column.name)?.f64();
    let (rank, alive) = (float(found::VALUE_RANK)?, float(person_values::ALIVE_PROB)?);
    let age = whole(person_values::CUSTOMER_AGE_DAYS)?;
    let (severity, reach) = (float(found::SEVERITY)?, whole(found::REACH)?);
    let due = open.column(found::DUE_AT.name)?.cast(&DataType::Int64)?;
    let due = due.i64()?;
    let state = open.column(conversations::STATE.name)?.str()?;
    let person = open.column(found::PERSON_ID.name)?.str()?;
    let mut lists = ListStringChunkedBuilder::new(
        found::REASONS.small_name(),
        open.height(),
        open.height() * 2,
    );
    for row in 0..open.height() {
        let all = [
            (
                "high_value",
                rank.get(row).is_some_and(|rank| rank > HIGH_VALUE),
            ),
            (
                "slipping_away",
                alive.get(row).is_some_and(|alive| alive < SLIPPING),
            ),
            (
                "new_customer",
                age.get(row).is_some_and(|age| age <= NEW_DAYS),
            ),
            (
                "severe",
                severity.get(row).is_some_and(|severity| severity >= SEVERE),
            ),
            (
                "many_hear",
                reach.get(row).is_some_and(|reach| reach >= MANY),
            ),
            ("past_target", due.get(row).is_some_and(|due| due < now)),
            ("asked_again", state.get(row) == Some(WAITING)),
            ("author_unknown", person.get(row).is_none()),
        ];
        let holding = all.iter().filter(|(_, holds)| *holds);
        lists.append_values_iter(holding.map(|(reason, _)| *reason));
    }
    Ok(lists.finish().into_column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::fixture::{Complaint, Shop, floats, lists, rows, same, text, texts, until};

    const SHOP: Shop<'static> = Shop {
        persons: &[
            ("1", "ann", true),
            ("2", "ben", true),
            ("3", "cat", true),
            ("4", "eve", false),
        ],
        links: &[("ann", "a"), ("ben", "b"), ("eve", "e")],
        complaints: &[
            Complaint::open("small", "b", 0.5, 10),
            Complaint::open("grave", "a", 0.8, 10),
            // Nobody knows that it is cat's.
            Complaint::open("unknown", "c", 0.8, 5_000),
            // The link of who denied to be analysed counts for nothing.
            Complaint::open("denied", "e", 0.8, 10),
            Complaint {
                is_open: false,
                ..Complaint::open("answered", "a", 1.0, 10_000)
            },
        ],
        ..Shop::EMPTY
    };

    fn people() -> DataFrame {
        df!(
            person_segments::PERSON_ID.name => ["ann", "ben", "cat", "eve"],
            person_segments::SEGMENT.name => ["優良×不満", "一般", "一般", "一般"],
            person_segments::ORDER_STAGE.name => ["habitual", "discovered", "habitual", "habitual"],
            person_values::LTV_MINOR.name => [Some(9_000i64), None, Some(20_000), Some(90_000)],
            person_values::SPEND_MINOR.name => [Some(9_000i64), None, Some(20_000), Some(90_000)],
            person_values::ALIVE_PROB.name => [Some(0.4), None, Some(0.9), Some(0.9)],
            person_values::CUSTOMER_AGE_DAYS.name => [Some(400i64), None, Some(400), Some(400)],
        )
        .unwrap()
    }

    #[test]
    fn worth_moves_a_complaint_up_and_nobody_is_looked_up_without_a_link() {
        let input = SHOP.input();
        let queue = table(&input, &people(), &until("2026-03-31")).unwrap();
        assert_eq!(**queue.schema(), found::TABLE.schema());
        assert_eq!(
            texts(&queue, found::CONVERSATION_ID),
            ["unknown", "grave", "denied", "small"]
        );
        assert_eq!(texts(&queue, found::PERSON_ID), ["", "ann", "", "ben"]);
        let priority = floats(&queue, found::VALUE_PRIORITY);
        let of = |severity: f64, reach: f64| severity * (10.0 + reach).log10();
        let expected = [
            of(0.8, 5_000.0),
            of(0.8, 10.0) * (1.0 + 1.0 / 3.0),
            of(0.8, 10.0),
            of(0.5, 10.0),
        ];
        for (found, expected) in priority.iter().zip(expected) {
            assert!((found.unwrap() - expected).abs() < 1e-12);
        }
        assert_eq!(
            lists(&queue, found::REASONS),
            [
                vec!["severe", "many_hear", "past_target", "author_unknown"],
                vec!["slipping_away", "severe", "past_target"],
                vec!["severe", "past_target", "author_unknown"],
                vec!["past_target"],
            ]
        );
    }

    #[test]
    fn what_was_said_to_the_shop_is_the_customers_whom_the_export_names() {
        let shop = Shop {
            complaints: &[
                Complaint::open("mail", "nobody", 0.8, 10),
                Complaint::open("tweet", "nobody", 0.7, 10),
                Complaint::open("denied", "nobody", 0.6, 10),
                Complaint::open("linked", "b", 0.5, 10),
            ],
            ..SHOP
        };
        // Post, kind and customer; of `tweet` the export names the customer, too, but it is public.
        let said = [
            ("mail", "email", "3"),
            ("tweet", "post", "3"),
            ("denied", "chat", "4"),
            ("linked", "ticket", "3"),
        ];
        let mut input = shop.input();
        input.posts = rows(
            &posts::TABLE,
            said.len(),
            vec![
                same(posts::SOURCE, "shop", said.len()),
                text(posts::POST_ID, said.iter().map(|post| post.0)),
                text(posts::KIND, said.iter().map(|post| post.1)),
                text(posts::CUSTOMER_ID, said.iter().map(|post| post.2)),
            ],
        )
        .lazy();
        let source = lit("shop").alias(conversations::SOURCE.name);
        input.conversations = input.conversations.with_column(source);
        let queue = table(&input, &people(), &until("2026-03-31")).unwrap();
        let priority = floats(&queue, found::VALUE_PRIORITY);
        let by_id = |id: &str| {
            let ids = texts(&queue, found::CONVERSATION_ID);
            ids.iter().position(|found| *found == id).unwrap()
        };
        let persons = texts(&queue, found::PERSON_ID);
        let of = |id: &str| persons[by_id(id)];
        assert_eq!(
            ["mail", "tweet", "denied", "linked"].map(of),
            ["cat", "", "", "ben"]
        );
        // Two of the three who are worth something are worth as much as cat or less.
        let expected = 0.8 * 20f64.log10() * (1.0 + 2.0 / 3.0);
        assert!((priority[by_id("mail")].unwrap() - expected).abs() < 1e-12);
        assert_eq!(
            lists(&queue, found::REASONS)[by_id("mail")],
            ["severe", "past_target"]
        );
    }

    #[test]
    fn without_complaints_the_queue_is_empty() {
        let input = Shop::EMPTY.input();
        let queue = table(&input, &people(), &until("2026-03-31")).unwrap();
        assert_eq!(queue.height(), 0);
        assert_eq!(**queue.schema(), found::TABLE.schema());
    }
}
