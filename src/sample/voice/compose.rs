//! Walking the grammar for one writer in one situation.

use rand::{Rng, RngExt};

use super::grammar::{Alternative, Ending, Fit, KINDS, Node, Reference, grammar};
use super::{Aspect, Brief, Cause, Channel, Dialect, Persona};

/// How the writer feels, which decides endings, emoji and exclamation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Good,
    Bad,
    Neutral,
    Wry,
}

/// The situation of one text and what was already said in it.
#[derive(Debug)]
pub(super) struct Scene {
    pub fit: Fit,
    pub mood: Mood,
    pub aspect: Aspect,
    pub cause: Cause,
    pub dialect: Option<Dialect>,
    product: Option<String>,
    used: Vec<(usize, usize)>,
}

impl Scene {
    /// A scene for the shop's own words: polite, any size, any venue.
    pub(super) fn of_shop(aspect: Aspect, month: u32) -> Scene {
        Scene {
            fit: Fit {
                register: 2,
                channel: 1,
                venue: 3,
                kind: !0,
                size: !0,
                month: month_bit(month),
                hour: !0,
            },
            mood: Mood::Neutral,
            aspect,
            cause: Cause::PriceRise,
            dialect: None,
            product: None,
            used: Vec::new(),
        }
    }

    /// A scene for a person's words about anything.
    pub(super) fn of_person(persona: &Persona, mood: Mood, rng: &mut (impl Rng + ?Sized)) -> Scene {
        let register = register(persona, 0.0, rng);
        Scene {
            fit: Fit {
                register,
                channel: 1,
                venue: 3,
                kind: 1,
                size: size(persona.length, 0.0, rng),
                month: !0,
                hour: !0,
            },
            mood,
            aspect: Aspect::Taste,
            cause: Cause::PriceRise,
            dialect: if register == 8 { persona.dialect } else { None },
            product: None,
            used: Vec::new(),
        }
    }

    /// The scene a brief describes.
    pub(super) fn of_brief(brief: &Brief<'_>, mood: Mood, rng: &mut (impl Rng + ?Sized)) -> Scene {
        let (channel, politer, longer) = match brief.channel {
            Channel::XPost => (1, 0.0, 0.0),
            Channel::XReply => (2, 0.25, -0.1),
            Channel::Review => (4, 0.2, 0.3),
            Channel::LineChat => (8, 0.45, -0.05),
        };
        let venue = match brief.aspect {
            Aspect::Waiting | Aspect::Shop | Aspect::Service => 1,
            Aspect::Delivery | Aspect::Usability | Aspect::Packaging => 2,
            Aspect::Quality if brief.product.is_none() => 2,
            _ if rng.random_bool(0.5) => 1,
            _ => 2,
        };
        let product = brief.product.filter(|name| {
            let edible_matter = matches!(brief.aspect, Aspect::Taste | Aspect::Quality);
            let tasteless = edible_matter && kind_of(name) >= 1 << 6;
            !name.is_empty() && !tasteless
        });
        let register = register(brief.persona, politer, rng);
        let kind = product.map_or(1, kind_of);
        Scene {
            fit: Fit {
                register,
                channel,
                venue: if kind == 1 << 3 { 2 } else { venue },
                kind,
                size: size(brief.persona.length, longer, rng),
                month: month_bit(brief.month),
                hour: 1 << (brief.hour % 24),
            },
            mood,
            aspect: brief.aspect,
            cause: Cause::PriceRise,
            dialect: if register == 8 {
                brief.persona.dialect
            } else {
                None
            },
            product: product.map(|name| nickname(name, rng)),
            used: Vec::new(),
        }
    }

    /// Writes an alternative of the named symbol.
    pub(super) fn write(&mut self, name: &str, rng: &mut (impl Rng + ?Sized)) -> String {
        let mut out = String::new();
        if let Some(symbol) = grammar().symbol(name) {
            self.expand(symbol, &mut out, rng);
        }
        out
    }

