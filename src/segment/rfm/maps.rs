//! From scores to the names of segments: maps of rules, the first that holds decides.

use crate::config::{RfmConfig, RfmMap, ScoreRange};
use crate::report::Lang;

/// Name of those no rule holds for.
pub(super) const OTHERS: &str = "others";

/// Scores of recency, frequency and monetary value.
pub(super) type Scores = [u8; 3];

/// A range of scores, both ends within; the first may be above the last, where a person wrote it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first: u8,
    pub(super) last: u8,
}

impl Range {
    fn holds(self, score: u8) -> bool {
        (self.first..=self.last).contains(&score)
    }
}

/// The scores of one segment; what is absent may be any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) recency: Option<Range>,
    pub(super) frequency: Option<Range>,
    pub(super) monetary: Option<Range>,
    /// Of the mean of frequency and monetary score, halves rounded up.
    pub(super) value: Option<Range>,
}

impl Rule {
    /// Returns whether it holds for scores.
    pub(super) fn holds(&self, [recency, frequency, monetary]: Scores) -> bool {
        let holds = |range: Option<Range>, score| range.is_none_or(|range| range.holds(score));
        holds(self.recency, recency)
            && holds(self.frequency, frequency)
            && holds(self.monetary, monetary)
            && holds(self.value, value_score(frequency, monetary))
    }

    /// Returns its ranges with the keys they have in settings.
    pub(super) fn ranges(&self) -> [(&'static str, Option<Range>); 4] {
        [
            ("r", self.recency),
            ("f", self.frequency),
            ("m", self.monetary),
            ("fm", self.value),
        ]
    }
}

/// Returns the mean of two scores, halves rounded up.
pub(super) fn value_score(frequency: u8, monetary: u8) -> u8 {
    (u16::from(frequency) + u16::from(monetary)).div_ceil(2) as u8
}

/// Rules in the order they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Map {
    pub(super) rules: Vec<Rule>,
}

impl Map {
    /// Returns the map of the settings: their own rules where there are any, else the map they name.
    pub(super) fn of(config: &RfmConfig, lang: Lang) -> Self {
        if config.segment.is_empty() {
            return Self::known(config.map);
        }
        let range = |range: &Option<ScoreRange>| {
            let (first, last) = range.as_ref()?.bounds()?;
            Some(Range { first, last })
        };
        let rules = config.segment.iter().map(|rule| Rule {
            name: rule.name_in(lang).to_owned(),
            recency: range(&rule.r),
            frequency: range(&rule.f),
            monetary: range(&rule.m),
            value: range(&rule.fm),
        });
        Self {
            rules: rules.collect(),
        }
    }

    /// Returns a map that comes with koe.
    pub(super) fn known(map: RfmMap) -> Self {
        let text = match map {
            RfmMap::Koe => include_str!("presets/koe.tsv"),
            RfmMap::Rfm02 => include_str!("presets/rfm-0.2.tsv"),
            RfmMap::Rfm03 => include_str!("presets/rfm-0.3.tsv"),
            RfmMap::Regex => include_str!("presets/regex.tsv"),
            RfmMap::Shopify => include_str!("presets/shopify.tsv"),
            RfmMap::Klaviyo => include_str!("presets/klaviyo.tsv"),
        };
        let rows = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        Self {
            // The first is the heading.
            rules: rows.skip(1).map(rule_of).collect(),
        }
    }

    /// Returns every combination of so many scores.
    pub(super) fn combinations([recency, frequency, monetary]: Scores) -> Vec<Scores> {
        let mut all = Vec::new();
        for r in 1..=recency {
            for f in 1..=frequency {
                all.extend((1..=monetary).map(|m| [r, f, m]));
            }
        }
        all
    }

