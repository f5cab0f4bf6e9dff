//! Sentences that say what happened, by how much, why, whom to contact and what is said.
//!
//! Every sentence follows from [`Figures`] by a rule; a rule whose numbers are missing says nothing. Rules look at signs
//! and thresholds of the numbers themselves, so a sentence cannot say "rose" of a number that fell.

mod campaigns;
mod customers;
mod people;
mod sales;
mod voices;
mod ways;
mod worth;

use serde::{Deserialize, Serialize};

use crate::report::against::Against;
use crate::report::figures::{Figures, Kpi, KpiKind};
use crate::report::words::{Lang, Numbers, Words};

pub(super) use customers::pressing_segments;
pub(super) use sales::parts as sales_change_parts;
pub(super) use voices::live_alerts;

/// Part of the report a finding belongs to, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Sales and why they moved.
    Sales,
    /// What customers are worth.
    Value,
    /// Value to come.
    Lifetime,
    /// What is said.
    Voice,
    /// Who speaks.
    People,
    /// Value crossed with voice.
    ValueVoice,
    /// How the shop answers.
    Conversations,
    /// Spikes and flare-ups.
    Alerts,
    /// What campaigns brought.
    Campaigns,
    /// What the numbers rest on.
    Data,
    /// Definitions.
    Method,
}

impl Section {
    /// All sections, in the order of the page.
    pub const ALL: [Self; 11] = [
        Self::Sales,
        Self::Value,
        Self::Lifetime,
        Self::Voice,
        Self::People,
        Self::ValueVoice,
        Self::Conversations,
        Self::Alerts,
        Self::Campaigns,
        Self::Data,
        Self::Method,
    ];

    /// Returns the sections to show, in the order of the page: those that are wanted, all when none is named.
    #[must_use]
    pub fn shown(wanted: &[Self]) -> Vec<Self> {
        let is_shown = |section: &Self| wanted.is_empty() || wanted.contains(section);
        Self::ALL.into_iter().filter(is_shown).collect()
    }

    /// Returns the section's key in the words and in the settings.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Value => "value",
            Self::Lifetime => "lifetime",
            Self::Voice => "voice",
            Self::People => "people",
            Self::ValueVoice => "value_voice",
            Self::Conversations => "conversations",
            Self::Alerts => "alerts",
            Self::Campaigns => "campaigns",
            Self::Data => "data",
            Self::Method => "method",
        }
    }

    /// Returns the section's anchor on the page.
    #[must_use]
    pub fn anchor(self) -> &'static str {
        match self {
            Self::ValueVoice => "value-voice",
            other => other.key(),
        }
    }
}

/// How much a finding asks of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good news.
    Good,
    /// For the record.
    Neutral,
    /// Worth watching.
    Watch,
    /// Act today.
    Urgent,
}

impl Severity {
    /// Returns the severity's key in the words and its class on the page.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Neutral => "neutral",
            Self::Watch => "watch",
            Self::Urgent => "urgent",
        }
    }
}

/// A sentence about the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Key of the sentence in the words, without `finding.`.
    pub key: &'static str,
    /// Where it belongs.
    pub section: Section,
    /// How much it asks of the reader.
    pub severity: Severity,
    /// Whether it tells of a change against the compared period and so may open the report.
    pub is_change: bool,
    /// The sentence.
    pub text: String,
}

/// Returns every finding, by section, the one that heads the section first.
#[must_use]
pub fn findings(figures: &Figures, lang: Lang) -> Vec<Finding> {
    let mut teller = Teller::new(figures, lang);
    teller.tell_sales();
    teller.tell_value();
    teller.tell_worth();
    teller.tell_lifetime();
    teller.tell_forecasts();
    teller.tell_voice();
    teller.tell_people();
    teller.tell_value_voice();
    teller.tell_moves();
    teller.tell_social_lift();
    teller.tell_conversations();
    teller.tell_alerts();
    teller.tell_campaigns();
    teller.tell_costs();
    teller.tell_data();
    teller.found
}

