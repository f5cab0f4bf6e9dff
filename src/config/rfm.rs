//! How RFM scores are given and named.

use serde::{Deserialize, Deserializer, Serialize};

use super::check::bad;
use crate::error::Result;
use crate::report::Lang;

/// Fewest and most scores of a dimension.
const SCORES: std::ops::RangeInclusive<u32> = 2..=10;
/// Rules of one's own at most.
const MOST_RULES: usize = 200;

/// `[segment.rfm]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfmConfig {
    /// How the bounds of the scores are found.
    pub method: RfmMethod,
    /// Scores of recency; 0 for as many as the map is made for.
    pub recency_scores: u32,
    /// Scores of frequency.
    pub frequency_scores: u32,
    /// Scores of monetary value.
    pub monetary_scores: u32,
    /// Days since the last purchase, ascending: up to the first gets the highest score. Empty for the method's bounds.
    pub recency_days: Vec<i64>,
    /// Purchase days, ascending, from which on the next score begins.
    pub purchase_days: Vec<i64>,
    /// Spend in the workspace's currency, ascending, from which on the next score begins.
    pub spend: Vec<f64>,
    /// How combinations of scores are named.
    pub map: RfmMap,
    /// `[[segment.rfm.segment]]`: a map of one's own, in place of `map`; the first that holds decides.
    pub segment: Vec<RfmRule>,
}

/// How the bounds of scores are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RfmMethod {
    /// Groups of as many customers each.
    Quantiles,
    /// Frequency within recency, monetary value within both.
    Nested,
    /// The bounds of the settings.
    Thresholds,
    /// Natural breaks.
    Jenks,
}

/// A map that comes with koe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RfmMap {
    /// koe's own.
    #[serde(rename = "koe")]
    Koe,
    /// R package `rfm` 0.2.
    #[serde(rename = "rfm-0.2")]
    Rfm02,
    /// R package `rfm` 0.3.
    #[serde(rename = "rfm-0.3")]
    Rfm03,
    /// The regular expressions over R and F of many notebooks.
    #[serde(rename = "regex")]
    Regex,
    /// Shopify's groups.
    #[serde(rename = "shopify")]
    Shopify,
    /// Klaviyo's groups, of scores 1 to 3.
    #[serde(rename = "klaviyo")]
    Klaviyo,
}

impl RfmMap {
    /// Every map there is.
    pub const ALL: [Self; 6] = [
        Self::Koe,
        Self::Rfm02,
        Self::Rfm03,
        Self::Regex,
        Self::Shopify,
        Self::Klaviyo,
    ];

    /// Returns the number of scores that it is made for, the same in every dimension.
    pub fn score_count(self) -> u8 {
        match self {
            Self::Klaviyo => 3,
            _ => 5,
        }
    }
}

/// One rule of a map of one's own: the scores of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfmRule {
    /// Name.
    pub name: String,
    /// Name in English reports; the name where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Recency scores; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r: Option<ScoreRange>,
    /// Frequency scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f: Option<ScoreRange>,
    /// Monetary scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m: Option<ScoreRange>,
    /// Means of the frequency and the monetary score, halves rounded up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fm: Option<ScoreRange>,
}

impl RfmRule {
    /// Returns the name in a language.
    pub fn name_in(&self, lang: Lang) -> &str {
        match (lang, &self.name_en) {
            (Lang::En, Some(name)) => name,
            _ => &self.name,
        }
    }
}

/// Scores from one to another, `"4-5"`, or one alone, `"5"` or `5`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ScoreRange(String);

impl ScoreRange {
    /// Returns its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the first and the last score, `None` for what is no range of scores. The first may be above the last.
    pub fn bounds(&self) -> Option<(u8, u8)> {
        let number = |text: &str| {
            let text = text.trim();
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<u8>().ok()).flatten()
        };
        match self.0.split_once('-') {
            Some((first, last)) => Some((number(first)?, number(last)?)),
            None => number(&self.0).map(|score| (score, score)),
        }
    }
}

