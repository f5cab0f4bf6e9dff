//! The language of patterns: parsing and matching.

use std::cell::Cell;

use super::presence::{Needs, Words};
use super::scene::Place;
use crate::text::lexicon::follow;
use crate::text::sentiment::Label;
use crate::text::tokens::{Pos, Token, Tokenizer, WordKey, word_key};

/// Tokens a gap spans when it does not say how many.
const GAP: usize = 4;
/// Words of politeness and aspect passed over between two elements.
const MAX_GLUE: usize = 3;
/// Steps one match may take; patterns need a few dozen, and no text makes them need more.
const MAX_STEPS: u32 = 2_000;

/// The words, as written or in their dictionary form, that [`Test::Te`] accepts.
pub(super) const TE: [&str; 4] = ["て", "で", "てる", "でる"];
/// Those of [`Test::Ta`].
pub(super) const TA: [&str; 2] = ["た", "だ"];

/// What an opinion word has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Good,
    Bad,
    Wish,
}

/// One alternative of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// The word as written.
    Surface(WordKey),
    /// て, で, and てる and でる, which begin with it.
    Te,
    /// た, and だ after a verb.
    Ta,
    /// The dictionary form.
    Form(WordKey),
    /// Dictionary forms one after the other, politeness passed over.
    Words(Vec<WordKey>),
    /// The part of speech, and its detail.
    Class(Pos, Option<String>),
    /// An opinion word.
    Opinion(Sign),
    /// The end of the sentence or clause.
    End,
}

impl Test {
    /// Returns the words of which a text that passes has one, nothing where it needs none of certain words.
    fn words(&self) -> Option<Words> {
        match self {
            Test::Surface(word) | Test::Form(word) => Some(Words::from(*word)),
            Test::Words(words) => words.first().copied().map(Words::from),
            Test::Te => Some(TE.map(word_key).map(Words::from).into_iter().sum()),
            Test::Ta => Some(TA.map(word_key).map(Words::from).into_iter().sum()),
            Test::Class(..) | Test::Opinion(_) | Test::End => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    One(Vec<Test>),
    Optional(Vec<Test>),
    Not(Vec<Test>),
    Gap(usize),
    End,
}

/// What has to hold beside the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Conditions {
    /// Holds although negated, supposed or asked.
    pub(super) any: bool,
    /// Holds although asked.
    pub(super) asked: bool,
    /// Only when negated.
    pub(super) negated: bool,
    /// Only in a sentence that asks, or one that does not.
    pub(super) asks: Option<bool>,
    /// Only in a text with a wish.
    pub(super) wish: bool,
    /// Only in a text of this label.
    pub(super) label: Option<Label>,
}

/// A pattern, ready to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Only at the beginning of a sentence.
    pub(super) at_start: bool,
    pub(super) conditions: Conditions,
    elements: Vec<Element>,
}

/// The tokens of a sentence and the opinions in the text.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    pub(super) tokens: &'a [Token<'a>],
    pub(super) places: &'a [Place],
    /// The token after the sentence.
    pub(super) limit: usize,
}

impl Pattern {
    /// Returns the pattern `text` describes; dictionary forms of several words are cut by `tokenizer` where there is one.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    pub(super) fn parse(text: &str, tokenizer: Option<&Tokenizer>) -> Result<Pattern, String> {
        let mut pattern = Pattern {
            at_start: false,
            conditions: Conditions::default(),
            elements: Vec::new(),
        };
        for part in text.split(' ') {
            if let Some(name) = part.strip_prefix('&') {
                pattern.condition(name)?;
            } else if part == "^" {
                pattern.at_start = true;
            } else if part == "$" {
                pattern.elements.push(Element::End);
            } else if let Some(length) = part.strip_prefix('…') {
                let length = match length {
                    "" => GAP,
                    number => number
                        .parse()
                        .map_err(|_| format!("a number after … in `{part}`"))?,
                };
                pattern.elements.push(Element::Gap(length));
            } else {
                pattern.elements.push(element(part, tokenizer)?);
            }
        }
        match pattern.elements.first() {
            Some(Element::One(tests)) if !tests.contains(&Test::End) => Ok(pattern),
            _ => Err("a pattern that begins with a word".to_owned()),
        }
    }

    fn condition(&mut self, name: &str) -> Result<(), String> {
        let conditions = &mut self.conditions;
        match name {
            "any" => conditions.any = true,
            "asked" => conditions.asked = true,
            "negated" => conditions.negated = true,
            "asks" => conditions.asks = Some(true),
            "states" => conditions.asks = Some(false),
            "wish" => conditions.wish = true,
            "positive" => conditions.label = Some(Label::Positive),
            "negative" => conditions.label = Some(Label::Negative),
            "neutral" => conditions.label = Some(Label::Neutral),
            _ => return Err(format!("a condition other than `&{name}`")),
        }
        Ok(())
    }

    /// Returns the alternatives the pattern begins with.
    pub(super) fn first(&self) -> &[Test] {
        match self.elements.first() {
            Some(Element::One(tests)) => tests,
            _ => &[],
        }
    }

    /// Returns words of which a sentence has to have some for the pattern to match, beyond what it begins with.
    pub(super) fn needs(&self) -> Needs {
        let wanted = self
            .elements
            .iter()
            .skip(1)
            .filter_map(|element| match element {
                Element::One(tests) => tests.iter().map(Test::words).sum(),
                _ => None,
            });
        Needs::of(wanted)
    }

    /// Whether the last word of the pattern is an opinion word, whose negation the rules of sentiment have read.
    pub(super) fn ends_in_opinion(&self) -> bool {
        let last = self
            .elements
            .iter()
            .rev()
            .find_map(|element| match element {
                Element::One(tests) => Some(tests),
                _ => None,
            });
        last.is_some_and(|tests| tests.iter().any(|test| matches!(test, Test::Opinion(_))))
    }

    /// Returns the token after the match that begins at token `at`.
    pub(super) fn matched(&self, window: &Window<'_>, at: usize) -> Option<usize> {
        let steps = Cell::new(MAX_STEPS);
        let run = Run {
            window,
            steps: &steps,
        };
        run.rest(&self.elements, at, false).filter(|end| *end > at)
    }
}

