//! LINE, talk text: a talk of two or of a group, as one of its members sent it to themselves from the app.
//!
//! A title (`[LINE] ○○とのトーク履歴`), when it was saved, then days and below each day `time⇥name⇥words`. Words of several
//! lines stand in quotes. The days are read in the Japanese and the English forms met; where day and month could be
//! either, the day of the week decides, and where it cannot, the messages below are rejected.
//!
//! - There are no ids: names stand for accounts and are candidates only, never links. A message's id is the hash of talk,
//!   minute, name and words, so the same talk saved again gives the same ids.
//! - Which name is the shop's is what the workspace lists as official; the export does not say who saved it.
//! - `[写真]`, `[スタンプ]` and their like are the words of their message. `☎` begins a call. A message taken back keeps its
//!   place but has no words. What the app says itself (who joined, who made an album) is no message and not counted.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use regex::{Captures, Regex};

use crate::error::{Error, Result};
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::reject;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::values::keys::{Repeats, stable_hash};
use crate::import::values::{ValueError, dates};

const SOURCE: &str = "line";
const PLATFORM: &str = "line";
/// Ends and beginnings of titles; the talk's name is the rest.
const TITLES: &[(&str, &str)] = &[
    ("", "とのトーク履歴"),
    ("", "のトーク履歴"),
    ("Chat history with ", ""),
    ("Chat history in ", ""),
];
const SAVED: &[&str] = &["保存日時", "Saved on"];
const UNSENT: &[&str] = &[
    "メッセージの送信を取り消しました",
    "unsent a message.",
    "unsent a message",
];
/// Most lines looked through for the quote that closes a message.
const MOST_LINES: usize = 500;

/// LINE talks.
pub(super) struct LineTalk;

impl Layout for LineTalk {
    fn name(&self) -> &'static str {
        "line_talk"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("LINE トーク履歴 テキスト", "LINE talk text")
    }

    fn recognises(&self, head: &Head) -> bool {
        let first = match head {
            Head::Text { lines } => lines.first().cloned(),
            // Tabs within the messages make it look like a table.
            Head::Table { rows, .. } => rows.first().map(|cells| cells.concat()),
            _ => None,
        };
        first.is_some_and(|line| talk_name(&line).is_some())
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut text = String::new();
        input
            .read_to_string(&mut text)
            .map_err(|error| Error::io("read", Path::new(&context.source_file), error))?;
        let lines: Vec<&str> = text.lines().collect();
        let mut talk = Talk {
            context,
            name: String::new(),
            day: None,
            open: None,
            unknown: None,
            accounts: Accounts::default(),
            repeats: Repeats::default(),
        };
        for place in 0..lines.len() {
            talk.line(&lines, place, sink)?;
        }
        let is_nothing = talk.day.is_none() && talk.open.is_none() && sink.counts().read == 0;
        if let Some(line) = talk.unknown.filter(|_| is_nothing) {
            return Err(Error::Malformed {
                path: PathBuf::from(&context.source_file),
                line: Some(line),
                detail: "no day and no message of a talk can be read".into(),
            });
        }
        talk.close(sink)?;
        talk.accounts.put(sink)
    }
}

/// Returns the name of the talk in a title.
fn talk_name(line: &str) -> Option<&str> {
    let title = line.trim().strip_prefix("[LINE]")?.trim();
    TITLES
        .iter()
        .find_map(|(before, behind)| title.strip_prefix(before)?.strip_suffix(behind))
}

static DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(\d{4})\s?[/.年-]\s?(\d{1,2})\s?[/.月-]\s?(\d{1,2})日?\s*[(（]?(?:[月火水木金土日](?:曜日?)?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*)[)）]?$",
    )
});
static ENGLISH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+(\d{1,2})/(\d{1,2})/(\d{4})$")
});
static MESSAGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(午前|午後)?\s?(\d{1,2}):(\d{2})\s?([AaPp][Mm])?\t(.*)$"));
static ENGLISH_SAVED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(\d{1,2})/(\d{1,2})/(\d{4}),?\s*(.*)$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is constant")
}

