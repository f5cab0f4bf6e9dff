//! `summary.txt`: the first screen as a message, ready to be mailed. Its first line serves as the subject.
//!
//! Plain text of at most [`WIDTH`] columns, letters that East Asian fonts draw wide counted as two. It holds what `report.html` holds
//! and nothing more: no personal data, and groups that the report withholds are withheld here.

mod wrap;

use super::against;
use super::figures::{Figures, Kpi, KpiKind, PeriodKind};
use super::findings::{
    Finding, Section, contact_doubt, findings, headline_beside_notice, live_alerts, order_notice,
};
use super::html::{changed_absent, contacts};
use super::tables::{Cell, Context};
use super::telling;
use super::words::Lang;
use wrap::{columns, cut, padded, plain, right, wrapped};

/// Columns of a line at most.
pub const WIDTH: usize = 78;
/// Findings told.
const CHANGES: usize = 5;
/// Columns that the name and the value of a number take at most; longer ones push the rest aside.
const NAME_COLUMNS: usize = 30;
const VALUE_COLUMNS: usize = 14;
/// Reason of statements that count for nobody, a refusal maybe among them.
const UNKNOWN_CUSTOMER: &str = "consent_unknown_customer";

/// Writes the summary; `open` are the files to open for more, as paths in the workspace.
#[must_use]
pub fn summary(figures: &Figures, lang: Lang, open: &[String]) -> String {
    let context = Context::new(figures, lang);
    let found = findings(figures, lang);
    let mut message = Message::new(&context);
    message.lines.push(cut(&plain(&subject(&context)), WIDTH));
    message.lines.push(String::new());
    message.paragraph(&against::reported_line(&context.numbers, &figures.period));
    message.paragraph(&against::compared_line(&context.numbers, &figures.period));
    message.notice(&found);
    message.numbers();
    message.changes(&found);
    message.contacts(&found);
    message.alerts(&found);
    message.checks();
    message.files(open);
    message.about();
    let mut text = message.lines.join("\n");
    text.push('\n');
    text
}

/// Returns what stands in the subject: the shop, the period, its sales, a live alert, and how many goals are met, as far as there is
/// room.
fn subject(context: &Context<'_>) -> String {
    let figures = context.figures;
    let period = match figures.period.kind {
        PeriodKind::Days => context
            .numbers
            .short_days(&figures.period.from, &figures.period.to),
        _ => against::reported_name(&context.numbers, &figures.period),
    };
    // Each shorter where the whole has no room.
    let mut parts: Vec<[String; 2]> = Vec::new();
    if let Some(sales) = figures.kpis.first() {
        let name = context.words.name("kpi", sales.kind.key());
        let value = telling::kpi_value(context, sales);
        let until = telling::until(context, sales);
        let told = change(context, sales)
            .or(until)
            .map(|told| format!(" ({told})"));
        if sales.value.is_some() || told.is_some() {
            let short = format!("{name} {value}");
            parts.push([format!("{short}{}", told.unwrap_or_default()), short]);
        }
    }
    if let Some(alert) = live_alerts(&figures.alerts).next() {
        let state = context.words.name("alert_state", &alert.state);
        let alert = context.words.fill("summary.alert", &[("state", state)]);
        parts.push([alert.clone(), alert]);
    }
    parts.extend(telling::goals(context).map(|goals| [goals.clone(), goals]));
    let begin = format!("{} {period}", figures.brand).trim().to_owned();
    parts.into_iter().fold(begin, |subject, part| {
        let longer = part.map(|part| format!("{subject} / {part}"));
        let fitting = longer.into_iter().find(|longer| columns(longer) <= WIDTH);
        fitting.unwrap_or(subject)
    })
}

/// Returns the change of a number in words; nothing where it is not known.
fn change(context: &Context<'_>, kpi: &Kpi) -> Option<String> {
    let (step, size) = telling::change(context, kpi)?;
    Some(match step.abs() < telling::UNSEEN {
        true => context.words.get("summary.same").to_owned(),
        false => telling::step(context.words, kpi, step, &size),
    })
}

/// A message as it grows.
struct Message<'a> {
    context: &'a Context<'a>,
    lines: Vec<String>,
}

