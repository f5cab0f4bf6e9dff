//! The chats of the LINE official account: one CSV per talk partner, as its manager downloads them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rand::{Rng, RngExt};

use super::accounts::{Author, OFFICIAL_NAME};
use super::calendar::{DAY, HOUR, Moment};
use super::names;
use super::people::Source;
use super::purchases::Timeline;
use super::seed::{Domain, stream, weighted};
use super::story::Story;
use super::talk::{self, Truth};
use super::voice::{self, Brief, Channel, Stance};

/// Talk partners for 800 customers.
const PARTNERS: u64 = 40;
/// Most files written, however many customers there are.
const MOST_FILES: u64 = 500;

const GREETING: &str = "友だち追加ありがとうございます。\n珈琲焙煎所 とりのこえです。\n\
                        豆のこと、ご注文のこと、お気軽にお尋ねください。";

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    User,
    Account,
}

struct Message {
    at: Moment,
    side: Side,
    text: String,
    truth: Option<Truth>,
}

/// Writes `line/chat_NNNN.csv`; calls `truth` with file, row and truth of each customer's message;
/// returns the number of files.
pub(super) fn write(
    story: &Story,
    folder: &Path,
    mut truth: impl FnMut(&str, Truth, &str) -> io::Result<()>,
) -> io::Result<u64> {
    let folder = folder.join("line");
    fs::create_dir_all(&folder)?;
    let files = story.scaled(PARTNERS).min(MOST_FILES);
    let mut made = 0;
    for number in 0..files {
        let mut rng = stream(story.options.seed, Domain::Chat, number, 0);
        let Some(slot) = partner(story, &mut rng) else {
            continue;
        };
        made += 1;
        let name = format!("chat_{made:04}.csv");
        let messages = talk_with(story, slot, &mut rng);
        let partner = display_name(story, slot, &mut rng);
        let mut file = BufWriter::new(File::create(folder.join(&name))?);
        let downloaded = story
            .calendar
            .stamp(story.calendar.end() - 2 * HOUR)
            .replace('-', "/");
        write!(
            file,
            "\u{feff}アカウント名,{OFFICIAL_NAME}\r\nタイムゾーン,'+09:00\r\nダウンロード日時,{downloaded}\r\n"
        )?;
        let mut csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(file);
        csv.write_record(["送信者タイプ", "送信者名", "送信日", "送信時刻", "内容"])?;
        for (row, message) in messages.iter().enumerate() {
            let stamp = story.calendar.stamp(message.at).replace('-', "/");
            let (date, time) = stamp.split_once(' ').unwrap_or((&stamp, ""));
            let (side, sender) = match message.side {
                Side::User => ("User", partner.as_str()),
                Side::Account => ("Account", "とりのこえ スタッフ"),
            };
            csv.write_record([side, sender, date, time, &message.text])?;
            if let Some(said) = message.truth {
                truth(&format!("{name}#{}", row + 1), said, "")?;
            }
        }
        csv.flush()?;
    }
    Ok(made)
}

/// Draws a customer to talk with; nobody if the draw finds only duplicates and guests.
fn partner(story: &Story, rng: &mut impl Rng) -> Option<u64> {
    (0..50)
        .map(|_| rng.random_range(0..story.options.customers.max(1)))
        .find(|slot| story.person_slot(*slot) == *slot && story.source(*slot) != Source::Guest)
}

/// Returns the name a customer shows on LINE; never more than a hint of who it is.
fn display_name(story: &Story, slot: u64, rng: &mut impl Rng) -> String {
    let person = story.person(slot);
    let persona = story.persona(Author::Customer(slot));
    match rng.random_range(0..10) {
        0..=2 => format!("{}{}", person.family.written, person.given.written),
        3 | 4 => person.given.written.to_owned(),
        5 | 6 => names::hiragana(person.given.kana),
        _ => {
            let letters = names::romaji(person.given.kana);
            voice::display_name(&persona, &letters, &names::hiragana(person.given.kana), rng)
        }
    }
}

