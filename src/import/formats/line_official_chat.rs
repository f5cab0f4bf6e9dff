//! LINE official account, chat CSV: three preamble rows, then one row per message with one talk partner.
//!
//! The export has no user id: the partner's display name stands for it and is a candidate only, never a link. A message's
//! id is the hash of account, partner, side, instant and text, so the same chat downloaded again gives the same ids.
//!
//! `[スタンプ]` and its like are the words of their message. A message taken back keeps its place but has no words.

use std::io::BufRead;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::records::RawRecord;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::import::values::keys::{Repeats, stable_hash};
use crate::import::values::{ValueError, dates, widths};

const SOURCE: &str = "line";
const PLATFORM: &str = "line";
const PREAMBLE: usize = 3;
const UNSENT: &str = "メッセージの送信を取り消しました";

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
    fn of(records: &[RawRecord<'_>], context: &Context) -> Self {
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
        let mut partners = Accounts::default();
        let mut repeats = Repeats::default();
        for message in messages {
            if !message.is_outbound {
                partner = &message.sender;
                let known = self.account(partner, false);
                partners.add(known, message.posted_at, message.line);
            }
            let side = if message.is_outbound {
                "Account"
            } else {
                "User"
            };
            let body = message.body.as_deref().unwrap_or_default();
            let hash = stable_hash(&[account, partner, side, &message.posted_at.to_string(), body]);
            let author = if message.is_outbound {
                account
            } else {
                partner
            };
            let is_unsent = body == UNSENT;
            let mut extra = serde_json::Map::new();
            if message.is_outbound && !message.sender.is_empty() {
                extra.insert("送信者名".to_owned(), message.sender.as_str().into());
            }
            if is_unsent {
                extra.insert("unsent".to_owned(), true.into());
            }
            let post = Post {
                source: self.context.source_or(SOURCE).to_owned(),
                platform: PLATFORM,
                provider: self.preamble.account.clone(),
                post_id: repeats.id(hash),
                account_id: Some(author.to_owned()),
                posted_at: message.posted_at,
                text: message.body.clone().filter(|_| !is_unsent),
                kind: "chat",
                conversation_id: Some(stable_hash(&[account, partner, &self.context.source_file])),
                is_outbound: message.is_outbound,
                extra: (!extra.is_empty()).then(|| serde_json::Value::Object(extra).to_string()),
                ..Post::default()
            };
            post.put(message.line, sink)?;
        }
        partners.put(sink)?;
        match messages.iter().find(|message| message.is_outbound) {
            Some(message) if !account.is_empty() => {
                self.account(account, true).put(message.line, sink)
            }
            _ => Ok(()),
        }
    }

    fn account(&self, name: &str, is_official: bool) -> Account {
        Account {
            source: self.context.source_or(SOURCE).to_owned(),
            platform: PLATFORM,
            provider: self.preamble.account.clone(),
            account_id: name.to_owned(),
            display_name: Some(name.to_owned()),
            is_official,
            ..Account::default()
        }
    }
}
