//! What the numbers rest on: an account of tables, files, consent and of what was left out.

use polars::prelude::*;

use super::calendar::local_day;
use super::columns::{integers, texts};
use super::day_name;
use super::privacy::{counted, counted_parts};
use crate::as_of::AsOf;
use crate::error::{Error, Result};
use crate::report::figures::{
    ConsentFigure, Counted, DataFigures, ExcludedFigure, FileFigure, TableFigure, UnreadFigure,
};
use crate::schema::{consent_counts, declared_links, left_out, links, persons};

/// The tables and notes that the account comes from.
pub struct DataInput {
    /// `persons`
    pub persons: LazyFrame,
    /// `links`
    pub links: LazyFrame,
    /// `declared_links`
    pub declared_links: LazyFrame,
    /// `consent_counts`
    pub consent_counts: LazyFrame,
    /// `left_out`
    pub left_out: LazyFrame,
    /// Imported tables that tell when their rows happened, with that instant as `happened`.
    pub happened: Vec<(&'static str, LazyFrame)>,
    /// Tables with their rows.
    pub tables: Vec<(&'static str, u64)>,
    /// Files that could not be read.
    pub unread: Vec<UnreadFigure>,
    /// Imported files by layout, with stored and rejected records.
    pub files: Vec<FileFigure>,
}

/// Beginnings of reasons that count posts, conversations and topics: nobody is counted by them.
const NOT_OF_PERSONS: [&str; 7] = [
    "copy_",
    "post_",
    "response_",
    "shop_post_",
    "talk_",
    "topic_",
    "words_",
];
/// Beginning of reasons why a declared account is not linked.
const NOT_LINKED: &str = "link_";
/// The purpose and the reason of those who deny that they are analysed.
const ANALYSE: &str = "analyse";
const ANALYSE_DENIED: &str = "analyse_denied";

/// Computes the account; persons, and what is theirs, are counted out from `smallest` on. Rows and files are counted as they are.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub fn data(input: DataInput, as_of: &AsOf, smallest: u32) -> Result<DataFigures> {
    let smallest = u64::from(smallest);
    let time_zone = as_of.polars_zone();
    let gathered = move || -> PolarsResult<DataFigures> {
        let count = |frame: LazyFrame, of: Expr| -> PolarsResult<u64> {
            let frame = frame
                .select([of.cast(DataType::Int64).alias("count")])
                .collect()?;
            Ok(integers(&frame, "count")?
                .first()
                .copied()
                .unwrap_or(0)
                .unsigned_abs())
        };
        let consents = input.consent_counts.collect()?;
        let purpose = texts(&consents, consent_counts::PURPOSE.name)?;
        let granted = integers(&consents, consent_counts::GRANTED_COUNT.name)?;
        let denied = integers(&consents, consent_counts::DENIED_COUNT.name)?;
        let missing = integers(&consents, consent_counts::MISSING_COUNT.name)?;
        let left = input.left_out.collect()?;
        let reason = texts(&left, left_out::REASON.name)?;
        let left_count: Vec<u64> = integers(&left, left_out::LEFT_OUT_COUNT.name)?
            .into_iter()
            .map(i64::unsigned_abs)
            .collect();
        let consents: Vec<ConsentFigure> = (0..purpose.len())
            .map(|row| {
                let counts = [granted[row], denied[row], missing[row]].map(i64::unsigned_abs);
                consent(&purpose[row], counts, smallest)
            })
            .collect();
        let declared = count(input.declared_links, len())?;
        let linked = count(input.links, links::ACCOUNT_ID.expr().count())?;
        let (linked, excluded) = left_out_counted(
            (declared, linked),
            reason.into_iter().zip(left_count).collect(),
            &consents,
            smallest,
        );
        let mut newest = std::collections::BTreeMap::new();
        for (table, frame) in input.happened {
            let frame = frame
                .select([local_day(&time_zone, col("happened").max()).alias("newest")])
                .collect()?;
            if let Some(day) = frame.column("newest")?.i32()?.get(0) {
                newest.insert(table, day_name(day));
            }
        }
        Ok(DataFigures {
            tables: input
                .tables
                .into_iter()
                .map(|(table, row_count)| TableFigure {
                    table: table.to_owned(),
                    row_count: match table {
                        _ if table == declared_links::TABLE.name => counted(declared, smallest),
                        _ if table == links::TABLE.name => linked,
                        _ => Counted::Told(row_count),
                    },
                    newest: newest.get(table).cloned(),
                })
                .collect(),
            files: input.files,
            unread: input.unread,
            consents,
            customer_count: count(input.persons.clone(), len())?,
            person_count: count(input.persons, persons::PERSON_ID.expr().n_unique())?,
            declared_account_count: counted(declared, smallest),
            linked_account_count: linked,
            excluded,
        })
    };
    gathered().map_err(Error::frame("gather what the numbers rest on"))
}

/// Returns the consent of one purpose by those who granted it, who denied it, and who were never asked.
fn consent(purpose: &str, counts: [u64; 3], smallest: u64) -> ConsentFigure {
    let told = counted_parts(&counts, smallest);
    let at = |place: usize| told.get(place).copied().unwrap_or(Counted::Withheld);
    ConsentFigure {
        purpose: purpose.to_owned(),
        person_count: counts
            .iter()
            .fold(0u64, |sum, count| sum.saturating_add(*count)),
        granted_count: at(0),
        denied_count: at(1),
        missing_count: at(2),
    }
}

/// Returns how many of the declared accounts are linked, and what was left out.
///
/// Declared accounts are a whole: those that are linked, those that are not for one reason or another, and the rest. Who denies to be
/// analysed is told as in the table of consents.
fn left_out_counted(
    (declared, linked): (u64, u64),
    reasons: Vec<(String, u64)>,
    consents: &[ConsentFigure],
    smallest: u64,
) -> (Counted, Vec<ExcludedFigure>) {
    let mut parts = vec![linked];
    let not_linked = reasons
        .iter()
        .filter(|(reason, _)| reason.starts_with(NOT_LINKED));
    parts.extend(not_linked.map(|(_, count)| *count));
    let known = parts
        .iter()
        .fold(0u64, |sum, count| sum.saturating_add(*count));
    parts.push(declared.saturating_sub(known));
    let mut parts = counted_parts(&parts, smallest).into_iter();
    let linked = parts.next().unwrap_or(Counted::Withheld);
    let analyse = consents.iter().find(|one| one.purpose == ANALYSE);
    let denied = analyse.map(|one| one.denied_count);
    let excluded = reasons.into_iter().map(|(reason, count)| {
        let count = match reason.as_str() {
            of if of.starts_with(NOT_LINKED) => parts.next().unwrap_or(Counted::Withheld),
            of if NOT_OF_PERSONS.iter().any(|start| of.starts_with(start)) => Counted::Told(count),
            ANALYSE_DENIED => match denied {
                Some(held @ (Counted::Few | Counted::Withheld)) => held,
                _ => counted(count, smallest),
            },
            _ => counted(count, smallest),
        };
        ExcludedFigure { reason, count }
    });
    let excluded = excluded.collect();
    (linked, excluded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Counted::{Few, Told, Withheld};

    fn told(consent: &ConsentFigure) -> [Counted; 3] {
        [
            consent.granted_count,
            consent.denied_count,
            consent.missing_count,
        ]
    }

    #[test]
    fn few_who_deny_are_told_neither_by_number_nor_by_subtraction() {
        let found = consent("email", [260, 2, 40], 5);
        assert_eq!(found.person_count, 302);
        assert_eq!(told(&found), [Told(260), Few, Withheld]);
        assert_eq!(
            told(&consent("sms", [300, 2, 0], 5)),
            [Withheld, Few, Told(0)]
        );
        assert_eq!(
            told(&consent("line", [40, 30, 20], 5)),
            [Told(40), Told(30), Told(20)]
        );
    }

    fn counts(
        declared: (u64, u64),
        reasons: &[(&str, u64)],
        consents: &[ConsentFigure],
    ) -> (Counted, Vec<Counted>) {
        let reasons = reasons.iter();
        let reasons = reasons.map(|(reason, count)| ((*reason).to_owned(), *count));
        let (linked, excluded) = left_out_counted(declared, reasons.collect(), consents, 5);
        (linked, excluded.into_iter().map(|one| one.count).collect())
    }

    #[test]
    fn few_that_are_left_out_are_few_unless_they_are_posts() {
        let reasons = [
            ("match_placeholder", 3),
            ("order_cancelled", 4),
            ("post_is_repost", 2),
            ("order_without_customer", 12),
        ];
        assert_eq!(
            counts((0, 0), &reasons, &[]),
            (Told(0), vec![Few, Few, Told(2), Told(12)])
        );
    }

    #[test]
    fn declared_less_linked_does_not_tell_how_few_did_not_consent() {
        let reasons = [("link_without_consent", 2)];
        assert_eq!(counts((312, 310), &reasons, &[]), (Withheld, vec![Few]));
        let reasons = [("link_unknown_customer", 41), ("link_without_consent", 2)];
        assert_eq!(
            counts((314, 271), &reasons, &[]),
            (Told(271), vec![Withheld, Few])
        );
        // The rest is a part, too, though no reason is given for it.
        assert_eq!(counts((312, 310), &[], &[]).0, Withheld);
        assert_eq!(counts((312, 290), &[], &[]).0, Told(290));
    }

    #[test]
    fn who_denies_analysis_is_counted_as_in_the_consents() {
        let reasons = [("analyse_denied", 40)];
        let few_missing = consent(ANALYSE, [260, 40, 2], 5);
        assert_eq!(counts((0, 0), &reasons, &[few_missing]).1, [Withheld]);
        let enough = consent(ANALYSE, [260, 40, 20], 5);
        assert_eq!(counts((0, 0), &reasons, &[enough]).1, [Told(40)]);
        let few = consent(ANALYSE, [260, 3, 20], 5);
        assert_eq!(counts((0, 0), &[("analyse_denied", 3)], &[few]).1, [Few]);
    }
}
