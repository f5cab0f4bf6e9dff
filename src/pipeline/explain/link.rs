//! Why two subjects are one person: what `koe explain link` tells.

use polars::prelude::*;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::join::consent::LINK_SOCIAL;
use crate::join::explain::{self, Explanation, Input, RecordKey};
use crate::pipeline::Workspace;
use crate::pipeline::join::frozen;
use crate::schema::{self, accounts, customers, decisions, declared_links, links, persons};
use crate::store::Store;

/// Why two subjects are one person, or are not.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum LinkExplanation {
    /// Of two customer records.
    Records(Explanation),
    /// Of a customer record and an account.
    Account(AccountExplanation),
}

/// Why an account is linked to a person, or is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountExplanation {
    /// The person of the record.
    pub person_id: String,
    /// Platform of the account.
    pub platform: String,
    /// Its id, where an account of that name is known.
    pub account_id: Option<String>,
    /// Its handle, where known.
    pub handle: Option<String>,
    /// Since when consent is in force, in UTC; `None` where it is not.
    pub consented_at: Option<String>,
    /// File and row of the consent.
    pub consent_evidence: Option<String>,
    /// File and row of the customer's own declarations of the account.
    pub declared_in: Vec<String>,
    /// Whether the account is the person's, and why not.
    pub verdict: AccountVerdict,
}

/// Whether an account is a person's, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountVerdict {
    /// Declared, with consent in force.
    Linked,
    /// Consent for `link_social` is not in force, so that the two are not even compared.
    NoConsent,
    /// The person denied being analysed.
    AnalysisDenied,
    /// Nobody declared the account as this person's.
    NotDeclared,
    /// No account of that name was seen.
    UnknownAccount,
    /// Another person declared it, too.
    SeveralPersons,
}

/// What a command names: a customer record or an account.
enum Subject {
    Record(RecordKey),
    Account { platform: String, name: String },
}

impl Workspace {
    /// Explains why two subjects are one person, or are not: two records as `SOURCE:CUSTOMER_ID`, or a record and an
    /// account as `PLATFORM:@HANDLE` or `PLATFORM:ID`.
    ///
    /// # Errors
    /// [`Error::NoSubject`] for what is not in the store.
    pub fn explain_link(&self, left: &str, right: &str) -> Result<LinkExplanation> {
        let store = self.store()?;
        match (subject(&store, left)?, subject(&store, right)?) {
            (Subject::Record(left), Subject::Record(right)) => {
                let input = Input {
                    customers: store.scan(&customers::TABLE)?,
                    persons: store.scan(&persons::TABLE)?,
                    decisions: store.scan(&decisions::TABLE)?,
                    weights: frozen(&store)?,
                };
                let settings = self.config().join.settings();
                explain::explain(input, [&left, &right], &settings).map(LinkExplanation::Records)
            }
            (Subject::Record(record), Subject::Account { platform, name })
            | (Subject::Account { platform, name }, Subject::Record(record)) => self
                .explain_account(&store, &record, &platform, &name)
                .map(LinkExplanation::Account),
            (Subject::Account { .. }, Subject::Account { .. }) => Err(Error::NoSubject {
                subject: left.to_owned(),
            }),
        }
    }

