//! Who the person is, what was agreed to, and which accounts are linked.

use super::super::facts::{AccountFact, ConsentFact, RecordFact};
use super::{Context, SheetSection, SheetTable};

impl Context<'_> {
    pub(super) fn person(&self) -> SheetSection {
        let (karte, words) = (self.karte, self.words);
        let records = &karte.records;
        let each = |of: fn(&RecordFact) -> Option<&String>| {
            let mut found: Vec<String> = Vec::new();
            for value in records.iter().filter_map(of) {
                if !found.contains(value) {
                    found.push(value.clone());
                }
            }
            self.list(found)
        };
        let points: i64 = records
            .iter()
            .filter_map(|record| record.points)
            .fold(0, i64::saturating_add);
        let facts = [
            self.fact("names", each(|record| record.name.as_ref())),
            self.fact("email", each(|record| record.email.as_ref())),
            self.fact("phone", each(|record| record.phone.as_ref())),
            self.fact("prefecture", each(|record| record.prefecture.as_ref())),
            self.fact(
                "points",
                match points {
                    0 => String::new(),
                    points => self.count(points),
                },
            ),
        ];
        let mut notes = Vec::new();
        if !karte.is_analysed {
            notes.push(words.get("karte.not_analysed").to_owned());
        }
        if karte.unlinked_count > 0 {
            let count = self.numbers.count(karte.unlinked_count);
            notes.push(words.fill("karte.unlinked", &[("count", &count)]));
        }
        let tables = [self.records(), self.consents(), self.accounts()];
        SheetSection {
            anchor: "person",
            heading: words.get("karte_heading.person"),
            facts: facts.into_iter().flatten().collect(),
            notes,
            tables: tables
                .into_iter()
                .filter(|table| !table.rows.is_empty())
                .collect(),
            posts: Vec::new(),
        }
    }

    fn table(&self, caption: &'static str, headings: &[&'static str]) -> SheetTable {
        SheetTable {
            caption: self.words.get(caption),
            headings: headings
                .iter()
                .copied()
                .map(|key| self.words.get(key))
                .collect(),
            rows: Vec::new(),
        }
    }

    fn records(&self) -> SheetTable {
        let mut table = self.table(
            "karte_heading.records",
            &[
                "karte_head.record",
                "karte_head.registered",
                "karte_head.matched",
            ],
        );
        for record in &self.karte.records {
            table.rows.push(vec![
                format!("{}/{}", record.source, record.customer_id),
                self.day(record.registered_on.as_ref()),
                self.matched(record),
            ]);
        }
        table
    }

    fn matched(&self, record: &RecordFact) -> String {
        let words = self.words;
        let share = record.match_prob.map(|share| self.numbers.share(share));
        match record.matched_by.as_deref() {
            None => words.get("karte_matched.unseen").to_owned(),
            Some(key @ ("self" | "decision")) => words.name("karte_matched", key).to_owned(),
            Some(field) => words.fill(
                "karte_matched.field",
                &[
                    ("field", words.name("match_field", field)),
                    ("share", share.as_deref().unwrap_or("–")),
                ],
            ),
        }
    }

    fn consents(&self) -> SheetTable {
        let mut table = self.table(
            "karte_heading.consents",
            &[
                "karte_head.purpose",
                "karte_head.status",
                "karte_head.since",
                "karte_head.expires",
                "karte_head.evidence",
            ],
        );
        let row = |consent: &ConsentFact| {
            vec![
                self.words.name("purpose", &consent.purpose).to_owned(),
                self.words.name("karte_status", &consent.status).to_owned(),
                self.day(consent.since_day.as_ref()),
                self.day(consent.expires_day.as_ref()),
                consent.evidence.clone().unwrap_or_default(),
            ]
        };
        table.rows = self.karte.consents.iter().map(row).collect();
        table
    }

    fn accounts(&self) -> SheetTable {
        let mut table = self.table(
            "karte_heading.accounts",
            &[
                "karte_head.account",
                "karte_head.declared",
                "karte_head.consented",
                "karte_head.role",
                "karte_head.evidence",
            ],
        );
        let row = |account: &AccountFact| {
            let method = account.method.as_deref().unwrap_or_default();
            let declared = self.list([
                self.words.name("karte_method", method).to_owned(),
                self.day(account.declared_on.as_ref()),
            ]);
            let role = account.role.as_deref().unwrap_or_default();
            let followers = account.follower_count.map(|count| {
                let count = self.count(count);
                self.words.fill("karte.followers", &[("count", &count)])
            });
            vec![
                format!(
                    "{} {}",
                    self.words.name("platform", &account.platform),
                    account_name(account.handle.as_deref(), &account.account_id)
                ),
                declared,
                self.day(account.consented_on.as_ref()),
                self.list([
                    self.words.name("karte_role", role).to_owned(),
                    followers.unwrap_or_default(),
                ]),
                account.evidence.clone().unwrap_or_default(),
            ]
        };
        table.rows = self.karte.accounts.iter().map(row).collect();
        table
    }
}

/// Returns how an account is called: by its handle, else by its id.
fn account_name(handle: Option<&str>, account_id: &str) -> String {
    match handle.map(|handle| handle.trim_start_matches('@')) {
        Some(handle) if !handle.is_empty() => format!("@{handle}"),
        _ => account_id.to_owned(),
    }
}
