//! The sections behind the first screen: finding, text, pictures, tables, definitions and where each number comes from.

use serde::Serialize;

use super::overview::{FindingView, finding_view};
use crate::report::charts::Chart;
use crate::report::figures::Figures;
use crate::report::findings::{Finding, Section};
use crate::report::tables::{Cell, Context, Table, definitions};

/// Texts of up to so many letters stay on one line in a table.
const SHORT_TEXT: usize = 16;

/// One section of the page.
#[derive(Serialize)]
pub(in crate::report) struct SectionView {
    pub(in crate::report) anchor: &'static str,
    pub(in crate::report) name: &'static str,
    pub(in crate::report) heading: String,
    pub(in crate::report) text: &'static str,
    pub(in crate::report) findings: Vec<FindingView>,
    pub(in crate::report) blocks: Vec<Block>,
    pub(in crate::report) definitions: Vec<(String, String)>,
    pub(in crate::report) sources: &'static [&'static str],
    pub(in crate::report) query: String,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::report) enum Block {
    Figure {
        id: &'static str,
        caption: String,
        svg: String,
        table: TableView,
    },
    Table {
        name: &'static str,
        table: TableView,
    },
    Missing {
        text: String,
    },
}

#[derive(Serialize)]
pub(in crate::report) struct TableView {
    pub(in crate::report) headings: Vec<(String, bool)>,
    pub(in crate::report) rows: Vec<Vec<CellView>>,
}

#[derive(Serialize)]
pub(in crate::report) struct CellView {
    pub(in crate::report) text: String,
    /// Whether the text must stay on one line.
    pub(in crate::report) is_short: bool,
    pub(in crate::report) is_number: bool,
    pub(in crate::report) sort: Option<f64>,
}

/// A picture of a section, the topic of its table, and the sentence shown when there is nothing to draw.
struct Picture {
    chart: &'static str,
    topic: &'static str,
    missing: &'static str,
}

const fn picture(chart: &'static str, topic: &'static str, missing: &'static str) -> Picture {
    Picture {
        chart,
        topic,
        missing,
    }
}

fn pictures(section: Section) -> &'static [Picture] {
    const SALES: &[Picture] = &[
        picture("sales_weeks", "weeks", "sales"),
        picture("sales_change", "change", "sales_change"),
    ];
    const VALUE: &[Picture] = &[
        picture("rfm_map", "rfm", "rfm"),
        picture("segment_map", "segments", "segments"),
        picture("deciles", "deciles", "deciles"),
        picture("lorenz", "deciles", "deciles"),
        picture("abc", "abc", "abc"),
        picture("cpm", "cpm", "cpm"),
        picture("order_stages", "stages", "stages"),
        picture("repeat_months", "months", "months"),
        picture("cohorts", "cohorts", "cohorts"),
        picture("cohort_revenue", "revenue", "revenue"),
    ];
    const LIFETIME: &[Picture] = &[
        picture("lifetime_histogram", "lifetime", "lifetime"),
        picture("value_intervals", "intervals", "intervals"),
        picture("tracking", "tracking", "tracking"),
        picture("calibration", "calibration", "calibration"),
    ];
    const VOICE: &[Picture] = &[
        picture("voice_days", "days", "posts"),
        picture("aspects", "aspects", "aspects"),
        picture("words", "words", "words"),
        picture("word_network", "together", "together"),
        picture("topics", "topics", "topics"),
        picture("journey", "journey", "journey"),
        picture("voice_shares", "shares", "shares"),
    ];
    const ALERTS: &[Picture] = &[
        picture("alert_timeline", "alerts", "alerts"),
        picture("voice_hours", "hours", "hours"),
    ];
    const PEOPLE: &[Picture] = &[
        picture("roles", "roles", "roles"),
        picture("communities", "communities", "communities"),
        picture("influence_network", "influence", "influence"),
    ];
    const CONVERSATIONS: &[Picture] = &[picture("responses", "waits", "waits")];
    const VALUE_VOICE: &[Picture] = &[
        picture("value_voice", "matrix", "value_voice"),
        picture("segments", "segments", "segments"),
        picture("moves", "moves", "moves"),
        picture("social_lift", "effects", "effects"),
    ];
    const CAMPAIGNS: &[Picture] = &[
        picture("campaigns", "campaigns", "campaigns"),
        picture("campaign_costs", "costs", "costs"),
    ];
    const DATA: &[Picture] = &[picture("consents", "consents", "consents")];
    match section {
        Section::Sales => SALES,
        Section::Value => VALUE,
        Section::Lifetime => LIFETIME,
        Section::Voice => VOICE,
        Section::People => PEOPLE,
        Section::Conversations => CONVERSATIONS,
        Section::Alerts => ALERTS,
        Section::ValueVoice => VALUE_VOICE,
        Section::Campaigns => CAMPAIGNS,
        Section::Data => DATA,
        Section::Method => &[],
    }
}

