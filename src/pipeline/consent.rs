//! Consent by hand: shown, given and withdrawn, one command each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use polars::prelude::*;

use super::Workspace;
use super::join::newest_observation;
use super::named::Named;
use super::respelled::respelled;
use crate::error::{Error, Result, nearest};
use crate::join::consent::{Consents, HOUR, PURPOSES, Standing};
use crate::schema::{Column as Owned, ColumnKind, consents, contacts};
use crate::store::{Entry, ImportedFile, Rows, Store};

/// File of the rows that this command writes.
pub(super) const FILE: &str = consents::BY_HAND;
const LAYOUT: &str = "koe_consents";
/// When something was first observed.
const FIRST: &str = "__first";

/// What a customer states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement {
    /// Consent is given.
    Granted,
    /// Consent is refused.
    Denied,
    /// Consent given before is taken back.
    Revoked,
}

impl Statement {
    /// Returns the word in the table `consents`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Revoked => "revoked",
        }
    }
}

/// How a person stands towards one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentLine {
    /// The purpose.
    pub purpose: &'static str,
    /// `granted` where consent is in force, `denied`, `revoked` or `expired` where it is not, `missing` where nobody asked.
    pub status: String,
    /// Since when, in UTC.
    pub since: Option<String>,
    /// Until when, in UTC.
    pub expires: Option<String>,
    /// File and row of the statement.
    pub evidence: Option<String>,
}

/// How a person stands towards every purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonConsents {
    /// Records of the person, as `source/customer_id`.
    pub records: Vec<String>,
    /// A line for each purpose.
    pub lines: Vec<ConsentLine>,
}

impl Workspace {
    /// Returns how the customer that a command names stands towards every purpose, at the as-of instant and now.
    ///
    /// # Errors
    /// [`Error::NoCustomer`] and [`Error::SeveralSubjects`] when it is not clear who is meant, and those of the store.
    pub fn consent(&self, named: &str) -> Result<PersonConsents> {
        let store = self.store()?;
        let named = self.named_or_stated(&store, named)?;
        Ok(PersonConsents {
            records: named.told(),
            lines: self.consent_of(&store, &named)?,
        })
    }

    /// Writes down what a customer states about purposes: for every record of the person, as the strictest counts. Returns for whom
    /// it was written down, and how they stand then.
    ///
    /// Without an instant it holds from the as-of instant. The same statement a second time changes nothing. A refusal is of
    /// everybody who has the address, number or account that is given, and reaches records that no join has seen, by address or
    /// number, and those of the id that was given of which there are statements alone; a grant holds for those alone that are known
    /// to be one person's.
    ///
    /// # Errors
    /// As [`Workspace::consent`]; [`Error::NoPurpose`] for a purpose that is none, [`Error::BadDate`] for dates that cannot
    /// be read, [`Error::EndsBefore`] for consent that would be over as it begins.
    pub fn state_consent(
        &self,
        named: &str,
        statement: Statement,
        purposes: &[String],
        terms: &ConsentTerms,
    ) -> Result<Vec<PersonConsents>> {
        let purposes: Vec<&'static str> = purposes
            .iter()
            .map(|purpose| known_purpose(purpose))
            .collect::<Result<_>>()?;
        let expires_at = terms.expires.as_deref().map(|day| self.instant(day));
        let expires_at = expires_at.transpose()?;
        let at = terms.at.as_deref().map(|at| self.instant(at)).transpose()?;
        let now = self.as_of().instant().as_microsecond();
        if let (Some(day), Some(end)) = (&terms.expires, expires_at) {
            let begin = at.unwrap_or(now);
            if end <= begin {
                return Err(Error::EndsBefore {
                    expires: day.clone(),
                    begins: self.local(begin),
                });
            }
        }
        let mut transaction = self.store()?.begin()?;
        let store = transaction.store();
        let people = match statement {
            Statement::Granted => vec![self.named_or_stated(&store, named)?],
            Statement::Denied | Statement::Revoked => self.named_widely(&store, named)?,
        };
        let records = people.iter().flat_map(|person| &person.records);
        let reached: BTreeSet<Record> = records.cloned().collect();
        let evidence = terms.evidence.as_deref();
        let said = match at {
            Some(_) => BTreeMap::new(),
            None => said(&store, &reached, now)?,
        };
        let mut rows: Vec<Row> = Vec::new();
        for record in &reached {
            for purpose in purposes.iter().copied().collect::<BTreeSet<_>>() {
                let before = said.get(&(record.clone(), purpose.to_owned()));
                if before.is_some_and(|said| said.is_again(statement, expires_at, evidence, now)) {
                    continue;
                }
                let from_now_on = || {
                    before
                        .unwrap_or(&Said::default())
                        .followed_by(statement, now)
                };
                rows.push(Row {
                    record: record.clone(),
                    purpose,
                    effective_at: at.unwrap_or_else(from_now_on),
                });
            }
        }
        if rows.is_empty() {
            return self.consents_of(&store, &people);
        }
        let observed_at = now;
        let mut hasher = blake3::Hasher::new();
        for row in &rows {
            let said = serde_json::to_string(&(
                &row.record,
                row.purpose,
                statement.key(),
                row.effective_at,
                expires_at,
                evidence,
            ));
            hasher.update(said.unwrap_or_default().as_bytes());
        }
        let batch_id = hasher.finalize().to_hex()[..32].to_owned();
        if store.manifest().import(&batch_id).is_some() {
            return self.consents_of(&store, &people);
        }
        let frame = frame(
            &rows,
            statement,
            expires_at,
            evidence,
            observed_at,
            &batch_id,
        )
        .map_err(Error::frame("write down a statement of consent"))?;
        let mut writer = transaction.raw_writer(&consents::TABLE, &batch_id)?;
        writer.write(&frame)?;
        let file = writer.finish()?;
        let count = rows.len() as u64;
        let import = ImportedFile {
            file_hash: batch_id.clone(),
            batch_id,
            file: FILE.to_owned(),
            layout: LAYOUT.to_owned(),
            read_count: count,
            stored_count: count,
            known_count: 0,
            rejected_count: 0,
            unread_rows: None,
            is_forced: false,
            forgotten_count: 0,
        };
        transaction.add_import(import, vec![file])?;
        let key = transaction.key()?;
        for person in &people {
            let subject = key.person(&person.person_id);
            for purpose in &purposes {
                transaction.note(
                    Entry::new(&self.as_of().label(), "consent")
                        .with("subject", subject.as_str())
                        .with("purpose", *purpose)
                        .with("status", statement.key()),
                );
            }
        }
        let stand = self.consents_of(&transaction.store(), &people)?;
        transaction.commit()?;
        Ok(stand)
    }

