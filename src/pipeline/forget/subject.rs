//! A person who is to be forgotten: everything by which the store knows them.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::rows::{REPOST, Whose};
use super::words::{Finder, Words};
use crate::error::Result;
use crate::join::normalise::{email_key, phone_key};
use crate::join::person_id;
use crate::pipeline::named::{Named, cell, each_row};
use crate::schema::{
    Table, accounts, assignments, consents, contacts, customers, decisions, declared_links, links,
    orders, posts,
};
use crate::store::{Rows, Store, SubjectKey};

/// Platform, provider and id of an account.
type Account = (String, String, String);

/// Everything by which the store knows a person.
pub(super) struct Subject {
    pub person_id: String,
    pub person_ids: BTreeSet<String>,
    pub records: BTreeSet<(String, String)>,
    pub accounts: BTreeSet<Account>,
    /// Platform and handle in lower case.
    pub handles: BTreeSet<(String, String)>,
    emails: BTreeSet<String>,
    phones: BTreeSet<String>,
    posts: BTreeSet<(String, String)>,
    /// Posts of others that name the person.
    named_in: BTreeSet<(String, String)>,
    /// Exports that told of the person.
    pub files: BTreeSet<String>,
    pub words: Words,
    finder: Finder,
}

/// What customer records say that may name somebody, by match key.
#[derive(Default)]
struct Said {
    emails: BTreeMap<String, BTreeSet<String>>,
    phones: BTreeMap<String, BTreeSet<String>>,
    names: BTreeMap<String, BTreeSet<String>>,
    addresses: BTreeMap<String, BTreeSet<String>>,
}

impl Said {
    fn add(&mut self, frame: &DataFrame, row: usize) -> PolarsResult<()> {
        let put =
            |into: &mut BTreeMap<String, BTreeSet<String>>, key: Option<String>, text: String| {
                if let Some(key) = key.filter(|key| !key.is_empty()) {
                    into.entry(key).or_default().insert(text);
                }
            };
        let squeezed = |text: &str| Some(text.split_whitespace().collect::<String>());
        let email = cell(frame, customers::EMAIL, row)?;
        put(&mut self.emails, email_key(&email), email);
        let phone = cell(frame, customers::PHONE, row)?;
        put(&mut self.phones, phone_key(&phone), phone);
        for column in [customers::NAME, customers::NAME_KANA] {
            let name = cell(frame, column, row)?;
            put(&mut self.names, squeezed(&name), name);
        }
        let address = cell(frame, customers::ADDRESS, row)?;
        put(&mut self.addresses, squeezed(&address), address);
        Ok(())
    }

    /// Takes away what others say, too: it names nobody alone.
    fn without(&mut self, others: &Self) {
        self.emails
            .retain(|key, _| !others.emails.contains_key(key));
        self.phones
            .retain(|key, _| !others.phones.contains_key(key));
        self.names.retain(|key, _| !others.names.contains_key(key));
        self.addresses
            .retain(|key, _| !others.addresses.contains_key(key));
    }
}