fn element(part: &str, tokenizer: Option<&Tokenizer>) -> Result<Element, String> {
    if let Some(inner) = part.strip_prefix('!').filter(|inner| !inner.is_empty()) {
        return Ok(Element::Not(tests(inner, tokenizer)?));
    }
    let inner = part
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(inner) => Ok(Element::Optional(tests(inner, tokenizer)?)),
        None => Ok(Element::One(tests(part, tokenizer)?)),
    }
}

/// Returns the alternatives of an element; `|` divides them, within `<>` too.
fn tests(part: &str, tokenizer: Option<&Tokenizer>) -> Result<Vec<Test>, String> {
    let mut tests = Vec::new();
    let mut depth = 0i32;
    let alternatives = part.split(|c: char| {
        depth += match c {
            '<' | '[' | '{' => 1,
            '>' | ']' | '}' => -1,
            _ => 0,
        };
        c == '|' && depth == 0
    });
    for alternative in alternatives {
        let inside = |open: char, close: char| {
            alternative
                .strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close))
        };
        if let Some(forms) = inside('<', '>') {
            for word in forms.split('|') {
                add_form(word, tokenizer, &mut tests)?;
            }
        } else if let Some(class) = inside('[', ']') {
            let (name, detail) = match class.split_once('/') {
                Some((name, detail)) => (name, Some(detail.to_owned())),
                None => (class, None),
            };
            let pos = CLASSES.iter().find(|pos| pos.name() == name);
            let pos = pos.ok_or_else(|| format!("a part of speech in `{alternative}`"))?;
            tests.push(Test::Class(*pos, detail));
        } else {
            if alternative.contains('\'') {
                tests.push(Test::Surface(word_key(&alternative.replace('\'', "’"))));
            }
            tests.push(match alternative {
                "{+}" => Test::Opinion(Sign::Good),
                "{-}" => Test::Opinion(Sign::Bad),
                "{wish}" => Test::Opinion(Sign::Wish),
                "$" => Test::End,
                "て" => Test::Te,
                "た" => Test::Ta,
                word if word.is_empty() || word.contains(['<', '>', '[', ']', '{', '}']) => {
                    return Err(format!("a word in `{part}`"));
                }
                word => Test::Surface(word_key(word)),
            });
        }
    }
    Ok(tests)
}

const CLASSES: [Pos; 12] = [
    Pos::Noun,
    Pos::Verb,
    Pos::Adjective,
    Pos::Adverb,
    Pos::Particle,
    Pos::Auxiliary,
    Pos::Adnominal,
    Pos::Conjunction,
    Pos::Prefix,
    Pos::Interjection,
    Pos::Symbol,
    Pos::Other,
];

/// Adds a dictionary form, and what the tokeniser makes of it: an expression may be several words.
fn add_form(
    word: &str,
    tokenizer: Option<&Tokenizer>,
    tests: &mut Vec<Test>,
) -> Result<(), String> {
    if word.is_empty() {
        return Err("a word between `<` and `>`".to_owned());
    }
    let key = word_key(word);
    tests.push(Test::Form(key));
    if word == GO {
        tests.push(Test::Surface(word_key(WENT)));
    }
    let Some(tokenizer) = tokenizer else {
        return Ok(());
    };
    let tokens = tokenizer.tokens(word).map_err(|error| error.to_string())?;
    let forms: Vec<WordKey> = tokens
        .iter()
        .enumerate()
        .filter(|(index, token)| *index == 0 || !token.is_skippable)
        .map(|(_, token)| token.form_key)
        .collect();
    if !forms.is_empty() && forms != [key] {
        tests.push(Test::Words(forms));
    }
    Ok(())
}