    pub(super) fn consent_of(&self, store: &Store, named: &Named) -> Result<Vec<ConsentLine>> {
        let standing = self.standing_of(store, std::slice::from_ref(named))?;
        Ok(lines(&standing, &named.person_id))
    }

    fn consents_of(&self, store: &Store, people: &[Named]) -> Result<Vec<PersonConsents>> {
        let standing = self.standing_of(store, people)?;
        let of = |named: &Named| PersonConsents {
            records: named.told(),
            lines: lines(&standing, &named.person_id),
        };
        Ok(people.iter().map(of).collect())
    }

    /// Returns where some people stand.
    fn standing_of(&self, store: &Store, people: &[Named]) -> Result<Standing> {
        let read = Error::frame("read the consents");
        let frame = statements(store)?.collect().map_err(&read)?;
        let newest_known = newest_observation(store)?;
        let zone = self.as_of().time_zone();
        let statements = Consents::new(&frame, newest_known, zone).map_err(&read)?;
        let records = people.iter().flat_map(|person| {
            let id = person.person_id.as_str();
            let records = person.records.iter();
            records.map(move |(source, customer_id)| ((source.as_str(), customer_id.as_str()), id))
        });
        let person_of: HashMap<(&str, &str), &str> = records.collect();
        Ok(Standing::from_records(
            &statements,
            |source, customer_id| person_of.get(&(source, customer_id)).copied(),
            self.as_of(),
        ))
    }

    /// Reads a day as its beginning, and an instant as it is.
    fn instant(&self, text: &str) -> Result<i64> {
        let zone = self.as_of().time_zone();
        let bad = || Error::BadDate {
            value: text.to_owned(),
        };
        let text = text.trim();
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Ok(instant.as_microsecond());
        }
        let local = match text.parse::<Date>() {
            Ok(day) if text.len() == 10 => day.to_datetime(jiff::civil::Time::midnight()),
            _ => text.parse::<jiff::civil::DateTime>().map_err(|_| bad())?,
        };
        let zoned = local.to_zoned(zone.clone()).map_err(|_| bad())?;
        Ok(zoned.timestamp().as_microsecond())
    }

    /// Returns an instant as local time, so that it can be read again.
    fn local(&self, at: i64) -> String {
        let at = Timestamp::from_microsecond(at).unwrap_or(Timestamp::MAX);
        let local = at.to_zoned(self.as_of().time_zone().clone());
        local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
}

