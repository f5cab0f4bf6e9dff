//! Conversations from posts to rows.

mod clock;
mod course;
mod hostile;

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::packed::id_hash;
use super::*;
use crate::config::{BusinessHoursConfig, Config};

/// Monday to Friday, 9 to 18, closed on national holidays.
fn office() -> BusinessHoursConfig {
    Config::parse("", Path::new("koe.toml"), &[])
        .unwrap()
        .score
        .business_hours
}

fn every_day(range: &str) -> BusinessHoursConfig {
    let range = || range.to_owned();
    BusinessHoursConfig {
        monday: range(),
        tuesday: range(),
        wednesday: range(),
        thursday: range(),
        friday: range(),
        saturday: range(),
        sunday: range(),
        holidays: false,
        closing_words: Vec::new(),
    }
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// Reads an instant; without an offset it is Tokyo's.
fn at(text: &str) -> i64 {
    let text = if text.len() == 16 {
        format!("{text}:00+09:00")
    } else {
        text.to_owned()
    };
    text.parse::<Timestamp>().unwrap().as_microsecond()
}

fn opening(hours: &BusinessHoursConfig, zone_name: &str) -> Opening {
    opening_without(hours, zone_name, &[])
}

fn opening_without(hours: &BusinessHoursConfig, zone_name: &str, closed: &[Date]) -> Opening {
    let closed: BTreeSet<Date> = closed.iter().copied().collect();
    let (first, as_of) = (at("2026-01-01T00:00"), at("2026-12-31T00:00"));
    Opening::new(hours, &closed, &zone(zone_name), first, as_of)
}

const AS_OF: &str = "2026-07-31T00:00";

/// The conversations, and what was left out of them.
struct Conversations<'a> {
    rows: Vec<Conversation<'a>>,
    left_out: Vec<(&'static str, u64)>,
}

fn collect<'a>(posts: &[Said<'a>], settings: &Settings<'_>) -> Conversations<'a> {
    let mut rows = Vec::new();
    let mut take = |more: &[Conversation<'a>]| {
        rows.extend_from_slice(more);
        Ok(())
    };
    let left_out = each(posts, settings, &mut take).unwrap();
    Conversations { rows, left_out }
}

/// The settings of most tests.
fn usual(opening: &Opening) -> Settings<'_> {
    Settings {
        opening,
        session_hours: 72,
        response_target_minutes: 240,
        as_of: at(AS_OF),
    }
}

fn collected<'a>(posts: &[Said<'a>]) -> Conversations<'a> {
    collect(posts, &usual(&opening(&office(), "Asia/Tokyo")))
}

fn left_out(found: &Conversations<'_>, reason: &str) -> u64 {
    found
        .left_out
        .iter()
        .find(|(name, _)| *name == reason)
        .map(|(_, count)| *count)
        .unwrap()
}

/// A post on X about the brand.
fn post(id: &'static str, account: &'static str, when: &str, utterance: Kind) -> Said<'static> {
    Said {
        source: "x",
        platform: "x",
        post_id: id.into(),
        account_id: account,
        at: at(when),
        text: Wording::of("豆が割れていました"),
        kind: "post",
        is_about: true,
        utterance: Some(utterance),
        ..Said::default()
    }
}

fn reply(post: Said<'static>, to: &'static str) -> Said<'static> {
    Said {
        kind: "reply",
        reply_to: Some(id_hash(to)),
        ..post
    }
}

fn by_shop(post: Said<'static>) -> Said<'static> {
    Said {
        is_shop: true,
        account_id: "shop",
        ..post
    }
}

/// A message of a chat on LINE, whose conversation is the partner's.
fn chat(id: &'static str, account: &'static str, when: &str, text: &'static str) -> Said<'static> {
    Said {
        source: "line",
        platform: "line",
        provider: "とりのこえ",
        post_id: id.into(),
        account_id: account,
        at: at(when),
        text: Wording::of(text),
        kind: "chat",
        conversation: Some(id_hash("partner")),
        is_about: true,
        utterance: Some(Kind::Question),
        ..Said::default()
    }
}
