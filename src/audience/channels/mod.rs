//! The files that channels take, a file per channel.
//!
//! Lists that people open carry columns for personalisation; texts in them that a spreadsheet would run as formulas are
//! disarmed. Files that only machines read have what the platform asks for and nothing else.

mod email;
mod google;
mod hashed;
mod line;
mod meta;
mod postal;
mod push;
mod sheet;
mod sms;
mod social_dm;
mod voice;
mod x;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use self::sheet::{Sheet, plain, unarmed};
use super::timing::day_of;
use super::{Channel, Encoding, Member, Plan};
use crate::report::Lang;

/// Ends of the names of a channel's files.
pub const SUFFIXES: [&str; 3] = ["", "-details", "-phone"];

/// A file of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// End of its name, before `.csv`; one of [`SUFFIXES`].
    pub suffix: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Letters that the encoding lacks, and how often one was replaced.
    pub replaced: BTreeMap<char, u64>,
}

/// How lists are written.
#[derive(Debug, Clone, Copy)]
pub struct Style<'a> {
    /// Language of the headings.
    pub lang: Lang,
    /// Time zone of the moments.
    pub zone: &'a TimeZone,
    /// Encoding of files that people open.
    pub encoding: Encoding,
}

impl Style<'_> {
    /// Returns a text in the language.
    fn of(&self, ja: &str, en: &str) -> String {
        match self.lang {
            Lang::Ja => ja.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    /// Returns headings by their names in both languages.
    fn headings(&self, names: &[(&str, &str)]) -> Vec<String> {
        names.iter().map(|(ja, en)| self.of(ja, en)).collect()
    }

    /// Returns a local moment, to the minute.
    fn moment(&self, at: i64) -> String {
        Timestamp::from_microsecond(at).map_or_else(
            |_| String::new(),
            |at| {
                let local = at.to_zoned(self.zone.clone());
                local.strftime("%Y-%m-%d %H:%M").to_string()
            },
        )
    }
}

/// Returns the files of an audience, in the order of their suffixes.
pub fn files(plan: &Plan, style: Style<'_>) -> Vec<File> {
    let sheets: Vec<(&'static str, Sheet)> = match plan.channel {
        Channel::Email => vec![("", email::sheet(plan, style))],
        Channel::Line => vec![
            ("", line::ids(plan)),
            ("-details", line::details(plan, style)),
        ],
        Channel::Sms => vec![("", sms::sheet(plan, style))],
        Channel::Push => vec![("", push::sheet(plan, style))],
        Channel::Postal => vec![("", postal::sheet(plan, style))],
        Channel::SocialDm => vec![("", social_dm::sheet(plan, style))],
        Channel::Voice => vec![("", voice::sheet(plan, style))],
        Channel::Meta => vec![("", meta::sheet(plan))],
        Channel::X => vec![("", x::emails(plan)), ("-phone", x::phones(plan))],
        Channel::Google => vec![("", google::sheet(plan))],
    };
    sheets
        .into_iter()
        .map(|(suffix, sheet)| {
            let (bytes, replaced) = sheet.encoded(style.encoding);
            File {
                suffix,
                bytes,
                replaced,
            }
        })
        .collect()
}

/// Headings of the columns for personalisation.
const PERSONAL: [(&str, &str); 12] = [
    ("氏名", "name"),
    ("最終購入日", "last_purchase"),
    ("よく買うカテゴリ", "favourite_category"),
    ("よく使う販路", "favourite_channel"),
    ("最後に買った商品", "last_product"),
    ("急ぎ", "urgency"),
    ("配信日時", "send_at"),
    ("反応しやすい時間", "best_hour"),
    ("反応しやすいチャネル", "best_channel"),
    ("施策", "campaign"),
    ("顧客の出所", "source"),
    ("顧客ID", "customer_id"),
];

/// Returns the columns for personalisation, and those by which a delivery log finds back.
fn personal(member: &Member, plan: &Plan, style: Style<'_>) -> Vec<String> {
    let urgency = match member.urgency {
        super::Urgency::Now => style.of("至急", "now"),
        super::Urgency::Today => style.of("本日", "today"),
        super::Urgency::Week => style.of("今週", "week"),
    };
    vec![
        unarmed(&member.name),
        member
            .last_purchased_on
            .map_or_else(String::new, |day| day_of(day).to_string()),
        unarmed(&member.favourite_category),
        unarmed(&member.favourite_channel),
        unarmed(&member.last_product),
        urgency,
        style.moment(member.send_at),
        format!("{:02}:00", member.best_hour),
        member.best_channel.key().to_owned(),
        unarmed(&plan.campaign),
        unarmed(&member.source),
        unarmed(&member.customer_id),
    ]
}

/// Returns a list with the columns `first` and those for personalisation.
fn list(
    plan: &Plan,
    style: Style<'_>,
    first: &[(&str, &str)],
    cells: &dyn Fn(&Member) -> Vec<String>,
) -> Sheet {
    let mut headings = style.headings(first);
    headings.extend(style.headings(&PERSONAL));
    let rows = plan.listed.iter().map(|member| {
        let mut row: Vec<String> = cells(member);
        row.extend(personal(member, plan, style));
        row
    });
    Sheet {
        headings: Some(headings),
        rows: rows.collect(),
        is_for_machines: false,
    }
}

/// Returns a file of a machine.
fn machine(headings: Option<&[&str]>, rows: Vec<Vec<String>>) -> Sheet {
    Sheet {
        headings: headings.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        rows,
        is_for_machines: true,
    }
}

#[cfg(test)]
mod tests;