/// Writes the whole talk with a customer: a greeting, then one to four matters.
fn talk_with(story: &Story, slot: u64, rng: &mut impl Rng) -> Vec<Message> {
    let timeline: Timeline = story.timeline(slot);
    let persona = story.persona(Author::Customer(slot));
    let first = timeline.purchases.first().map_or(0, |p| p.at);
    let mut messages = vec![Message {
        at: first + 300,
        side: Side::Account,
        text: GREETING.to_owned(),
        truth: None,
    }];
    let mut last = first + 300;
    for purchase in timeline.purchases.iter().take(rng.random_range(1..=4)) {
        let day = (purchase.at + rng.random_range(DAY..4 * DAY)) / DAY;
        let at = day * DAY + rng.random_range(9 * HOUR..23 * HOUR);
        if at <= last + DAY || at >= story.calendar.end() - DAY {
            continue;
        }
        // praise complaint wish question report chatter sarcasm mixed
        let stance = Stance::ALL[weighted(&[18.0, 20.0, 9.0, 40.0, 6.0, 2.0, 0.0, 5.0], rng)];
        let aspect = talk::aspect(stance, rng);
        let (_, month, _) = story.calendar.month_of(day);
        let hour = (at % DAY / HOUR) as u32;
        let product = rng
            .random_bool(0.4)
            .then(|| super::catalogue::PRODUCTS[story.product_of_month(day, rng)].spoken);
        let brief = Brief {
            stance,
            aspect,
            channel: Channel::LineChat,
            persona: &persona,
            product,
            month,
            hour,
        };
        let text = two_lines(&voice::utterance(&brief, rng), 0.35, rng);
        let truth = Some(Truth {
            stance: talk::stance_name(stance),
            aspect: talk::aspect_name(aspect),
            sentiment: talk::sentiment(stance),
        });
        messages.push(Message {
            at,
            side: Side::User,
            text,
            truth,
        });
        last = at;
        if stance == Stance::Complaint && rng.random_bool(0.5) {
            last += rng.random_range(10..90);
            let text = "[写真]".to_owned();
            messages.push(Message {
                at: last,
                side: Side::User,
                text,
                truth: None,
            });
        }
        if rng.random_bool(0.88) {
            last = answer(stance, aspect, last, &mut messages, rng);
        }
    }
    messages.retain(|m| m.at < story.calendar.end());
    messages
}

/// Adds the shop's answer and sometimes a sticker in return; returns the time of the last message.
fn answer(
    stance: Stance,
    aspect: voice::Aspect,
    asked: Moment,
    messages: &mut Vec<Message>,
    rng: &mut impl Rng,
) -> Moment {
    let wait: f64 = rng.random();
    let mut at = asked + 180 + (wait.powi(3) * 9.0 * HOUR as f64) as Moment;
    if at % DAY < 9 * HOUR || at % DAY > 20 * HOUR {
        at = (asked / DAY + 1) * DAY + 9 * HOUR + rng.random_range(300..2 * HOUR);
    }
    let text = two_lines(&voice::official_reply(stance, aspect, rng), 0.8, rng);
    messages.push(Message {
        at,
        side: Side::Account,
        text,
        truth: None,
    });
    if rng.random_bool(0.3) {
        at += rng.random_range(60..2 * HOUR);
        let text = if rng.random_bool(0.6) {
            "[スタンプ]"
        } else {
            "ありがとうございます！"
        };
        messages.push(Message {
            at,
            side: Side::User,
            text: text.to_owned(),
            truth: None,
        });
    }
    at
}

/// Breaks a text after its first sentence with a probability.
fn two_lines(text: &str, chance: f64, rng: &mut impl Rng) -> String {
    if rng.random_bool(chance)
        && let Some((first, rest)) = text.split_once('。')
        && !rest.is_empty()
    {
        return format!("{first}。\n{rest}");
    }
    text.to_owned()
}