    fn expand(&mut self, symbol: usize, out: &mut String, rng: &mut (impl Rng + ?Sized)) {
        let alternatives = grammar().alternatives(symbol);
        let mut first = self.pick(alternatives, rng);
        if first.is_none() {
            // nothing of that length: a shorter text will do
            self.fit.size = 3;
            first = self.pick(alternatives, rng);
        }
        let Some(mut chosen) = first else {
            return;
        };
        for _ in 0..4 {
            if !self.used.contains(&(symbol, chosen)) {
                break;
            }
            chosen = self.pick(alternatives, rng).unwrap_or(chosen);
        }
        self.used.push((symbol, chosen));
        self.walk(&alternatives[chosen].nodes, out, rng);
    }

    fn pick(&self, alternatives: &[Alternative], rng: &mut (impl Rng + ?Sized)) -> Option<usize> {
        let fits = |a: &&Alternative| a.fit.allows(&self.fit);
        let total: u32 = alternatives.iter().filter(fits).map(|a| a.weight).sum();
        if total == 0 {
            return None;
        }
        let mut left = rng.random_range(0..total);
        for (at, alternative) in alternatives.iter().enumerate() {
            if !alternative.fit.allows(&self.fit) {
                continue;
            }
            if left < alternative.weight {
                return Some(at);
            }
            left -= alternative.weight;
        }
        None
    }

    fn walk(&mut self, nodes: &[Node], out: &mut String, rng: &mut (impl Rng + ?Sized)) {
        for node in nodes {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Symbol(Reference::Fixed(symbol)) => self.expand(*symbol, out, rng),
                Node::Symbol(Reference::ByAspect(by)) => {
                    self.expand(by[self.aspect as usize], out, rng);
                }
                Node::Symbol(Reference::ByCause(by)) => {
                    self.expand(by[self.cause as usize], out, rng);
                }
                Node::Choice(branches) => {
                    let at = rng.random_range(0..branches.len().max(1));
                    if let Some(branch) = branches.get(at) {
                        self.walk(branch, out, rng);
                    }
                }
                Node::Register(forms) => {
                    let kansai = self.dialect == Some(Dialect::Kansai);
                    let at = match self.fit.register {
                        2 | 4 => 1,
                        8 if kansai && forms.len() > 2 => 2,
                        _ => 0,
                    };
                    if let Some(form) = forms.get(at) {
                        self.walk(form, out, rng);
                    }
                }
                Node::Ending(ending) => out.push_str(self.ending(*ending, rng)),
                Node::Product => {
                    if self.product.is_none() {
                        self.product = Some(self.write("P.none", rng));
                    }
                    out.push_str(self.product.as_deref().unwrap_or_default());
                }
                Node::Number(low, high) => {
                    out.push_str(&rng.random_range(*low..=*high).to_string());
                }
            }
        }
    }

    fn ending(&self, ending: Ending, rng: &mut (impl Rng + ?Sized)) -> &'static str {
        use Ending::{Adjective, Noun, NounPast, Verb};
        let grim = self.mood == Mood::Bad;
        let forms: &[&str] = match (self.fit.register, self.dialect, ending) {
            (8, Some(Dialect::Kansai), Adjective) => &["", "わ", "なあ", "ねん", "で", "わあ"],
            (8, Some(Dialect::Kansai), Noun) => &["や", "やわ", "やなあ", "やで", "やん", "やね"],
            (8, Some(Dialect::Kansai), NounPast) => {
                &["やった", "やったわ", "やったなあ", "やってん"]
            }
            (8, Some(Dialect::Kansai), Verb) => &["", "わ", "で", "わあ", "ねん"],
            (8, Some(Dialect::Hakata), Adjective) => {
                &["", "ばい", "ね", "っちゃんね", "とよ", "っちゃけど"]
            }
            (8, Some(Dialect::Hakata), Noun) => &["やね", "ばい", "やん", "っちゃんね"],
            (8, Some(Dialect::Hakata), NounPast) => {
                &["やった", "やったばい", "やったっちゃんね", "やったとよ"]
            }
            (8, Some(Dialect::Hakata), Verb) => &["", "ばい", "っちゃんね", "とよ"],
            (8, Some(Dialect::Hokkaido), Adjective) => &["", "さ", "わ", "っしょ", "んだわ"],
            (8, Some(Dialect::Hokkaido), Noun) => &["だわ", "だべさ", "だべ", "なんだわ"],
            (8, Some(Dialect::Hokkaido), NounPast) => &["だった", "だったわ", "だったさ"],
            (8, Some(Dialect::Hokkaido), Verb) => &["", "さ", "わ", "んだわ"],
            (2, _, Adjective) if grim => &["です", "です", "です", "ですね", "んですが"],
            (2, _, Adjective) => &["です", "です", "ですね", "ですよ", "んです", "です"],
            (2, _, Noun) => &["です", "です", "です", "ですね"],
            (2, _, NounPast) => &["でした", "でした", "でした", "でしたね"],
            (4, _, Adjective | Noun) => &["です"],
            (4, _, NounPast) => &["でした"],
            (2 | 4, _, Verb) => &[""],
            (_, _, Adjective) if grim => &["", "", "", "わ", "よ", "んだけど", "んだが", "な"],
            (_, _, Adjective) => &["", "", "", "な", "なあ", "わ", "ね", "よ"],
            (_, _, Noun) if grim => &["", "", "だ", "だわ", "なんだけど", "だよ", "だよね"],
            (_, _, Noun) => &["", "", "", "だ", "だな", "だわ", "だね", "すぎる"],
            (_, _, NounPast) => &["だった", "だった", "だったな", "だったわ", "だったよ"],
            (_, _, Verb) => &["", "", "", "", "よ", "わ", "な"],
        };
        forms[rng.random_range(0..forms.len())]
    }
}

