//! The planted truth: what koe should find, written beside the exports and never read by them.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

use super::accounts::Author;
use super::calendar::{DAY, HOUR, Moment};
use super::people::Record;
use super::purchases::Timeline;
use super::story::{MAILING_DAYS, Story};
use super::talk::Truth;

type Csv = csv::Writer<BufWriter<File>>;

/// Writes the files of `truth/`.
pub(super) struct Tables {
    customers: Csv,
    posts: Csv,
    accounts: Csv,
}

impl Tables {
    /// Creates the files; writes the explanation and the events at once.
    pub(super) fn create(story: &Story, folder: &Path) -> io::Result<Self> {
        fs::write(
            folder.join("README.md"),
            include_str!("data/truth_readme.md"),
        )?;
        events(story, folder)?;
        Ok(Self {
            customers: create(
                folder,
                "customers.csv",
                &[
                    "person_id",
                    "source",
                    "customer_id",
                    "email",
                    "purchase_rate_per_week",
                    "leaving_probability",
                    "dropped_on",
                    "spend_scale",
                    "account_id",
                    "handle",
                    "declared",
                    "duplicate",
                    "segment_idea",
                ],
            )?,
            posts: create(
                folder,
                "posts.csv",
                &[
                    "post_id",
                    "platform",
                    "stance",
                    "aspect",
                    "sentiment",
                    "event",
                ],
            )?,
            accounts: create(
                folder,
                "accounts.csv",
                &["account_id", "handle", "kind", "person_id"],
            )?,
        })
    }

    /// Writes a customer record and, for a person's first record, the person's account.
    pub(super) fn customer(
        &mut self,
        story: &Story,
        record: &Record,
        timeline: &Timeline,
    ) -> io::Result<()> {
        let slot = record.slot;
        let person = person_id(record.person.index);
        let author = Author::Customer(record.person.index);
        let has_account = story.has_account(record.person.index);
        let (account_id, handle) = if has_account {
            (
                author.id(story.options.seed).to_string(),
                story.handle(author),
            )
        } else {
            Default::default()
        };
        let dropped = timeline
            .dropped
            .map_or_else(String::new, |day| story.calendar.date(day).to_string());
        let idea = match Some(slot) {
            named if named == story.advocate_slot() => "advocate",
            named if named == story.detractor_slot() => "detractor",
            _ => timeline.idea(story.calendar.last_day()),
        };
        self.customers.write_record([
            person.as_str(),
            record.source.name(),
            &record.customer_id(),
            &record.email,
            &format!("{:.4}", timeline.rate),
            &format!("{:.4}", timeline.leaving),
            &dropped,
            &format!("{:.0}", timeline.spend),
            &account_id,
            &handle,
            if story.declares(slot) { "yes" } else { "no" },
            record.duplicate.map_or("", |d| d.name()),
            idea,
        ])?;
        if has_account && record.duplicate.is_none() {
            self.account(story, author, &person)?;
        }
        Ok(())
    }

    /// Writes an account; `person` is empty for strangers.
    pub(super) fn account(
        &mut self,
        story: &Story,
        author: Author,
        person: &str,
    ) -> io::Result<()> {
        let id = author.id(story.options.seed).to_string();
        let kind = story.account_kind(author);
        self.accounts
            .write_record([id.as_str(), &story.handle(author), kind, person])?;
        Ok(())
    }

    /// Writes what a text really says.
    pub(super) fn post(
        &mut self,
        id: &str,
        platform: &str,
        truth: Truth,
        event: &str,
    ) -> io::Result<()> {
        let sentiment = truth.sentiment.to_string();
        self.posts
            .write_record([id, platform, truth.stance, truth.aspect, &sentiment, event])?;
        Ok(())
    }

    /// Writes what is still buffered.
    pub(super) fn finish(mut self) -> io::Result<()> {
        for csv in [&mut self.customers, &mut self.posts, &mut self.accounts] {
            csv.flush()?;
        }
        Ok(())
    }
}

fn create(folder: &Path, name: &str, headings: &[&str]) -> io::Result<Csv> {
    let mut csv = csv::Writer::from_writer(BufWriter::new(File::create(folder.join(name))?));
    csv.write_record(headings)?;
    Ok(csv)
}

/// Spells the id of a person.
fn person_id(index: u64) -> String {
    format!("P{:07}", index + 1)
}

fn events(story: &Story, folder: &Path) -> io::Result<()> {
    let mut csv = create(
        folder,
        "events.csv",
        &["event", "kind", "started_at", "ended_at", "description"],
    )?;
    let end = story.calendar.end() - 1;
    let mut rows: Vec<(Moment, Moment, &str, &str, String)> = Vec::new();
    let mut add = |from: Option<Moment>, to: Moment, event, kind, text: &str| {
        if let Some(from) = from {
            rows.push((from, to.min(end), event, kind, text.to_owned()));
        }
    };
    add(
        story.flare,
        end,
        "flare_up",
        "flare_up",
        "秋ギフトの遅配と傷み、続く公式の失礼な返信による炎上。約3時間後が山",
    );
    add(
        story.television,
        story.television.unwrap_or(0) + 30 * HOUR,
        "television",
        "positive_burst",
        "テレビで紹介され、好意的な投稿と注文が増える",
    );
    add(
        story.copies,
        story.copies.unwrap_or(0) + 5 * HOUR,
        "copy_paste",
        "copy_paste",
        "新しい捨てアカウントがほぼ同じ文面を一斉に投稿する",
    );
    add(
        story.impersonator,
        end,
        "impersonation",
        "impersonation",
        "公式に似せた2つのアカウントが当選を装う",
    );
    add(
        story.launch.map(|day| day * DAY),
        story.launch.unwrap_or(0) * DAY + 11 * DAY,
        "autumn_gift",
        "launch",
        "秋ギフトの発売。発売週は注文が約2倍、炎上のあとは半分以下",
    );
    for post in &story.advocate {
        let from = (post / DAY + 1) * DAY;
        let text = "推薦者の投稿の翌日から3日間、他の人の注文が約2倍になり、その豆が多く選ばれる";
        add(
            Some(from),
            from + 3 * DAY,
            "advocate",
            "orders_follow",
            text,
        );
    }
    for mailing in &story.mailings {
        let text = format!(
            "{}: 対照群20%。配信群の{:.0}%が{MAILING_DAYS}日以内に追加で1回注文する(離脱者はその2割)",
            mailing.name,
            mailing.lift * 100.0
        );
        let from = mailing.day * DAY;
        add(
            Some(from),
            from + MAILING_DAYS * DAY,
            "mailing",
            "controlled_campaign",
            &text,
        );
    }
    rows.sort();
    for (from, to, event, kind, text) in rows {
        let (from, to) = (
            story.calendar.offset_stamp(from),
            story.calendar.offset_stamp(to),
        );
        csv.write_record([event, kind, &from, &to, &text])?;
    }
    csv.flush()
}
