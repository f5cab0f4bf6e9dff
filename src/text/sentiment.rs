//! What is said, how strongly, and of what: lexicon hits, bent by the rules of Japanese.
//!
//! A text is sentences, a sentence clauses, a clause tokens. Each opinion word found in a clause is a hit; the
//! [rules](self::rules) read the words around it and change its sign or weight, and leave their name in the hit.

use std::collections::BTreeMap;

use super::learned::{Lean, Learned};
use super::lexicon::{Aspect, Emotion, Lexicon};
use super::names::Named;
use super::normalise::{Mark, MarkKind, Normalised};
use super::tokens::{Pos, Token};

#[path = "rules/mod.rs"]
mod rules;

use rules::cue_words::{self, Cue};

pub(crate) use rules::clauses::Sentence;
pub(crate) use rules::openings;
pub(crate) use rules::ratings::is_stated as states_rating;

/// Added to the sum of weights when scoring, so that one weak word does not make an extreme.
const PRIOR_WEIGHT: f64 = 1.0;
/// Added to the prior weight where the words of a text are surely those of neutral ones and no opinion is heard in it, and
/// by so much less where they are not.
const NEUTRAL_WEIGHT: f64 = 6.0;
/// The same beside opinions that are heard, of weight 1 together or more; in between below it. Words that tell facts alone
/// silence none that is stronger.
const NEUTRAL_WEIGHT_BESIDE: f64 = 2.0;
/// The rule of a hit that no rule heard: a word weighed by labelled sentences.
const LEARNED: &str = "learned";
/// From this score on a text is positive, to minus this it is negative.
pub const LABEL_THRESHOLD: f64 = 0.25;

/// The direction of an opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// Score at most `-0.25`.
    Negative,
    /// In between, or nothing said.
    Neutral,
    /// Score at least `0.25`.
    Positive,
}

impl Label {
    /// Returns the label of a score in -1..1.
    pub fn of(score: f64) -> Label {
        if score >= LABEL_THRESHOLD {
            Label::Positive
        } else if score <= -LABEL_THRESHOLD {
            Label::Negative
        } else {
            Label::Neutral
        }
    }

    /// Returns the label of a name used in tables.
    pub fn from_name(name: &str) -> Option<Label> {
        [Label::Negative, Label::Neutral, Label::Positive]
            .into_iter()
            .find(|label| label.name() == name)
    }

    /// Returns the name used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Label::Negative => "negative",
            Label::Neutral => "neutral",
            Label::Positive => "positive",
        }
    }
}

/// One opinion found in a text, with the rules that shaped it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The words as written in the original.
    pub surface: String,
    /// The byte offset in the original.
    pub start: usize,
    /// The byte offset after it in the original.
    pub end: usize,
    /// 1 good, -1 bad, 0 not decided or, of a stated rating, in the middle, after all rules.
    pub polarity: i8,
    /// The weight after all rules, 0 and up; a plain strong word has 3.
    pub strength: f64,
    /// What it is about.
    pub aspect: Option<Aspect>,
    /// The emotion shown; none once negated.
    pub emotion: Option<Emotion>,
    /// The rules applied, in order.
    pub rules: Vec<&'static str>,
}

impl Hit {
    /// Whether no rule heard it, but labelled sentences taught what the word leans to.
    pub fn is_learned(&self) -> bool {
        self.rules.contains(&LEARNED)
    }
}

/// A hit on its way through the rules.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Tokens `first..end`.
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) polarity: i8,
    pub(crate) weight: f64,
    pub(crate) aspect: Option<Aspect>,
    pub(crate) emotion: Option<Emotion>,
    pub(crate) rules: Vec<&'static str>,
    /// The mark, when the hit is no word.
    pub(crate) mark: Option<usize>,
    /// The dictionary form.
    pub(crate) word: String,
}