/// Returns the findings for the head of the report: at most `count` changes.
///
/// Sales and their main cause come first, then the gravest change of every other section, then what is left by gravity.
#[must_use]
pub fn headline(findings: &[Finding], count: usize) -> Vec<&Finding> {
    let mut changes: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.is_change)
        .collect();
    // Both sorts are stable, so findings of one rank stay in the order of the page.
    changes.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut told = std::collections::BTreeSet::from([Section::Sales]);
    let mut ranked: Vec<(u8, &Finding)> = changes
        .into_iter()
        .map(|finding| {
            let rank = match finding.key {
                "sales_up" | "sales_down" | "sales_same" => 0,
                _ if is_order_notice(finding) => 0,
                "cause_up" | "cause_down" | "cause_even" => 1,
                _ if told.insert(finding.section) => 2,
                _ => 3,
            };
            (rank, finding)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let head = ranked.into_iter().map(|(_, finding)| finding);
    head.take(count).collect()
}

/// Whether a finding says that orders are missing; that there were none, as happens in a quiet shop, is a change like others.
fn is_order_notice(finding: &Finding) -> bool {
    matches!(
        finding.key,
        "orders_missing" | "orders_early" | "orders_early_of"
    )
}

/// Returns what is to be said before everything else: that orders of the period are missing, or those of one shop system may be.
pub(super) fn order_notice(found: &[Finding]) -> Option<&Finding> {
    found.iter().find(|finding| is_order_notice(finding))
}

/// Returns what is to be said above whom to contact: that some may have bought since.
pub(super) fn contact_doubt(found: &[Finding]) -> Option<&str> {
    let doubt = found.iter().find(|finding| finding.key == "contact_doubt");
    doubt.map(|finding| finding.text.as_str())
}

/// Returns what [`headline`] does, without that orders are missing.
pub(super) fn headline_beside_notice(found: &[Finding], count: usize) -> Vec<Finding> {
    let others: Vec<Finding> = found
        .iter()
        .filter(|finding| !is_order_notice(finding))
        .cloned()
        .collect();
    headline(&others, count).into_iter().cloned().collect()
}

/// Collects findings about one set of figures.
struct Teller<'a> {
    figures: &'a Figures,
    lang: Lang,
    words: &'static Words,
    numbers: Numbers<'a>,
    against: Against,
    found: Vec<Finding>,
}

impl<'a> Teller<'a> {
    fn new(figures: &'a Figures, lang: Lang) -> Self {
        let numbers = Numbers {
            lang,
            currency: &figures.currency,
            exponent: figures.currency_exponent,
        };
        Self {
            figures,
            lang,
            words: lang.words(),
            numbers,
            against: Against::new(&figures.period, &figures.as_of, &numbers),
            found: Vec::new(),
        }
    }

    fn say(
        &mut self,
        section: Section,
        severity: Severity,
        key: &'static str,
        values: &[(&str, &str)],
    ) {
        self.push(section, severity, key, values, false);
    }

    fn say_change(
        &mut self,
        section: Section,
        severity: Severity,
        key: &'static str,
        values: &[(&str, &str)],
    ) {
        self.push(section, severity, key, values, true);
    }

    fn push(
        &mut self,
        section: Section,
        severity: Severity,
        key: &'static str,
        values: &[(&str, &str)],
        is_change: bool,
    ) {
        // Every sentence may say what it compares with.
        let against = [
            ("before", self.against.before.as_str()),
            ("span", self.against.span.as_str()),
            ("state", self.against.state.as_str()),
        ];
        let values: Vec<(&str, &str)> = values.iter().copied().chain(against).collect();
        let text = capitalise(
            &self.words.fill(&format!("finding.{key}"), &values),
            self.lang,
        );
        self.found.push(Finding {
            key,
            section,
            severity,
            is_change,
            text,
        });
    }

    /// The figure of a kind, when its value is known.
    fn kpi(&self, kind: KpiKind) -> Option<(&'a Kpi, f64)> {
        let kpi = self.figures.kpis.iter().find(|kpi| kpi.kind == kind)?;
        kpi.value
            .filter(|value| value.is_finite())
            .map(|value| (kpi, value))
    }

    /// Says by how many points a share rose or fell, in the sentence for either; nothing of less than `quiet`.
    fn tell_points(
        &mut self,
        section: Section,
        kind: KpiKind,
        quiet: f64,
        [up, down]: [&'static str; 2],
    ) {
        let Some((kpi, value)) = self.kpi(kind) else {
            return;
        };
        let Some(rise) = kpi
            .previous
            .map(|previous| value - previous)
            .filter(|rise| rise.abs() >= quiet)
        else {
            return;
        };
        let key = if rise > 0.0 { up } else { down };
        let severity = kind.is_rise_good().map_or(Severity::Neutral, |is_good| {
            rise_severity(rise > 0.0, is_good)
        });
        let (value, change) = (self.numbers.share(value), self.numbers.points(rise));
        let values = [("value", value.as_str()), ("change", change.as_str())];
        self.say_change(section, severity, key, &values);
    }

    /// Counts the files that could not be read; nothing without such.
    fn unread_count(&self) -> Option<String> {
        let files = self.figures.data.unread.iter();
        let count: u64 = files.map(|files| files.file_count).sum();
        (count > 0).then(|| self.numbers.count(count))
    }
}

/// Returns `value / previous - 1`, when that is a meaningful growth.
#[must_use]
pub fn growth(value: f64, previous: Option<f64>) -> Option<f64> {
    let previous = previous?;
    (previous > 0.0 && value.is_finite() && previous.is_finite()).then(|| value / previous - 1.0)
}

/// An English sentence begins with a capital, also where it begins with a word of the data.
fn capitalise(text: &str, lang: Lang) -> String {
    let mut letters = text.chars();
    match (lang, letters.next()) {
        (Lang::En, Some(first)) if first.is_ascii_lowercase() => {
            format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
        }
        _ => text.to_owned(),
    }
}

fn rise_severity(is_rise: bool, is_rise_good: bool) -> Severity {
    if is_rise == is_rise_good {
        Severity::Good
    } else {
        Severity::Watch
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
