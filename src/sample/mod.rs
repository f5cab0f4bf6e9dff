//! A made-up shop to try koe on: 「珈琲焙煎所 とりのこえ」, its customers, orders and voices.
//!
//! [`write()`] fills a folder with the exports such a shop would have (`exports/`) and with the truth
//! behind them (`truth/`). Everything is a pure function of the seed and of an index, so any number of
//! customers streams through little memory, and the same options always give the same bytes.
//!
//! ```text
//! story ── calendar, events, demand of each day
//!   ├─ people, names, addresses ──┐
//!   ├─ purchases ── orders ───────┼─ eccube, shopify, plain
//!   └─ accounts ─── talk ── feed ─┴─ x_export, reviews, chats
//! ```

mod accounts;
mod addresses;
mod bursts;
mod calendar;
mod catalogue;
mod chats;
mod duplicates;
mod eccube;
mod feed;
mod names;
mod order_log;
mod orders;
mod people;
mod plain;
mod purchases;
mod reactions;
mod reviews;
mod seed;
mod settings;
mod shopify;
mod spool;
mod story;
pub mod streams;
mod talk;
mod truth;
pub mod voice;
mod x_export;

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::Path;

use jiff::civil::Date;
use rand::RngExt;

use calendar::{DAY, HOUR};
pub use duplicates::{PeopleOptions, PeopleSummary, people_settings, write_people};
pub use order_log::write_order_log;
use people::{Record, Source};
pub use settings::settings;

use purchases::{Reason, Timeline};
use seed::{Domain, stream};
use spool::{Key, Spool};
use story::Story;
use talk::planned_kind;

/// What sample to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleOptions {
    /// Customer records in both shop systems together; about one in twenty is a second record of a person.
    pub customers: u64,
    /// The seed; another one gives other people, orders and words.
    pub seed: u64,
    /// The last day of the sample; the planted events lie at fixed distances before it.
    pub as_of: Date,
    /// Months the sample covers; taken as one if nil.
    pub months: u32,
}