impl Subject {
    pub(super) fn find(store: &Store, named: Named, key: &SubjectKey) -> Result<Self> {
        let Named {
            person_id: id,
            records,
        } = named;
        let mut person_ids: BTreeSet<String> = records
            .iter()
            .map(|(source, customer_id)| person_id(source, customer_id))
            .collect();
        person_ids.insert(id.clone());
        let (mut own, mut others) = (Said::default(), Said::default());
        each_row(store, &customers::TABLE, Rows::All, &mut |frame, row| {
            let record = (
                cell(frame, customers::SOURCE, row)?,
                cell(frame, customers::CUSTOMER_ID, row)?,
            );
            match records.contains(&record) {
                true => own.add(frame, row),
                false => others.add(frame, row),
            }
        })?;
        own.without(&others);
        let claims = Claims::find(store, &records, &person_ids)?;
        let (accounts, handles) = claims.settle(store)?;
        let mut words = Words::default();
        own.emails
            .values()
            .flatten()
            .for_each(|one| words.email(one));
        own.phones
            .values()
            .flatten()
            .for_each(|one| words.phone(one));
        own.names.values().flatten().for_each(|one| words.name(one));
        let addresses = own.addresses.values().flatten();
        addresses.for_each(|one| words.address(one));
        records.iter().for_each(|(_, id)| words.id(id));
        accounts.iter().for_each(|(.., id)| words.id(id));
        handles.iter().for_each(|(_, handle)| words.handle(handle));
        let mut subject = Self {
            person_id: id,
            person_ids,
            records,
            accounts,
            handles,
            emails: own.emails.into_keys().collect(),
            phones: own.phones.into_keys().collect(),
            posts: BTreeSet::new(),
            named_in: BTreeSet::new(),
            files: BTreeSet::new(),
            finder: words.finder(key.clone())?,
            words,
        };
        subject.posts = subject.find_posts(store)?;
        subject.named_in = subject.find_mentions(store)?;
        subject.files = subject.find_files(store)?;
        Ok(subject)
    }

