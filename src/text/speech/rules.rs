//! The rules: read from their files, and found by the word they begin with.

use std::collections::{BTreeMap, HashMap};

use super::pattern::{Pattern, TA, TE, Test};
use super::presence::{Needs, Words};
use super::scene::{Match, Scene};
use super::settle::{settle, sum, without_overlap};
use super::{ENOUGH, SLACK, Speech, Stage};
use crate::hash::Unhashed;
use crate::text::kind::Kind;
use crate::text::language::Language;
use crate::text::lexicon::{Emotion, rows};
use crate::text::tokens::{Pos, Token, Tokenizer, WordKey, word_key};
use crate::text::{KeySet, TextError};

const KINDS: &str = include_str!("kinds.tsv");
const EMOTIONS: &str = include_str!("emotions.tsv");
const JOURNEY: &str = include_str!("journey.tsv");

/// A class of any of the three files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Kind(Kind),
    Emotion(Emotion),
    Stage(Stage),
}

impl Class {
    /// Whether it holds although negated, supposed or asked.
    fn needs_no_assertion(self) -> bool {
        matches!(
            self,
            Class::Kind(Kind::Request | Kind::Question | Kind::Chatter)
        )
    }

    fn may_be_asked(self) -> bool {
        matches!(self, Class::Stage(Stage::Discover | Stage::Evaluate))
    }
}

/// One row of the data files.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) class: Class,
    pub(super) pattern: Pattern,
    pub(super) text: &'static str,
    pub(super) weight: f64,
    #[cfg(test)]
    pub(super) example: &'static str,
}

/// The rules of one language, found by the word they begin with.
#[derive(Debug, Clone, Default)]
pub(super) struct RuleSet {
    pub(super) rules: Vec<Rule>,
    by_word: HashMap<WordKey, Vec<Candidate>, Unhashed>,
    /// The words of `by_word`; few words of a text begin a rule.
    words: KeySet,
    /// Rules that begin with a part of speech or an opinion word, with what they begin with.
    others: Vec<(Vec<Begin>, Candidate)>,
}

/// A rule where it may begin.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    rule: usize,
    needs: Needs,
}

/// What a rule begins with that is no certain word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    Class(Pos),
    Opinion,
}

impl RuleSet {
    fn add(&mut self, rule: Rule) {
        let candidate = Candidate {
            rule: self.rules.len(),
            needs: rule.pattern.needs(),
        };
        let mut begins = Vec::new();
        for test in rule.pattern.first() {
            let words: Vec<WordKey> = match test {
                Test::Surface(word) | Test::Form(word) => vec![*word],
                Test::Words(words) => words.iter().take(1).copied().collect(),
                Test::Te => TE.map(word_key).to_vec(),
                Test::Ta => TA.map(word_key).to_vec(),
                Test::Class(pos, _) => {
                    begins.push(Begin::Class(*pos));
                    continue;
                }
                Test::Opinion(_) => {
                    begins.push(Begin::Opinion);
                    continue;
                }
                Test::End => continue,
            };
            for word in words {
                self.words.add(word);
                let candidates = self.by_word.entry(word).or_default();
                if candidates.last().map(|last| last.rule) != Some(candidate.rule) {
                    candidates.push(candidate);
                }
            }
        }
        if !begins.is_empty() {
            self.others.push((begins, candidate));
        }
        self.rules.push(rule);
    }