impl From<&str> for ScoreRange {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for ScoreRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(i64),
            Decimal(f64),
            Text(String),
        }
        Ok(Self(match Written::deserialize(deserializer)? {
            Written::Number(number) => number.to_string(),
            Written::Decimal(number) => number.to_string(),
            Written::Text(text) => text,
        }))
    }
}

impl RfmConfig {
    /// Returns the number of scores of recency, frequency and monetary value.
    pub fn score_counts(&self) -> [u8; 3] {
        let made_for = match self.segment.is_empty() {
            true => self.map.score_count(),
            false => RfmMap::Koe.score_count(),
        };
        let count = |bounds: usize, wanted: u32| match (bounds, wanted) {
            (0, 0) => made_for,
            (0, wanted) => u8::try_from(wanted).unwrap_or(made_for),
            (bounds, _) => u8::try_from(bounds + 1).unwrap_or(made_for),
        };
        [
            count(self.recency_days.len(), self.recency_scores),
            count(self.purchase_days.len(), self.frequency_scores),
            count(self.spend.len(), self.monetary_scores),
        ]
    }

    /// Checks what no map can be made of; what is merely odd is for the linter to tell.
    pub(super) fn check(&self) -> Result<()> {
        let spend_is_ascending = self.spend.iter().all(|bound| bound.is_finite())
            && self.spend.windows(2).all(|pair| pair[0] < pair[1]);
        check_bounds(
            "recency",
            "segment.rfm.recency_days",
            (
                self.recency_days.as_slice(),
                is_ascending(&self.recency_days, 0),
            ),
            self.recency_scores,
            self.method,
        )?;
        check_bounds(
            "frequency",
            "segment.rfm.purchase_days",
            (
                self.purchase_days.as_slice(),
                is_ascending(&self.purchase_days, 1),
            ),
            self.frequency_scores,
            self.method,
        )?;
        check_bounds(
            "monetary",
            "segment.rfm.spend",
            (self.spend.as_slice(), spend_is_ascending),
            self.monetary_scores,
            self.method,
        )?;
        self.check_rules()
    }

    fn check_rules(&self) -> Result<()> {
        let count = self.segment.len();
        if count > MOST_RULES {
            let expected = format!("at most {MOST_RULES} segments");
            return bad("segment.rfm.segment", count, &expected);
        }
        for rule in &self.segment {
            let names = [Some(&rule.name), rule.name_en.as_ref()];
            if names
                .into_iter()
                .flatten()
                .any(|name| name.trim().is_empty())
            {
                return bad(
                    "segment.rfm.segment.name",
                    &rule.name,
                    "the name of a segment",
                );
            }
            for (key, range) in [
                ("r", &rule.r),
                ("f", &rule.f),
                ("m", &rule.m),
                ("fm", &rule.fm),
            ] {
                if let Some(range) = range
                    && range.bounds().is_none()
                {
                    return bad(
                        &format!("segment.rfm.segment.{key}"),
                        range.as_str(),
                        "a score or scores from one to another, such as \"5\" or \"4-5\"",
                    );
                }
            }
        }
        Ok(())
    }
}

fn is_ascending(bounds: &[i64], least: i64) -> bool {
    bounds.first().is_none_or(|first| *first >= least)
        && bounds.windows(2).all(|pair| pair[0] < pair[1])
}

