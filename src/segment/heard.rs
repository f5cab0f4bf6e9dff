//! Which opinions are whose: those of linked accounts, and what customers said to the shop.

use polars::prelude::*;

use super::Input;
use crate::account_links::{linked_accounts, with_accounts};
use crate::as_of::AsOf;
use crate::schema::{
    Column as Owned, ColumnKind, links, person_voices, persons, post_scores, posts,
};

/// Kinds of posts that are said to the shop itself.
pub(crate) const SAID_TO_THE_SHOP: [&str; 5] = ["chat", "call", "email", "ticket", "review"];
/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// Returns an instant, given in microseconds since 1970-01-01 UTC, as a value of a column.
pub(super) fn instant(micros: i64) -> Expr {
    lit(micros).cast(ColumnKind::Instant.dtype())
}

/// Returns the records of persons who may be analysed.
pub(super) fn analysed(input: &Input) -> LazyFrame {
    input.persons.clone().filter(persons::IS_ANALYSED.expr())
}

/// Returns the tables as they were before an instant: who was linked later was not known then.
pub(super) fn known_before(input: &Input, micros: i64) -> Input {
    let is_known = links::DECLARED_AT.expr().lt(instant(micros));
    Input {
        links: input.links.clone().filter(is_known),
        ..input.clone()
    }
}

/// Returns the linked accounts of persons who may be analysed: person, platform, provider, id and handle.
///
/// `links` holds nobody without consent in force; who denied `analyse` is left out here once more.
pub(super) fn linked(input: &Input) -> LazyFrame {
    input
        .links
        .clone()
        .select([
            links::PERSON_ID.expr(),
            links::PLATFORM.expr(),
            links::PROVIDER.expr().fill_null(lit("")),
            links::ACCOUNT_ID.expr(),
            links::HANDLE.expr(),
        ])
        .semi_join(
            analysed(input),
            links::PERSON_ID.expr(),
            persons::PERSON_ID.expr(),
        )
}

/// Returns the opinions before the as-of instant with their persons, each post once: person, source, post and `columns` of
/// `post_scores`.
///
/// A public post counts for a person only through `links`; what the export itself ties to a customer counts unless the
/// person denied `analyse`. Where both say whose it is, the link does.
pub(super) fn opinions(input: &Input, as_of: &AsOf, columns: &[Owned]) -> PolarsResult<LazyFrame> {
    let is_before = post_scores::POSTED_AT
        .expr()
        .lt(instant(as_of.instant().as_microsecond()));
    let opinions = input
        .post_scores
        .clone()
        .filter(post_scores::IS_OPINION.expr().and(is_before));
    let mut kept = vec![
        person_voices::PERSON_ID.expr(),
        post_scores::SOURCE.expr(),
        post_scores::POST_ID.expr(),
    ];
    kept.extend(columns.iter().map(Owned::expr));
    let accounts = linked_accounts(linked(input));
    let by_link = with_accounts(opinions.clone(), accounts, JoinType::Inner).select(kept.clone());
    let by_record = opinions
        .join(
            records(input),
            [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .select(kept);
    Ok(
        concat([by_link, by_record], UnionArgs::default())?.unique_stable(
            Some(by_name(
                [post_scores::SOURCE.name, post_scores::POST_ID.name],
                true,
                false,
            )),
            UniqueKeepStrategy::First,
        ),
    )
}

/// Returns the posts that were said to the shop itself by a customer whom its own system names: source, post and person, who may
/// be analysed.
pub(super) fn records(input: &Input) -> LazyFrame {
    input
        .posts
        .clone()
        .filter(is_recorded())
        .select([
            posts::SOURCE.expr(),
            posts::POST_ID.expr(),
            posts::CUSTOMER_ID.expr(),
        ])
        .join(
            analysed(input).select([
                persons::SOURCE.expr(),
                persons::CUSTOMER_ID.expr(),
                persons::PERSON_ID.expr(),
            ]),
            [posts::SOURCE.expr(), posts::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .select([
            posts::SOURCE.expr(),
            posts::POST_ID.expr(),
            persons::PERSON_ID.expr(),
        ])
}

/// Whether the shop's own system names the customer who said a post to it.
pub(super) fn is_recorded() -> Expr {
    posts::CUSTOMER_ID
        .expr()
        .is_not_null()
        .and(is_said_to_the_shop())
}

/// Whether a post was said to the shop itself: what its own system names the customer of needs no link. Of a public post an
/// export may name the customer, too, but it counts for them only by a link, to which they agreed.
fn is_said_to_the_shop() -> Expr {
    let kind = posts::KIND.expr();
    let any = SAID_TO_THE_SHOP.map(|name| kind.clone().eq(lit(name)));
    any.into_iter()
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(false))
        .fill_null(lit(false))
}
