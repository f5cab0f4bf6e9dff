//! The columns that join compares, as plain rows.

use polars::prelude::*;

use crate::schema::{Column, accounts, customers, declared_links};

/// A customer record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Customer {
    pub source: String,
    pub customer_id: String,
    pub name: Option<String>,
    pub name_kana: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub postal_code: Option<String>,
    /// Days since 1970-01-01.
    pub birth_date: Option<i32>,
    /// Days since 1970-01-01.
    pub registered_on: Option<i32>,
}

/// A declared link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declaration {
    pub source: String,
    pub customer_id: String,
    pub platform: String,
    pub provider: String,
    pub account_id: Option<String>,
    pub handle: Option<String>,
    pub method: Option<String>,
    /// Microseconds since 1970-01-01 UTC.
    pub declared_at: i64,
    pub source_file: String,
    pub source_row: i64,
}

/// An account as observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub platform: String,
    pub provider: String,
    pub account_id: String,
    pub handle: Option<String>,
}

pub(super) fn customers(frame: &DataFrame) -> PolarsResult<Vec<Customer>> {
    let source = texts(frame, &customers::SOURCE)?;
    let customer_id = texts(frame, &customers::CUSTOMER_ID)?;
    let name = texts(frame, &customers::NAME)?;
    let name_kana = texts(frame, &customers::NAME_KANA)?;
    let email = texts(frame, &customers::EMAIL)?;
    let phone = texts(frame, &customers::PHONE)?;
    let postal_code = texts(frame, &customers::POSTAL_CODE)?;
    let birth_date = frame.column(customers::BIRTH_DATE.name)?.date()?;
    let registered_on = frame.column(customers::REGISTERED_ON.name)?.date()?;
    Ok((0..frame.height())
        .map(|row| Customer {
            source: owned(source, row).unwrap_or_default(),
            customer_id: owned(customer_id, row).unwrap_or_default(),
            name: owned(name, row),
            name_kana: owned(name_kana, row),
            email: owned(email, row),
            phone: owned(phone, row),
            postal_code: owned(postal_code, row),
            birth_date: birth_date.phys.get(row),
            registered_on: registered_on.phys.get(row),
        })
        .collect())
}

pub(super) fn declarations(frame: &DataFrame) -> PolarsResult<Vec<Declaration>> {
    let source = texts(frame, &declared_links::SOURCE)?;
    let customer_id = texts(frame, &declared_links::CUSTOMER_ID)?;
    let platform = texts(frame, &declared_links::PLATFORM)?;
    let provider = texts(frame, &declared_links::PROVIDER)?;
    let account_id = texts(frame, &declared_links::ACCOUNT_ID)?;
    let handle = texts(frame, &declared_links::HANDLE)?;
    let method = texts(frame, &declared_links::METHOD)?;
    let declared_at = frame.column(declared_links::DECLARED_AT.name)?.datetime()?;
    let observed_at = frame.column(declared_links::OBSERVED_AT.name)?.datetime()?;
    let source_file = texts(frame, &declared_links::SOURCE_FILE)?;
    let source_row = frame.column(declared_links::SOURCE_ROW.name)?.i64()?;
    Ok((0..frame.height())
        .map(|row| Declaration {
            source: owned(source, row).unwrap_or_default(),
            customer_id: owned(customer_id, row).unwrap_or_default(),
            platform: owned(platform, row).unwrap_or_default(),
            provider: owned(provider, row).unwrap_or_default(),
            account_id: owned(account_id, row),
            handle: owned(handle, row),
            method: owned(method, row),
            declared_at: declared_at
                .phys
                .get(row)
                .or(observed_at.phys.get(row))
                .unwrap_or(i64::MAX),
            source_file: owned(source_file, row).unwrap_or_default(),
            source_row: source_row.get(row).unwrap_or_default(),
        })
        .collect())
}

pub(super) fn accounts(frame: &DataFrame) -> PolarsResult<Vec<Account>> {
    let platform = texts(frame, &accounts::PLATFORM)?;
    let provider = texts(frame, &accounts::PROVIDER)?;
    let account_id = texts(frame, &accounts::ACCOUNT_ID)?;
    let handle = texts(frame, &accounts::HANDLE)?;
    Ok((0..frame.height())
        .map(|row| Account {
            platform: owned(platform, row).unwrap_or_default(),
            provider: owned(provider, row).unwrap_or_default(),
            account_id: owned(account_id, row).unwrap_or_default(),
            handle: owned(handle, row),
        })
        .collect())
}

pub(super) fn texts<'a>(frame: &'a DataFrame, column: &Column) -> PolarsResult<&'a StringChunked> {
    frame.column(column.name)?.str()
}

pub(super) fn owned(column: &StringChunked, row: usize) -> Option<String> {
    column
        .get(row)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