fn number(found: &Captures<'_>, group: usize) -> Option<i16> {
    found.get(group)?.as_str().parse().ok()
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Returns the day a line is the heading of; which day it is may be past telling.
fn heading(line: &str) -> Option<Result<Date, ValueError>> {
    let line = line.trim();
    if let Some(found) = DAY.captures(line) {
        let part = |group| number(&found, group).unwrap_or_default();
        return Some(date(part(1), part(2), part(3)).ok_or(ValueError::NotADate));
    }
    let found = ENGLISH_DAY.captures(line)?;
    let weekday = match &found[1] {
        "Mon" => Weekday::Monday,
        "Tue" => Weekday::Tuesday,
        "Wed" => Weekday::Wednesday,
        "Thu" => Weekday::Thursday,
        "Fri" => Weekday::Friday,
        "Sat" => Weekday::Saturday,
        _ => Weekday::Sunday,
    };
    let part = |group| number(&found, group).unwrap_or_default();
    let (first, second, year) = (part(2), part(3), part(4));
    let fits = |day: &Date| day.weekday() == weekday;
    let month_first = date(year, first, second).filter(fits);
    let day_first = date(year, second, first).filter(fits);
    Some(match (month_first, day_first) {
        (Some(one), Some(other)) if one != other => Err(ValueError::AmbiguousDate),
        (Some(day), _) | (None, Some(day)) => Ok(day),
        (None, None) => Err(ValueError::NotADate),
    })
}

/// Reads when the talk was saved.
fn saved_at(line: &str, context: &Context) -> Option<Timestamp> {
    let line = line.trim();
    let behind = SAVED.iter().find_map(|label| line.strip_prefix(label))?;
    let stamp = behind.trim_start_matches([':', '：', ' ']).trim();
    if let Some(found) = ENGLISH_SAVED.captures(stamp) {
        let (first, second) = (number(&found, 1)?, number(&found, 2)?);
        let (month, day) = match (first > 12, second > 12) {
            (false, true) => (first, second),
            (true, false) => (second, first),
            _ if first == second => (first, second),
            _ => return None,
        };
        let stamp = format!("{}/{month}/{day} {}", &found[3], &found[4]);
        return dates::instant(&stamp, &context.time_zone).ok().flatten();
    }
    dates::instant(stamp, &context.time_zone).ok().flatten()
}

struct Talk<'a> {
    context: &'a Context,
    name: String,
    /// Day of the messages that follow, and its heading.
    day: Option<(Result<Date, ValueError>, String)>,
    open: Option<Message>,
    /// First line, before any day, that says nothing koe knows.
    unknown: Option<u64>,
    accounts: Accounts,
    repeats: Repeats,
}

/// A message whose lines are still being taken.
struct Message {
    line: u64,
    raw: String,
    time: Option<Time>,
    clock: String,
    /// Name, or `None` for what the app says.
    name: Option<String>,
    body: String,
}

impl Message {
    fn of(line: u64, raw: &str, found: &Captures<'_>) -> Self {
        let part = |group: usize| found.get(group).map_or("", |part| part.as_str());
        let hour: i8 = part(2).parse().unwrap_or(i8::MAX);
        let half = [part(1), part(4)].concat().to_lowercase();
        let hour = match half.as_str() {
            "" => hour,
            _ if hour > 12 => i8::MAX,
            "午後" | "pm" => hour % 12 + 12,
            _ => hour % 12,
        };
        let rest = part(5);
        let (name, body) = match rest.split_once('\t') {
            Some((name, body)) => (Some(name.trim()), body),
            None => (None, rest),
        };
        Self {
            line,
            raw: raw.to_owned(),
            time: Time::new(hour, part(3).parse().unwrap_or(i8::MAX), 0, 0).ok(),
            clock: raw.split('\t').next().unwrap_or_default().to_owned(),
            name: name.map(str::to_owned),
            body: body.to_owned(),
        }
    }

    fn push(&mut self, line: &str) {
        for text in [&mut self.body, &mut self.raw] {
            text.push('\n');
            text.push_str(line);
        }
    }

    /// Returns whether a quote was opened that is still to be closed.
    fn is_quoted(&self) -> bool {
        let body = self.body.trim_end();
        body.starts_with('"') && (body.len() == 1 || !body.ends_with('"'))
    }

    /// Returns the words: quotes around several lines are the export's, and quotes doubled within them too.
    fn words(&self) -> String {
        let body = self.body.trim();
        let quoted = body
            .strip_prefix('"')
            .and_then(|body| body.strip_suffix('"'))
            .filter(|body| body.contains('\n'));
        match quoted {
            None => body.to_owned(),
            Some(inner) if inner.replace("\"\"", "").contains('"') => inner.to_owned(),
            Some(inner) => inner.replace("\"\"", "\""),
        }
    }
}

