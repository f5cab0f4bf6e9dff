//! Tables on voices, consent, the data itself, findings and definitions.

use super::{Cell, Context, Table};
use crate::report::findings::{Section, findings};

impl Context<'_> {
    pub(super) fn finding_table(&self) -> Table {
        let rows = findings(self.figures, self.lang)
            .into_iter()
            .map(|finding| {
                vec![
                    self.named("nav", finding.section.key()),
                    self.named("severity", finding.severity.key()),
                    Cell::Text(finding.text),
                ]
            });
        self.table(
            "findings",
            &["section", "severity", "finding"],
            rows.collect(),
        )
    }

    pub(super) fn days(&self) -> Table {
        let rows = self.figures.voice.days.iter().map(|day| {
            vec![
                Cell::Day(day.date.clone()),
                Cell::Count(day.positive_count),
                Cell::Count(day.neutral_count),
                Cell::Count(day.negative_count),
            ]
        });
        self.table(
            "days",
            &["date", "positive", "neutral", "negative"],
            rows.collect(),
        )
    }

    pub(super) fn hours(&self) -> Table {
        let rows = self.figures.voice.hours.iter().map(|hour| {
            let alert = if hour.is_alert {
                self.named("column", "alert")
            } else {
                Cell::Missing
            };
            vec![
                Cell::Hour(hour.hour.clone()),
                Cell::Count(hour.post_count),
                Cell::Count(hour.negative_count),
                Cell::Real(hour.expected_count, 1),
                alert,
            ]
        });
        self.table(
            "hours",
            &["hour", "posts", "negative", "expected", "alert"],
            rows.collect(),
        )
    }

    pub(super) fn platforms(&self) -> Table {
        let rows = self.figures.voice.platforms.iter().map(|platform| {
            vec![
                self.named("platform", &platform.platform),
                Cell::Count(platform.post_count),
                Cell::of(platform.sentiment_mean, Cell::Score),
            ]
        });
        self.table(
            "platforms",
            &["platform", "posts", "sentiment"],
            rows.collect(),
        )
    }

    pub(super) fn aspects(&self) -> Table {
        let rows = self.figures.voice.aspects.iter().map(|aspect| {
            vec![
                self.named("aspect", &aspect.aspect),
                Cell::Count(aspect.positive_count),
                Cell::Count(aspect.negative_count),
                Cell::Count(aspect.previous_negative_count),
            ]
        });
        self.table(
            "aspects",
            &["aspect", "positive", "negative", "previous_negative"],
            rows.collect(),
        )
    }

    pub(super) fn rising_and_falling(&self) -> Table {
        let voice = &self.figures.voice;
        let rows = voice
            .rising_words
            .iter()
            .chain(&voice.falling_words)
            .map(|word| {
                vec![
                    Cell::Text(word.word.clone()),
                    Cell::Count(word.post_count),
                    Cell::Count(word.previous_post_count),
                    Cell::Score(word.z_score),
                    Cell::of(word.sentiment_mean, Cell::Score),
                ]
            });
        self.table(
            "words",
            &["word", "posts", "previous_posts", "score", "sentiment"],
            rows.collect(),
        )
    }

    pub(super) fn consents(&self) -> Table {
        let rows = self.figures.data.consents.iter().map(|consent| {
            vec![
                self.named("purpose", &consent.purpose),
                Cell::counted(consent.granted_count),
                Cell::counted(consent.denied_count),
                Cell::counted(consent.missing_count),
            ]
        });
        self.table(
            "consents",
            &["purpose", "granted", "denied", "missing"],
            rows.collect(),
        )
    }

    pub(super) fn stored(&self) -> Table {
        let rows = self.figures.data.tables.iter().map(|table| {
            vec![
                Cell::Text(table.table.clone()),
                Cell::counted(table.row_count),
                Cell::of(table.newest.clone(), Cell::Day),
            ]
        });
        self.table("tables", &["table", "rows", "newest"], rows.collect())
    }

    pub(super) fn files(&self) -> Table {
        let rows = self.figures.data.files.iter().map(|file| {
            vec![
                Cell::Text(file.layout.clone()),
                Cell::Count(file.file_count),
                Cell::Count(file.stored_count),
                Cell::Count(file.rejected_count),
            ]
        });
        self.table(
            "files",
            &["layout", "files", "stored", "rejected"],
            rows.collect(),
        )
    }

    pub(super) fn excluded(&self) -> Table {
        let reasons = self.figures.data.excluded.iter();
        let rows = reasons.map(|excluded| {
            vec![
                self.named("excluded", &excluded.reason),
                Cell::counted(excluded.count),
            ]
        });
        self.table("excluded", &["reason", "count"], rows.collect())
    }

    pub(super) fn terms(&self) -> Table {
        let rows = Section::ALL
            .iter()
            .flat_map(|section| definitions(self, *section));
        let rows = rows.map(|(term, meaning)| vec![Cell::Text(term), Cell::Text(meaning)]);
        self.table("terms", &["term", "meaning"], rows.collect())
    }
}

