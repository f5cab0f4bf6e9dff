//! The desk as a page.

use minijinja::{Environment, Value, context};
use serde::Serialize;

use super::Desk;
use super::writer::{Person, Quote, Waiting, Writer};
use crate::report::font::font_face;
use crate::report::html::{PageError, template_value};
use crate::report::words::Lang;

/// Complaints shown on the page; the list holds them all.
const MOST_COMPLAINTS: usize = 100;
/// Stands in the page until the characters it uses are known.
const FONT_SLOT: &str = "/*koe-font-face*/";
const TEMPLATE: &str = include_str!("desk.html");

/// Returns `desk.html`.
///
/// # Errors
/// When the template cannot be filled or the font cannot be cut.
pub fn html(desk: &Desk, lang: Lang) -> Result<String, PageError> {
    let words = lang.words();
    let writer = Writer::new(desk, lang);
    let mut environment = Environment::new();
    environment.add_filter("word", move |key: &str| words.get(key).to_owned());
    environment.add_filter("mood", move |key: &str| {
        words.name("voice_group", key).to_owned()
    });
    environment.add_template("desk.html", TEMPLATE)?;
    let of = |is_now: bool| -> Vec<Person> {
        let rows = desk.rows.iter().filter(|row| row.is_now == is_now);
        rows.map(|row| writer.person(row)).collect()
    };
    let (now, week) = (of(true), of(false));
    let week_absent = match desk.pressing.week {
        0 => "desk.nobody_week",
        _ => "desk.week_unlisted",
    };
    let shown: Vec<Waiting> = desk
        .complaints
        .iter()
        .take(MOST_COMPLAINTS)
        .map(|one| writer.waiting(one))
        .collect();
    let more = desk.waiting_count.saturating_sub(shown.len());
    let more = match more {
        0 => String::new(),
        more => {
            let count = writer.numbers.count(more as u64);
            let listed = writer.numbers.count(desk.complaints.len() as u64);
            let key = match desk.complaints.len() < desk.waiting_count {
                true => "desk.complaints_beyond",
                false => "desk.complaints_more",
            };
            words.fill(key, &[("count", &count), ("listed", &listed)])
        }
    };
    let target = writer.numbers.minutes(f64::from(desk.target_minutes));
    let quotes: Vec<Quote> = desk
        .voices
        .iter()
        .map(|voice| writer.quote(voice))
        .collect();
    let orders_until = desk.orders_until.as_deref();
    let orders_doubt = orders_until.map(|day| {
        let newest = writer.numbers.full_day(day);
        words.fill("desk.orders_doubt", &[("newest", &newest)])
    });
    let page = environment.get_template("desk.html")?.render(context! {
        lang => lang.tag(),
        brand => desk.brand.clone(),
        as_of => desk.as_of.clone(),
        orders_doubt => orders_doubt,
        unread => writer.unread(&desk.unread),
        now => plain(&now),
        now_count => writer.persons(desk.pressing.now, now.len()),
        week => plain(&week),
        week_count => writer.persons(desk.pressing.week, week.len()),
        week_absent => words.get(week_absent),
        complaints => plain(&shown),
        complaint_count => writer.numbers.count(desk.waiting_count as u64),
        complaints_lead => words.fill("desk.complaints_lead", &[("target", &target)]),
        complaints_more => more,
        voices => plain(&quotes),
    })?;
    let face = font_face(&page)?;
    Ok(page.replacen(FONT_SLOT, &face, 1))
}

fn plain(rows: &impl Serialize) -> Value {
    template_value(serde_json::to_value(rows).expect("rows hold only texts and flags"))
}
