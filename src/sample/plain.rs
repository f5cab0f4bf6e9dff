//! koe's own plain layouts: declared links, consents, contacts, campaigns and assignments.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use rand::{Rng, RngExt};

use super::accounts::Author;
use super::calendar::{DAY, HOUR, Moment};
use super::people::{Record, Source};
use super::purchases::{Arm, Timeline};
use super::seed::{Domain, fraction, hash, stream, weighted};
use super::story::Story;

type Csv = csv::Writer<BufWriter<File>>;

fn create(folder: &Path, name: &str, headings: &[&str]) -> io::Result<Csv> {
    let mut csv = csv::Writer::from_writer(BufWriter::new(File::create(folder.join(name))?));
    csv.write_record(headings)?;
    Ok(csv)
}

/// What became of somebody's consent to be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LinkConsent {
    Granted,
    Revoked,
    Expired,
    Denied,
    Missing,
}

/// Writes the plain files, customer by customer.
pub(super) struct Plain {
    links: Csv,
    consents: Csv,
    contacts: Csv,
    assignments: Csv,
}

impl Plain {
    /// Creates the files and writes the campaigns.
    pub(super) fn create(story: &Story, folder: &Path) -> io::Result<Self> {
        campaigns(story, folder)?;
        Ok(Self {
            links: create(
                folder,
                "declared_links.csv",
                &[
                    "source",
                    "customer_id",
                    "platform",
                    "provider",
                    "account_id",
                    "handle",
                    "method",
                    "declared_at",
                ],
            )?,
            consents: create(
                folder,
                "consents.csv",
                &[
                    "source",
                    "customer_id",
                    "purpose",
                    "status",
                    "effective_at",
                    "expires_at",
                    "evidence",
                ],
            )?,
            contacts: create(
                folder,
                "contacts.csv",
                &[
                    "source",
                    "customer_id",
                    "channel",
                    "campaign",
                    "state",
                    "at",
                ],
            )?,
            assignments: create(
                folder,
                "assignments.csv",
                &[
                    "audience",
                    "campaign",
                    "source",
                    "customer_id",
                    "arm",
                    "stratum",
                    "assigned_at",
                ],
            )?,
        })
    }

    /// Writes what is known of a customer; guests have no record to hang it on.
    pub(super) fn write(
        &mut self,
        story: &Story,
        record: &Record,
        timeline: &Timeline,
    ) -> io::Result<()> {
        if record.source == Source::Guest {
            return Ok(());
        }
        let first = timeline.purchases.first().map_or(0, |p| p.at);
        self.consents_of(story, record, first)?;
        if story.declares(record.slot) {
            self.link(story, record, first)?;
        }
        for number in 0..story.mailings.len() {
            self.mailing(story, record, timeline, number)?;
        }
        Ok(())
    }

    /// Writes the declared account and the consent to link it.
    fn link(&mut self, story: &Story, record: &Record, first: Moment) -> io::Result<()> {
        let mut rng = stream(story.options.seed, Domain::Declared, record.slot, 1);
        let author = Author::Customer(record.slot);
        let login = rng.random_bool(0.45);
        let account_id = if login {
            author.id(story.options.seed).to_string()
        } else {
            String::new()
        };
        let handle = story.handle(author);
        let handle = match rng.random_range(0..10) {
            0 | 1 if !login => format!("@{handle}"),
            2 if !login => super::people::capital(&handle),
            _ => handle,
        };
        let span = (story.calendar.end() - first).max(2);
        let at = first + rng.random_range(0..(span / 4).max(1));
        let (source, id) = (record.source.name(), record.customer_id());
        let method = if login { "login" } else { "signup" };
        let declared = story.calendar.offset_stamp(at);
        self.links.write_record([
            source,
            &id,
            "x",
            "",
            &account_id,
            &handle,
            method,
            &declared,
        ])?;
        if rng.random_bool(0.25) {
            let word = |part| hash(story.options.seed, Domain::Declared, record.slot, part);
            let user = format!("U{:016x}{:016x}", word(3), word(4));
            self.links.write_record([
                source,
                &id,
                "line",
                "torinokoe",
                &user,
                "",
                "login",
                &declared,
            ])?;
        }
        self.link_consent(story, record, at, &mut rng)
    }

