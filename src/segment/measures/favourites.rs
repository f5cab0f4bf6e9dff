//! What a person chooses most.

use polars::prelude::*;

use super::facts::PERSON;

/// How often it was chosen.
pub(super) const COUNT: &str = "__count";
/// For how much money.
pub(super) const MONEY: &str = "__money";
/// The last day it was chosen.
pub(super) const LATEST: &str = "__latest";

/// Returns `__person` and the choice each has most of; of equals the one with more money, then the latest, then the first
/// by name.
///
/// `counts` has a row per person and choice.
pub(super) fn favourites(counts: LazyFrame, choice: &'static str) -> LazyFrame {
    const MOST: &str = "__most";
    let most = counts
        .clone()
        .group_by([col(PERSON)])
        .agg([col(COUNT).max().alias(MOST)]);
    // Few persons have equals: only they are worth sorting for.
    counts
        .inner_join(most, col(PERSON), col(PERSON))
        .filter(col(COUNT).eq(col(MOST)))
        .sort(
            [PERSON, MONEY, LATEST, choice],
            SortMultipleOptions::default().with_order_descending_multi([false, true, true, false]),
        )
        .unique_stable(
            Some(by_name([PERSON], true, false)),
            UniqueKeepStrategy::First,
        )
        .select([col(PERSON), col(choice)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn favourite(rows: [(&str, i64, i64, i32); 3]) -> String {
        let frame = df!(
            PERSON => [7u32; 3],
            "choice" => rows.map(|row| row.0),
            COUNT => rows.map(|row| row.1),
            MONEY => rows.map(|row| row.2),
            LATEST => rows.map(|row| row.3),
        )
        .unwrap();
        let found = favourites(frame.lazy(), "choice").collect().unwrap();
        assert_eq!(found.height(), 1);
        let choice = found.column("choice").unwrap().str().unwrap();
        choice.get(0).unwrap().to_owned()
    }

    #[test]
    fn equals_are_parted_by_money_then_day_then_name() {
        let by_count = [("a", 1, 900, 9), ("b", 2, 10, 1), ("c", 1, 800, 9)];
        assert_eq!(favourite(by_count), "b");
        let by_money = [("a", 2, 10, 9), ("b", 2, 10, 1), ("c", 2, 11, 1)];
        assert_eq!(favourite(by_money), "c");
        let by_day = [("a", 2, 10, 1), ("b", 2, 10, 3), ("c", 2, 10, 2)];
        assert_eq!(favourite(by_day), "b");
        let by_name = [("c", 2, 10, 1), ("b", 2, 10, 1), ("d", 2, 10, 1)];
        assert_eq!(favourite(by_name), "b");
    }
}