/// The bit of a month, any month for a number outside 1 to 12.
pub(super) fn month_bit(month: u32) -> u32 {
    if (1..=12).contains(&month) {
        1 << month
    } else {
        !0
    }
}

fn register(persona: &Persona, politer: f64, rng: &mut (impl Rng + ?Sized)) -> u32 {
    let formality = (persona.formality + politer).clamp(0.0, 1.0);
    let polite = ((formality - 0.2) / 0.4).clamp(0.02, 0.99);
    if !rng.random_bool(polite) {
        let heard = persona.dialect.is_some() && rng.random_bool(0.85);
        return if heard { 8 } else { 1 };
    }
    if persona.formality > 0.75 && rng.random_bool(0.7) {
        4
    } else {
        2
    }
}

fn size(length: f64, longer: f64, rng: &mut (impl Rng + ?Sized)) -> u32 {
    let drawn = length + longer + rng.random_range(-0.35..0.35);
    if drawn < 0.3 {
        1
    } else if drawn < 0.72 {
        2
    } else {
        4
    }
}

/// The bit in [`KINDS`] of a product by its name; unknown names are beans.
fn kind_of(name: &str) -> u32 {
    const MARKS: [(&str, u32); 13] = [
        ("ドリップ", 1),
        ("水出し", 2),
        ("コールド", 2),
        ("とりだより", 3),
        ("定期便", 3),
        ("ギフト", 4),
        ("缶", 4),
        ("カヌレ", 5),
        ("ケーキ", 5),
        ("クッキー", 5),
        ("ボウル", 6),
        ("マグ", 6),
        ("カップ", 6),
    ];
    debug_assert_eq!(KINDS.len(), 7);
    let found = MARKS.iter().find(|(mark, _)| name.contains(mark));
    1 << found.map_or(0, |(_, kind)| *kind)
}

/// A product as people call it: whole, in brackets, or by its telling part.
fn nickname(name: &str, rng: &mut (impl Rng + ?Sized)) -> String {
    let bare = name.trim_matches(['「', '」']);
    let tail = bare.rsplit([' ', '　']).next().unwrap_or(bare);
    match rng.random_range(0..10) {
        0..=2 if tail != bare => tail.to_owned(),
        3 | 4 if bare.contains('の') && !bare.contains('「') => format!("「{bare}」"),
        _ => bare.replace(['　'], " "),
    }
}
