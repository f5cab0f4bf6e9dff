//! What is odd about a map: rules that overlap, are never reached or cannot hold, and scores without a name.
//!
//! There are at most a thousand combinations of scores, so that every one is tried: the linter cannot be wrong about them.

use std::fmt;

use super::maps::{Map, Scores};

/// A rule of a map, for messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleName {
    /// Position in the map, from 1.
    pub position: usize,
    /// Segment.
    pub name: String,
}

impl fmt::Display for RuleName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "`{}` (rule {})", self.name, self.position)
    }
}

/// Something odd about a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A range that reaches beyond the scores there are, or ends before it begins.
    Impossible {
        /// The rule.
        rule: RuleName,
        /// `r`, `f`, `m` or `fm`.
        key: &'static str,
        /// First and last score of the range.
        range: (u8, u8),
        /// Highest score there is.
        most: u8,
    },
    /// A rule that holds for no scores.
    Empty {
        /// The rule.
        rule: RuleName,
    },
    /// A rule that decides nothing, as rules before it hold wherever it does.
    Shadowed {
        /// The rule.
        rule: RuleName,
        /// The rules that decide in its place.
        by: Vec<RuleName>,
    },
    /// Two rules of different segments that both hold for some scores; the first decides.
    Overlap {
        /// The rule that decides.
        first: RuleName,
        /// The other.
        second: RuleName,
        /// Combinations of scores that both hold for.
        count: usize,
        /// The first of them.
        example: Scores,
    },
    /// Scores that no rule holds for.
    Gap {
        /// Combinations of scores.
        count: usize,
        /// Of so many.
        of: usize,
        /// The first of them.
        example: Scores,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |[r, f, m]: &Scores| format!("R{r} F{f} M{m}");
        match self {
            Self::Impossible {
                rule,
                key,
                range: (first, last),
                most,
            } => write!(
                to,
                "RFM segment {rule}: `{key}` is {first}-{last}, scores are 1 to {most}"
            ),
            Self::Empty { rule } => {
                write!(to, "RFM segment {rule} holds for no scores")
            }
            Self::Shadowed { rule, by } => {
                let by: Vec<String> = by.iter().map(RuleName::to_string).collect();
                write!(
                    to,
                    "RFM segment {rule} is never reached, because of {} before it",
                    by.join(", ")
                )
            }
            Self::Overlap {
                first,
                second,
                count,
                example,
            } => write!(
                to,
                "RFM segments {first} and {second} both hold for {count} combinations of scores, e.g. {}; the first decides",
                shown(example)
            ),
            Self::Gap { count, of, example } => write!(
                to,
                "no RFM segment holds for {count} of {of} combinations of scores, e.g. {}; these customers are `others`",
                shown(example)
            ),
        }
    }
}

/// Returns what is odd about a map of so many scores: impossible ranges and empty rules, shadowed rules, overlaps (but of
/// shadowed rules, which are nothing else), then gaps.
pub(super) fn lint(map: &Map, counts: Scores) -> Vec<Finding> {
    let rule_name = |place: usize| RuleName {
        position: place + 1,
        name: map.rules[place].name.clone(),
    };
    let all = Map::combinations(counts);
    let holders: Vec<Vec<usize>> = all
        .iter()
        .map(|scores| {
            let rules = map.rules.iter().enumerate();
            let holds = rules.filter(|(_, rule)| rule.holds(*scores));
            holds.map(|(place, _)| place).collect()
        })
        .collect();
    let rule_count = map.rules.len();
    let mut is_held = vec![false; rule_count];
    let mut decides = vec![false; rule_count];
    let mut shared: Vec<Option<(usize, Scores)>> = vec![None; rule_count * rule_count];
    for (scores, holders) in all.iter().zip(&holders) {
        for (at, second) in holders.iter().enumerate() {
            is_held[*second] = true;
            decides[*second] |= at == 0;
            for first in &holders[..at] {
                let pair = shared[first * rule_count + second].get_or_insert((0, *scores));
                pair.0 += 1;
            }
        }
    }
    let mut findings = impossible(map, counts, &rule_name);
    let is_shadowed = |place: usize| is_held[place] && !decides[place];
    for place in (0..rule_count).filter(|place| !is_held[*place]) {
        findings.push(Finding::Empty {
            rule: rule_name(place),
        });
    }
    for place in (0..rule_count).filter(|place| is_shadowed(*place)) {
        let held = holders.iter().filter(|holders| holders.contains(&place));
        let mut by: Vec<usize> = held.map(|holders| holders[0]).collect();
        by.sort_unstable();
        by.dedup();
        findings.push(Finding::Shadowed {
            rule: rule_name(place),
            by: by.into_iter().map(rule_name).collect(),
        });
    }
    for (place, pair) in shared.iter().enumerate() {
        let (first, second) = (place / rule_count, place % rule_count);
        let is_same = map.rules[first].name == map.rules[second].name;
        if let Some((count, example)) = pair
            && !is_same
            && !is_shadowed(first)
            && !is_shadowed(second)
        {
            findings.push(Finding::Overlap {
                first: rule_name(first),
                second: rule_name(second),
                count: *count,
                example: *example,
            });
        }
    }
    let unnamed = || {
        all.iter()
            .zip(&holders)
            .filter(|(_, holders)| holders.is_empty())
    };
    if let Some((example, _)) = unnamed().next() {
        findings.push(Finding::Gap {
            count: unnamed().count(),
            of: all.len(),
            example: *example,
        });
    }
    findings
}

