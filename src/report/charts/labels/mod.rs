//! Every text that charts write, in Japanese and English: a file per chapter of the report.

pub(super) mod customers;
pub(super) mod heard;
pub(super) mod join;
pub(super) mod network;
pub(super) mod outreach;
pub(super) mod people;
pub(super) mod sales;
pub(super) mod voice;
pub(super) mod ways;
pub(super) mod worth;

use super::speaker::Speaker;

/// The texts around a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wording {
    /// The finding, without a full stop.
    pub(super) title: String,
    /// What is drawn, and its unit.
    pub(super) subtitle: String,
    /// Headings of the table.
    pub(super) headings: Vec<String>,
}

impl Wording {
    fn new(title: String, subtitle: String, headings: &[&str]) -> Wording {
        Wording {
            title,
            subtitle,
            headings: headings.iter().map(|h| (*h).to_owned()).collect(),
        }
    }

    /// The text that may stand for the picture.
    pub(super) fn description(&self, speaker: &Speaker<'_>) -> String {
        speaker.pick(
            format!("{}。{}。", self.title, self.subtitle),
            format!("{}. {}.", self.title, self.subtitle),
        )
    }
}
