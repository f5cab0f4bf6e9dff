//! Whose account something is: the one join of posts, conversations and the like with `links`.

use polars::prelude::*;

use crate::schema::links;

/// Returns the columns by which an account is told, whatever table it stands in: all call them alike.
pub(crate) fn account_key() -> [Expr; 3] {
    [
        links::PLATFORM.expr(),
        links::PROVIDER.expr(),
        links::ACCOUNT_ID.expr(),
    ]
}

/// Returns the accounts of `links` with their persons and nothing else; where there is no provider, it is an empty text.
pub(crate) fn linked_accounts(links: LazyFrame) -> LazyFrame {
    links.select([
        links::PERSON_ID.expr(),
        links::PLATFORM.expr(),
        links::PROVIDER.expr().fill_null(lit("")),
        links::ACCOUNT_ID.expr(),
    ])
}

/// Adds to rows that name an account what another frame knows of the account, such as its person.
///
/// A row without a provider, which is not the same as an empty one, is of no account.
pub(crate) fn with_accounts(rows: LazyFrame, accounts: LazyFrame, join: JoinType) -> LazyFrame {
    rows.join(accounts, account_key(), account_key(), JoinArgs::new(join))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{account_scores, accounts, conversations, post_scores, posts};

    #[test]
    fn every_table_calls_the_columns_of_an_account_alike() {
        let key = [links::PLATFORM, links::PROVIDER, links::ACCOUNT_ID].map(|column| column.name);
        for columns in [
            [accounts::PLATFORM, accounts::PROVIDER, accounts::ACCOUNT_ID],
            [posts::PLATFORM, posts::PROVIDER, posts::ACCOUNT_ID],
            [
                post_scores::PLATFORM,
                post_scores::PROVIDER,
                post_scores::ACCOUNT_ID,
            ],
            [
                account_scores::PLATFORM,
                account_scores::PROVIDER,
                account_scores::ACCOUNT_ID,
            ],
            [
                conversations::PLATFORM,
                conversations::PROVIDER,
                conversations::ACCOUNT_ID,
            ],
        ] {
            assert_eq!(columns.map(|column| column.name), key);
        }
    }

    #[test]
    fn a_row_gets_the_person_of_its_account_on_its_platform_and_of_its_provider() {
        let said = df!(
            "post_id" => ["1", "2", "3"],
            "platform" => ["line", "line", "x"],
            "provider" => ["1", "2", ""],
            "account_id" => ["a", "a", "a"],
        )
        .unwrap();
        let linked = df!(
            "person_id" => ["p", "q"],
            "platform" => ["line", "x"],
            "provider" => [Some("1"), None],
            "account_id" => ["a", "a"],
            "handle" => ["h", "h"],
        )
        .unwrap();
        let persons = |join: JoinType| -> Vec<String> {
            let accounts = linked_accounts(linked.clone().lazy());
            let found = with_accounts(said.clone().lazy(), accounts, join)
                .sort([posts::POST_ID.name], SortMultipleOptions::default())
                .select([links::PERSON_ID.expr().fill_null(lit("nobody"))])
                .collect()
                .unwrap();
            let person = found.column(links::PERSON_ID.name).unwrap();
            let person = person.str().unwrap().iter().flatten();
            person.map(str::to_owned).collect()
        };
        assert_eq!(persons(JoinType::Inner), ["p", "q"]);
        assert_eq!(persons(JoinType::Left), ["p", "nobody", "q"]);
    }
}