/// Returns how a person stands towards every purpose.
fn lines(standing: &Standing, person: &str) -> Vec<ConsentLine> {
    let line = |purpose: &'static str| {
        let grant = standing.grant(person, purpose);
        let denial = standing.refusal(person, purpose);
        let (status, since, until, evidence) = match (grant, denial) {
            (Some(grant), _) => (
                Statement::Granted.key(),
                Some(grant.since),
                grant.until,
                Some(grant.evidence.to_string()),
            ),
            (None, Some(denial)) => (
                denial.status,
                Some(denial.since),
                denial.until,
                Some(denial.evidence.to_string()),
            ),
            (None, None) => ("missing", None, None, None),
        };
        ConsentLine {
            purpose,
            status: status.to_owned(),
            since: since.and_then(shown),
            expires: until.and_then(shown),
            evidence,
        }
    };
    PURPOSES.into_iter().map(line).collect()
}

/// On what terms a customer states something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentTerms {
    /// From when; the as-of instant where it is not said.
    pub at: Option<String>,
    /// Day on which it ends, at its beginning, or instant.
    pub expires: Option<String>,
    /// Where the statement can be found.
    pub evidence: Option<String>,
}

/// What a record said of a purpose so far, up to the end of the hour looked from.
#[derive(Debug, Default)]
struct Said {
    /// The newest grant, in microseconds since 1970-01-01 UTC.
    grant: Option<i64>,
    /// The newest refusal that a grant made now follows.
    refusal: Option<i64>,
    /// The newest of all, the refusing one of the same instant.
    newest: Option<Word>,
}

/// A statement, in the order of their weight.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    effective_at: i64,
    is_refusal: bool,
    status: String,
    expires_at: Option<i64>,
    evidence: Option<String>,
}

impl Said {
    fn add(&mut self, word: Word, is_by_hand: bool, now: i64) {
        let at = Some(word.effective_at);
        if !word.is_refusal {
            self.grant = self.grant.max(at);
        } else if is_by_hand || word.effective_at <= now {
            // What is refused from a later moment on is not undone by a word of now.
            self.refusal = self.refusal.max(at);
        }
        if self.newest.as_ref().is_none_or(|newest| *newest < word) {
            self.newest = Some(word);
        }
    }

    /// Whether the last word of this hour says the very same.
    fn is_again(
        &self,
        statement: Statement,
        expires_at: Option<i64>,
        evidence: Option<&str>,
        now: i64,
    ) -> bool {
        self.newest.as_ref().is_some_and(|newest| {
            newest.status == statement.key()
                && newest.expires_at == expires_at
                && newest.evidence.as_deref() == evidence
                && newest.effective_at >= now - 1
        })
    }

    /// Returns from when a statement made now holds, in microseconds since 1970-01-01 UTC.
    ///
    /// A refusal holds from the as-of instant, and not before what was granted in its hour: koe knows no finer time, and ties
    /// are denials. A grant holds from just before the as-of instant, as nothing at it is known yet, and behind whatever the
    /// record refused so far.
    fn followed_by(&self, statement: Statement, now: i64) -> i64 {
        match statement {
            Statement::Granted => {
                let behind = self.refusal.map_or(i64::MIN, |at| at.saturating_add(1));
                behind.max(now - 1)
            }
            Statement::Denied | Statement::Revoked => self.grant.map_or(now, |at| at.max(now)),
        }
    }
}

/// Returns the table `consents`. A grant without a date was observed when it first was: told again in other words, it is no
/// new one, and does not outlive what was refused since.
pub(super) fn stated(store: &Store) -> Result<LazyFrame> {
    let about = || {
        [
            consents::SOURCE.expr(),
            consents::CUSTOMER_ID.expr(),
            consents::PURPOSE.expr(),
        ]
    };
    let is_undated_grant = || {
        let is_grant = consents::STATUS.expr().eq(lit(Statement::Granted.key()));
        consents::EFFECTIVE_AT.expr().is_null().and(is_grant)
    };
    let first = store
        .observations(&consents::TABLE)?
        .filter(is_undated_grant())
        .group_by(about())
        .agg([consents::OBSERVED_AT.expr().min().alias(FIRST)]);
    let observed_at = when(is_undated_grant().and(col(FIRST).is_not_null()))
        .then(col(FIRST))
        .otherwise(consents::OBSERVED_AT.expr())
        .alias(consents::OBSERVED_AT.name);
    let columns = consents::TABLE.columns.iter();
    let in_order = JoinArgs {
        maintain_order: MaintainOrderJoin::Left,
        ..JoinArgs::new(JoinType::Left)
    };
    Ok(store
        .scan(&consents::TABLE)?
        .join(first, about(), about(), in_order)
        .with_column(observed_at)
        .select(columns.map(Owned::expr).collect::<Vec<_>>()))
}