impl Talk<'_> {
    fn line(&mut self, lines: &[&str], place: usize, sink: &mut Sink<'_>) -> Result<()> {
        let line = lines[place];
        let number = place as u64 + 1;
        if let Some(found) = MESSAGE.captures(line) {
            self.close(sink)?;
            self.open = Some(Message::of(number, line, &found));
            return Ok(());
        }
        if let Some(day) = heading(line)
            && !self.is_within_quotes(&lines[place..])
        {
            self.close(sink)?;
            self.day = Some((day, line.trim().to_owned()));
            return Ok(());
        }
        if let Some(message) = &mut self.open {
            message.push(line);
        } else if self.day.is_none() {
            if let Some(name) = talk_name(line) {
                self.name = name.to_owned();
            } else if let Some(saved_at) = saved_at(line, self.context) {
                sink.observed_at(saved_at);
            } else if !line.trim().is_empty() {
                self.unknown.get_or_insert(number);
            }
        } else if !line.trim().is_empty() {
            sink.read_rows(1);
            sink.reject(reject(number, "", "", Reason::TooFewCells, line))?;
        }
        Ok(())
    }

    /// Returns whether the quote of the open message closes in or behind the first of `lines`, before the next message.
    fn is_within_quotes(&self, lines: &[&str]) -> bool {
        self.open.as_ref().is_some_and(Message::is_quoted)
            && lines
                .iter()
                .take(MOST_LINES)
                .take_while(|line| !MESSAGE.is_match(line))
                .any(|line| line.trim_end().ends_with('"'))
    }

    /// Puts the open message, whose last line was taken.
    fn close(&mut self, sink: &mut Sink<'_>) -> Result<()> {
        let Some(message) = self.open.take() else {
            return Ok(());
        };
        let words = message.words();
        let is_call = words.starts_with('☎');
        let taken_back = UNSENT.iter().find_map(|end| words.strip_suffix(end));
        let name = match (&message.name, taken_back) {
            (Some(name), _) if !name.is_empty() => Some(name.clone()),
            (_, Some(before)) => {
                let before = before.trim();
                let name = before.strip_suffix('が').unwrap_or(before);
                (!name.is_empty() && name != "You").then(|| name.to_owned())
            }
            (None, None) if !is_call => return Ok(()),
            _ => None,
        };
        let is_unsent = match (&message.name, taken_back) {
            // Within somebody's words, only if there is nothing else.
            (Some(name), Some(before)) => before.is_empty() || name.is_empty(),
            (None, Some(_)) => true,
            (_, None) => false,
        };
        sink.read_rows(1);
        let posted_at = match self.instant(&message) {
            Ok(instant) => instant,
            Err(rejected) => return sink.reject(rejected),
        };
        if let Some(name) = &name {
            let account = Account {
                source: self.context.source_or(SOURCE).to_owned(),
                platform: PLATFORM,
                account_id: name.clone(),
                display_name: Some(name.clone()),
                is_official: self.context.is_official(name),
                ..Account::default()
            };
            self.accounts.add(account, posted_at, message.line);
        }
        let hash = stable_hash(&[
            &self.name,
            &posted_at.to_string(),
            name.as_deref().unwrap_or_default(),
            &words,
        ]);
        let mut extra = serde_json::Map::new();
        if !self.name.is_empty() {
            extra.insert("talk".to_owned(), self.name.as_str().into());
        }
        if is_unsent {
            extra.insert("unsent".to_owned(), true.into());
        }
        let post = Post {
            source: self.context.source_or(SOURCE).to_owned(),
            platform: PLATFORM,
            post_id: self.repeats.id(hash),
            is_outbound: name
                .as_deref()
                .is_some_and(|name| self.context.is_official(name)),
            account_id: name,
            posted_at,
            text: Some(words).filter(|words| !is_unsent && !words.is_empty()),
            kind: if is_call { "call" } else { "chat" },
            conversation_id: Some(stable_hash(&["line talk", &self.name])),
            extra: (!extra.is_empty()).then(|| serde_json::Value::Object(extra).to_string()),
            ..Post::default()
        };
        post.put(message.line, sink)
    }

    fn instant(&self, message: &Message) -> Result<Timestamp, Reject> {
        let rejected = |column: &str, value: &str, reason| {
            reject(message.line, column, value, reason, &message.raw)
        };
        let day = match &self.day {
            None => return Err(rejected("日付", "", Reason::Missing)),
            Some((Err(error), heading)) => {
                return Err(rejected("日付", heading, (*error).into()));
            }
            Some((Ok(day), _)) => *day,
        };
        let not_a_time = || rejected("時刻", &message.clock, ValueError::NotADate.into());
        let time = message.time.ok_or_else(not_a_time)?;
        self.context
            .time_zone
            .to_timestamp(day.to_datetime(time))
            .map_err(|_| not_a_time())
    }
}
