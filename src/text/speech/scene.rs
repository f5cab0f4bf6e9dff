//! A text as the rules see it: sentences, opinion words, and what matched.

use std::collections::BTreeMap;

use super::pattern::{Sign, Window};
use super::presence::Words;
use super::rules::{Class, Rule, RuleSet};
use super::settle::add_felt;
use super::standing::{self, Standing};
use super::{Evidence, Speech};
use crate::text::language::Language;
use crate::text::normalise::Normalised;
use crate::text::sentiment::{Hit, Label, Sentence};
use crate::text::tokens::{Pos, Token};

/// The strength from which an opinion word counts for a kind or stage; what is conceded still does, what is asked does not.
const OPINION: f64 = 0.75;
/// Below this strength a word of the lexicon that no rule touched counts half.
const WEAK: f64 = 1.5;

/// A sentence, as far as the rules look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::text) struct Span {
    /// Tokens `first..end`.
    pub(in crate::text) first: usize,
    pub(super) end: usize,
    /// The first token of its last clause that says something.
    pub(super) last_clause: usize,
    pub(super) asks: bool,
}

impl Span {
    /// Returns the span of a Japanese sentence.
    pub(in crate::text) fn of(sentence: &Sentence, tokens: &[Token<'_>]) -> Span {
        let speaks = |first: usize, end: usize| {
            tokens[first..end]
                .iter()
                .any(|t| t.pos != Pos::Symbol && t.surface.contains(char::is_alphanumeric))
        };
        let last = sentence
            .clauses
            .iter()
            .rev()
            .find(|clause| speaks(clause.first, clause.end));
        Span {
            first: sentence.first(),
            end: sentence.end(),
            last_clause: last.map_or(sentence.first(), |clause| clause.first),
            asks: sentence.is_question,
        }
    }
}

/// An opinion word by its tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) first: usize,
    pub(super) end: usize,
    sign: Sign,
    is_weak: bool,
}

impl Place {
    pub(super) fn is(&self, sign: Sign) -> bool {
        self.sign == sign
    }
}

/// A text with everything the rules look at.
pub(in crate::text) struct Scene<'a> {
    pub(in crate::text) language: Language,
    pub(in crate::text) original: &'a str,
    pub(in crate::text) normalised: &'a Normalised,
    pub(in crate::text) tokens: &'a [Token<'a>],
    pub(in crate::text) spans: Vec<Span>,
    /// The first token of every clause after the first, in order.
    pub(in crate::text) clause_starts: Vec<usize>,
    pub(in crate::text) hits: &'a [Hit],
    pub(in crate::text) label: Label,
}

/// A rule that matched tokens `first..end`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Match {
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) weight: f64,
    pub(super) is_opinion: bool,
    pub(super) rule: &'static str,
}

impl Scene<'_> {
    /// Returns where the opinion words stand, in order; pictographs are none.
    pub(super) fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = self.hits.iter().filter_map(|h| self.place(h)).collect();
        places.sort_by_key(|place| (place.first, place.end));
        places
    }

    fn place(&self, hit: &Hit) -> Option<Place> {
        let sign = if hit.rules.contains(&"wish") {
            Sign::Wish
        } else if hit.is_learned() || hit.strength < OPINION {
            return None;
        } else {
            match hit.polarity {
                1 => Sign::Good,
                -1 => Sign::Bad,
                _ => return None,
            }
        };
        if hit
            .rules
            .iter()
            .any(|rule| matches!(*rule, "emoji" | "kaomoji" | "aside"))
        {
            return None;
        }
        let start_of = |token: &Token<'_>| self.normalised.original(token.start, token.end).start;
        let first = self.tokens.partition_point(|t| start_of(t) < hit.start);
        let behind = self.tokens.partition_point(|t| start_of(t) < hit.end);
        // A pictograph has no token of its own.
        let token = self.tokens.get(first)?;
        (start_of(token) < hit.end).then(|| Place {
            first,
            end: behind.max(first + 1),
            sign,
            is_weak: hit.strength < WEAK && hit.rules == ["lexicon"],
        })
    }

    /// Adds the matches that begin at token `at` of a sentence of these words.
    pub(super) fn match_at(
        &self,
        set: &RuleSet,
        places: &[Place],
        span: &Span,
        words: Words,
        at: usize,
        matches: &mut BTreeMap<Class, Vec<Match>>,
    ) {
        let window = Window {
            tokens: self.tokens,
            places,
            limit: span.end,
        };
        let from = places.partition_point(|place| place.first < at);
        let is_opinion = places.get(from).is_some_and(|place| place.first == at);
        set.each(&self.tokens[at], is_opinion, words, |rule| {
            if (rule.pattern.at_start && at != span.first) || !self.allows(rule, places, span) {
                return;
            }
            let Some(end) = rule.pattern.matched(&window, at) else {
                return;
            };
            if !self.stands(rule, span, at, end) {
                return;
            }
            let behind = places[from..].partition_point(|place| place.first < end);
            let within = &places[from..from + behind];
            let is_opinion = rule.pattern.ends_in_opinion();
            let is_weak =
                is_opinion && !within.is_empty() && within.iter().all(|place| place.is_weak);
            matches.entry(rule.class).or_default().push(Match {
                first: at,
                end,
                weight: if is_weak {
                    rule.weight * 0.5
                } else {
                    rule.weight
                },
                is_opinion,
                rule: rule.text,
            });
        });
    }

    fn allows(&self, rule: &Rule, places: &[Place], span: &Span) -> bool {
        let conditions = &rule.pattern.conditions;
        conditions.asks.is_none_or(|asks| asks == span.asks)
            && conditions.label.is_none_or(|label| label == self.label)
            && (!conditions.wish || places.iter().any(|place| place.is(Sign::Wish)))
    }

    /// Whether the match is asserted as its rule asks.
    fn stands(&self, rule: &Rule, span: &Span, at: usize, end: usize) -> bool {
        let conditions = &rule.pattern.conditions;
        if conditions.any && !conditions.negated {
            return true;
        }
        let standing = match self.language {
            Language::English => standing::before(self.tokens, span.first, at),
            _ => standing::behind(self.tokens, end, span.end),
        };
        if conditions.negated {
            return standing == Standing::Negated;
        }
        let asked = span.asks && at >= span.last_clause && !conditions.asked;
        standing == Standing::Asserted && !asked
    }

    /// Returns the number of the clause token `at` stands in.
    pub(super) fn clause(&self, at: usize) -> usize {
        self.clause_starts.partition_point(|start| *start <= at)
    }

    pub(super) fn speech(&self, found: BTreeMap<Class, Vec<Match>>) -> Speech {
        let mut speech = Speech::default();
        for (class, matches) in found {
            let evidence = matches.iter().map(|m| self.evidence(m)).collect();
            match class {
                Class::Kind(kind) => speech.kinds.push((kind, evidence)),
                Class::Emotion(emotion) => speech.emotions.push((emotion, evidence)),
                Class::Stage(stage) => speech.journey.push((stage, evidence)),
            }
        }
        add_felt(self.hits, &mut speech.emotions);
        speech
    }

    fn evidence(&self, found: &Match) -> Evidence {
        let start = self.tokens[found.first].start;
        let end = self.tokens[found.end.saturating_sub(1).max(found.first)].end;
        let range = self.normalised.original(start, end);
        Evidence {
            surface: self
                .original
                .get(range.clone())
                .unwrap_or_default()
                .to_owned(),
            start: range.start,
            end: range.end,
            rule: found.rule,
            weight: found.weight,
        }
    }
}