    fn link_consent(
        &mut self,
        story: &Story,
        record: &Record,
        at: Moment,
        rng: &mut impl Rng,
    ) -> io::Result<()> {
        let end = story.calendar.end();
        let later = at + rng.random_range(0..(end - at).max(1));
        let form = "会員登録フォーム SNS連携";
        match story.link_consent(record.slot) {
            LinkConsent::Granted => {
                self.consent(story, record, "link_social", "granted", at, None, form)
            }
            LinkConsent::Revoked => {
                self.consent(story, record, "link_social", "granted", at, None, form)?;
                self.consent(
                    story,
                    record,
                    "link_social",
                    "revoked",
                    later,
                    None,
                    "マイページから取消し",
                )
            }
            LinkConsent::Expired => {
                let form = "店頭アンケート(期限つき)";
                self.consent(
                    story,
                    record,
                    "link_social",
                    "granted",
                    at,
                    Some(later),
                    form,
                )
            }
            LinkConsent::Denied => {
                self.consent(story, record, "link_social", "denied", at, None, form)
            }
            LinkConsent::Missing => Ok(()),
        }
    }

    /// Writes the consents to channels and to analysis.
    fn consents_of(&mut self, story: &Story, record: &Record, first: Moment) -> io::Result<()> {
        let mut rng = stream(story.options.seed, Domain::Consent, record.slot, 1);
        let form = match record.source {
            Source::Shopify => "チェックアウト",
            _ => "会員登録フォーム",
        };
        let email = if story.accepts_email(record.slot) {
            "granted"
        } else {
            "denied"
        };
        self.consent(story, record, "email", email, first, None, form)?;
        if email == "granted" && rng.random_bool(0.03) {
            let at = story.calendar.end() - rng.random_range(1..20) * DAY;
            if at > first {
                self.consent(
                    story,
                    record,
                    "email",
                    "revoked",
                    at,
                    None,
                    "配信停止リンク",
                )?;
            }
        }
        for (purpose, granted, denied) in CHANNELS {
            let draw: f64 = rng.random();
            if draw < granted {
                self.consent(story, record, purpose, "granted", first, None, form)?;
            } else if draw < granted + denied {
                self.consent(story, record, purpose, "denied", first, None, form)?;
            }
        }
        if rng.random_bool(0.012) {
            let at = first + rng.random_range(0..(story.calendar.end() - first).max(1));
            self.consent(
                story,
                record,
                "analyse",
                "denied",
                at,
                None,
                "問い合わせ窓口",
            )?;
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)] // one per column
    fn consent(
        &mut self,
        story: &Story,
        record: &Record,
        purpose: &str,
        status: &str,
        at: Moment,
        expires: Option<Moment>,
        evidence: &str,
    ) -> io::Result<()> {
        let expires = expires.map_or_else(String::new, |at| story.calendar.offset_stamp(at));
        self.consents.write_record([
            record.source.name(),
            &record.customer_id(),
            purpose,
            status,
            &story.calendar.offset_stamp(at),
            &expires,
            evidence,
        ])?;
        Ok(())
    }