    /// Returns the posts that any observation of them says are the person's.
    fn find_posts(&self, store: &Store) -> Result<BTreeSet<(String, String)>> {
        let mut found = BTreeSet::new();
        each_row(store, &posts::TABLE, Rows::All, &mut |frame, row| {
            let source = cell(frame, posts::SOURCE, row)?;
            let account = cell(frame, posts::ACCOUNT_ID, row)?;
            let is_theirs = self.has_account(
                &cell(frame, posts::PLATFORM, row)?,
                &cell(frame, posts::PROVIDER, row)?,
                &account,
            ) || self.has_record(&source, &cell(frame, posts::CUSTOMER_ID, row)?);
            if is_theirs {
                found.insert((source, cell(frame, posts::POST_ID, row)?));
            }
            Ok(())
        })?;
        // Who repeats a post says what the person said.
        let own = found.clone();
        each_row(store, &posts::TABLE, Rows::All, &mut |frame, row| {
            let source = cell(frame, posts::SOURCE, row)?;
            let of = (source, cell(frame, posts::REPOSTED_POST_ID, row)?);
            if own.contains(&of) && cell(frame, posts::KIND, row)? == REPOST {
                found.insert((of.0, cell(frame, posts::POST_ID, row)?));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Returns the posts of which any observation names the person.
    fn find_mentions(&self, store: &Store) -> Result<BTreeSet<(String, String)>> {
        let mut found = BTreeSet::new();
        each_row(store, &posts::TABLE, Rows::All, &mut |frame, row| {
            let text = cell(frame, posts::TEXT, row)?;
            if self.without(&text, false).is_some() {
                let source = cell(frame, posts::SOURCE, row)?;
                found.insert((source, cell(frame, posts::POST_ID, row)?));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Returns the files that rows about the person came from.
    fn find_files(&self, store: &Store) -> Result<BTreeSet<String>> {
        let mut files = BTreeSet::new();
        let by_record: [&'static Table; 7] = [
            &customers::TABLE,
            &orders::TABLE,
            &declared_links::TABLE,
            &decisions::TABLE,
            &consents::TABLE,
            &contacts::TABLE,
            &assignments::TABLE,
        ];
        for table in by_record {
            each_row(store, table, Rows::All, &mut |frame, row| {
                if self.has_record(
                    &cell(frame, customers::SOURCE, row)?,
                    &cell(frame, customers::CUSTOMER_ID, row)?,
                ) {
                    files.insert(cell(frame, customers::SOURCE_FILE, row)?);
                }
                Ok(())
            })?;
        }
        each_row(store, &accounts::TABLE, Rows::All, &mut |frame, row| {
            if self.has_account(
                &cell(frame, accounts::PLATFORM, row)?,
                &cell(frame, accounts::PROVIDER, row)?,
                &cell(frame, accounts::ACCOUNT_ID, row)?,
            ) {
                files.insert(cell(frame, accounts::SOURCE_FILE, row)?);
            }
            Ok(())
        })?;
        each_row(store, &posts::TABLE, Rows::All, &mut |frame, row| {
            if self.has_post(
                &cell(frame, posts::SOURCE, row)?,
                &cell(frame, posts::POST_ID, row)?,
            ) {
                files.insert(cell(frame, posts::SOURCE_FILE, row)?);
            }
            Ok(())
        })?;
        Ok(files)
    }

    /// Returns the hashes by which a later import tells the person.
    pub(super) fn hashes(&self, key: &SubjectKey) -> BTreeSet<String> {
        let records = self.records.iter();
        let records = records.map(|(source, customer_id)| key.record(source, customer_id));
        let accounts = self.accounts.iter();
        let accounts =
            accounts.map(|(platform, provider, id)| key.hash("account", &[platform, provider, id]));
        let handles = self.handles.iter();
        let handles = handles.map(|(platform, handle)| key.hash("handle", &[platform, handle]));
        let words = self.words.hashed();
        let words = words.map(|(kind, text)| key.hash(kind, &[text]));
        let posts = self.posts.iter();
        let posts = posts.map(|(source, post_id)| key.hash("post", &[source, post_id]));
        records
            .chain(accounts)
            .chain(handles)
            .chain(words)
            .chain(posts)
            .collect()
    }
}

impl Whose for Subject {
    fn has_record(&self, source: &str, customer_id: &str) -> bool {
        self.records
            .iter()
            .any(|(own, id)| own == source && id == customer_id)
    }

    fn has_account(&self, platform: &str, provider: &str, account_id: &str) -> bool {
        let is_own = |(on, of, id): &Account| on == platform && of == provider && id == account_id;
        !account_id.is_empty()
            && (self.accounts.iter().any(is_own) || self.has_handle(platform, account_id))
    }

    fn has_handle(&self, platform: &str, handle: &str) -> bool {
        let handle = handle.trim_start_matches('@');
        self.handles
            .iter()
            .any(|(on, own)| on == platform && *own == handle.to_lowercase())
    }

    fn has_person(&self, person_id: &str) -> bool {
        self.person_ids.contains(person_id)
    }

    fn has_contact(&self, email: Option<&str>, phone: Option<&str>) -> bool {
        email
            .and_then(email_key)
            .is_some_and(|email| self.emails.contains(&email))
            || phone
                .and_then(phone_key)
                .is_some_and(|phone| self.phones.contains(&phone))
    }

    fn has_post(&self, source: &str, post_id: &str) -> bool {
        !self.posts.is_empty()
            && self
                .posts
                .contains(&(source.to_owned(), post_id.to_owned()))
    }

    fn is_named_in(&self, source: &str, post_id: &str) -> bool {
        !self.named_in.is_empty()
            && self
                .named_in
                .contains(&(source.to_owned(), post_id.to_owned()))
    }

    fn met(&self, _: &Table, _: [&str; 3]) {}

    fn without(&self, text: &str, is_key: bool) -> Option<String> {
        self.finder.without(text, is_key)
    }
}

/// Accounts that are said to be the person's, and to be others'.
#[derive(Default)]
struct Claims {
    accounts: BTreeSet<Account>,
    handles: BTreeSet<(String, String)>,
    others: BTreeSet<Account>,
    others_handles: BTreeSet<(String, String)>,
}

impl Claims {
    fn find(
        store: &Store,
        records: &BTreeSet<(String, String)>,
        person_ids: &BTreeSet<String>,
    ) -> Result<Self> {
        let mut claims = Self::default();
        each_row(store, &links::TABLE, Rows::Live, &mut |frame, row| {
            let account = (
                cell(frame, links::PLATFORM, row)?,
                cell(frame, links::PROVIDER, row)?,
                cell(frame, links::ACCOUNT_ID, row)?,
            );
            match person_ids.contains(&cell(frame, links::PERSON_ID, row)?) {
                true => claims.accounts.insert(account),
                false => claims.others.insert(account),
            };
            Ok(())
        })?;
        let linked = claims.accounts.clone();
        each_row(
            store,
            &declared_links::TABLE,
            Rows::All,
            &mut |frame, row| {
                let record = (
                    cell(frame, declared_links::SOURCE, row)?,
                    cell(frame, declared_links::CUSTOMER_ID, row)?,
                );
                let platform = cell(frame, declared_links::PLATFORM, row)?;
                let handle = cell(frame, declared_links::HANDLE, row)?;
                let handle = handle.trim_start_matches('@').to_lowercase();
                let id = cell(frame, declared_links::ACCOUNT_ID, row)?;
                let provider = cell(frame, declared_links::PROVIDER, row)?;
                let is_own = records.contains(&record);
                let (accounts, handles) = match is_own {
                    true => (&mut claims.accounts, &mut claims.handles),
                    false => (&mut claims.others, &mut claims.others_handles),
                };
                if !handle.is_empty() {
                    handles.insert((platform.clone(), handle));
                }
                let account = (platform, provider, id);
                if !account.2.is_empty() && (is_own || !linked.contains(&account)) {
                    accounts.insert(account);
                }
                Ok(())
            },
        )?;
        each_row(store, &decisions::TABLE, Rows::All, &mut |frame, row| {
            let record = (
                cell(frame, decisions::SOURCE, row)?,
                cell(frame, decisions::CUSTOMER_ID, row)?,
            );
            let id = cell(frame, decisions::ACCOUNT_ID, row)?;
            let is_same = cell(frame, decisions::DECISION, row)? == "same";
            if !id.is_empty() && is_same && records.contains(&record) {
                claims.accounts.insert((
                    cell(frame, decisions::PLATFORM, row)?,
                    cell(frame, decisions::PROVIDER, row)?,
                    id,
                ));
            }
            Ok(())
        })?;
        Ok(claims)
    }

    /// Returns the accounts and handles that are the person's and nobody else's.
    ///
    /// A declared handle means the account that had it, where only one ever had; of the accounts, every handle they were
    /// seen with counts that no other account was seen with.
    fn settle(mut self, store: &Store) -> Result<(BTreeSet<Account>, BTreeSet<(String, String)>)> {
        let mut seen: BTreeMap<(String, String), BTreeSet<Account>> = BTreeMap::new();
        let mut official: BTreeSet<Account> = BTreeSet::new();
        each_row(store, &accounts::TABLE, Rows::All, &mut |frame, row| {
            let platform = cell(frame, accounts::PLATFORM, row)?;
            let account = (
                platform.clone(),
                cell(frame, accounts::PROVIDER, row)?,
                cell(frame, accounts::ACCOUNT_ID, row)?,
            );
            let is_official = frame.column(accounts::IS_OFFICIAL.name)?.bool()?;
            if is_official.get(row) == Some(true) {
                official.insert(account.clone());
            }
            let handle = cell(frame, accounts::HANDLE, row)?.to_lowercase();
            if !handle.is_empty() {
                seen.entry((platform, handle)).or_default().insert(account);
            }
            Ok(())
        })?;
        self.handles
            .retain(|handle| !self.others_handles.contains(handle));
        for handle in &self.handles {
            if let Some(accounts) = seen.get(handle)
                && accounts.len() == 1
            {
                self.accounts.extend(accounts.iter().cloned());
            }
        }
        self.accounts
            .retain(|account| !self.others.contains(account) && !official.contains(account));
        let is_own =
            |accounts: &BTreeSet<Account>| accounts.iter().all(|one| self.accounts.contains(one));
        self.handles
            .retain(|handle| seen.get(handle).is_none_or(is_own));
        let had = seen.iter().filter(|(_, accounts)| is_own(accounts));
        let had: Vec<(String, String)> = had.map(|(handle, _)| handle.clone()).collect();
        self.handles.extend(had);
        Ok((self.accounts, self.handles))
    }
}
