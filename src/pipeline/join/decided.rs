//! What consent decided: written down in the journal, once, and obeyed where it was taken back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::join::Output;
use crate::join::consent::{ANALYSE, LINK_SOCIAL, Withdrawal};
use crate::schema::{Column as Owned, Table, decisions, declared_links};
use crate::store::{Entry, SubjectKey, Transaction};

const GRANTED: &str = "link_granted";
const REFUSED: &str = "link_refused";
const DENIED: &str = "analyse_denied";
const ERASED: &str = "declaration_erased";
/// What stands between the declaration and the statement of consent.
const BETWEEN: &str = "; ";

/// Names of facts in the journal.
const SUBJECT: &str = "subject";
const PURPOSE: &str = "purpose";
const REASON: &str = "reason";
const EVIDENCE: &str = "evidence";
const PLACE: &str = "place";

/// One decision. It names neither a platform nor an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Decision {
    subject: String,
    /// File and row of the declaration, and of the statement that decided.
    evidence: String,
    event: &'static str,
    purpose: &'static str,
    reason: &'static str,
}

/// A line of the journal, as far as it tells of a decision; what it does not say is empty.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Line<'l> {
    #[serde(borrow)]
    event: Cow<'l, str>,
    #[serde(borrow)]
    subject: Cow<'l, str>,
    #[serde(borrow)]
    purpose: Cow<'l, str>,
    #[serde(borrow)]
    reason: Cow<'l, str>,
    #[serde(borrow)]
    evidence: Cow<'l, str>,
    place: u64,
}

/// Whom a decision is about: the subject, the declaration, and which of its decisions on that row of the file.
type About = (String, String, u64);
/// What was decided: event, purpose, reason, evidence.
type Said = (String, String, String, String);

/// Writes down the decisions that differ from the last ones of the same subject and declaration.
pub(super) fn note(
    transaction: &mut Transaction,
    output: &Output,
    erased: &BTreeMap<(String, String), u64>,
    label: &str,
) -> Result<()> {
    let is_anything = !output.refusals.is_empty()
        || !output.followed.is_empty()
        || !erased.is_empty()
        || output.standing.refused(ANALYSE).next().is_some();
    if !is_anything {
        return Ok(());
    }
    let key = transaction.key()?;
    let mut decided = decisions_of(output, &key);
    decided.sort();
    let known = known(&transaction.journal()?);
    let mut places: BTreeMap<(String, String), u64> = BTreeMap::new();
    for decision in decided {
        let declaration = declaration_of(&decision.evidence).to_owned();
        let place = places
            .entry((decision.subject.clone(), declaration.clone()))
            .or_default();
        let about = (decision.subject.clone(), declaration, *place);
        let said = (
            decision.event.to_owned(),
            decision.purpose.to_owned(),
            decision.reason.to_owned(),
            decision.evidence.clone(),
        );
        if known.get(&about) != Some(&said) {
            let entry = Entry::new(label, decision.event)
                .with(SUBJECT, decision.subject)
                .with(PURPOSE, decision.purpose)
                .with(REASON, decision.reason)
                .with(EVIDENCE, decision.evidence);
            // Of several on one row, which one it is.
            transaction.note(match *place {
                0 => entry,
                place => entry.with(PLACE, place),
            });
        }
        *place += 1;
    }
    for ((person_id, evidence), count) in erased {
        transaction.note(
            Entry::new(label, ERASED)
                .with(SUBJECT, key.person(person_id))
                .with(PURPOSE, LINK_SOCIAL)
                .with("rows", *count)
                .with(EVIDENCE, evidence.as_str()),
        );
    }
    Ok(())
}

fn decisions_of(output: &Output, key: &SubjectKey) -> Vec<Decision> {
    let refused = output.refusals.iter().map(|refusal| Decision {
        subject: match &refusal.person_id {
            Some(person) => key.person(person),
            None => key.record(&refusal.record.0, &refusal.record.1),
        },
        evidence: refusal.evidence.clone(),
        event: REFUSED,
        purpose: refusal.reason.purpose(),
        reason: refusal.reason.key(),
    });
    let followed = output.followed.iter().map(|followed| Decision {
        subject: key.person(&followed.person_id),
        evidence: followed.evidence.clone(),
        event: GRANTED,
        purpose: LINK_SOCIAL,
        reason: "link_declared",
    });
    let denied = output.standing.refused(ANALYSE);
    let denied = denied.map(|(person, denial)| Decision {
        subject: key.person(person),
        evidence: denial.evidence.to_string(),
        event: DENIED,
        purpose: ANALYSE,
        reason: DENIED,
    });
    refused.chain(followed).chain(denied).collect()
}

fn declaration_of(evidence: &str) -> &str {
    evidence
        .split_once(BETWEEN)
        .map_or(evidence, |(declaration, _)| declaration)
}

/// Returns the last decision about each subject and declaration.
fn known(lines: &[String]) -> BTreeMap<About, Said> {
    let mut known = BTreeMap::new();
    for line in lines {
        // Most lines are of other events.
        if !line.contains(SUBJECT) {
            continue;
        }
        let Ok(line) = serde_json::from_str::<Line<'_>>(line) else {
            continue;
        };
        if ![GRANTED, REFUSED, DENIED].contains(&&*line.event) {
            continue;
        }
        let declaration = declaration_of(&line.evidence).to_owned();
        known.insert(
            (line.subject.into_owned(), declaration, line.place),
            (
                line.event.into_owned(),
                line.purpose.into_owned(),
                line.reason.into_owned(),
                line.evidence.into_owned(),
            ),
        );
    }
    known
}

