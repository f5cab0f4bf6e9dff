//! How many an audience has, and how many it leaves out for which reason. Nobody is named.

use std::path::PathBuf;

use crate::audience::{Channel, Reason};
use crate::spreadsheet::unarmed;

/// What became of one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceSummary {
    /// Name.
    pub name: String,
    /// By what channel.
    pub channel: Channel,
    /// Campaign.
    pub campaign: String,
    /// Persons whom its condition means.
    pub selected: u64,
    /// Persons in its list.
    pub listed: u64,
    /// Persons held out.
    pub control: u64,
    /// Persons left out, by the first reason that holds.
    pub excluded: Vec<(Reason, u64)>,
    /// Letters that the encoding lacks, and how often one was replaced.
    pub replaced: Vec<(char, u64)>,
    /// Its files.
    pub files: Vec<PathBuf>,
}

impl AudienceSummary {
    /// Returns the persons left out for a reason.
    pub fn excluded_for(&self, reason: Reason) -> u64 {
        let found = self.excluded.iter().find(|(own, _)| *own == reason);
        found.map_or(0, |(_, count)| *count)
    }
}

/// Returns the summaries as CSV with a column per reason.
pub(super) fn csv(audiences: &[AudienceSummary]) -> Vec<u8> {
    let mut text = String::from("audience,channel,campaign,selected,listed,control");
    for reason in Reason::ALL {
        text.push(',');
        text.push_str(reason.key());
    }
    text.push('\n');
    for one in audiences {
        let mut cells = vec![
            cell(&one.name),
            one.channel.key().to_owned(),
            cell(&one.campaign),
        ];
        let counts = [one.selected, one.listed, one.control];
        let reasons = Reason::ALL.map(|reason| one.excluded_for(reason));
        cells.extend(counts.iter().chain(&reasons).map(u64::to_string));
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text.into_bytes()
}

/// Returns a cell in quotation marks where it needs them, no formula.
fn cell(text: &str) -> String {
    let text = unarmed(text);
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_column() {
        let one = AudienceSummary {
            name: "=a,b".into(),
            channel: Channel::Email,
            campaign: "c".into(),
            selected: 9,
            listed: 3,
            control: 1,
            excluded: vec![(Reason::ConsentMissing, 4), (Reason::CapReached, 1)],
            replaced: Vec::new(),
            files: Vec::new(),
        };
        let text = String::from_utf8(csv(&[one])).unwrap();
        let [headings, row]: [&str; 2] = text.lines().collect::<Vec<_>>().try_into().unwrap();
        assert_eq!(headings.split(',').count(), 6 + Reason::ALL.len());
        assert_eq!(row, "\"'=a,b\",email,c,9,3,1,4,0,0,0,0,0,0,0,0,0,0,1,0,0");
    }
}