/// Tables shown openly in a section, by topic.
fn open_tables(section: Section) -> &'static [&'static str] {
    match section {
        Section::Sales => &["fiscal"],
        Section::Lifetime => &["choices", "parameters"],
        Section::Voice => &["sayings", "platforms"],
        Section::People => &["impersonators"],
        Section::Conversations => &["answers", "complaints"],
        Section::Alerts => &["alerts"],
        Section::ValueVoice => &["segments"],
        Section::Campaigns => &["campaigns"],
        Section::Data => &["excluded", "files", "tables"],
        _ => &[],
    }
}

/// The store's tables behind a section and a query that gives its figures again.
fn sources(section: Section, figures: &Figures) -> (&'static [&'static str], String) {
    let period = |column: &str| {
        let (from, to) = (&figures.period.from, &figures.period.to);
        format!("{column} BETWEEN CAST('{from}' AS DATE) AND CAST('{to}' AS DATE)")
    };
    match section {
        Section::Sales => (
            &["orders", "persons", "purchases"],
            format!(
                "SELECT SUM(spend_minor) AS sales, COUNT(DISTINCT CASE WHEN is_return THEN NULL ELSE person_id END) AS buyers \
                 FROM purchases WHERE {}",
                period("purchased_on")
            ),
        ),
        Section::Value => (
            &["person_values", "person_segments", "segments", "deciles", "abc_classes", "cpm_groups", "shop_kpis", "cohorts"],
            "SELECT decile, COUNT(*) AS person_count, SUM(spend_minor) AS spend_minor FROM person_values \
             GROUP BY decile ORDER BY decile"
                .to_owned(),
        ),
        Section::Lifetime => (
            &["person_values", "segments", "models", "model_choices", "model_calibration", "tracking_weeks"],
            "SELECT SUM(ltv_minor) AS ltv_minor, SUM(CASE WHEN alive_prob >= 0.5 THEN 1 ELSE 0 END) AS alive_count \
             FROM person_values"
                .to_owned(),
        ),
        Section::Voice => (
            &["posts", "post_scores", "hour_counts", "cooccurrences", "topics", "voice_shares"],
            // The store keeps instants in UTC; days of the report are the workspace's.
            "SELECT platform, label, COUNT(*) AS post_count, AVG(sentiment) AS sentiment_mean FROM post_scores \
             WHERE is_opinion GROUP BY platform, label ORDER BY platform, label"
                .to_owned(),
        ),
        Section::People => (
            &["account_scores", "communities", "posts"],
            "SELECT role, COUNT(*) AS account_count, SUM(post_count) AS post_count FROM account_scores \
             GROUP BY role ORDER BY role"
                .to_owned(),
        ),
        Section::Conversations => (
            &["conversations", "complaint_priorities"],
            "SELECT COUNT(*) AS conversation_count, COUNT(waiting_since_at) AS waiting_count, \
             AVG(first_response_minutes) AS mean_minutes FROM conversations WHERE needs_answer"
                .to_owned(),
        ),
        Section::Alerts => (
            &["hour_counts", "alerts", "account_scores"],
            "SELECT alert_id, kind, state, post_count, negative_share, author_count, peak_count FROM alerts \
             ORDER BY started_at DESC"
                .to_owned(),
        ),
        Section::ValueVoice => (
            &["person_segments", "person_voices", "segments", "migrations", "social_lift", "links"],
            "SELECT segment, person_count, previous_person_count, ltv_minor, reachable_count FROM segments \
             ORDER BY position"
                .to_owned(),
        ),
        Section::Campaigns => (
            &["campaigns", "assignments", "campaign_results", "campaign_costs"],
            "SELECT campaign, treated_count, control_count, lift_minor, lift_lower_minor, lift_upper_minor, repeat_lift, \
             cpo_minor, return_on_spend FROM campaign_results ORDER BY started_on"
                .to_owned(),
        ),
        Section::Data => (
            &["persons", "consent_counts", "left_out", "declared_links", "links"],
            "SELECT purpose, granted_count, denied_count, missing_count FROM consent_counts ORDER BY purpose".to_owned(),
        ),
        Section::Method => (&["segments"], "SELECT * FROM segments ORDER BY position".to_owned()),
    }
}

