//! Sentences and clauses, and how a clause leads on to the next.

use super::cue_words::{self, Cue};
use crate::text::tokens::{Pos, Token};

/// The longest clause and sentence in tokens; longer ones are cut, so that no rule looks far in a text without stops.
const MAX_CLAUSE: usize = 64;
const MAX_SENTENCE: usize = 512;

/// How a clause is joined to what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joint {
    /// The sentence ends.
    End,
    /// て, し, 、 or a space: the same breath.
    And,
    /// けど, が, のに, ものの: what follows weighs more.
    But,
    /// のに and くせに: what follows is against expectation.
    Despite,
    /// ので, から: a reason.
    Because,
}

/// Tokens `first..end`, joint words included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) joint: Joint,
}

/// Clauses up to a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) clauses: Vec<Clause>,
    pub(crate) is_question: bool,
}

impl Sentence {
    pub(crate) fn first(&self) -> usize {
        self.clauses.first().map_or(0, |c| c.first)
    }

    pub(crate) fn end(&self) -> usize {
        self.clauses.last().map_or(0, |c| c.end)
    }
}

/// Returns the sentences of a text, in order, covering all tokens.
pub(crate) fn split(text: &str, tokens: &[Token<'_>]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut clauses = Vec::new();
    let mut first = 0;
    for at in 0..tokens.len() {
        let gap = tokens
            .get(at + 1)
            .map(|next| text.get(tokens[at].end..next.start).unwrap_or_default());
        let begun = clauses.first().map_or(first, |c: &Clause| c.first);
        let stop = is_stop(tokens, at)
            || at + 1 - begun >= MAX_SENTENCE
            || gap.is_none_or(|gap| gap.contains('\n'));
        let joint = if stop {
            Some(last_joint(tokens, first, at))
        } else {
            joint_at(tokens, at, gap.unwrap_or_default())
                .or((at + 1 - first >= MAX_CLAUSE).then_some(Joint::And))
        };
        let Some(joint) = joint else { continue };
        clauses.push(Clause {
            first,
            end: at + 1,
            joint,
        });
        first = at + 1;
        if stop {
            let continues = at + 1 - begun < MAX_SENTENCE
                && tokens
                    .get(at + 1)
                    .is_some_and(|next| is_stop(tokens, at + 1) && next.start == tokens[at].end);
            if !continues {
                let is_question = is_question(&tokens[begun..=at]);
                sentences.push(Sentence {
                    clauses: std::mem::take(&mut clauses),
                    is_question,
                });
            }
        }
    }
    sentences
}

/// Returns the joint of a sentence's last clause: のに left hanging still says that it was not to be.
fn last_joint(tokens: &[Token<'_>], first: usize, at: usize) -> Joint {
    let last = (first..=at).rev().find(|i| tokens[*i].pos != Pos::Symbol);
    match last.and_then(|i| particle_joint(tokens, i)) {
        Some(Joint::Despite) => Joint::Despite,
        _ => Joint::End,
    }
}

fn is_stop(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    if token.surface.contains(['。', '!', '?', '…', '\n']) {
        return true;
    }
    // A point between digits is a decimal point.
    token.surface.starts_with('.')
        && !tokens
            .get(at + 1)
            .is_some_and(|t| t.surface.starts_with(|c: char| c.is_ascii_digit()))
}

fn joint_at(tokens: &[Token<'_>], at: usize, gap: &str) -> Option<Joint> {
    let token = &tokens[at];
    let next = tokens.get(at + 1);
    let next_continues =
        next.is_some_and(|n| matches!(n.pos, Pos::Particle | Pos::Auxiliary) || n.surface == "、");
    if next_continues && gap.is_empty() && token.pos != Pos::Symbol {
        let despite = token.surface == "くせに";
        return if despite { Some(Joint::Despite) } else { None };
    }
    match (token.pos, token.surface) {
        (Pos::Symbol, "、" | ",") => Some(previous_joint(tokens, at).unwrap_or(Joint::And)),
        (Pos::Particle, _) | (Pos::Noun, "くせ" | "割") => {
            particle_joint(tokens, at).or_else(|| (!gap.is_empty()).then_some(Joint::And))
        }
        // ただしょっぱいだけ is merely.
        (Pos::Conjunction, "ただ") if is_mere(tokens, at) => None,
        (Pos::Conjunction, _) => conjunction_joint(token.base),
        _ if !gap.is_empty() => Some(Joint::And),
        _ => None,
    }
}

fn is_mere(tokens: &[Token<'_>], at: usize) -> bool {
    at > 0
        && tokens
            .iter()
            .skip(at + 1)
            .take(7)
            .any(|t| matches!(t.surface, "だけ" | "のみ"))
}

/// Returns the joint of the word before a comma.
fn previous_joint(tokens: &[Token<'_>], at: usize) -> Option<Joint> {
    at.checked_sub(1)
        .and_then(|before| match tokens[before].pos {
            Pos::Particle => particle_joint(tokens, before),
            Pos::Conjunction => conjunction_joint(tokens[before].base),
            _ => None,
        })
}

fn particle_joint(tokens: &[Token<'_>], at: usize) -> Option<Joint> {
    let token = &tokens[at];
    match token.surface {
        "のに" if is_purpose(tokens, at, at) => None,
        "のに" | "くせに" => Some(Joint::Despite),
        // と謳っておきながら
        "ながら" if token.detail == "接続助詞" && at > 0 && tokens[at - 1].base == "おく" => {
            Some(Joint::Despite)
        }
        // 眺めながら食べる: at the same time; 知りながら: although.
        "ながら" if at > 0 && is_meanwhile(&tokens[at - 1]) => None,
        "けど" | "けれど" | "けども" | "けれども" | "ものの" | "ながら" | "ながらも"
        | "とはいえ"
            if token.detail == "接続助詞" =>
        {
            Some(Joint::But)
        }
        "が" if token.detail == "接続助詞" => Some(Joint::But),
        // 海が見えるはずが; はずがない denies.
        "が" if at > 0 && matches!(tokens[at - 1].surface, "はず" | "筈") => {
            let denied = tokens
                .get(at + 1)
                .is_some_and(|t| matches!(t.base, "ない" | "無い" | "ある"));
            (!denied).then_some(Joint::Despite)
        }
        "に" if at > 0 && tokens[at - 1].surface == "の" && tokens[at - 1].detail == "非自立" => {
            (!is_purpose(tokens, at - 1, at)).then_some(Joint::Despite)
        }
        "に" if at > 0 && matches!(tokens[at - 1].surface, "くせ" | "割") => {
            Some(Joint::Despite)
        }
        "ので" | "から" if token.detail == "接続助詞" => Some(Joint::Because),
        "し" if token.detail == "接続助詞" => Some(Joint::And),
        _ => None,
    }
}

/// Whether ながら behind this verb means while.
fn is_meanwhile(verb: &Token<'_>) -> bool {
    verb.pos == Pos::Verb
        && verb.form == "連用形"
        && !matches!(
            verb.base,
            "いる" | "ある" | "知る" | "分かる" | "わかる" | "言う" | "いう" | "謳う" | "うたう"
        )
}

/// Whether のに, tokens `first..=last`, means for: 作るのに三日かかった, 使うのに便利.
fn is_purpose(tokens: &[Token<'_>], first: usize, last: usize) -> bool {
    let done = first
        .checked_sub(1)
        .map(|before| &tokens[before])
        .is_some_and(|t| t.pos == Pos::Verb && t.form == "基本形");
    done && tokens
        .iter()
        .skip(last + 1)
        .take(6)
        .any(|t| cue_words::has(Cue::Purpose, t.base))
}

/// Returns how a conjunction joins what it begins to what was said before.
pub(super) fn conjunction_joint(word: &str) -> Option<Joint> {
    matches!(
        word,
        "しかし"
            | "でも"
            | "ただ"
            | "ただし"
            | "だが"
            | "だけど"
            | "けど"
            | "けれど"
            | "けれども"
            | "とはいえ"
            | "ところが"
            | "それでも"
            | "なのに"
            | "それなのに"
            | "もっとも"
    )
    .then_some(Joint::But)
}

/// どっちが多いんだろう: a word for what is asked, and だろう or でしょう at the end.
fn wonders(tokens: &[Token<'_>]) -> bool {
    let last = tokens
        .iter()
        .rev()
        .filter(|t| t.pos != Pos::Symbol)
        .take(3)
        .find(|t| !matches!(t.surface, "う" | "ね" | "な"));
    last.is_some_and(|t| matches!(t.surface, "だろ" | "でしょ" | "だろう"))
        && tokens.iter().any(|t| cue_words::has(Cue::Which, t.surface))
}

/// Whether a sentence asks: a question mark, か at its end, かな, でしょうか.
fn is_question(tokens: &[Token<'_>]) -> bool {
    let marked = tokens.iter().rev().take(3).any(|t| t.surface.contains('?'));
    let words: Vec<&Token<'_>> = tokens
        .iter()
        .rev()
        .filter(|t| t.pos != Pos::Symbol)
        .take(3)
        .collect();
    let rhetorical = words
        .first()
        .is_some_and(|t| matches!(t.surface, "よ" | "ね"));
    let asks = words.first().is_some_and(|t| {
        t.pos == Pos::Particle && matches!(t.surface, "か" | "かな" | "かしら" | "かね" | "っけ")
    }) || words
        .get(1)
        .is_some_and(|t| t.surface == "か" && words[0].surface == "な");
    marked || (asks && !rhetorical) || wonders(tokens)
}
