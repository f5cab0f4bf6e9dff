//! The two roles that only orders tell: customer and prospect.
//!
//! The other roles of an account (advocate, detractor, influencer and so on) are in `account_scores` and know no person. What an
//! account is to the till is known only where its owner agreed to be linked, so that both stand side by side for these.

use polars::prelude::*;

use super::Input;
use super::heard::linked;
use crate::account_links::with_accounts;
use crate::schema::{account_scores, links, person_segments, person_values, srm_roles};

/// Roles of accounts, the one that says most of a person with several accounts first.
const ROLES: [&str; 9] = [
    "official",
    "bot",
    "staff",
    "media",
    "detractor",
    "influencer",
    "bridge",
    "advocate",
    "peer",
];
const PLACE: &str = "__place";

/// Returns whether a person is a customer or a prospect.
pub(super) fn role() -> Expr {
    when(person_values::ORDER_COUNT.expr().is_not_null())
        .then(lit("customer"))
        .otherwise(lit("prospect"))
}

/// Returns the linked accounts with the role that their posts gave them.
pub(super) fn accounts(input: &Input) -> LazyFrame {
    let roles = input.account_scores.clone().select([
        account_scores::PLATFORM.expr(),
        account_scores::PROVIDER.expr().fill_null(lit("")),
        account_scores::ACCOUNT_ID.expr(),
        account_scores::ROLE
            .expr()
            .alias(person_segments::ACCOUNT_ROLE.name),
    ]);
    with_accounts(linked(input), roles, JoinType::Left)
}

/// Returns one role per person with a linked account that has one: the first of the order above.
pub(super) fn account_roles(input: &Input) -> LazyFrame {
    let role = || person_segments::ACCOUNT_ROLE.expr();
    let last = lit(ROLES.len() as i64);
    let place = ROLES
        .into_iter()
        .enumerate()
        .rev()
        .fold(last, |rest, (place, name)| {
            when(role().eq(lit(name)))
                .then(lit(place as i64))
                .otherwise(rest)
        });
    accounts(input)
        .filter(role().is_not_null())
        .select([links::PERSON_ID.expr(), role(), place.alias(PLACE)])
        .sort(
            [
                links::PERSON_ID.name,
                PLACE,
                person_segments::ACCOUNT_ROLE.name,
            ],
            SortMultipleOptions::default(),
        )
        .group_by_stable([links::PERSON_ID.expr()])
        .agg([role().first()])
}

/// Returns the table `srm_roles` of persons with their segments.
pub(super) fn table(input: &Input, people: &DataFrame) -> PolarsResult<DataFrame> {
    let of_person = people.clone().lazy().select([
        person_segments::PERSON_ID.expr(),
        person_segments::SRM_ROLE.expr(),
        person_segments::ORDER_STAGE.expr(),
    ]);
    accounts(input)
        .inner_join(
            of_person,
            links::PERSON_ID.expr(),
            person_segments::PERSON_ID.expr(),
        )
        .select(
            srm_roles::TABLE
                .columns
                .iter()
                .map(|column| column.expr())
                .collect::<Vec<_>>(),
        )
        .sort(
            [
                srm_roles::PLATFORM.name,
                srm_roles::PROVIDER.name,
                srm_roles::ACCOUNT_ID.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::fixture::{Shop, texts};

    #[test]
    fn only_linked_accounts_of_persons_who_may_be_analysed_have_a_role() {
        let shop = Shop {
            persons: &[("1", "ann", true), ("2", "ben", true), ("3", "eve", false)],
            // Eve's link should not be there at all; cat has an account and no link.
            links: &[("ann", "a1"), ("ann", "a2"), ("ben", "b1"), ("eve", "e1")],
            roles: &[
                ("a1", "peer"),
                ("a2", "advocate"),
                ("c1", "influencer"),
                ("e1", "detractor"),
            ],
            ..Shop::EMPTY
        };
        let input = shop.input();
        let people = df!(
            person_segments::PERSON_ID.name => ["ann", "ben", "eve"],
            person_segments::SRM_ROLE.name => ["customer", "prospect", "customer"],
            person_segments::ORDER_STAGE.name => ["habitual", "discovered", "first"],
        )
        .unwrap();
        let found = table(&input, &people).unwrap();
        assert_eq!(**found.schema(), srm_roles::TABLE.schema());
        assert_eq!(texts(&found, srm_roles::ACCOUNT_ID), ["a1", "a2", "b1"]);
        assert_eq!(
            texts(&found, srm_roles::SRM_ROLE),
            ["customer", "customer", "prospect"]
        );
        assert_eq!(
            texts(&found, srm_roles::ACCOUNT_ROLE),
            ["peer", "advocate", ""]
        );
        let of_persons = account_roles(&input).collect().unwrap();
        assert_eq!(texts(&of_persons, links::PERSON_ID), ["ann"]);
        assert_eq!(
            texts(&of_persons, person_segments::ACCOUNT_ROLE),
            ["advocate"]
        );
    }
}
