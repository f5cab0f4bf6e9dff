//! `koe explain customer`: one person on the terminal.

use koe::error::{Error, Result};
use koe::report::Lang;
use koe::report::karte::{
    Event, Karte, SheetEvent, SheetPost, SheetSection, SheetTable, What, sheet, shortened,
};
use koe::spreadsheet::unarmed;
use polars::prelude::{Column, DataFrame, df};

use crate::args::Format;
use crate::output;
use crate::ui::sanitised;

/// Letters of a text on one line.
const LINE_LETTERS: usize = 100;

/// Prints a card: as CSV the timeline alone, else all of it with so many events.
pub fn print(explained: &Karte, format: Format, limit: usize, lang: Lang) -> Result<()> {
    if format != Format::Table {
        return output::print(&timeline(&explained.events, format)?, format);
    }
    let card = sheet(explained, lang);
    let kana = match card.kana.as_str() {
        "" => String::new(),
        kana => format!(" ({kana})"),
    };
    let heading = format!("{}  {}{kana}\n{}\n", card.title, card.name, card.lead);
    output::print_text(&sanitised(&heading))?;
    for section in &card.sections {
        print_section(section, format)?;
    }
    let mut text = format!("\n■ {}\n", card.timeline);
    for note in &card.timeline_notes {
        text.push_str(&format!("{note}\n"));
    }
    let all: Vec<&SheetEvent> = card.years.iter().flat_map(|year| &year.events).collect();
    for event in all.iter().take(limit) {
        text.push_str(&event_line(event));
    }
    if all.len() > limit {
        text.push_str(&match lang {
            Lang::Ja => format!("… ほか{}件(--limit N、--html FILE)\n", all.len() - limit),
            Lang::En => format!("… {} more (--limit N, --html FILE)\n", all.len() - limit),
        });
    }
    output::print_text(&sanitised(&text))
}

fn print_section(section: &SheetSection, format: Format) -> Result<()> {
    let mut text = format!("\n■ {}\n", section.heading);
    for fact in &section.facts {
        text.push_str(&format!("{}: {}\n", fact.name, fact.value));
    }
    for note in &section.notes {
        text.push_str(&format!("{note}\n"));
    }
    for post in &section.posts {
        text.push_str(&post_lines(post));
    }
    output::print_text(&sanitised(&text))?;
    for table in &section.tables {
        output::print_text(&sanitised(&format!("\n{}\n", table.caption)))?;
        output::print(&frame(table)?, format)?;
    }
    Ok(())
}

fn frame(table: &SheetTable) -> Result<DataFrame> {
    let columns: Vec<Column> = table
        .headings
        .iter()
        .enumerate()
        .map(|(place, heading)| {
            let cells: Vec<&str> = table
                .rows
                .iter()
                .map(|row| row.get(place).map_or("", String::as_str))
                .collect();
            Column::new((*heading).into(), cells)
        })
        .collect();
    DataFrame::new(table.rows.len(), columns).map_err(Error::frame("list what is known"))
}

/// Returns a text on one line.
fn line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&text, LINE_LETTERS)
}

fn post_lines(post: &SheetPost) -> String {
    let more: Vec<&str> = [&post.score, &post.words, &post.aspects]
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    format!(
        "- {}\n  {}\n  {}\n",
        post.place,
        line(&post.text),
        more.join(" | ")
    )
}

fn event_line(event: &SheetEvent) -> String {
    let parts = [
        event.day.clone(),
        format!("{:5}", event.time),
        event.label.clone(),
        line(&event.text),
        match event.detail.as_str() {
            "" => String::new(),
            detail => format!("({})", line(detail)),
        },
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}\n", parts.join("  ").trim_end())
}

/// One event as a row.
#[derive(Default)]
struct Cells {
    kind: &'static str,
    source: Option<String>,
    id: Option<String>,
    platform: Option<String>,
    channel: Option<String>,
    campaign: Option<String>,
    state: Option<String>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    sentiment: Option<f64>,
    text: Option<String>,
}

impl Cells {
    fn of(what: &What) -> Self {
        match what {
            What::Registered {
                source,
                customer_id,
            } => Self {
                kind: "registered",
                source: Some(source.clone()),
                id: Some(customer_id.clone()),
                ..Self::default()
            },
            What::Linked {
                platform,
                account,
                method,
            } => Self {
                kind: "linked",
                platform: Some(platform.clone()),
                id: Some(account.clone()),
                state: method.clone(),
                ..Self::default()
            },
            What::Order {
                source,
                order_id,
                status,
                spend_minor,
                currency,
                channel,
                products,
                ..
            } => Self {
                kind: "order",
                source: Some(source.clone()),
                id: Some(order_id.clone()),
                channel: channel.clone(),
                state: Some(status.clone()),
                amount_minor: *spend_minor,
                currency: currency.clone(),
                text: Some(products.join("; ")),
                ..Self::default()
            },
            What::Said {
                source,
                post_id,
                platform,
                post_kind,
                text,
                sentiment,
                ..
            } => Self {
                kind: "said",
                source: Some(source.clone()),
                id: Some(post_id.clone()),
                platform: Some(platform.clone()),
                state: Some(post_kind.clone()),
                sentiment: *sentiment,
                text: Some(text.clone()),
                ..Self::default()
            },
            What::Answered {
                source,
                post_id,
                platform,
                text,
                ..
            } => Self {
                kind: "answered",
                source: Some(source.clone()),
                id: Some(post_id.clone()),
                platform: Some(platform.clone()),
                text: Some(text.clone()),
                ..Self::default()
            },
            What::Assigned { campaign, arm, .. } => Self {
                kind: "assigned",
                campaign: Some(campaign.clone()),
                state: Some(arm.clone()),
                ..Self::default()
            },
            What::Contact {
                channel,
                campaign,
                state,
            } => Self {
                kind: "contact",
                channel: Some(channel.clone()),
                campaign: Some(campaign.clone()),
                state: Some(state.clone()),
                ..Self::default()
            },
        }
    }
}

/// Returns the timeline as a table; as CSV, which people open in a spreadsheet, no text is one that it takes for a formula.
fn timeline(events: &[Event], format: Format) -> Result<DataFrame> {
    let cells: Vec<Cells> = events.iter().map(|event| Cells::of(&event.what)).collect();
    let safe = |text: &str| match format {
        Format::Csv => unarmed(text).into_owned(),
        _ => text.to_owned(),
    };
    let text = |of: fn(&Cells) -> Option<&str>| -> Vec<Option<String>> {
        cells.iter().map(|cells| of(cells).map(safe)).collect()
    };
    df!(
        "at" => events.iter().map(|event| event.at.as_str()).collect::<Vec<_>>(),
        "day" => events.iter().map(|event| event.when.day.as_str()).collect::<Vec<_>>(),
        "kind" => cells.iter().map(|cells| cells.kind).collect::<Vec<_>>(),
        "source" => text(|cells| cells.source.as_deref()),
        "id" => text(|cells| cells.id.as_deref()),
        "platform" => text(|cells| cells.platform.as_deref()),
        "channel" => text(|cells| cells.channel.as_deref()),
        "campaign" => text(|cells| cells.campaign.as_deref()),
        "state" => text(|cells| cells.state.as_deref()),
        "amount_minor" => cells.iter().map(|cells| cells.amount_minor).collect::<Vec<_>>(),
        "currency" => text(|cells| cells.currency.as_deref()),
        "sentiment" => cells.iter().map(|cells| cells.sentiment).collect::<Vec<_>>(),
        "text" => text(|cells| cells.text.as_deref()),
    )
    .map_err(Error::frame("list the timeline"))
}