impl<'a> Message<'a> {
    fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            lines: Vec::new(),
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.lines.extend(wrapped("", &plain(text), WIDTH));
    }

    fn item(&mut self, text: &str) {
        self.lines.extend(wrapped("- ", &plain(text), WIDTH));
    }

    fn heading(&mut self, text: &str) {
        let text = cut(&plain(text), WIDTH);
        let rule = "-".repeat(columns(&text));
        self.lines.extend([String::new(), text, rule]);
    }

    /// That orders of the period are missing.
    fn notice(&mut self, found: &[Finding]) {
        if let Some(notice) = order_notice(found) {
            self.lines.push(String::new());
            self.paragraph(&notice.text);
        }
    }

    /// How the shop is doing: a line for each number that is known, has a goal or would be known with all orders.
    fn numbers(&mut self) {
        let context = self.context;
        let words = context.words;
        let told: Vec<&Kpi> = context
            .figures
            .kpis
            .iter()
            .filter(|kpi| {
                let is_known = kpi.value.is_some() || kpi.is_withheld;
                is_known || kpi.target.is_some() || kpi.is_incomplete
            })
            .filter(|kpi| kpi.kind != KpiKind::WithinTarget || kpi.target.is_some())
            .collect();
        let against = words.fill("kpi.against", &[("span", &context.against().span)]);
        let doing = words.get("overview.doing");
        self.heading(&format!("{doing} ({against})"));
        if told.is_empty() {
            self.paragraph(&words.get("missing.sales").replace('`', ""));
            return;
        }
        let rows: Vec<[String; 5]> = told
            .into_iter()
            .map(|kpi| {
                let name = words.name("kpi", kpi.kind.key());
                let full = context.kpi_name(kpi);
                let remark = full.strip_prefix(name).unwrap_or_default().trim();
                let remark = match telling::measure(context, kpi) {
                    Some(measure) if remark.is_empty() => format!("({measure})"),
                    _ => remark.to_owned(),
                };
                [
                    name.to_owned(),
                    telling::kpi_value(context, kpi),
                    change(context, kpi).unwrap_or_else(|| words.get("page.none").to_owned()),
                    telling::goal(context, kpi).unwrap_or_default(),
                    remark,
                ]
            })
            .collect();
        let widest = |place: usize, most: usize| {
            let widths = rows.iter().map(|row| columns(&row[place]));
            widths.max().unwrap_or(0).min(most)
        };
        let (name, value) = (widest(0, NAME_COLUMNS), widest(1, VALUE_COLUMNS));
        let change = widest(2, VALUE_COLUMNS);
        for row in &rows {
            let line = format!(
                "{}  {}  {}  {}",
                padded(&row[0], name),
                right(&row[1], value),
                padded(&row[2], change),
                row[3]
            );
            let line = plain(line.trim_end());
            match columns(&line) <= WIDTH {
                true => self.lines.push(line),
                false => self.lines.extend(wrapped("", &line, WIDTH)),
            }
            // What a name says of its comparison stands below, so that the columns stay.
            if !row[4].is_empty() {
                self.lines.extend(wrapped("  ", &plain(&row[4]), WIDTH));
            }
        }
        for text in [telling::goals(context), telling::fiscal_year(context)]
            .into_iter()
            .flatten()
        {
            self.paragraph(&text);
        }
    }

    /// What changed, and why.
    fn changes(&mut self, found: &[Finding]) {
        let context = self.context;
        self.heading(context.words.get("overview.changed"));
        let changes = headline_beside_notice(found, CHANGES);
        if changes.is_empty() {
            self.paragraph(changed_absent(context));
        }
        for finding in changes {
            self.item(&finding.text);
        }
    }

    /// Whom to contact: how many, never who.
    fn contacts(&mut self, found: &[Finding]) {
        let context = self.context;
        let words = context.words;
        self.heading(words.get("overview.contact"));
        let contacts = contacts(context);
        if contacts.is_empty() {
            let key = match context.figures.segments.is_empty() {
                true => "overview.contact_missing",
                false => "overview.contact_empty",
            };
            self.paragraph(&words.get(key).replace('`', ""));
        }
        if let Some(doubt) = contact_doubt(found) {
            self.paragraph(doubt);
        }
        for contact in contacts {
            let mut parts = vec![contact.people, contact.reachable, contact.value];
            parts.retain(|part| !part.is_empty());
            let people = parts.join(words.get("summary.comma"));
            let values = [
                ("urgency", contact.urgency),
                ("segment", contact.name.as_str()),
                ("people", people.as_str()),
            ];
            self.item(&words.fill("summary.contact", &values));
            if !contact.action.trim().is_empty() {
                self.lines
                    .extend(wrapped("  ", &plain(contact.action.trim()), WIDTH));
            }
        }
    }

    /// Spikes and flare-ups.
    fn alerts(&mut self, found: &[Finding]) {
        self.heading(self.context.words.name("nav", Section::Alerts.key()));
        let about = found
            .iter()
            .filter(|finding| finding.section == Section::Alerts);
        for finding in about {
            self.item(&finding.text);
        }
    }

    /// What somebody has to look into.
    fn checks(&mut self) {
        let context = self.context;
        let mut excluded = context.figures.data.excluded.iter();
        let Some(unknown) = excluded.find(|one| one.reason == UNKNOWN_CUSTOMER) else {
            return;
        };
        self.heading(context.words.get("summary.check"));
        let count = Cell::counted(unknown.count).written(context);
        let told = [("count", count.as_str())];
        self.item(&context.words.fill("summary.unknown_customer", &told));
    }

    /// Where to read on.
    fn files(&mut self, open: &[String]) {
        if open.is_empty() {
            return;
        }
        self.heading(self.context.words.get("summary.open"));
        for file in open {
            self.item(file);
        }
    }

    fn about(&mut self) {
        let (context, figures) = (self.context, self.context.figures);
        let group = context.numbers.count(u64::from(figures.min_group_size));
        let as_of = context.numbers.full_day(&figures.as_of);
        let made = [
            ("version", figures.koe_version.as_str()),
            ("date", &as_of),
            ("zone", &figures.time_zone),
        ];
        self.lines.push(String::new());
        self.paragraph(&context.words.fill("page.privacy", &[("count", &group)]));
        self.paragraph(&context.words.fill("page.made_by", &made));
    }
}

#[cfg(test)]
mod tests;
