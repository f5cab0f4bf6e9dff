//! Values as shops write them: dates, money, numbers, addresses to reach somebody.
//!
//! Every reader takes a cell and answers `Ok(None)` for an empty one. None of them guesses: what can be read in two
//! ways is an error, and the row that holds it is rejected with the reason.

pub mod dates;
pub mod decimal;
pub mod entities;
pub mod html;
pub mod keys;
pub mod mojibake;
pub mod money;
pub mod numbers;
pub mod widths;

/// Why a cell cannot be read as what its column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueError {
    /// No date or time in any known notation.
    NotADate,
    /// Day and month cannot be told apart.
    AmbiguousDate,
    /// No amount of money.
    NotMoney,
    /// An amount with the mark of another currency.
    OtherCurrency,
    /// An amount finer than the currency's smallest coin.
    TooFine,
    /// No number.
    NotANumber,
    /// A number where a whole one is needed.
    NotWhole,
    /// Larger or smaller than can be stored.
    OutOfRange,
    /// A word outside the column's set.
    UnknownWord,
    /// An id of which a spreadsheet kept some digits only.
    RoundedId,
}

impl ValueError {
    /// Returns the reason in Japanese and in English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotADate => ("日付・日時として読み取れません", "not a date or time"),
            Self::AmbiguousDate => (
                "日と月の順序が判別できません",
                "day and month cannot be told apart",
            ),
            Self::NotMoney => ("金額として読み取れません", "not an amount of money"),
            Self::OtherCurrency => ("通貨が異なります", "an amount in another currency"),
            Self::TooFine => (
                "通貨の最小単位より細かい金額です",
                "finer than the currency's smallest unit",
            ),
            Self::NotANumber => ("数値として読み取れません", "not a number"),
            Self::NotWhole => ("整数ではありません", "not a whole number"),
            Self::OutOfRange => ("値が大きすぎるか小さすぎます", "out of range"),
            Self::UnknownWord => (
                "定められた値ではありません",
                "not one of the words known here",
            ),
            Self::RoundedId => (
                "表計算ソフトで桁が丸められた番号です。元のエクスポートをお使いください",
                "a number that a spreadsheet has rounded; take the export as it was",
            ),
        }
    }
}