/// One match under way; it gives up when its steps are spent.
#[derive(Clone, Copy)]
struct Run<'a> {
    window: &'a Window<'a>,
    steps: &'a Cell<u32>,
}

impl Run<'_> {
    /// Returns the token after the elements, matched from token `at` on; `glue` may stand before the first of them.
    fn rest(&self, elements: &[Element], at: usize, glue: bool) -> Option<usize> {
        let Some((element, rest)) = elements.split_first() else {
            return Some(at);
        };
        self.steps.set(self.steps.get().checked_sub(1)?);
        match element {
            Element::End => self.is_end(at).then(|| self.rest(rest, at, true))?,
            Element::Not(tests) => {
                let forbidden = tests.iter().any(|test| self.passes(test, at).is_some());
                (!forbidden).then(|| self.rest(rest, at, true))?
            }
            Element::Gap(length) => {
                let last = at.saturating_add(*length).min(self.window.limit);
                (at..=last).find_map(|next| self.rest(rest, next, false))
            }
            Element::Optional(tests) => self
                .either(tests, rest, at)
                .or_else(|| self.rest(rest, at, true)),
            Element::One(tests) => {
                for at in at..=at.saturating_add(MAX_GLUE) {
                    if let Some(end) = self.either(tests, rest, at) {
                        return Some(end);
                    }
                    let passed = glue && self.token(at).is_some_and(|token| token.is_skippable);
                    if !passed {
                        return None;
                    }
                }
                None
            }
        }
    }

    fn either(&self, tests: &[Test], rest: &[Element], at: usize) -> Option<usize> {
        tests.iter().find_map(|test| {
            let next = self.passes(test, at)?;
            self.rest(rest, next, true)
        })
    }

    fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.window
            .tokens
            .get(at)
            .filter(|_| at < self.window.limit)
    }

    /// Returns the token after what the test accepts at token `at`.
    fn passes(&self, test: &Test, at: usize) -> Option<usize> {
        if *test == Test::End {
            return self.is_end(at).then_some(at);
        }
        let token = self.token(at)?;
        let accepted = match test {
            Test::Surface(word) => token.surface_key == *word,
            Test::Te => is_te(token),
            Test::Ta => {
                token.surface == "た"
                    || token.surface == "だ"
                        && at > 0
                        && self.window.tokens[at - 1].pos == Pos::Verb
            }
            Test::Form(word) => token.base_key == *word || token.form_key == *word,
            Test::Words(words) => {
                let (first, rest) = words.split_first()?;
                if token.form_key != *first {
                    return None;
                }
                return follow(self.window.tokens, at + 1, self.window.limit, rest);
            }
            Test::Class(pos, detail) => {
                token.pos == *pos && detail.as_ref().is_none_or(|d| token.detail == d)
            }
            Test::Opinion(sign) => {
                let from = self.window.places.partition_point(|place| place.first < at);
                let here = self.window.places[from..]
                    .iter()
                    .take_while(|place| place.first == at);
                return here
                    .filter(|place| place.end <= self.window.limit)
                    .find(|place| place.is(*sign))
                    .map(|place| place.end);
            }
            Test::End => false,
        };
        accepted.then_some(at + 1)
    }

    /// Whether nothing more is said in the clause: no token, a sign, a mark.
    fn is_end(&self, at: usize) -> bool {
        self.token(at).is_none_or(|token| {
            token.pos == Pos::Symbol || token.surface.contains(['。', '!', '?', '…'])
        })
    }
}

/// 行った is read as 行う by IPADIC more often than not.
const GO: &str = "行く";
const WENT: &str = "行っ";

fn is_te(token: &Token<'_>) -> bool {
    match token.pos {
        Pos::Particle => matches!(token.surface, "て" | "で"),
        Pos::Verb => token.detail == "非自立" && matches!(token.base, "てる" | "でる"),
        _ => token.surface == "て",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_pattern_says_what_was_expected() {
        for (text, expected) in [
            ("", "a word in ``"),
            ("… 店", "a pattern that begins with a word"),
            ("(店)", "a pattern that begins with a word"),
            ("店 &maybe", "a condition other than `&maybe`"),
            ("店 …x", "a number after … in `…x`"),
            ("[adverbial]", "a part of speech in `[adverbial]`"),
            ("<店", "a word in `<店`"),
            ("<店|>", "a word between `<` and `>`"),
            ("a||b", "a word in `a||b`"),
        ] {
            assert_eq!(Pattern::parse(text, None).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn expressions_are_cut_into_words_once() {
        let tokenizer = Tokenizer::new().unwrap();
        let pattern = Pattern::parse("<気になる|買う> た", Some(&tokenizer)).unwrap();
        assert_eq!(pattern.first().len(), 3);
        assert!(matches!(&pattern.first()[1], Test::Words(words) if words.len() == 3));
    }
}