/// The terms of a section and what they mean, in plain words.
pub(in crate::report) fn definitions(
    context: &Context<'_>,
    section: Section,
) -> Vec<(String, String)> {
    let keys: &[&str] = match section {
        Section::Sales => &["sales", "sales_change", "repeat_buyers", "average_order"],
        Section::Value => &[
            "rfm",
            "deciles",
            "gini",
            "abc",
            "cpm",
            "order_stages",
            "lost",
            "repeat_rate",
            "f2",
            "churn",
            "cohorts",
            "revenue",
        ],
        Section::Lifetime => &[
            "ltv",
            "interval",
            "alive",
            "bgnbd",
            "bgbb",
            "model",
            "choice",
            "calibration",
        ],
        Section::Voice => &[
            "sentiment",
            "aspects",
            "words",
            "together",
            "topics",
            "journey",
            "sayings",
            "shares",
        ],
        Section::People => &["roles", "communities", "influence", "impersonators"],
        Section::Conversations => &["response_time", "within_target", "complaints"],
        Section::Alerts => &["alerts", "alert_state", "burning", "cause", "spreaders"],
        Section::ValueVoice => &[
            "value_group",
            "voice_group",
            "urgency",
            "reachable",
            "moves",
            "social_lift",
        ],
        Section::Campaigns => &[
            "lift",
            "treated",
            "repeat_lift",
            "cpo",
            "return_on_spend",
            "cost_per_order",
        ],
        Section::Data => &["consent", "exclusion", "rejected", "links"],
        Section::Method => &[],
    };
    keys.iter()
        .filter_map(|key| definition(context, key))
        .collect()
}

fn definition(context: &Context<'_>, key: &str) -> Option<(String, String)> {
    let numbers = &context.numbers;
    let lifetime = context.figures.lifetime.as_ref();
    let (mut value, mut model, mut likelihood) = (String::new(), String::new(), String::new());
    match key {
        "gini" => value = numbers.decimal(context.figures.spend_gini?, 2),
        "model" => {
            model.clone_from(&lifetime?.model);
            likelihood = numbers.decimal(lifetime?.log_likelihood, 1);
        }
        // The caveat is BG/NBD's own: MBG/NBD lets one-time buyers leave too.
        "bgnbd" => {
            lifetime.filter(|lifetime| lifetime.model == "BG/NBD")?;
        }
        "bgbb" => {
            lifetime.filter(|lifetime| lifetime.model == "BG/BB")?;
        }
        _ => {}
    }
    let values = [
        ("value", value.as_str()),
        ("model", &model),
        ("likelihood", &likelihood),
    ];
    let text = context.words.fill(&format!("define.{key}"), &values);
    text.split_once('|')
        .map(|(term, meaning)| (term.to_owned(), meaning.to_owned()))
}