impl Draft {
    /// Returns the hit of tokens `first..end` that a rule found without an opinion word.
    pub(crate) fn implied(
        scene: &Scene<'_>,
        tokens: std::ops::Range<usize>,
        signed: f64,
        rule: &'static str,
    ) -> Draft {
        Draft {
            first: tokens.start,
            end: tokens.end,
            polarity: if signed < 0.0 { -1 } else { 1 },
            weight: signed.abs(),
            aspect: None,
            emotion: None,
            rules: vec![rule],
            mark: None,
            word: scene.base(tokens.start).to_owned(),
        }
    }

    /// Whether the hit says enough to count as an opinion.
    pub(crate) fn is_strong(&self) -> bool {
        self.polarity != 0 && self.weight >= 0.5
    }

    /// Whether `rule` has been applied.
    pub(crate) fn has(&self, rule: &str) -> bool {
        self.rules.contains(&rule)
    }

    pub(crate) fn apply(&mut self, rule: &'static str, factor: f64) {
        self.weight *= factor;
        self.rules.push(rule);
    }

    pub(crate) fn flip(&mut self, rule: &'static str, weight: f64) {
        self.polarity = -self.polarity;
        self.weight = weight;
        self.emotion = None;
        self.rules.push(rule);
    }
}

/// The opinions of one text.
#[derive(Debug, Clone)]
pub(crate) struct Opinion {
    pub(crate) hits: Vec<Hit>,
    pub(crate) score: f64,
    /// The label of what is heard alone, without what the words lean to.
    pub(crate) heard: Label,
    pub(crate) aspects: Vec<(Aspect, f64)>,
    pub(crate) cues: rules::Cues,
    pub(crate) sentences: Vec<Sentence>,
}

/// Everything the rules look at.
pub(crate) struct Scene<'a> {
    pub(crate) normalised: &'a Normalised,
    pub(crate) tokens: &'a [Token<'a>],
    pub(crate) sentences: &'a [Sentence],
    pub(crate) lexicon: &'a Lexicon,
}

impl Scene<'_> {
    /// Returns the first token of the sentence before the one that begins at token `first`.
    pub(crate) fn previous_start(&self, first: usize) -> usize {
        let index = self.sentences.partition_point(|s| s.first() < first);
        let previous = index.checked_sub(1).and_then(|i| self.sentences.get(i));
        previous.map_or(0, Sentence::first)
    }

    pub(crate) fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.tokens.get(at)
    }

    /// Returns the token at `at` as written, empty beyond the end.
    pub(crate) fn surface(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.surface)
    }

    /// Returns the dictionary form of the token at `at`, empty beyond the end.
    pub(crate) fn base(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.base)
    }

    /// Returns tokens `from..to` as far as there are.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &[Token<'_>] {
        let to = to.min(self.tokens.len());
        &self.tokens[from.min(to)..to]
    }

    /// Returns the text of tokens `from..to`.
    pub(crate) fn text(&self, from: usize, to: usize) -> &str {
        let span = self.slice(from, to);
        let (Some(first), Some(last)) = (span.first(), span.last()) else {
            return "";
        };
        let text = &self.normalised.text;
        text.get(first.start..last.end).unwrap_or_default()
    }

    /// Whether the token at `at` is of a class of cue words.
    pub(crate) fn is(&self, cue: Cue, at: usize) -> bool {
        self.token(at)
            .is_some_and(|token| cue_words::is_among(cue, token.classes))
    }

    /// Whether any of tokens `from..to` is of a class of cue words.
    pub(crate) fn any(&self, cue: Cue, from: usize, to: usize) -> bool {
        (from..to.min(self.tokens.len())).any(|at| self.is(cue, at))
    }
}

/// What a text is judged by.
pub(crate) struct Known<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) learned: &'a Learned,
    /// The names in the text: what stands in one is neither heard nor weighed.
    pub(crate) named: &'a Named,
}

