//! `report.md`: the report for chats, wikis and terminals.

use std::fmt::Write as _;

use super::against;
use super::figures::Figures;
use super::findings::{Finding, Section, findings, headline};
use super::html::{changed_absent, lifetime_reason};
use super::tables::{Cell, Context, Table, definitions};
use super::words::Lang;

/// Findings at the head of the report.
const HEADLINE_COUNT: usize = 5;

/// Topics told as tables in a section, with the sentence for when there is nothing to tell.
fn topics(section: Section) -> &'static [(&'static str, &'static str)] {
    match section {
        Section::Sales => &[
            ("weeks", "sales"),
            ("change", "sales_change"),
            ("fiscal", ""),
        ],
        Section::Value => &[
            ("deciles", "deciles"),
            ("abc", "abc"),
            ("cpm", "cpm"),
            ("stages", "stages"),
            ("months", "months"),
        ],
        Section::Lifetime => &[
            ("intervals", "intervals"),
            ("choices", ""),
            ("parameters", "lifetime"),
        ],
        Section::Voice => &[
            ("platforms", "posts"),
            ("aspects", "aspects"),
            ("words", "words"),
            ("together", "together"),
            ("topics", "topics"),
            ("journey", "journey"),
            ("sayings", ""),
            ("shares", "shares"),
        ],
        Section::People => &[
            ("roles", "roles"),
            ("communities", "communities"),
            ("influence", "influence"),
            ("impersonators", ""),
        ],
        Section::Conversations => &[("waits", "waits"), ("answers", ""), ("complaints", "")],
        Section::Alerts => &[("alerts", "")],
        Section::ValueVoice => &[
            ("segments", "segments"),
            ("matrix", "value_voice"),
            ("moves", "moves"),
            ("effects", "effects"),
        ],
        Section::Campaigns => &[("campaigns", "campaigns"), ("costs", "costs")],
        Section::Data => &[("consents", "consents"), ("excluded", "")],
        Section::Method => &[],
    }
}

/// Writes the report as GitHub-flavoured Markdown; markup in the data is escaped. Without a section named all are there.
#[must_use]
pub fn markdown(figures: &Figures, lang: Lang, sections: &[Section]) -> String {
    let context = Context::new(figures, lang);
    let (words, numbers) = (context.words, context.numbers);
    let found = findings(figures, lang);
    let mut text = String::new();
    let title = words.fill("page.title", &[("brand", &figures.brand)]);
    let period = against::reported_line(&numbers, &figures.period);
    let compared = against::compared_line(&numbers, &figures.period);
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(text, "# {}\n\n{period} / {compared}\n", escaped(&title));
    let _ = writeln!(text, "## {}\n", words.get("overview.changed"));
    let changes = headline(&found, HEADLINE_COUNT);
    if changes.is_empty() {
        let _ = writeln!(text, "{}\n", changed_absent(&context));
    } else {
        push_list(&mut text, &context, changes.into_iter());
    }
    let summary = context.topic("summary");
    if !summary.rows.is_empty() {
        let _ = writeln!(text, "## {}\n", words.get("table.kpis"));
        push_table(&mut text, &context, &summary);
    }
    for section in Section::shown(sections) {
        push_section(&mut text, &context, &found, section);
    }
    let group = numbers.count(u64::from(figures.min_group_size));
    let as_of = numbers.full_day(&figures.as_of);
    let made = [
        ("version", figures.koe_version.as_str()),
        ("date", &as_of),
        ("zone", &figures.time_zone),
    ];
    let _ = writeln!(
        text,
        "---\n\n{}",
        words.fill("page.privacy", &[("count", &group)])
    );
    let _ = writeln!(text, "\n{}", words.fill("page.made_by", &made));
    text
}

fn push_section(text: &mut String, context: &Context<'_>, found: &[Finding], section: Section) {
    let words = context.words;
    let _ = writeln!(text, "## {}\n", words.name("nav", section.key()));
    let own: Vec<&Finding> = found
        .iter()
        .filter(|finding| finding.section == section)
        .collect();
    if !own.is_empty() {
        push_list(text, context, own.into_iter());
    }
    for (topic, missing) in topics(section) {
        let table = context.topic(topic);
        if !table.rows.is_empty() {
            let _ = writeln!(text, "### {}\n", words.name("sheet", topic));
            push_table(text, context, &table);
        } else if !missing.is_empty() {
            let missing = match *missing {
                "campaigns" if !context.figures.small_campaigns.is_empty() => "campaigns_small",
                other => other,
            };
            let reason = if missing == "lifetime" {
                format!(" {}", lifetime_reason(context))
            } else {
                String::new()
            };
            let _ = writeln!(text, "{}{reason}\n", words.name("missing", missing));
        }
    }
    if section == Section::Method {
        for (term, meaning) in Section::ALL
            .iter()
            .flat_map(|part| definitions(context, *part))
        {
            let _ = writeln!(text, "- **{}**: {}", escaped(&term), prose(&meaning));
        }
        text.push('\n');
    }
}