    /// Calls `consider` with every rule that may begin at `token`, where an opinion begins or not, in a sentence of these
    /// words; a rule may come twice.
    pub(super) fn each(
        &self,
        token: &Token<'_>,
        is_opinion: bool,
        words: Words,
        mut consider: impl FnMut(&Rule),
    ) {
        let (surface, base, form) = (token.surface_key, token.base_key, token.form_key);
        let keys = [
            Some(surface),
            Some(base).filter(|base| *base != surface),
            Some(form).filter(|form| *form != surface && *form != base),
        ];
        let begins = |key: &WordKey| self.words.may_have(*key);
        for key in keys.into_iter().flatten().filter(begins) {
            for candidate in self.by_word.get(&key).into_iter().flatten() {
                if words.may_have(candidate.needs) {
                    consider(&self.rules[candidate.rule]);
                }
            }
        }
        for (begins, candidate) in &self.others {
            let may_begin = begins.iter().any(|begin| match begin {
                Begin::Class(pos) => *pos == token.pos,
                Begin::Opinion => is_opinion,
            });
            if may_begin && words.may_have(candidate.needs) {
                consider(&self.rules[candidate.rule]);
            }
        }
    }
}

/// All rules, compiled.
#[derive(Debug, Clone)]
pub(in crate::text) struct Rules {
    pub(super) japanese: RuleSet,
    pub(super) english: RuleSet,
}

impl Rules {
    /// Returns the rules of the embedded files.
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] naming file and line of a malformed row.
    pub(in crate::text) fn new(tokenizer: &Tokenizer) -> Result<Rules, TextError> {
        let mut rules = Rules {
            japanese: RuleSet::default(),
            english: RuleSet::default(),
        };
        rules.read("kinds.tsv", KINDS, tokenizer, |name| {
            Kind::from_name(name).map(Class::Kind)
        })?;
        rules.read("emotions.tsv", EMOTIONS, tokenizer, |name| {
            Emotion::from_name(name).map(Class::Emotion)
        })?;
        rules.read("journey.tsv", JOURNEY, tokenizer, |name| {
            Stage::from_name(name).map(Class::Stage)
        })?;
        Ok(rules)
    }

    pub(super) fn read(
        &mut self,
        file: &'static str,
        text: &'static str,
        tokenizer: &Tokenizer,
        class: impl Fn(&str) -> Option<Class>,
    ) -> Result<(), TextError> {
        for row in rows::read(file, text) {
            let row = row?.expect_cells(5)?;
            let (set, tokenizer) = match row.cells[0] {
                "ja" => (&mut self.japanese, Some(tokenizer)),
                "en" => (&mut self.english, None),
                _ => return Err(row.error(0, "ja or en")),
            };
            let class = class(row.cells[1]).ok_or_else(|| row.error(1, "a class of this file"))?;
            let mut pattern = Pattern::parse(row.cells[2], tokenizer)
                .map_err(|expected| row.error(2, &expected))?;
            let weight: f64 = row.cells[3]
                .parse()
                .ok()
                .filter(|weight: &f64| (-ENOUGH..=ENOUGH).contains(weight))
                .ok_or_else(|| row.error(3, "a weight of -1 to 1"))?;
            pattern.conditions.any |= class.needs_no_assertion() || pattern.ends_in_opinion();
            pattern.conditions.asked |= class.may_be_asked();
            set.add(Rule {
                class,
                pattern,
                text: row.cells[2],
                weight,
                #[cfg(test)]
                example: row.cells[4],
            });
        }
        Ok(())
    }

    /// Returns what is found in a text.
    pub(in crate::text) fn read_text(&self, scene: &Scene<'_>) -> Speech {
        let set = match scene.language {
            Language::English => &self.english,
            _ => &self.japanese,
        };
        let places = scene.places();
        let mut matches: BTreeMap<Class, Vec<Match>> = BTreeMap::new();
        for span in &scene.spans {
            let words = Words::of(&scene.tokens[span.first..span.end]);
            for at in span.first..span.end {
                scene.match_at(set, &places, span, words, at, &mut matches);
            }
        }
        let mut found: BTreeMap<Class, Vec<Match>> = BTreeMap::new();
        for (class, candidates) in matches {
            let kept = without_overlap(candidates);
            if sum(&kept) >= ENOUGH - SLACK {
                found.insert(class, kept);
            }
        }
        settle(scene, &mut found);
        scene.speech(found)
    }
}