/// Checks the bounds of a dimension, with whether their values can be, and its number of scores.
fn check_bounds<T: std::fmt::Debug>(
    dimension: &str,
    key: &str,
    (bounds, is_ascending): (&[T], bool),
    wanted: u32,
    method: RfmMethod,
) -> Result<()> {
    let count = bounds.len() as u32 + 1;
    if !is_ascending || !(bounds.is_empty() || SCORES.contains(&count)) {
        return bad(
            key,
            format!("{bounds:?}"),
            "a list of one to nine ascending numbers, none of them below what can be",
        );
    }
    if bounds.is_empty() && method == RfmMethod::Thresholds {
        return bad(
            key,
            "[]",
            "a list of bounds where `segment.rfm.method` is \"thresholds\"",
        );
    }
    if wanted == 0 {
        return Ok(());
    }
    let key = format!("segment.rfm.{dimension}_scores");
    if !SCORES.contains(&wanted) {
        return bad(
            &key,
            wanted,
            "a whole number from 2 to 10, or 0 for as many as the map is made for",
        );
    }
    if !bounds.is_empty() && wanted != count {
        return bad(
            &key,
            wanted,
            &format!("{count} or 0, as the list of bounds makes {count} scores"),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;
    use crate::error::Error;

    fn parse(text: &str) -> Result<RfmConfig> {
        let config = Config::parse(text, Path::new("koe.toml"), &[])?;
        Ok(config.segment.rfm)
    }

    #[test]
    fn the_number_of_scores_is_the_maps_unless_it_is_set() {
        assert_eq!(parse("").unwrap().score_counts(), [5, 5, 5]);
        assert_eq!(
            parse("[segment.rfm]\nmap = 'klaviyo'\nrecency_days = [180, 365]\n")
                .unwrap()
                .score_counts(),
            [3, 3, 3]
        );
        let text =
            "[segment.rfm]\nmethod = 'jenks'\nfrequency_scores = 4\nspend = [1000, 5000.5]\n";
        assert_eq!(parse(text).unwrap().score_counts(), [5, 4, 3]);
    }

    #[test]
    fn a_map_of_ones_own_is_read_and_written() {
        let text = "[[segment.rfm.segment]]\nname = '常連'\nname_en = 'Regulars'\nr = '4-5'\nfm = 5\n\
                    [[segment.rfm.segment]]\nname = '他'\n";
        let config = Config::parse(text, Path::new("koe.toml"), &[]).unwrap();
        let rules = &config.segment.rfm.segment;
        assert_eq!(rules.len(), 2);
        assert_eq!(rules[0].r.as_ref().unwrap().bounds(), Some((4, 5)));
        assert_eq!(rules[0].fm.as_ref().unwrap().bounds(), Some((5, 5)));
        assert_eq!(rules[0].name_in(Lang::En), "Regulars");
        assert_eq!(rules[1].name_in(Lang::En), "他");
        let again = Config::parse(&config.to_toml(), Path::new("koe.toml"), &[]).unwrap();
        assert_eq!(config, again);
    }

    #[test]
    fn what_cannot_be_is_an_error_and_what_is_odd_is_not() {
        for text in [
            "[segment.rfm]\nmethod = 'quintiles'\n",
            "[segment.rfm]\nmap = 'rfm-9'\n",
            "[segment.rfm]\nrecency_scores = 1\n",
            "[segment.rfm]\nmonetary_scores = 11\n",
            "[segment.rfm]\nmethod = 'thresholds'\nrecency_days = [30]\nspend = [10]\n",
            "[segment.rfm]\nrecency_days = [90, 30]\n",
            "[segment.rfm]\nrecency_days = [-1]\n",
            "[segment.rfm]\npurchase_days = [0, 2]\n",
            "[segment.rfm]\nspend = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n",
            "[segment.rfm]\nspend = [inf]\n",
            "[segment.rfm]\nspend = [1, 2]\nmonetary_scores = 5\n",
            "[[segment.rfm.segment]]\nname = ' '\n",
            "[[segment.rfm.segment]]\nname = 'a'\nr = 'high'\n",
            "[[segment.rfm.segment]]\nname = 'a'\nfm = '4-'\n",
            "[[segment.rfm.segment]]\nname = 'a'\nm = -1\n",
            "[[segment.rfm.segment]]\nname = 'a'\nf = '300'\n",
            "[[segment.rfm.segment]]\nname = 'a'\nf = 4.5\n",
        ] {
            assert!(
                matches!(parse(text), Err(Error::BadSetting { .. })),
                "{text}"
            );
        }
        assert!(matches!(
            parse("[[segment.rfm.segment]]\nname = 'a'\nrecency = '5'\n"),
            Err(Error::UnknownSetting { .. })
        ));
        for text in [
            "[[segment.rfm.segment]]\nname = 'a'\nr = '5-4'\n",
            "[[segment.rfm.segment]]\nname = 'a'\nr = '0-9'\n",
            "[segment.rfm]\nmap = 'klaviyo'\nrecency_scores = 5\n",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}
