//! A person who is to be forgotten: everything by which the store knows them.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::candidates::id_without;
use super::claims::{Account, Claims, Handle, bare, has, has_account, own_ids};
use super::posts::Posts;
use super::rows::Whose;
use super::said::Said;
use super::told::{Hashed, TOLD, Tellings, Told, hashed, squeezed};
use super::words::{Finder, Words, put};
use crate::error::{Error, Result};
use crate::join::normalise::{email_key, phone_key};
use crate::join::person_id;
use crate::pipeline::named::Named;
use crate::schema::{
    Column as Owned, Table, accounts, assignments, consents, contacts, customers, decisions,
    declared_links, orders, posts,
};
use crate::store::{Rows, Store, SubjectKey};

/// Everything by which the store knows a person.
pub(super) struct Subject {
    pub person_id: String,
    pub person_ids: BTreeSet<String>,
    pub records: BTreeSet<(String, String)>,
    pub accounts: BTreeSet<Account>,
    pub handles: BTreeSet<Handle>,
    emails: BTreeSet<String>,
    phones: BTreeSet<String>,
    posts: Posts,
    /// Posts of others that name the person.
    named_in: BTreeSet<(String, String)>,
    /// Exports that told of the person.
    pub files: BTreeSet<String>,
    pub words: Words,
    finder: Finder,
    key: SubjectKey,
    /// What is hashed of a name with what stands beside it.
    told: BTreeSet<Hashed>,
}

/// Hands every row of some columns of texts to `add`, empty where a cell is.
pub(super) fn each_text(
    store: &Store,
    table: &'static Table,
    rows: Rows,
    columns: &[Owned],
    add: &mut dyn FnMut(&[&str]),
) -> Result<()> {
    store.column_blocks(table, columns, rows, &mut |frame| {
        let mut each = || -> PolarsResult<()> {
            let texts = columns.iter();
            let texts = texts.map(|column| frame.column(column.name).and_then(|found| found.str()));
            let texts: Vec<&StringChunked> = texts.collect::<PolarsResult<_>>()?;
            let mut cells: Vec<&str> = vec![""; texts.len()];
            for row in 0..frame.height() {
                for (cell, texts) in cells.iter_mut().zip(&texts) {
                    *cell = texts.get(row).unwrap_or_default();
                }
                add(&cells);
            }
            Ok(())
        };
        each().map_err(Error::frame("look for a person"))
    })
}