/// Erases the declarations, and the confirmations by reviewers, of those who took consent for linking back, and returns
/// how many rows of each person and statement went.
pub(super) fn erase(
    transaction: &mut Transaction,
    withdrawals: &BTreeMap<(String, String), Withdrawal>,
) -> Result<BTreeMap<(String, String), u64>> {
    let mut erased = BTreeMap::new();
    if withdrawals.is_empty() {
        return Ok(erased);
    }
    let declared = Kind {
        table: &declared_links::TABLE,
        source: declared_links::SOURCE,
        customer_id: declared_links::CUSTOMER_ID,
        happened: declared_links::DECLARED_AT,
        confirming: None,
    };
    let confirmed = Kind {
        table: &decisions::TABLE,
        source: decisions::SOURCE,
        customer_id: decisions::CUSTOMER_ID,
        happened: decisions::DECIDED_AT,
        confirming: Some((decisions::ACCOUNT_ID, decisions::DECISION)),
    };
    for kind in [declared, confirmed] {
        let mut gone: BTreeSet<((String, String), String)> = BTreeSet::new();
        transaction.rewrite(kind.table, &mut |frame| {
            kind.without(frame, withdrawals, &mut gone)
                .map_err(Error::frame("erase what was declared"))
        })?;
        for (about, _) in gone {
            *erased.entry(about).or_default() += 1;
        }
    }
    Ok(erased)
}

/// A table of what ties accounts to customers.
struct Kind {
    table: &'static Table,
    source: Owned,
    customer_id: Owned,
    happened: Owned,
    /// Account and decision, where only confirmations of accounts count.
    confirming: Option<(Owned, Owned)>,
}

impl Kind {
    /// Returns the frame without the rows of those who took consent back; `None` when there are none.
    fn without(
        &self,
        frame: &DataFrame,
        withdrawals: &BTreeMap<(String, String), Withdrawal>,
        gone: &mut BTreeSet<((String, String), String)>,
    ) -> PolarsResult<Option<DataFrame>> {
        let text = |column: Owned| frame.column(column.name)?.str();
        let instant = |column: Owned| frame.column(column.name)?.datetime();
        let (source, customer_id) = (text(self.source)?, text(self.customer_id)?);
        let (happened, observed) = (
            instant(self.happened)?,
            instant(declared_links::OBSERVED_AT)?,
        );
        let (file, place) = (
            text(declared_links::SOURCE_FILE)?,
            frame.column(declared_links::SOURCE_ROW.name)?.i64()?,
        );
        let confirming = match self.confirming {
            Some((account, decision)) => Some((text(account)?, text(decision)?)),
            None => None,
        };
        let mut kept = Vec::with_capacity(frame.height());
        for row in 0..frame.height() {
            let record = (
                source.get(row).unwrap_or_default().to_owned(),
                customer_id.get(row).unwrap_or_default().to_owned(),
            );
            let is_meant = confirming.is_none_or(|(account, decision)| {
                account.get(row).is_some_and(|account| !account.is_empty())
                    && decision.get(row) == Some("same")
            });
            let at = happened.phys.get(row).or(observed.phys.get(row));
            let withdrawal = withdrawals
                .get(&record)
                .filter(|withdrawal| is_meant && at.unwrap_or(i64::MIN) <= withdrawal.until);
            if let Some(withdrawal) = withdrawal {
                let row_of_file = format!(
                    "{}:{}",
                    file.get(row).unwrap_or_default(),
                    place.get(row).unwrap_or_default()
                );
                let about = (withdrawal.person_id.clone(), withdrawal.evidence.clone());
                gone.insert((about, row_of_file));
            }
            kept.push(withdrawal.is_none());
        }
        if kept.iter().all(|is_kept| *is_kept) {
            return Ok(None);
        }
        let kept: BooleanChunked = kept.into_iter().map(Some).collect();
        frame.filter(&kept).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_decision_of_the_journal_is_known() {
        let entry = |event: &str, reason: &str| {
            Entry::new("2026-09-27", event)
                .with(SUBJECT, "s\"1")
                .with(PURPOSE, LINK_SOCIAL)
                .with(REASON, reason)
                .with(EVIDENCE, "declared.csv:2; 同意.csv:3")
        };
        let entries = [
            entry(REFUSED, "link_without_consent"),
            entry(GRANTED, "link_declared"),
            entry(GRANTED, "link_declared").with(PLACE, 1),
            entry(ERASED, ""),
            Entry::new("2026-09-27", "import").with("file", "subject.csv"),
        ];
        let mut lines: Vec<String> = (entries.iter())
            .map(|entry| serde_json::to_string(entry).unwrap())
            .collect();
        lines.push("{\"subject\":".to_owned());
        let about = |place| ("s\"1".to_owned(), "declared.csv:2".to_owned(), place);
        let said = (
            GRANTED.to_owned(),
            LINK_SOCIAL.to_owned(),
            "link_declared".to_owned(),
            "declared.csv:2; 同意.csv:3".to_owned(),
        );
        let expected = [(about(0), said.clone()), (about(1), said)];
        assert_eq!(known(&lines), BTreeMap::from(expected));
    }
}
