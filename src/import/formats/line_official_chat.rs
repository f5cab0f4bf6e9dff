//! LINE official account, chat CSV: three preamble rows, then one row per message with one talk partner.
//!
//! The export has no user id: the partner's display name stands for it and is a candidate only, never a link. A message's
//! id is the hash of account, partner, side, instant and text, so the same chat downloaded again gives the same ids.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::records::RawRecord;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::keys::stable_hash;
use crate::import::values::{ValueError, dates, widths};
use crate::schema::{accounts, posts};

const SOURCE: &str = "line";
const PLATFORM: &str = "line";
const PREAMBLE: usize = 3;

/// LINE official account chats.
pub(super) struct LineOfficialChat;

impl Layout for LineOfficialChat {
    fn name(&self) -> &'static str {
        "line_official_chat"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "LINE公式アカウント チャット CSV",
            "LINE official account chat CSV",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(
            PREAMBLE,
            &["送信者タイプ", "送信者名", "送信日", "送信時刻", "内容"],
        )
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, before) = Table::open(input, PREAMBLE, context)?;
        let preamble = Preamble::of(&before, context);
        if let Some(downloaded_at) = preamble.downloaded_at {
            sink.observed_at(downloaded_at);
        }
        let fields = Fields::of(&mut table.headings, context)?;
        let mut messages = Vec::new();
        while let Some(line) = table.next_line(context)? {
            sink.read_rows(1);
            let cells = Cells::new(&table.headings, &line.record, context);
            let message = match line.flaw.clone() {
                Some(flaw) => Err(cells.reject(None, flaw)),
                None => fields.message(&cells, &preamble.zone),
            };
            match message {
                Ok(message) => messages.push(message),
                Err(reject) => sink.reject(reject)?,
            }
        }
        Chat { preamble, context }.put(&messages, sink)
    }
}

struct Preamble {
    account: Option<String>,
    zone: TimeZone,
    downloaded_at: Option<Timestamp>,
}

impl Preamble {
    fn of(records: &[RawRecord], context: &Context) -> Self {
        let value = |name: &str| {
            let record = records.iter().find(|record| {
                record
                    .cell(0)
                    .is_some_and(|cell| widths::narrow(cell) == name)
            });
            record
                .and_then(|record| record.cell(1))
                .and_then(widths::cell)
        };
        let zone = value("タイムゾーン")
            .and_then(zone_of)
            .unwrap_or_else(|| context.time_zone.clone());
        let downloaded_at =
            value("ダウンロード日時").and_then(|text| dates::instant(text, &zone).ok().flatten());
        Self {
            account: value("アカウント名").map(str::to_owned),
            zone,
            downloaded_at,
        }
    }
}

/// Reads `'+09:00`.
fn zone_of(text: &str) -> Option<TimeZone> {
    let text = widths::narrow(text);
    let text = text.trim_start_matches('\'');
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let seconds = hours
        .parse::<i32>()
        .ok()?
        .checked_mul(3600)?
        .checked_add(minutes.parse::<i32>().ok()?.checked_mul(60)?)?;
    let seconds = if text.starts_with('-') {
        -seconds
    } else {
        seconds
    };
    Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
}

struct Fields {
    side: Field,
    sender: Field,
    date: Field,
    time: Field,
    body: Field,
}