pub(super) fn section(
    context: &Context<'_>,
    charts: &[Chart],
    found: &[Finding],
    section: Section,
) -> SectionView {
    let words = context.words;
    let mut own = found.iter().filter(|finding| finding.section == section);
    let heading = match section {
        Section::Method => words.get("finding.method_title").to_owned(),
        _ => own.next().map_or_else(
            || words.name("heading", section.key()).to_owned(),
            |finding| finding.text.clone(),
        ),
    };
    let (sources, query) = sources(section, context.figures);
    SectionView {
        anchor: section.anchor(),
        name: words.name("nav", section.key()),
        heading,
        text: words.name("text", section.key()),
        findings: own.map(|finding| finding_view(context, finding)).collect(),
        blocks: blocks(context, charts, section),
        definitions: match section {
            Section::Method => Section::ALL
                .iter()
                .flat_map(|part| definitions(context, *part))
                .collect(),
            _ => definitions(context, section),
        },
        sources,
        query: format!("koe query \"{query}\""),
    }
}

fn blocks(context: &Context<'_>, charts: &[Chart], section: Section) -> Vec<Block> {
    let mut blocks = Vec::new();
    for picture in pictures(section) {
        let table = context.topic(picture.topic);
        let chart = charts.iter().find(|chart| chart.id == picture.chart);
        match chart.filter(|_| !table.rows.is_empty()) {
            Some(chart) => blocks.push(Block::Figure {
                id: chart.id,
                caption: chart.description.clone(),
                svg: chart.svg.clone(),
                table: table_view(context, &table),
            }),
            // Without a picture the numbers speak for themselves; the open tables may show them already.
            None if !table.rows.is_empty() && !is_all_hidden(&table) => {
                let name = context.words.name("sheet", picture.topic);
                let is_there = |block: &Block| matches!(block, Block::Table { name: known, .. } if *known == name);
                if !open_tables(section).contains(&picture.topic) && !blocks.iter().any(is_there) {
                    blocks.push(Block::Table {
                        name,
                        table: table_view(context, &table),
                    });
                }
            }
            None => {
                let text = missing(context, picture, &table);
                let is_said =
                    |block: &Block| matches!(block, Block::Missing { text: said } if *said == text);
                // Two pictures may want the same.
                if !blocks.iter().any(is_said) {
                    blocks.push(Block::Missing { text });
                }
            }
        }
    }
    if section == Section::Sales
        && context
            .figures
            .kpis
            .iter()
            .all(|kpi| kpi.previous.is_none())
    {
        blocks.push(Block::Missing {
            text: context.words.get("missing.previous").to_owned(),
        });
    }
    for topic in open_tables(section) {
        let table = context.topic(topic);
        if !table.rows.is_empty() {
            let name = context.words.name("table", topic);
            blocks.push(Block::Table {
                name,
                table: table_view(context, &table),
            });
        }
    }
    blocks
}

/// Whether every row is held back to protect small groups.
fn is_all_hidden(table: &Table) -> bool {
    table.rows.iter().all(|row| row.contains(&Cell::Hidden))
}

/// Says what is missing and what to add.
fn missing(context: &Context<'_>, picture: &Picture, table: &Table) -> String {
    let words = context.words;
    let text = words.name("missing", picture.missing);
    match picture.missing {
        "lifetime" => format!("{text}{}{}", space(context), lifetime_reason(context)),
        "rfm" if !table.rows.is_empty() => words.get("missing.rfm_small").to_owned(),
        "campaigns" if !context.figures.small_campaigns.is_empty() => {
            words.get("missing.campaigns_small").to_owned()
        }
        _ => text.to_owned(),
    }
}

/// Says why no value to come could be forecast.
pub(in crate::report) fn lifetime_reason(context: &Context<'_>) -> &'static str {
    let figures: &Figures = context.figures;
    let reason = figures.lifetime_absent.as_deref().unwrap_or("other");
    let words = context.words;
    words
        .find(&format!("lifetime_absent.{reason}"))
        .unwrap_or_else(|| words.get("lifetime_absent.other"))
}

/// What stands between two sentences.
fn space(context: &Context<'_>) -> &'static str {
    match context.lang {
        crate::report::words::Lang::Ja => "",
        crate::report::words::Lang::En => " ",
    }
}

fn table_view(context: &Context<'_>, table: &Table) -> TableView {
    let is_number = |column: usize| {
        table
            .rows
            .iter()
            .any(|row| row.get(column).is_some_and(Cell::is_number))
    };
    let headings = table
        .headings
        .iter()
        .enumerate()
        .map(|(index, text)| (text.clone(), is_number(index)));
    let cell = |(index, cell): (usize, &Cell)| {
        let text = cell.written(context);
        CellView {
            is_short: text.chars().count() <= SHORT_TEXT,
            text,
            is_number: is_number(index),
            sort: cell.sort_value(),
        }
    };
    TableView {
        headings: headings.collect(),
        rows: table
            .rows
            .iter()
            .map(|row| row.iter().enumerate().map(cell).collect())
            .collect(),
    }
}