    fn explain_account(
        &self,
        store: &Store,
        record: &RecordKey,
        platform: &str,
        name: &str,
    ) -> Result<AccountExplanation> {
        let failed = Error::frame("look for an account");
        let persons = store.scan(&persons::TABLE)?.collect().map_err(&failed)?;
        let no_record = || Error::NoSubject {
            subject: format!("{}:{}", record.source, record.customer_id),
        };
        let person_id = first(
            persons.clone().lazy(),
            persons::SOURCE.expr().eq(lit(record.source.clone())).and(
                persons::CUSTOMER_ID
                    .expr()
                    .eq(lit(record.customer_id.clone())),
            ),
            &[persons::PERSON_ID],
        )?
        .and_then(|[person]: [Option<String>; 1]| person)
        .ok_or_else(no_record)?;
        let bare = name.trim_start_matches('@').to_lowercase();
        let is_name = |id: schema::Column, handle: schema::Column| {
            let is_handle = handle.expr().str().to_lowercase().eq(lit(bare.clone()));
            id.expr().eq(lit(name.to_owned())).or(is_handle)
        };
        let account = first(
            store.scan(&accounts::TABLE)?,
            accounts::PLATFORM
                .expr()
                .eq(lit(platform.to_owned()))
                .and(is_name(accounts::ACCOUNT_ID, accounts::HANDLE)),
            &[accounts::ACCOUNT_ID, accounts::HANDLE],
        )?;
        let [account_id, handle]: [Option<String>; 2] = account.clone().unwrap_or_default();
        let known = account_id.clone().unwrap_or_else(|| name.to_owned());
        let declared = store
            .scan(&declared_links::TABLE)?
            .filter(
                declared_links::PLATFORM
                    .expr()
                    .eq(lit(platform.to_owned()))
                    .and(
                        is_name(declared_links::ACCOUNT_ID, declared_links::HANDLE)
                            .or(declared_links::ACCOUNT_ID.expr().eq(lit(known.clone()))),
                    ),
            )
            .join(
                persons.clone().lazy(),
                [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
                [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
                JoinArgs::new(JoinType::Inner),
            )
            .collect()
            .map_err(&failed)?;
        let text = |column: schema::Column| -> Result<Vec<String>> {
            let values = declared.column(column.name).and_then(|column| column.str());
            let values = values.map_err(&failed)?;
            Ok(values
                .iter()
                .map(|value| value.unwrap_or_default().to_owned())
                .collect())
        };
        let (of, files) = (
            text(persons::PERSON_ID)?,
            text(declared_links::SOURCE_FILE)?,
        );
        let rows = declared
            .column(declared_links::SOURCE_ROW.name)
            .and_then(|column| {
                Ok(column
                    .i64()?
                    .iter()
                    .map(Option::unwrap_or_default)
                    .collect::<Vec<_>>())
            })
            .map_err(&failed)?;
        let own = (0..of.len()).filter(|row| of[*row] == person_id);
        let declared_in: Vec<String> = own
            .map(|row| format!("{}:{}", files[row], rows[row]))
            .collect();
        let link = first(
            store.scan(&links::TABLE)?,
            links::PERSON_ID
                .expr()
                .eq(lit(person_id.clone()))
                .and(links::PLATFORM.expr().eq(lit(platform.to_owned())))
                .and(links::ACCOUNT_ID.expr().eq(lit(known))),
            &[links::ACCOUNT_ID],
        )?;
        let standing = self.standing(store, &persons)?;
        let grant = standing.grant(&person_id, LINK_SOCIAL);
        let verdict = match () {
            () if standing.is_analysis_denied(&person_id) => AccountVerdict::AnalysisDenied,
            () if grant.is_none() => AccountVerdict::NoConsent,
            () if link.is_some_and(|[id]: [Option<String>; 1]| id.is_some()) => {
                AccountVerdict::Linked
            }
            () if declared_in.is_empty() => AccountVerdict::NotDeclared,
            () if account.is_none() => AccountVerdict::UnknownAccount,
            () => AccountVerdict::SeveralPersons,
        };
        Ok(AccountExplanation {
            person_id,
            platform: platform.to_owned(),
            account_id,
            handle,
            consented_at: grant
                .and_then(|grant| jiff::Timestamp::from_microsecond(grant.since).ok())
                .map(|since| since.to_string()),
            consent_evidence: grant.map(|grant| grant.evidence.to_string()),
            declared_in,
            verdict,
        })
    }
}

/// Returns some columns of the first row for which a condition holds.
pub(super) fn first<const N: usize>(
    frame: LazyFrame,
    holds: Expr,
    columns: &[schema::Column; N],
) -> Result<Option<[Option<String>; N]>> {
    let read = Error::frame("look for a subject");
    let selected: Vec<Expr> = columns.iter().map(|column| column.expr()).collect();
    let found = frame
        .filter(holds)
        .select(selected)
        .limit(1)
        .collect()
        .map_err(&read)?;
    if found.height() == 0 {
        return Ok(None);
    }
    let mut values: [Option<String>; N] = std::array::from_fn(|_| None);
    for (value, column) in values.iter_mut().zip(columns) {
        let texts = found.column(column.name).and_then(|column| column.str());
        *value = texts.map_err(&read)?.get(0).map(str::to_owned);
    }
    Ok(Some(values))
}

/// Returns what a command names. A record goes first: sources are the shop's own words, platforms are not.
fn subject(store: &Store, named: &str) -> Result<Subject> {
    let missing = || Error::NoSubject {
        subject: named.to_owned(),
    };
    let Some((before, behind)) = named.split_once(':') else {
        // The id of a person stands for the record that the person is named after.
        let found = first(
            store.scan(&persons::TABLE)?,
            persons::PERSON_ID
                .expr()
                .eq(lit(named.to_owned()))
                .and(persons::MATCHED_BY.expr().eq(lit("self"))),
            &[persons::SOURCE, persons::CUSTOMER_ID],
        )?;
        return match found {
            Some([Some(source), Some(customer_id)]) => Ok(Subject::Record(RecordKey {
                source,
                customer_id,
            })),
            _ => Err(missing()),
        };
    };
    let is_record = |source: &str, customer_id: &str| {
        let holds = customers::SOURCE.expr().eq(lit(source.to_owned())).and(
            customers::CUSTOMER_ID
                .expr()
                .eq(lit(customer_id.to_owned())),
        );
        let found = first(store.scan(&customers::TABLE)?, holds, &[customers::SOURCE])?;
        Ok::<_, Error>(found.is_some())
    };
    // A source may have a colon itself.
    for (at, _) in named.match_indices(':') {
        if is_record(&named[..at], &named[at + 1..])? {
            return Ok(Subject::Record(RecordKey {
                source: named[..at].to_owned(),
                customer_id: named[at + 1..].to_owned(),
            }));
        }
    }
    let is_platform = behind.starts_with('@')
        || first(
            store.scan(&accounts::TABLE)?,
            accounts::PLATFORM.expr().eq(lit(before.to_owned())),
            &[accounts::PLATFORM],
        )?
        .is_some();
    match is_platform {
        true => Ok(Subject::Account {
            platform: before.to_owned(),
            name: behind.to_owned(),
        }),
        false => Err(missing()),
    }
}