impl Default for SampleOptions {
    fn default() -> Self {
        Self {
            customers: 800,
            seed: 1,
            as_of: Date::constant(2026, 9, 27),
            months: 24,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampleSummary {
    /// Customer records, guests included.
    pub customers: u64,
    /// Orders, broken ones included.
    pub orders: u64,
    /// Order lines.
    pub order_lines: u64,
    /// Orders that no importer can accept.
    pub broken_orders: u64,
    /// Posts on X, the shop's own and reposts included.
    pub posts: u64,
    /// Reviews.
    pub reviews: u64,
    /// Chats, one file each.
    pub chats: u64,
    /// Size of all files in bytes.
    pub bytes: u64,
}

/// Writes a sample into `dir`, which is created; files of the same names are replaced.
///
/// `progress` is told how much is done and how much there is, in units without meaning.
///
/// # Errors
///
/// Whatever the file system refuses.
pub fn write(
    dir: &Path,
    options: &SampleOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> io::Result<SampleSummary> {
    let story = Story::new(options);
    let exports = dir.join("exports");
    let truth = dir.join("truth");
    fs::create_dir_all(&exports)?;
    fs::create_dir_all(&truth)?;
    remove_chats(&exports.join("line"))?;

    let mut phase = Phases {
        progress,
        size: options.customers.max(1),
    };
    let mut summary = SampleSummary {
        customers: options.customers,
        ..SampleSummary::default()
    };
    let mut tables = truth::Tables::create(&story, &truth)?;
    let end = story.calendar.end();
    let mut orders = Spool::new(&exports, end);
    let mut planned = Spool::new(&exports, end);

    write_customers(
        &story,
        &exports,
        &mut tables,
        &mut orders,
        &mut planned,
        &mut phase,
    )?;
    write_orders(&story, &exports, orders, &mut phase, &mut summary)?;
    write_posts(
        &story,
        &exports,
        planned,
        &mut tables,
        &mut phase,
        &mut summary,
    )?;
    summary.reviews = reviews::write(&story, &exports, |id, said, event| {
        tables.post(id, "google", said, event)
    })?;
    summary.chats = chats::write(&story, &exports, |id, said, event| {
        tables.post(id, "line", said, event)
    })?;
    if options.customers > 0 {
        story.for_each_stranger(|author| tables.account(&story, author, ""))?;
    }
    tables.finish()?;
    summary.bytes = folder_size(&exports)? + folder_size(&truth)?;
    Ok(summary)
}

/// Progress over the three passes: customers, orders, posts.
struct Phases<'a> {
    progress: &'a mut dyn FnMut(u64, u64),
    size: u64,
}

impl Phases<'_> {
    /// Reports that `done` of `of` of a pass (0 to 2) are done.
    fn tick(&mut self, pass: u64, done: u64, of: u64) {
        let part = u128::from(self.size) * u128::from(done) / u128::from(of.max(1));
        (self.progress)(pass * self.size + part as u64, 3 * self.size);
    }
}

/// Writes members and plain files; spools the keys of orders and of planned posts.
fn write_customers(
    story: &Story,
    exports: &Path,
    tables: &mut truth::Tables,
    orders: &mut Spool,
    planned: &mut Spool,
    phase: &mut Phases<'_>,
) -> io::Result<()> {
    let mut members = eccube::Customers::create(exports)?;
    let mut plain = plain::Plain::create(story, exports)?;
    let count = story.options.customers;
    for slot in 0..count {
        let record = story.record(slot);
        let timeline = story.timeline(slot);
        let spent = spool_orders(story, slot, &timeline, orders)?;
        spool_posts(story, &record, &timeline, planned)?;
        if record.source == Source::Eccube {
            members.write(story, &record, &timeline, spent)?;
        }
        plain.write(story, &record, &timeline)?;
        tables.customer(story, &record, &timeline)?;
        if slot % 256 == 255 || slot + 1 == count {
            phase.tick(0, slot + 1, count);
        }
    }
    members.finish()?;
    plain.finish()
}

/// Spools a customer's orders; returns about how much they are worth, in yen.
fn spool_orders(
    story: &Story,
    slot: u64,
    timeline: &Timeline,
    orders: &mut Spool,
) -> io::Result<i64> {
    let mut rng = stream(story.options.seed, Domain::Order, slot, u64::MAX);
    let mut spent = 0;
    for (ordinal, purchase) in timeline.purchases.iter().enumerate() {
        let value = timeline.order_value(&mut rng).min(60_000.0) as u32;
        spent += i64::from(value);
        let kind = orders::reason_to_kind(purchase.reason);
        orders.push(Key {
            at: purchase.at,
            slot,
            ordinal: ordinal as u32,
            kind,
            value,
        })?;
    }
    Ok(spent)
}

/// Spools the posts that a customer's purchases, or their disappointment, bring about.
fn spool_posts(
    story: &Story,
    record: &Record,
    timeline: &Timeline,
    planned: &mut Spool,
) -> io::Result<()> {
    let slot = record.slot;
    if record.duplicate.is_some() || !story.has_account(slot) {
        return Ok(());
    }
    let mut rng = stream(story.options.seed, Domain::PlannedPost, slot, u64::MAX);
    let end = story.calendar.end();
    let mut ordinal = 0;
    let mut push = |at, kind| -> io::Result<()> {
        ordinal += 1;
        if at < end {
            planned.push(Key {
                at,
                slot,
                ordinal,
                kind,
                value: 0,
            })?;
        }
        Ok(())
    };
    let last = timeline.purchases.last().map_or(0, |p| p.at);
    for purchase in &timeline.purchases {
        let chance = if purchase.reason == Reason::Subscription {
            0.16
        } else {
            0.34
        };
        let posts = rng.random_bool(chance);
        let day = purchase.at / DAY + rng.random_range(2..6);
        let at = day * DAY + rng.random_range(7 * HOUR..23 * HOUR);
        // somebody about to leave complains instead
        if posts && !(timeline.dropped.is_some() && purchase.at == last) {
            push(at, planned_kind::AFTER_PURCHASE)?;
        }
    }
    if let Some(dropped) = timeline.dropped
        && rng.random_bool(0.5)
    {
        let day = (dropped - rng.random_range(2..9)).max(last / DAY + 1);
        push(
            day * DAY + rng.random_range(8 * HOUR..24 * HOUR),
            planned_kind::BEFORE_CHURN,
        )?;
    }
    Ok(())
}

/// Writes the orders of both shops in order of time.
fn write_orders(
    story: &Story,
    exports: &Path,
    mut keys: Spool,
    phase: &mut Phases<'_>,
    summary: &mut SampleSummary,
) -> io::Result<()> {
    let mut eccube = eccube::Orders::create(exports)?;
    let mut shopify = shopify::Orders::create(exports)?;
    let spans = keys.spans();
    for span in 0..spans {
        for key in keys.take(span)? {
            let record = story.record(key.slot);
            let order = story.order(&key, &record);
            match record.source {
                Source::Shopify => shopify.write(story, &record, &order)?,
                Source::Eccube | Source::Guest => eccube.write(story, &record, &order)?,
            }
        }
        phase.tick(1, span as u64 + 1, spans as u64);
    }
    let (orders, lines, broken) = eccube.finish()?;
    let (more_orders, more_lines) = shopify.finish()?;
    summary.orders = orders + more_orders;
    summary.order_lines = lines + more_lines;
    summary.broken_orders = broken;
    Ok(())
}

/// Writes the posts in order of time.
fn write_posts(
    story: &Story,
    exports: &Path,
    planned: Spool,
    tables: &mut truth::Tables,
    phase: &mut Phases<'_>,
    summary: &mut SampleSummary,
) -> io::Result<()> {
    let mut pages = x_export::Pages::create(story, exports)?;
    let feed = feed::Feed::new(story, planned);
    summary.posts = feed.run(
        |post| {
            tables.post(&post.id.to_string(), "x", post.content.truth(), post.event)?;
            pages.write(post)
        },
        |done, of| phase.tick(2, done.unsigned_abs(), of.unsigned_abs()),
    )?;
    pages.finish()
}

/// Removes the chats of an earlier, larger sample; other files stay.
fn remove_chats(folder: &Path) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("chat_") && name.ends_with(".csv") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn folder_size(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        sum += if data.is_dir() {
            folder_size(&entry.path())?
        } else {
            data.len()
        };
    }
    Ok(sum)
}