/// Returns every statement the store knows: the table `consents`, and that who unsubscribed from a channel denies it from then
/// on. Refusals are of whom they name, however that is written.
pub(super) fn statements(store: &Store) -> Result<LazyFrame> {
    let said = stated(store)?;
    let columns = consents::TABLE.columns.iter();
    let denied = unsubscribed(store)?
        .with_columns([
            contacts::CHANNEL.expr().alias(consents::PURPOSE.name),
            lit(Statement::Denied.key()).alias(consents::STATUS.name),
            contacts::HAPPENED_AT
                .expr()
                .alias(consents::EFFECTIVE_AT.name),
            lit(NULL)
                .cast(ColumnKind::Instant.dtype())
                .alias(consents::EXPIRES_AT.name),
            contacts::STATE.expr().alias(consents::EVIDENCE.name),
        ])
        .select(columns.map(Owned::expr).collect::<Vec<_>>());
    let all = concat([said, denied], UnionArgs::default());
    respelled(store, all.map_err(Error::frame("read the consents"))?)
}

/// Returns the contacts of those who unsubscribed by them.
fn unsubscribed(store: &Store) -> Result<LazyFrame> {
    let is_denial = contacts::STATE.expr().eq(lit("unsubscribed"));
    Ok(store.scan(&contacts::TABLE)?.filter(is_denial))
}

/// Returns a hash of who unsubscribed from what and when, for the stages that go by consent: the other contacts do not make
/// them run again.
pub(super) fn unsubscribed_hash(store: &Store) -> Result<String> {
    let read = Error::frame("read who unsubscribed");
    let names = [
        contacts::SOURCE,
        contacts::CUSTOMER_ID,
        contacts::CHANNEL,
        contacts::HAPPENED_AT,
    ];
    let rows = unsubscribed(store)?
        .select([
            contacts::SOURCE.expr(),
            contacts::CUSTOMER_ID.expr(),
            contacts::CHANNEL.expr(),
            contacts::HAPPENED_AT.expr().cast(DataType::Int64),
        ])
        .sort(
            names.map(|column| column.name),
            SortMultipleOptions::default(),
        )
        .collect()
        .map_err(&read)?;
    let mut hasher = blake3::Hasher::new();
    let mut add = || -> PolarsResult<()> {
        let text = |column: Owned| rows.column(column.name)?.str();
        let (source, customer_id) = (text(contacts::SOURCE)?, text(contacts::CUSTOMER_ID)?);
        let channel = text(contacts::CHANNEL)?;
        let at = rows.column(contacts::HAPPENED_AT.name)?.i64()?;
        for row in 0..rows.height() {
            for part in [source.get(row), customer_id.get(row), channel.get(row)] {
                hasher.update(part.unwrap_or_default().as_bytes());
                hasher.update(&[0]);
            }
            hasher.update(&at.get(row).unwrap_or_default().to_le_bytes());
        }
        Ok(())
    };
    add().map_err(&read)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Returns what records said of each purpose up to the end of the hour that begins `now`.
fn said(
    store: &Store,
    records: &BTreeSet<Record>,
    now: i64,
) -> Result<BTreeMap<(Record, String), Said>> {
    let mut said: BTreeMap<(Record, String), Said> = BTreeMap::new();
    let columns = [
        consents::SOURCE,
        consents::CUSTOMER_ID,
        consents::PURPOSE,
        consents::STATUS,
        consents::EFFECTIVE_AT,
        consents::EXPIRES_AT,
        consents::EVIDENCE,
        consents::SOURCE_FILE,
        consents::OBSERVED_AT,
    ];
    let mut add = |frame: &DataFrame| -> PolarsResult<()> {
        let text = |column: Owned| frame.column(column.name)?.str();
        let instant = |column: Owned| frame.column(column.name)?.datetime();
        let (source, customer_id) = (text(consents::SOURCE)?, text(consents::CUSTOMER_ID)?);
        let (purpose, status) = (text(consents::PURPOSE)?, text(consents::STATUS)?);
        let (evidence, file) = (text(consents::EVIDENCE)?, text(consents::SOURCE_FILE)?);
        let effective_at = instant(consents::EFFECTIVE_AT)?;
        let expires_at = instant(consents::EXPIRES_AT)?;
        let observed_at = instant(consents::OBSERVED_AT)?;
        let of = |texts: &StringChunked, row: usize| texts.get(row).unwrap_or_default().to_owned();
        for row in 0..frame.height() {
            let is_meant = customer_id
                .get(row)
                .is_some_and(|id| records.iter().any(|(_, own)| own == id));
            let record = match is_meant {
                true => (of(source, row), of(customer_id, row)),
                false => continue,
            };
            if !records.contains(&record) {
                continue;
            }
            let is_refusal = status.get(row) != Some(Statement::Granted.key());
            // As the undated are counted: from when they were first observed, a grant from just before.
            let observed = observed_at.phys.get(row).unwrap_or(i64::MIN);
            let undated = observed.saturating_sub(i64::from(!is_refusal));
            let word = Word {
                effective_at: effective_at.phys.get(row).unwrap_or(undated),
                is_refusal,
                status: of(status, row),
                expires_at: expires_at.phys.get(row),
                evidence: evidence.get(row).map(str::to_owned),
            };
            if word.effective_at < now.saturating_add(HOUR) {
                let is_by_hand = file.get(row) == Some(FILE);
                said.entry((record, of(purpose, row)))
                    .or_default()
                    .add(word, is_by_hand, now);
            }
        }
        Ok(())
    };
    store.column_blocks(&consents::TABLE, &columns, Rows::Live, &mut |frame| {
        add(frame).map_err(Error::frame("look for what was said"))
    })?;
    Ok(said)
}

/// Source and id of a customer record.
type Record = (String, String);

/// One statement about one purpose by one record.
struct Row {
    record: Record,
    purpose: &'static str,
    effective_at: i64,
}

fn known_purpose(named: &str) -> Result<&'static str> {
    let known = PURPOSES.into_iter().find(|purpose| *purpose == named);
    known.ok_or_else(|| Error::NoPurpose {
        purpose: named.to_owned(),
        nearest: nearest(named, PURPOSES),
        known: PURPOSES.map(str::to_owned).to_vec(),
    })
}