fn impossible(
    map: &Map,
    [recency, frequency, monetary]: Scores,
    rule_name: &dyn Fn(usize) -> RuleName,
) -> Vec<Finding> {
    let most = [
        recency,
        frequency,
        monetary,
        super::maps::value_score(frequency, monetary),
    ];
    let mut findings = Vec::new();
    for (place, rule) in map.rules.iter().enumerate() {
        for ((key, range), most) in rule.ranges().into_iter().zip(most) {
            if let Some(range) = range
                && !(1 <= range.first && range.first <= range.last && range.last <= most)
            {
                findings.push(Finding::Impossible {
                    rule: rule_name(place),
                    key,
                    range: (range.first, range.last),
                    most,
                });
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::maps::{Range, Rule};
    use super::*;
    use crate::config::RfmMap;

    fn range(first: u8, last: u8) -> Option<Range> {
        Some(Range { first, last })
    }

    fn rule(name: &str, recency: Option<Range>, frequency: Option<Range>) -> Rule {
        Rule {
            name: name.to_owned(),
            recency,
            frequency,
            ..Rule::default()
        }
    }

    fn told(rules: Vec<Rule>, counts: Scores) -> Vec<String> {
        let findings = lint(&Map { rules }, counts);
        findings.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn the_own_maps_are_clean_and_the_others_say_what_they_do() {
        for map in [RfmMap::Koe, RfmMap::Regex, RfmMap::Shopify, RfmMap::Klaviyo] {
            let findings = lint(&Map::known(map), [map.score_count(); 3]);
            assert!(findings.is_empty(), "{map:?} {findings:?}");
        }
        let old = lint(&Map::known(RfmMap::Rfm02), [5; 3]);
        let is_never_reached = |name: &str, findings: &[Finding]| {
            findings.iter().any(
                |finding| matches!(finding, Finding::Shadowed { rule, .. } if rule.name == name),
            )
        };
        assert!(is_never_reached("cannot_lose", &old));
        assert!(matches!(old.last(), Some(Finding::Gap { .. })));
        let new = lint(&Map::known(RfmMap::Rfm03), [5; 3]);
        assert!(!is_never_reached("cannot_lose", &new));
        assert!(
            new.iter()
                .any(|finding| matches!(finding, Finding::Overlap { .. }))
        );
        // Made for three scores, with five of them.
        assert!(matches!(
            lint(&Map::known(RfmMap::Klaviyo), [5; 3]).as_slice(),
            [Finding::Gap {
                count: 98,
                of: 125,
                example: [1, 1, 4]
            }]
        ));
    }

    #[test]
    fn each_kind_is_told_with_rule_scores_and_what_follows() {
        let rules = vec![
            rule("a", range(4, 5), None),
            rule("b", range(3, 4), None),
            rule("c", range(4, 4), range(1, 1)),
            rule("d", range(5, 4), None),
            rule("e", range(1, 2), range(2, 9)),
            Rule {
                value: range(5, 5),
                ..rule("f", None, range(1, 1))
            },
        ];
        assert_eq!(
            told(rules, [5, 5, 5]),
            [
                "RFM segment `d` (rule 4): `r` is 5-4, scores are 1 to 5",
                "RFM segment `e` (rule 5): `f` is 2-9, scores are 1 to 5",
                "RFM segment `d` (rule 4) holds for no scores",
                "RFM segment `f` (rule 6) holds for no scores",
                "RFM segment `c` (rule 3) is never reached, because of `a` (rule 1) before it",
                "RFM segments `a` (rule 1) and `b` (rule 2) both hold for 25 combinations of scores, e.g. R4 F1 M1; the first decides",
                "no RFM segment holds for 10 of 125 combinations of scores, e.g. R1 F1 M1; these customers are `others`",
            ]
        );
    }

    fn ranges() -> impl Strategy<Value = Option<Range>> {
        prop_oneof![
            Just(None),
            (0_u8..6, 0_u8..6).prop_map(|(first, last)| range(first, last)),
        ]
    }

    fn rules() -> impl Strategy<Value = Vec<Rule>> {
        let rule = ("[ab]", ranges(), ranges(), ranges(), ranges()).prop_map(
            |(name, recency, frequency, monetary, value)| Rule {
                name,
                recency,
                frequency,
                monetary,
                value,
            },
        );
        proptest::collection::vec(rule, 0..6)
    }

    proptest! {
        /// What each kind of finding means, said once more by trying all scores.
        #[test]
        fn the_linter_agrees_with_brute_force(
            rules in rules(),
            counts in (2_u8..5, 2_u8..5, 2_u8..5),
        ) {
            let map = Map { rules };
            let counts = [counts.0, counts.1, counts.2];
            let findings = lint(&map, counts);
            let mut all = Vec::new();
            for r in 1..=counts[0] {
                for f in 1..=counts[1] {
                    for m in 1..=counts[2] {
                        all.push([r, f, m]);
                    }
                }
            }
            let within = |range: Option<Range>, score: f64| range.is_none_or(|range| {
                f64::from(range.first) <= score && score <= f64::from(range.last)
            });
            let holds = |place: usize, scores: Scores| {
                let rule: &Rule = &map.rules[place];
                let [r, f, m] = scores.map(f64::from);
                within(rule.recency, r)
                    && within(rule.frequency, f)
                    && within(rule.monetary, m)
                    && within(rule.value, ((f + m) / 2.0 + 0.5).floor())
            };
            let decider = |scores: Scores| (0..map.rules.len()).find(|place| holds(*place, scores));
            for place in 0..map.rules.len() {
                let is_empty = !all.iter().any(|scores| holds(place, *scores));
                let is_reached = all.iter().any(|scores| decider(*scores) == Some(place));
                let is_told_empty = findings.iter().any(|finding| {
                    matches!(finding, Finding::Empty { rule } if rule.position == place + 1)
                });
                let is_told_shadowed = findings.iter().any(|finding| {
                    matches!(finding, Finding::Shadowed { rule, .. } if rule.position == place + 1)
                });
                prop_assert_eq!(is_told_empty, is_empty);
                prop_assert_eq!(is_told_shadowed, !is_empty && !is_reached);
                for second in place + 1..map.rules.len() {
                    let both = all.iter().filter(|scores| holds(place, **scores) && holds(second, **scores)).count();
                    let told = findings.iter().find_map(|finding| match finding {
                        Finding::Overlap { first, second: other, count, .. }
                            if first.position == place + 1 && other.position == second + 1 => Some(*count),
                        _ => None,
                    });
                    let decides = |place: usize| all.iter().any(|scores| decider(*scores) == Some(place));
                    let is_telling = both > 0
                        && map.rules[place].name != map.rules[second].name
                        && decides(place)
                        && decides(second);
                    prop_assert_eq!(told, is_telling.then_some(both));
                }
            }
            let unnamed = all.iter().filter(|scores| decider(**scores).is_none()).count();
            let told = findings.iter().find_map(|finding| match finding {
                Finding::Gap { count, of, .. } => Some((*count, *of)),
                _ => None,
            });
            prop_assert_eq!(told, (unnamed > 0).then_some((unnamed, all.len())));
            let names = map.names(counts);
            for scores in all {
                let expected = decider(scores).map_or("others", |place| map.rules[place].name.as_str());
                prop_assert_eq!(names.names[names.place(scores) as usize].as_str(), expected);
            }
        }
    }
}