    /// Returns what is needed to name many customers.
    pub(super) fn names(&self, counts: Scores) -> Names {
        let mut names: Vec<String> = vec![OTHERS.to_owned()];
        let places: Vec<u32> = self
            .rules
            .iter()
            .map(
                |rule| match names.iter().position(|name| *name == rule.name) {
                    Some(place) => place as u32,
                    None => {
                        names.push(rule.name.clone());
                        names.len() as u32 - 1
                    }
                },
            )
            .collect();
        let of = Self::combinations(counts)
            .into_iter()
            .map(|scores| {
                let rule = self.rules.iter().position(|rule| rule.holds(scores));
                rule.map_or(0, |rule| places[rule])
            })
            .collect();
        Names { names, counts, of }
    }
}

fn rule_of(line: &str) -> Rule {
    let mut cells = line.split('\t');
    let name = cells.next().unwrap_or_default().to_owned();
    let mut range = || {
        let text = cells.next().filter(|text| !text.is_empty())?;
        let (first, last) = ScoreRange::from(text).bounds()?;
        Some(Range { first, last })
    };
    Rule {
        name,
        recency: range(),
        frequency: range(),
        monetary: range(),
        value: range(),
    }
}

/// The name of each combination of scores, ready to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// Every name once.
    pub(super) names: Vec<String>,
    counts: Scores,
    /// Place of the name, by combination in ascending order.
    of: Vec<u32>,
}