    /// Writes the arm of a customer in a mailing and what the mail came to.
    fn mailing(
        &mut self,
        story: &Story,
        record: &Record,
        timeline: &Timeline,
        number: usize,
    ) -> io::Result<()> {
        let Some(arm) = story.arm(record.slot, number, timeline) else {
            return Ok(());
        };
        let mailing = &story.mailings[number];
        let (source, id) = (record.source.name(), record.customer_id());
        let before = timeline
            .purchases
            .iter()
            .filter(|p| p.at / DAY < mailing.day)
            .count();
        let stratum = match before {
            0 | 1 => "1回",
            2 | 3 => "2-3回",
            _ => "4回以上",
        };
        let word = if arm == Arm::Treated {
            "treated"
        } else {
            "control"
        };
        let assigned = story.calendar.offset_stamp(mailing.day * DAY - 15 * HOUR);
        self.assignments.write_record([
            mailing.audience,
            &mailing.name,
            source,
            &id,
            word,
            stratum,
            &assigned,
        ])?;
        if arm == Arm::Control {
            return Ok(());
        }
        let mut rng = stream(
            story.options.seed,
            Domain::Contact,
            record.slot,
            number as u64,
        );
        let sent = mailing.day * DAY + 10 * HOUR + rng.random_range(0..1_200);
        let mut put = |state: &str, at: Moment| -> io::Result<()> {
            if at < story.calendar.end() {
                let at = story.calendar.offset_stamp(at);
                self.contacts
                    .write_record([source, &id, "email", &mailing.name, state, &at])?;
            }
            Ok(())
        };
        put("sent", sent)?;
        let opened = sent + 120 + (rng.random::<f64>().powi(2) * 3.0 * DAY as f64) as Moment;
        match weighted(&[0.55, 0.3, 0.12, 0.012, 0.018], &mut rng) {
            1 => put("opened", opened)?,
            2 => {
                put("opened", opened)?;
                put("clicked", opened + rng.random_range(5..300))?;
            }
            3 => put("bounced", sent + 8)?,
            4 => {
                put("opened", opened)?;
                put("unsubscribed", opened + rng.random_range(20..600))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Writes what is still buffered.
    pub(super) fn finish(mut self) -> io::Result<()> {
        for csv in [
            &mut self.links,
            &mut self.consents,
            &mut self.contacts,
            &mut self.assignments,
        ] {
            csv.flush()?;
        }
        Ok(())
    }
}

/// Purposes beside e-mail, with the shares of those who grant and who deny them.
const CHANNELS: [(&str, f64, f64); 7] = [
    ("line", 0.34, 0.06),
    ("sms", 0.14, 0.22),
    ("push", 0.08, 0.04),
    ("postal", 0.4, 0.1),
    ("social_dm", 0.07, 0.05),
    ("voice", 0.05, 0.25),
    ("ads", 0.24, 0.2),
];

impl Story {
    /// Tells whether a customer told the shop their account.
    pub(super) fn declares(&self, slot: u64) -> bool {
        self.has_account(slot)
            && self.source(slot) != Source::Guest
            && self.detractor_slot() != Some(slot)
            && (self.advocate_slot() == Some(slot)
                || fraction(hash(self.options.seed, Domain::Declared, slot, 0)) < 0.64)
    }

    fn link_consent(&self, slot: u64) -> LinkConsent {
        match fraction(hash(self.options.seed, Domain::Declared, slot, 2)) {
            _ if self.advocate_slot() == Some(slot) => LinkConsent::Granted,
            share if share < 0.72 => LinkConsent::Granted,
            share if share < 0.79 => LinkConsent::Revoked,
            share if share < 0.86 => LinkConsent::Expired,
            share if share < 0.93 => LinkConsent::Denied,
            _ => LinkConsent::Missing,
        }
    }
}

fn campaigns(story: &Story, folder: &Path) -> io::Result<()> {
    let mut csv = create(
        folder,
        "campaigns.csv",
        &[
            "campaign",
            "channel",
            "started_on",
            "ended_on",
            "cost",
            "audience",
            "hashtags",
            "coupons",
        ],
    )?;
    let calendar = &story.calendar;
    let mut rows: Vec<(i64, [String; 8])> = Vec::new();
    let mut add = |name: String, channel: &str, from: i64, to: i64, cost: i64, rest: [&str; 3]| {
        let to = to.min(calendar.last_day());
        if from <= to {
            let [audience, hashtags, coupons] = rest.map(str::to_owned);
            let (on, off) = (
                calendar.date(from).to_string(),
                calendar.date(to).to_string(),
            );
            let cells = [
                name,
                channel.to_owned(),
                on,
                off,
                cost.to_string(),
                audience,
                hashtags,
                coupons,
            ];
            rows.push((from, cells));
        }
    };
    let cost = |yen: f64| ((yen * story.scale()).round() as i64).max(1_000);
    for day in 0..calendar.days() as i64 {
        let (year, month, date) = calendar.month_of(day);
        match (month, date) {
            (7, 1) => add(
                format!("natsu-mizudashi-{year}"),
                "x",
                day,
                day + 61,
                cost(60_000.0),
                ["", "水出しの朝", "NATSU300"],
            ),
            (11, 25) => add(
                format!("fuyu-gift-{year}"),
                "x",
                day,
                day + 25,
                cost(85_000.0),
                ["", "とりのこえギフト", "GIFT500"],
            ),
            _ => {}
        }
    }
    if let Some(launch) = story.launch {
        let name = format!("aki-gift-{}", calendar.date(launch).year());
        add(
            name,
            "x",
            launch,
            launch + 30,
            cost(70_000.0),
            ["", "秋のとりのこえ", ""],
        );
    }
    for mailing in &story.mailings {
        let end = mailing.day + super::story::MAILING_DAYS - 1;
        let rest = [mailing.audience, "", mailing.coupon];
        add(
            mailing.name.clone(),
            "email",
            mailing.day,
            end,
            cost(18_000.0),
            rest,
        );
    }
    rows.sort();
    for (_, cells) in rows {
        csv.write_record(&cells)?;
    }
    csv.flush()
}