fn frame(
    rows: &[Row],
    statement: Statement,
    expires_at: Option<i64>,
    evidence: Option<&str>,
    observed_at: i64,
    batch_id: &str,
) -> PolarsResult<DataFrame> {
    let text = |column: Owned, value: &dyn Fn(&Row) -> Option<String>| {
        let values: Vec<Option<String>> = rows.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let instant = |column: Owned, value: &dyn Fn(&Row) -> Option<i64>| {
        let values: Vec<Option<i64>> = rows.iter().map(value).collect();
        Column::new(column.small_name(), values).cast(&ColumnKind::Instant.dtype())
    };
    let places: Vec<i64> = (1..=rows.len() as i64).collect();
    DataFrame::new(
        rows.len(),
        vec![
            text(consents::SOURCE, &|row| Some(row.record.0.clone())),
            text(consents::CUSTOMER_ID, &|row| Some(row.record.1.clone())),
            text(consents::PURPOSE, &|row| Some(row.purpose.to_owned())),
            text(consents::STATUS, &|_| Some(statement.key().to_owned())),
            instant(consents::EFFECTIVE_AT, &|row| Some(row.effective_at))?,
            instant(consents::EXPIRES_AT, &|_| expires_at)?,
            text(consents::EVIDENCE, &|_| evidence.map(str::to_owned)),
            text(consents::SOURCE_FILE, &|_| Some(FILE.to_owned())),
            Column::new(consents::SOURCE_ROW.small_name(), places),
            text(consents::BATCH_ID, &|_| Some(batch_id.to_owned())),
            instant(consents::OBSERVED_AT, &|_| Some(observed_at))?,
        ],
    )
}

fn shown(at: i64) -> Option<String> {
    let at = Timestamp::from_microsecond(at).ok()?;
    Some(at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_known_by_their_names_and_the_nearest_is_offered() {
        assert_eq!(known_purpose("email").ok(), Some("email"));
        let refused = known_purpose("link_socail");
        assert!(matches!(
            refused,
            Err(Error::NoPurpose { nearest: Some(near), .. }) if near == "link_social"
        ));
        assert!(known_purpose("").is_err());
    }

    #[test]
    fn rows_have_the_schema_of_the_table() {
        let row = Row {
            record: ("s".into(), "1".into()),
            purpose: "email",
            effective_at: 1,
        };
        let made = frame(&[row], Statement::Revoked, None, Some("mail"), 2, "b");
        let made = made.expect("columns of one length");
        assert_eq!(made.schema().as_ref(), &consents::TABLE.schema());
    }
}