fn push_list<'a>(
    text: &mut String,
    context: &Context<'_>,
    findings: impl Iterator<Item = &'a Finding>,
) {
    for finding in findings {
        let severity = context.words.name("severity", finding.severity.key());
        let _ = writeln!(text, "- **{severity}** {}", escaped(&finding.text));
    }
    text.push('\n');
}

fn push_table(text: &mut String, context: &Context<'_>, table: &Table) {
    let headings: Vec<String> = table
        .headings
        .iter()
        .map(|heading| escaped(heading))
        .collect();
    let _ = writeln!(text, "| {} |", headings.join(" | "));
    let rules: Vec<&str> = (0..table.headings.len())
        .map(|column| {
            let is_number = table
                .rows
                .iter()
                .any(|row| row.get(column).is_some_and(Cell::is_number));
            if is_number { "---:" } else { "---" }
        })
        .collect();
    let _ = writeln!(text, "| {} |", rules.join(" | "));
    for row in &table.rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| escaped(&cell.written(context)))
            .collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text.push('\n');
}

/// Escapes a text of koe's own, whose code spans stay as they are.
fn prose(text: &str) -> String {
    text.split('`')
        .enumerate()
        .map(|(place, part)| match place % 2 {
            1 => format!("`{part}`"),
            _ => escaped(part),
        })
        .collect()
}

/// Escapes what Markdown or HTML inside it would take as markup; line breaks become spaces.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '|' | '*' | '_' | '[' | ']' | '#' | '~' => {
                safe.push('\\');
                safe.push(letter);
            }
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::OrderGapKind;
    use crate::report::findings::fixture::{figures, without_orders};

    #[test]
    fn markup_of_the_data_is_escaped() {
        let mut figures = figures();
        figures.segments[0].name = "a|b<script>\n# x".to_owned();
        let text = markdown(&figures, Lang::En, &[]);
        assert!(!text.contains("<script>"));
        assert!(text.contains("a\\|b&lt;script&gt; \\# x"));
    }

    #[test]
    fn every_section_is_there_and_tables_are_whole() {
        for lang in [Lang::Ja, Lang::En] {
            let text = markdown(&figures(), lang, &[]);
            for section in Section::ALL {
                assert!(
                    text.contains(&format!("## {}\n", lang.words().name("nav", section.key())))
                );
            }
            let mut columns = 0;
            for line in text.lines() {
                if !line.starts_with('|') {
                    columns = 0;
                    continue;
                }
                let bars = line.replace("\\|", "").matches('|').count();
                assert!(columns == 0 || columns == bars, "{line}");
                columns = bars;
            }
        }
    }

    #[test]
    fn orders_that_are_missing_are_told_first_and_without_a_change() {
        let figures = without_orders(OrderGapKind::Early, None);
        let text = markdown(&figures, Lang::Ja, &[]);
        let first = text.lines().find(|line| line.starts_with("- "));
        assert!(
            first
                .unwrap()
                .contains("注文は2026年9月20日(日)までしか届いていない")
        );
        let sales = text.lines().find(|line| line.starts_with("| 売上 |"));
        assert!(
            sales
                .unwrap()
                .contains("| 1,694,100円 | – | 1,800,000円 | – |"),
            "{sales:?}"
        );
    }

    #[test]
    fn missing_parts_say_what_to_add() {
        let text = markdown(&crate::report::findings::fixture::empty(), Lang::En, &[]);
        assert!(text.contains(Lang::En.words().get("missing.campaigns")));
        assert!(text.contains(Lang::En.words().get("lifetime_absent.too_few_repeaters")));
    }

    #[test]
    fn the_same_figures_give_the_same_bytes() {
        assert_eq!(
            markdown(&figures(), Lang::Ja, &[]),
            markdown(&figures(), Lang::Ja, &[])
        );
    }
}
