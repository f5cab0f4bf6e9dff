//! Rows that could not be taken, and the file that lists them.

use std::borrow::Cow;
use std::io::{self, Write};

use super::records::Flaw;
use super::values::ValueError;

/// Why a row was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A cell cannot be read.
    Value(ValueError),
    /// A word that is none of these, listed as the column's set lists them.
    NotAmong(&'static str),
    /// A cell that must be filled is empty.
    Missing,
    /// The row has fewer cells than headings.
    TooFewCells,
    /// The row has more filled cells than headings.
    TooManyCells,
    /// A quote is opened and never closed.
    OpenQuote,
    /// The line is too long to be a row.
    TooLong,
    /// Another row of the same order was rejected.
    OrderRejected,
    /// Rows of one order do not stand together.
    OrderScattered,
    /// A cell that belongs to the whole order differs between its rows.
    OrderDiffers,
    /// Amounts that cannot be summed.
    Overflow,
    /// The record is no JSON of the expected shape.
    NotJson,
    /// The entry is no whole XML.
    NotXml,
    /// What should be the id of a post is none.
    NoId,
    /// A cell under a heading of refusals that nobody asked for, which says neither yes nor no.
    UnclearRefusal,
}

impl Reason {
    /// Whether no cell of the row can be trusted.
    pub(super) fn is_of_the_row(&self) -> bool {
        matches!(
            self,
            Self::TooFewCells | Self::TooManyCells | Self::OpenQuote | Self::TooLong
        )
    }

    /// Returns the reason in Japanese and in English, without what differs from column to column.
    pub fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Value(error) => error.words(),
            Self::NotAmong(_) => ("次のいずれかを書いてください", "write one of these"),
            Self::Missing => ("必須の値がありません", "a value is needed here"),
            Self::TooFewCells => (
                "列の数が見出しより少ない行です",
                "fewer cells than headings",
            ),
            Self::TooManyCells => ("列の数が見出しより多い行です", "more cells than headings"),
            Self::OpenQuote => ("引用符が閉じられていません", "a quote is never closed"),
            Self::TooLong => ("1行が長すぎます", "the line is too long"),
            Self::OrderRejected => (
                "同じ注文の別の行に誤りがあるため取り込めません",
                "another row of the same order was rejected",
            ),
            Self::OrderScattered => (
                "同じ注文の行が離れています",
                "rows of the same order do not stand together",
            ),
            Self::OrderDiffers => (
                "同じ注文の行で値が異なります",
                "rows of the same order differ here",
            ),
            Self::Overflow => (
                "金額の合計が大きすぎます",
                "the amounts are too large to sum",
            ),
            Self::NotJson => (
                "想定した形の JSON ではありません",
                "not JSON of the expected shape",
            ),
            Self::NotXml => (
                "XML が途中で切れているか壊れています",
                "XML that is broken or cut off",
            ),
            Self::NoId => (
                "投稿の ID として読み取れません",
                "not the id or address of a post",
            ),
            Self::UnclearRefusal => (
                "配信停止や拒否にあたるかどうか判断できません。列の対応を設定するか、拒否の列でなければ見出しを ignored にお書きください",
                "a refusal or none: map the column, or name it in `ignored` if it tells no refusals",
            ),
        }
    }

    /// Returns the reason in the workspace's language, `ja` or anything else for English.
    pub fn text(&self, language: &str) -> Cow<'static, str> {
        let (japanese, english) = self.words();
        let words = if language == "ja" { japanese } else { english };
        match self {
            Self::NotAmong(known) => Cow::Owned(format!("{words}: {known}")),
            _ => Cow::Borrowed(words),
        }
    }
}

impl From<ValueError> for Reason {
    fn from(error: ValueError) -> Self {
        Self::Value(error)
    }
}

impl From<Flaw> for Reason {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::OpenQuote => Self::OpenQuote,
            Flaw::TooLong => Self::TooLong,
        }
    }
}

/// A row that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Line or record in the file, from 1.
    pub line: u64,
    /// Heading of the cell at fault; empty when the whole row is.
    pub column: String,
    /// The cell as it was written.
    pub value: String,
    /// What is wrong with it.
    pub reason: Reason,
    /// The whole row as it was written.
    pub row: String,
}

/// Writes rejected rows as CSV: `file,line,column,value,reason,row`, UTF-8 with a byte-order mark so that Excel opens it.
///
/// A `value` that begins with `=`, `+`, `-` or `@` gets an apostrophe before it, so that no spreadsheet runs it as a
/// formula. `row` stays exactly as it was in the file, so that it can be mended and imported again.
pub struct RejectsWriter<W: Write> {
    output: csv::Writer<W>,
    language: String,
}

impl<W: Write> RejectsWriter<W> {
    /// Writes the byte-order mark and the headings; reasons will be in `language` (`ja` or `en`).
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn new(mut output: W, language: &str) -> io::Result<Self> {
        output.write_all("\u{feff}".as_bytes())?;
        let mut output = csv::Writer::from_writer(output);
        output.write_record(["file", "line", "column", "value", "reason", "row"])?;
        Ok(Self {
            output,
            language: language.to_owned(),
        })
    }

    /// Writes one rejected row of `file`.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn write(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        let line = reject.line.to_string();
        let value = without_formula(&reject.value);
        let reason = reject.reason.text(&self.language);
        self.output
            .write_record([file, &line, &reject.column, &value, &reason, &reject.row])?;
        Ok(())
    }

    /// Writes a record of an earlier list again.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn keep(&mut self, record: &csv::StringRecord) -> io::Result<()> {
        self.output.write_record(record)?;
        Ok(())
    }

    /// Flushes and gives the output back.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn finish(self) -> io::Result<W> {
        self.output.into_inner().map_err(|error| error.into_error())
    }
}

fn without_formula(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@']) {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_lists_the_words_there_are() {
        let reason = Reason::NotAmong("granted, denied");
        assert_eq!(
            reason.text("ja"),
            "次のいずれかを書いてください: granted, denied"
        );
        assert_eq!(reason.text("en"), "write one of these: granted, denied");
    }

    #[test]
    fn rejects_are_listed_with_place_and_reason_and_no_formula_runs() {
        let mut writer = RejectsWriter::new(Vec::new(), "ja").expect("memory can be written");
        let reject = Reject {
            line: 7,
            column: "小計".to_owned(),
            value: "=1+1".to_owned(),
            reason: Reason::Value(ValueError::NotMoney),
            row: "7,\"=1+1\"".to_owned(),
        };
        writer
            .write("orders.csv", &reject)
            .expect("memory can be written");
        let bytes = writer.finish().expect("memory can be written");
        assert_eq!(
            String::from_utf8(bytes).expect("the writer writes UTF-8"),
            "\u{feff}file,line,column,value,reason,row\n\
             orders.csv,7,小計,'=1+1,金額として読み取れません,\"7,\"\"=1+1\"\"\"\n"
        );
    }
}