struct Message {
    line: u64,
    is_outbound: bool,
    sender: String,
    posted_at: Timestamp,
    body: Option<String>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        Ok(Self {
            side: headings.need(&["送信者タイプ"], context)?,
            sender: headings.need(&["送信者名"], context)?,
            date: headings.need(&["送信日"], context)?,
            time: headings.need(&["送信時刻"], context)?,
            body: headings.need(&["内容"], context)?,
        })
    }

    fn message(&self, cells: &Cells<'_>, zone: &TimeZone) -> Result<Message, Reject> {
        let is_outbound = match cells.needed(self.side)? {
            "User" => false,
            "Account" => true,
            _ => return Err(cells.reject(Some(self.side), ValueError::UnknownWord.into())),
        };
        let day = cells.needed(self.date)?;
        let time = cells.text(Some(self.time)).unwrap_or_default();
        let posted_at = dates::instant(&format!("{day} {time}"), zone)
            .map_err(|error| {
                cells.reject(
                    Some(if dates::instant(day, zone).is_ok() {
                        self.time
                    } else {
                        self.date
                    }),
                    error.into(),
                )
            })?
            .ok_or_else(|| cells.reject(Some(self.date), Reason::Missing))?;
        Ok(Message {
            line: cells.line(),
            is_outbound,
            sender: if is_outbound {
                cells.text(Some(self.sender)).unwrap_or_default()
            } else {
                cells.needed(self.sender)?
            }
            .to_owned(),
            posted_at,
            body: cells.text(Some(self.body)).map(str::to_owned),
        })
    }
}

struct Chat<'a> {
    preamble: Preamble,
    context: &'a Context,
}

impl Chat<'_> {
    /// Puts the messages; the shop's own belong to the partner who wrote last before them, else first after them.
    fn put(&self, messages: &[Message], sink: &mut Sink<'_>) -> Result<()> {
        let account = self.preamble.account.as_deref().unwrap_or_default();
        let first = messages
            .iter()
            .find(|message| !message.is_outbound)
            .map_or("", |message| message.sender.as_str());
        let mut partner = first;
        let mut partners = BTreeSet::new();
        let mut repeats: BTreeMap<String, u64> = BTreeMap::new();
        for message in messages {
            if !message.is_outbound {
                partner = &message.sender;
                if partners.insert(partner) {
                    self.account(message.line, partner, false, sink)?;
                }
            }
            let conversation = stable_hash(&[account, partner, &self.context.source_file]);
            let side = if message.is_outbound {
                "Account"
            } else {
                "User"
            };
            let body = message.body.as_deref().unwrap_or_default();
            let hash = stable_hash(&[account, partner, side, &message.posted_at.to_string(), body]);
            let repeat = repeats
                .entry(hash.clone())
                .and_modify(|count| *count += 1)
                .or_insert(1);
            let id = if *repeat == 1 {
                hash
            } else {
                format!("{hash}-{repeat}")
            };
            let author = if message.is_outbound {
                account
            } else {
                partner
            };
            let extra = (message.is_outbound && !message.sender.is_empty())
                .then(|| serde_json::json!({ "送信者名": message.sender }).to_string());
            sink.row(&posts::TABLE, message.line)
                .text(posts::SOURCE, Some(self.context.source_or(SOURCE)))
                .text(posts::PLATFORM, Some(PLATFORM))
                .text(posts::PROVIDER, Some(account))
                .text(posts::POST_ID, Some(&id))
                .text(posts::ACCOUNT_ID, Some(author))
                .instant(posts::POSTED_AT, Some(message.posted_at))
                .text(posts::TEXT, message.body.as_deref())
                .text(posts::KIND, Some("chat"))
                .text(posts::CONVERSATION_ID, Some(&conversation))
                .flag(posts::IS_OUTBOUND, Some(message.is_outbound))
                .text(posts::EXTRA, extra.as_deref())
                .finish()?;
        }
        match messages.iter().find(|message| message.is_outbound) {
            Some(message) if !account.is_empty() => self.account(message.line, account, true, sink),
            _ => Ok(()),
        }
    }

    fn account(&self, line: u64, name: &str, is_official: bool, sink: &mut Sink<'_>) -> Result<()> {
        sink.row(&accounts::TABLE, line)
            .text(accounts::SOURCE, Some(self.context.source_or(SOURCE)))
            .text(accounts::PLATFORM, Some(PLATFORM))
            .text(accounts::PROVIDER, self.preamble.account.as_deref())
            .text(accounts::ACCOUNT_ID, Some(name))
            .text(accounts::DISPLAY_NAME, Some(name))
            .flag(accounts::IS_OFFICIAL, Some(is_official))
            .finish()
    }
}