/// Hands what every observation of a customer says to `add`.
fn each_told(store: &Store, add: &mut dyn FnMut(&Told<'_>)) -> Result<()> {
    store.column_blocks(&customers::TABLE, &TOLD, Rows::All, &mut |frame| {
        let tellings = Tellings::of(frame).map_err(Error::frame("look for a person"))?;
        (0..frame.height()).for_each(|row| add(&tellings.get(row)));
        Ok(())
    })
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
        let mut own = Said::default();
        let mut told_hashes = BTreeSet::new();
        let (mut names, mut details) = (BTreeSet::new(), BTreeSet::new());
        each_told(store, &mut |told| {
            if has(&records, told.source, told.customer_id) {
                own.add(told);
                names.extend(told.names().map(str::to_owned));
                details.extend(told.details());
            }
        })?;
        each_told(store, &mut |told| {
            if !has(&records, told.source, told.customer_id) {
                own.without(told);
            }
        })?;
        for name in &names {
            for detail in &details {
                told_hashes.extend(hashed(name, detail));
            }
        }
        let claims = Claims::find(store, &records, &person_ids)?;
        let (accounts, handles) = claims.settle(store, &records, &person_ids)?;
        let mut words = Words::default();
        for one in own.emails.values().flatten() {
            words.email(one);
        }
        for one in own.phones.values().flatten() {
            words.phone(one);
        }
        for one in own.names.values().flatten() {
            words.name(one);
        }
        for one in own.addresses.values().flatten() {
            words.address(one);
        }
        for id in own_ids(store, &records, &accounts)? {
            words.id(&id);
        }
        handles.iter().for_each(|(_, handle)| words.handle(handle));
        let mut subject = Self {
            person_id: id,
            person_ids,
            records,
            accounts,
            handles,
            emails: own.emails.into_keys().collect(),
            phones: own.phones.into_keys().collect(),
            posts: Posts::default(),
            named_in: BTreeSet::new(),
            files: BTreeSet::new(),
            finder: words.finder(key.clone())?,
            key: key.clone(),
            told: told_hashes,
            words,
        };
        subject.posts = Posts::of(store, &subject)?;
        subject.named_in = subject.find_mentions(store)?;
        subject.files = subject.find_files(store)?;
        Ok(subject)
    }

    /// Returns the posts of which any observation names the person.
    fn find_mentions(&self, store: &Store) -> Result<BTreeSet<(String, String)>> {
        let mut found = BTreeSet::new();
        let columns = [posts::SOURCE, posts::POST_ID, posts::TEXT];
        each_text(store, &posts::TABLE, Rows::All, &columns, &mut |cells| {
            if let [source, post_id, text] = *cells
                && self.names(text)
            {
                found.insert((source.to_owned(), post_id.to_owned()));
            }
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
        let mut add = |file: &str| {
            if !files.contains(file) {
                files.insert(file.to_owned());
            }
        };
        let columns = [
            customers::SOURCE,
            customers::CUSTOMER_ID,
            customers::SOURCE_FILE,
        ];
        for table in by_record {
            each_text(store, table, Rows::All, &columns, &mut |cells| {
                if self.has_record(cells[0], cells[1]) {
                    add(cells[2]);
                }
            })?;
        }
        let columns = [
            accounts::PLATFORM,
            accounts::PROVIDER,
            accounts::ACCOUNT_ID,
            accounts::SOURCE_FILE,
        ];
        each_text(store, &accounts::TABLE, Rows::All, &columns, &mut |cells| {
            if self.has_account(cells[0], cells[1], cells[2]) {
                add(cells[3]);
            }
        })?;
        let columns = [posts::SOURCE, posts::POST_ID, posts::SOURCE_FILE];
        each_text(store, &posts::TABLE, Rows::All, &columns, &mut |cells| {
            if self.has_post(cells[0], cells[1]) {
                add(cells[2]);
            }
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
        let posts = self.posts.hashed();
        let posts = posts.map(|(kind, [first, second])| key.hash(kind, &[first, second]));
        let told = self.told.iter().map(|(kind, parts)| {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            key.hash(kind, &parts)
        });
        // Of a row that is rejected nobody knows the source.
        let ids = self.records.iter().map(|(_, id)| id);
        let ids = ids.chain(self.accounts.iter().map(|(.., id)| id));
        let ids = ids.map(|id| key.hash("id", &[&squeezed(id)]));
        records
            .chain(told)
            .chain(ids)
            .chain(accounts)
            .chain(handles)
            .chain(words)
            .chain(posts)
            .collect()
    }
}

impl Whose for Subject {
    /// Who bought as a guest is known by the address or the number alone.
    fn has_record(&self, source: &str, customer_id: &str) -> bool {
        has(&self.records, source, customer_id) || self.without_contact(customer_id).is_some()
    }

    fn has_account(&self, platform: &str, provider: &str, account_id: &str) -> bool {
        !account_id.is_empty()
            && (has_account(&self.accounts, platform, provider, account_id)
                || self.has_handle(platform, account_id))
    }

    fn has_account_id(&self, account_id: &str) -> bool {
        let handle = bare(account_id);
        !account_id.is_empty()
            && (self.accounts.iter().any(|(.., own)| own == account_id)
                || self.handles.iter().any(|(_, own)| *own == handle))
    }

    fn has_handle(&self, platform: &str, handle: &str) -> bool {
        if self.handles.iter().all(|(on, _)| on != platform) {
            return false;
        }
        let handle = handle.trim_start_matches('@').to_lowercase();
        has(&self.handles, platform, &handle)
    }

    fn has_person(&self, person_id: &str) -> bool {
        self.person_ids.contains(person_id)
    }

    /// What the person's records say, they alone say.
    fn is_told_by(&self, _: &Told<'_>) -> bool {
        false
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
        self.posts.has(source, post_id)
    }

    fn has_said(&self, platform: &str, post_id: &str) -> bool {
        self.posts.has_said(platform, post_id)
    }

    fn has_talk(&self, source: &str, conversation_id: &str) -> bool {
        self.posts.has_talk(source, conversation_id)
    }

    fn is_named_in(&self, source: &str, post_id: &str) -> bool {
        !self.named_in.is_empty()
            && self
                .named_in
                .contains(&(source.to_owned(), post_id.to_owned()))
    }

    fn is_heard(&self) -> bool {
        !self.posts.is_empty() || !self.named_in.is_empty()
    }

    fn is_person(&self) -> bool {
        true
    }

    fn met(&self, _: &Table, _: [&str; 3]) {}

    fn without(&self, text: &str, is_key: bool) -> Option<String> {
        self.finder.without(text, is_key)
    }

    fn names(&self, text: &str) -> bool {
        self.finder.is_in(text)
    }

    fn without_contact(&self, id: &str) -> Option<String> {
        let is_known = |kind: &str, text: &str| match kind {
            "email" => self.emails.contains(text),
            _ => self.phones.contains(text),
        };
        id_without(id, &self.key, &is_known)
    }

    fn without_name(&self, text: &str, is_key: bool) -> Option<String> {
        let is_name = self.words.is_cell(text);
        is_name.then(|| put(text, is_key, &self.key))
    }
}