/// Returns the opinions of a tokenised text.
pub(crate) fn judge(
    original: &str,
    normalised: &Normalised,
    tokens: &[Token<'_>],
    known: &Known<'_>,
) -> Opinion {
    let &Known {
        lexicon,
        learned,
        named,
    } = known;
    let sentences = rules::clauses::split(&normalised.text, tokens);
    let scene = Scene {
        normalised,
        tokens,
        sentences: &sentences,
        lexicon,
    };
    let mut drafts = Vec::new();
    let mut cues = rules::Cues::default();
    for sentence in &sentences {
        rules::judge_sentence(&scene, sentence, &mut drafts, &mut cues);
    }
    let is_name = |draft: &Draft| {
        let words = scene.slice(draft.first, draft.end);
        !words.is_empty() && words.iter().all(|token| named.has(token))
    };
    drafts.retain(|draft| lexicon.is_own(&draft.word) || !is_name(draft));
    add_marks(&scene, &mut drafts);
    rules::sarcasm::apply(&scene, &mut drafts);
    let has_own = drafts.iter().any(|draft| lexicon.is_own(&draft.word));
    // Of sign 0, a meaning that the user gave is none.
    drafts.retain(|draft| draft.polarity != 0 || !lexicon.is_own(&draft.word));
    rules::settle_ambiguous(&mut drafts);
    let mut hits: Vec<Hit> = drafts
        .into_iter()
        .map(|draft| finish(original, &scene, draft))
        .collect();
    rules::ratings::apply(&scene, original, &mut hits);
    // Neither what a writer states nor a meaning the user gave is weighed against the words it is told in.
    let is_settled = has_own || rules::ratings::is_among(&hits);
    let lean = learned.lean(tokens, named).filter(|_| !is_settled);
    let heard = Label::of(score(&hits, None));
    let score = score(&hits, lean.as_ref());
    if let Some(lean) = lean.filter(|lean| decides(lean, score)) {
        add_lean(&scene, original, &lean, &mut hits);
    }
    let aspects = aspects(&hits);
    hits.sort_by_key(|hit| (hit.start, hit.end));
    Opinion {
        hits,
        score,
        heard,
        aspects,
        cues,
        sentences,
    }
}

/// Whether a text is of the side that its words lean to.
fn decides(lean: &Lean, score: f64) -> bool {
    match Label::of(score) {
        Label::Positive => lean.lean > 0.0,
        Label::Negative => lean.lean < 0.0,
        Label::Neutral => false,
    }
}

/// Adds the words that a text leans by, where no opinion is heard in them; alone, they name their aspects.
fn add_lean(scene: &Scene<'_>, original: &str, lean: &Lean, hits: &mut Vec<Hit>) {
    let heard_count = hits.len();
    let is_heard = hits.iter().any(|hit| hit.polarity != 0);
    let places = lean.places(scene.tokens);
    let all: f64 = places.iter().map(|place| place.share).sum();
    for place in &places {
        let signed = lean.lean * place.share / all;
        let mut draft = Draft::implied(scene, place.first..place.end, signed, LEARNED);
        if !is_heard {
            rules::name_aspect(scene, &mut draft);
        }
        let hit = finish(original, scene, draft);
        let meets = |other: &Hit| hit.start < other.end && other.start < hit.end;
        if !hits[..heard_count].iter().any(meets) {
            hits.push(hit);
        }
    }
}

fn add_marks(scene: &Scene<'_>, drafts: &mut Vec<Draft>) {
    for (index, mark) in scene.normalised.marks.iter().enumerate() {
        if !matches!(
            mark.kind,
            MarkKind::Emoji | MarkKind::Kaomoji | MarkKind::Aside
        ) {
            continue;
        }
        drafts.push(Draft {
            first: token_at(scene.tokens, mark),
            end: token_at(scene.tokens, mark),
            polarity: mark.polarity,
            weight: f64::from(mark.strength) * 0.5,
            aspect: None,
            emotion: mark.emotion,
            rules: vec![match mark.kind {
                MarkKind::Emoji => "emoji",
                MarkKind::Kaomoji => "kaomoji",
                _ => "aside",
            }],
            mark: Some(index),
            word: String::new(),
        });
    }
}

/// Returns the index of the first token at or after a mark.
pub(crate) fn token_at(tokens: &[Token<'_>], mark: &Mark) -> usize {
    tokens.partition_point(|token| token.start < mark.at)
}

/// Returns the score of what is heard in a text and what its words lean to.
fn score(hits: &[Hit], lean: Option<&Lean>) -> f64 {
    let mut sums = Sums::default();
    hits.iter().for_each(|hit| sums.add(hit));
    let Some(lean) = lean else {
        return sums.score(PRIOR_WEIGHT);
    };
    let heard = sums.size.min(1.0);
    let neutral = NEUTRAL_WEIGHT - (NEUTRAL_WEIGHT - NEUTRAL_WEIGHT_BESIDE) * heard;
    sums.signed += lean.lean;
    sums.size += lean.lean.abs();
    sums.score(PRIOR_WEIGHT + neutral * lean.neutral)
}

/// Returns the score of each aspect spoken of.
fn aspects(hits: &[Hit]) -> Vec<(Aspect, f64)> {
    let mut by_aspect: BTreeMap<Aspect, Sums> = BTreeMap::new();
    for hit in hits.iter().filter(|hit| rules::ratings::size(hit) > 0.0) {
        if let Some(aspect) = hit.aspect {
            by_aspect.entry(aspect).or_default().add(hit);
        }
    }
    let scored = |(aspect, sums): (Aspect, Sums)| (aspect, sums.score(PRIOR_WEIGHT));
    by_aspect.into_iter().map(scored).collect()
}

/// Weights of hits, added up with their signs and without.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    signed: f64,
    size: f64,
}

impl Sums {
    fn add(&mut self, hit: &Hit) {
        self.signed += f64::from(hit.polarity) * hit.strength;
        self.size += rules::ratings::size(hit);
    }

    /// Returns the score; `prior` keeps few words of a text from making an extreme.
    fn score(self, prior: f64) -> f64 {
        (self.signed / (self.size + prior)).clamp(-1.0, 1.0)
    }
}

fn finish(original: &str, scene: &Scene<'_>, draft: Draft) -> Hit {
    let range = match draft
        .mark
        .and_then(|index| scene.normalised.marks.get(index))
    {
        Some(mark) => mark.original.clone(),
        None => {
            let start = scene.token(draft.first).map_or(0, |t| t.start);
            let end = scene
                .token(draft.end.saturating_sub(1))
                .map_or(start, |t| t.end);
            scene.normalised.original(start, end)
        }
    };
    Hit {
        surface: original.get(range.clone()).unwrap_or_default().to_owned(),
        start: range.start,
        end: range.end,
        polarity: draft.polarity,
        strength: draft.weight,
        aspect: draft.aspect,
        emotion: draft.emotion,
        rules: draft.rules,
    }
}

/// Whether a token carries meaning of its own: no auxiliary, particle or sign.
pub(crate) fn is_content(token: &Token<'_>) -> bool {
    matches!(
        token.pos,
        Pos::Noun | Pos::Verb | Pos::Adjective | Pos::Adverb
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(polarity: i8, strength: f64) -> Hit {
        Hit {
            surface: String::new(),
            start: 0,
            end: 0,
            polarity,
            strength,
            aspect: None,
            emotion: None,
            rules: Vec::new(),
        }
    }

    #[test]
    fn praise_however_faint_makes_no_text_worse() {
        let lean = Lean::of(-0.7, 0.2);
        let scores = (0..=40).map(|weight| score(&[hit(1, f64::from(weight) / 20.0)], Some(&lean)));
        let scores: Vec<f64> = scores.collect();
        assert!(scores.is_sorted(), "{scores:?}");
        assert_eq!(scores[0], score(&[], Some(&lean)));
    }

    #[test]
    fn facts_alone_silence_no_opinion_stronger_than_1() {
        let facts = Lean::of(0.0, 1.0);
        for (polarity, label) in [(1, Label::Positive), (-1, Label::Negative)] {
            let judged = score(&[hit(polarity, 1.001)], Some(&facts));
            assert_eq!(Label::of(judged), label, "{judged}");
            let faint = score(&[hit(polarity, 0.9)], Some(&facts));
            assert_eq!(Label::of(faint), Label::Neutral, "{faint}");
        }
    }
}