impl Names {
    /// Returns the place among the names of the one that scores have.
    pub(super) fn place(&self, [recency, frequency, monetary]: Scores) -> u32 {
        let [_, frequencies, monetaries] = self.counts.map(usize::from);
        let place = (usize::from(recency) - 1) * frequencies + usize::from(frequency) - 1;
        self.of[place * monetaries + usize::from(monetary) - 1]
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    fn name(map: RfmMap, scores: Scores) -> String {
        let count = map.score_count();
        let names = Map::known(map).names([count; 3]);
        names.names[names.place(scores) as usize].clone()
    }

    #[test]
    fn every_pair_of_scores_has_one_group_in_koes_own_map() {
        let of = |r: u8, f: u8| {
            let names: Vec<String> = (1..=5).map(|m| name(RfmMap::Koe, [r, f, m])).collect();
            assert!(names.iter().all(|other| *other == names[0]));
            names[0].clone()
        };
        assert_eq!(of(5, 5), "champions");
        assert_eq!(of(5, 4), "champions");
        assert_eq!(of(4, 5), "loyal");
        assert_eq!(of(3, 4), "loyal");
        assert_eq!(of(4, 1), "promising");
        assert_eq!(of(5, 1), "new");
        assert_eq!(of(5, 3), "potential_loyalist");
        assert_eq!(of(4, 2), "potential_loyalist");
        assert_eq!(of(3, 3), "need_attention");
        assert_eq!(of(3, 1), "about_to_sleep");
        assert_eq!(of(2, 5), "cannot_lose");
        assert_eq!(of(1, 4), "at_risk");
        assert_eq!(of(2, 2), "hibernating");
    }

    #[test]
    fn the_maps_of_the_r_package_are_as_it_documents_them() {
        let old = |scores| name(RfmMap::Rfm02, scores);
        assert_eq!(old([4, 5, 4]), "champions");
        assert_eq!(old([2, 3, 5]), "loyal");
        assert_eq!(old([5, 1, 1]), "potential_loyalist");
        assert_eq!(old([1, 5, 5]), "at_risk");
        assert_eq!(old([1, 1, 2]), "lost");
        assert_eq!(old([5, 1, 5]), OTHERS);
        let new = |scores| name(RfmMap::Rfm03, scores);
        assert_eq!(new([5, 5, 5]), "champions");
        assert_eq!(new([5, 4, 4]), "potential_loyalist");
        assert_eq!(new([2, 4, 3]), "loyal");
        assert_eq!(new([1, 4, 4]), "cannot_lose");
        assert_eq!(new([1, 5, 5]), "at_risk");
        assert_eq!(new([1, 1, 1]), "lost");
    }

    #[test]
    fn the_notebooks_map_is_koes_with_other_names() {
        for scores in Map::combinations([5, 5, 5]) {
            let expected = match name(RfmMap::Koe, scores).as_str() {
                "loyal" => "loyal_customers",
                "new" => "new_customers",
                "potential_loyalist" => "potential_loyalists",
                "cannot_lose" => "cant_lose",
                same => same,
            }
            .to_owned();
            assert_eq!(name(RfmMap::Regex, scores), expected);
        }
    }

    #[test]
    fn shopify_goes_by_recency_and_the_mean_of_the_others() {
        let of = |scores| name(RfmMap::Shopify, scores);
        assert_eq!(of([5, 5, 3]), "champions");
        assert_eq!(of([5, 4, 3]), "champions");
        assert_eq!(of([5, 1, 1]), "new");
        assert_eq!(of([5, 2, 1]), "active");
        assert_eq!(of([1, 5, 4]), "previously_loyal");
        assert_eq!(of([2, 4, 4]), "at_risk");
        assert_eq!(of([1, 1, 3]), "dormant");
        assert!(
            Map::combinations([5; 3])
                .into_iter()
                .all(|scores| of(scores) != OTHERS)
        );
    }

    #[test]
    fn klaviyos_map_is_the_list_of_its_help_centre() {
        let groups = [
            ("champions", "333 332 323"),
            ("loyal", "321 322 331 232 233"),
            ("recent", "312 313 311 222 223"),
            ("needs_attention", "213 221 123 132 133"),
            ("at_risk", "231 212 122 131 211"),
            ("inactive", "111 112 113 121"),
        ];
        let mut count = 0;
        for (group, combinations) in groups {
            for digits in combinations.split(' ') {
                let digits: Vec<u8> = digits.bytes().map(|digit| digit - b'0').collect();
                assert_eq!(
                    name(RfmMap::Klaviyo, [digits[0], digits[1], digits[2]]),
                    group
                );
                count += 1;
            }
        }
        assert_eq!(count, 27);
    }

    #[test]
    fn every_line_of_every_map_was_read_whole() {
        for (map, lines) in RfmMap::ALL.into_iter().zip([10, 10, 10, 10, 10, 17]) {
            let known = Map::known(map);
            assert_eq!(known.rules.len(), lines, "{map:?}");
            for rule in known.rules {
                let count = rule
                    .ranges()
                    .iter()
                    .filter(|(_, range)| range.is_some())
                    .count();
                assert!(count >= 2 && rule.recency.is_some(), "{map:?} {rule:?}");
            }
        }
    }

    #[test]
    fn a_map_of_ones_own_replaces_the_known_ones() {
        let text = "[[segment.rfm.segment]]\nname = '常連'\nname_en = 'Regulars'\nr = '4-5'\nfm = '4-5'\n\
                    [[segment.rfm.segment]]\nname = '新規'\nr = 5\nf = 1\n\
                    [[segment.rfm.segment]]\nname = '常連'\nname_en = 'Regulars'\nr = 3\nf = 5\nm = 5\n";
        let config = Config::parse(text, Path::new("koe.toml"), &[]).unwrap();
        let named = |lang, scores| {
            let names = Map::of(&config.segment.rfm, lang).names([5; 3]);
            names.names[names.place(scores) as usize].clone()
        };
        assert_eq!(named(Lang::Ja, [4, 4, 3]), "常連");
        assert_eq!(named(Lang::En, [4, 4, 3]), "Regulars");
        assert_eq!(named(Lang::Ja, [3, 5, 5]), "常連");
        assert_eq!(named(Lang::Ja, [5, 1, 4]), "新規");
        assert_eq!(named(Lang::Ja, [5, 1, 5]), "新規");
        assert_eq!(named(Lang::Ja, [1, 1, 1]), OTHERS);
        assert_eq!(
            Map::of(&config.segment.rfm, Lang::Ja)
                .names([5; 3])
                .names
                .len(),
            3
        );
    }
}
