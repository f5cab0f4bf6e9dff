//! The phrase files as a weighted grammar: parsing, and nothing random.
//!
//! A file is a list of symbols (`@name`), each followed by its alternatives, one per line. `<...>` before an
//! alternative says where it fits, `*3` in it is a weight. Inside a line:
//!
//! | mark | means |
//! |---|---|
//! | `{name}` | an alternative of that symbol; `$` in the name is the aspect, `&` the cause of a flare-up |
//! | `{P}` `{#2-5}` | the product as the writer calls it; a number |
//! | `(a/b/)` | one of these, the last one empty |
//! | `[a\|b\|c]` | plain, polite and (if given) Kansai form of the same word |
//! | `%i` `%d` `%D` `~` | end of a sentence after an adjective, a noun, a noun in the past, a verb |

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The keys that `$` stands for, in the order of `Aspect`.
pub(super) const ASPECT_KEYS: [&str; 10] = [
    "taste",
    "service",
    "price",
    "delivery",
    "waiting",
    "quality",
    "shop",
    "assortment",
    "usability",
    "packaging",
];

/// The keys that `&` stands for, in the order of `Cause`.
pub(super) const CAUSE_KEYS: [&str; 3] = ["price", "spoiled", "reply"];

/// A piece of an alternative.
#[derive(Debug)]
pub(super) enum Node {
    /// Words as they are.
    Text(Box<str>),
    /// Another symbol, by aspect or cause where it depends on one.
    Symbol(Reference),
    /// One of several wordings.
    Choice(Vec<Vec<Node>>),
    /// Plain, polite and perhaps Kansai wording.
    Register(Vec<Vec<Node>>),
    /// The end of a sentence, whose particle depends on the writer.
    Ending(Ending),
    /// The product's name.
    Product,
    /// A number between two bounds, inclusive.
    Number(u32, u32),
}

/// What stands before the end of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// An adjective in -い or -かった.
    Adjective,
    /// A noun or an adjective in -な.
    Noun,
    /// A noun, told in the past.
    NounPast,
    /// A verb that already carries its politeness.
    Verb,
}

/// A reference to a symbol.
#[derive(Debug)]
pub(super) enum Reference {
    /// Always the same symbol.
    Fixed(usize),
    /// One symbol per aspect.
    ByAspect([usize; 10]),
    /// One symbol per cause.
    ByCause([usize; 3]),
}

/// The situations in which an alternative fits, as bit sets; all must meet the writer's situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fit {
    /// 1 casual, 2 polite, 4 formal, 8 dialect (set beside casual).
    pub register: u32,
    /// 1 post, 2 reply, 4 review, 8 chat.
    pub channel: u32,
    /// 1 in the shop, 2 by post.
    pub venue: u32,
    /// One bit per kind of product, see [`KINDS`].
    pub kind: u32,
    /// 1 short, 2 middling, 4 long.
    pub size: u32,
    /// Bit m for month m.
    pub month: u32,
    /// Bit h for hour h.
    pub hour: u32,
}

/// The kinds of product with their tags: beans, drip bags, cold brew, subscription, gift, sweets, tableware.
pub(super) const KINDS: [&str; 7] = ["kn", "kd", "kc", "ku", "kg", "ks", "kl"];

impl Fit {
    const ANY: Fit = Fit {
        register: !0,
        channel: !0,
        venue: !0,
        kind: !0,
        size: !0,
        month: !0,
        hour: !0,
    };

    /// Whether an alternative marked so fits a situation.
    pub(super) fn allows(&self, here: &Fit) -> bool {
        self.register & here.register != 0
            && self.channel & here.channel != 0
            && self.venue & here.venue != 0
            && self.kind & here.kind != 0
            && self.size & here.size != 0
            && self.month & here.month != 0
            && self.hour & here.hour != 0
    }
}

/// One wording of a symbol.
#[derive(Debug)]
pub(super) struct Alternative {
    pub fit: Fit,
    pub weight: u32,
    pub nodes: Vec<Node>,
}

/// All symbols and what was wrong with the files, if anything.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    names: BTreeMap<String, usize>,
    symbols: Vec<Vec<Alternative>>,
    /// Names used and never defined, tags not understood.
    pub faults: Vec<String>,
}

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    Grammar::parse(&[
        include_str!("phrases/shapes.txt"),
        include_str!("phrases/common.txt"),
        include_str!("phrases/goods.txt"),
        include_str!("phrases/shop.txt"),
        include_str!("phrases/online.txt"),
        include_str!("phrases/reports.txt"),
        include_str!("phrases/daily.txt"),
        include_str!("phrases/flare.txt"),
        include_str!("phrases/official.txt"),
        include_str!("phrases/people.txt"),
    ])
});

/// Returns the embedded grammar, parsed once.
pub(super) fn grammar() -> &'static Grammar {
    &GRAMMAR
}

impl Grammar {
    fn parse(files: &[&str]) -> Grammar {
        let mut grammar = Grammar::default();
        for file in files {
            let mut current = None;
            for line in file.lines() {
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                if let Some(name) = line.strip_prefix('@') {
                    current = Some(grammar.number(name.trim()));
                } else if let Some(symbol) = current {
                    let alternative = grammar.alternative(line);
                    grammar.symbols[symbol].push(alternative);
                }
            }
        }
        let empty: Vec<String> = grammar
            .names
            .iter()
            .filter(|(_, symbol)| grammar.symbols[**symbol].is_empty())
            .map(|(name, _)| format!("`{name}` has no alternative"))
            .collect();
        grammar.faults.extend(empty);
        grammar
    }

    /// The alternatives of a symbol.
    pub(super) fn alternatives(&self, symbol: usize) -> &[Alternative] {
        self.symbols.get(symbol).map_or(&[], Vec::as_slice)
    }

    /// The symbol of that name.
    pub(super) fn symbol(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    fn number(&mut self, name: &str) -> usize {
        if let Some(&known) = self.names.get(name) {
            return known;
        }
        let next = self.symbols.len();
        self.names.insert(name.to_owned(), next);
        self.symbols.push(Vec::new());
        next
    }

    fn alternative(&mut self, line: &str) -> Alternative {
        let mut fit = Fit::ANY;
        let mut weight = 1;
        let mut body = line;
        if let Some((tags, rest)) = line.strip_prefix('<').and_then(|l| l.split_once('>')) {
            body = rest;
            for tag in tags.split_whitespace() {
                if let Some(number) = tag.strip_prefix('*').and_then(|n| n.parse().ok()) {
                    weight = number;
                } else if !narrow(&mut fit, tag) {
                    self.faults.push(format!("tag `{tag}` in `{line}`"));
                }
            }
        }
        let chars: Vec<char> = body.chars().collect();
        let mut at = 0;
        let nodes = self.sequence(&chars, &mut at, &[]);
        if at < chars.len() {
            self.faults.push(format!("stray bracket in `{line}`"));
        }
        Alternative { fit, weight, nodes }
    }

    /// Reads nodes until one of `stops` (left unread) or the end.
    fn sequence(&mut self, chars: &[char], at: &mut usize, stops: &[char]) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut text = String::new();
        while let Some(&c) = chars.get(*at) {
            if stops.contains(&c) {
                break;
            }
            *at += 1;
            let node = match c {
                '{' => self.braces(chars, at),
                '(' => Some(Node::Choice(self.branches(chars, at, '/', ')'))),
                '[' => Some(Node::Register(self.branches(chars, at, '|', ']'))),
                '~' => Some(Node::Ending(Ending::Verb)),
                '%' => ending(chars.get(*at)).map(|e| {
                    *at += 1;
                    Node::Ending(e)
                }),
                _ => None,
            };
            match node {
                Some(node) => {
                    if !text.is_empty() {
                        nodes.push(Node::Text(std::mem::take(&mut text).into()));
                    }
                    nodes.push(node);
                }
                None => text.push(if c == '\\' { '\n' } else { c }),
            }
        }
        if !text.is_empty() {
            nodes.push(Node::Text(text.into()));
        }
        nodes
    }

    fn branches(
        &mut self,
        chars: &[char],
        at: &mut usize,
        separator: char,
        end: char,
    ) -> Vec<Vec<Node>> {
        let mut branches = Vec::new();
        loop {
            branches.push(self.sequence(chars, at, &[separator, end]));
            let closed = chars.get(*at) != Some(&separator);
            if closed && chars.get(*at) != Some(&end) {
                let line: String = chars.iter().collect();
                self.faults.push(format!("`{end}` missing in `{line}`"));
            }
            *at += 1;
            if closed {
                return branches;
            }
        }
    }

    fn braces(&mut self, chars: &[char], at: &mut usize) -> Option<Node> {
        let start = *at;
        while chars.get(*at).is_some_and(|c| *c != '}') {
            *at += 1;
        }
        let name: String = chars[start..*at].iter().collect();
        *at += 1;
        if name == "P" {
            return Some(Node::Product);
        }
        if let Some((low, high)) = name.strip_prefix('#').and_then(|n| n.split_once('-')) {
            return match (low.parse(), high.parse()) {
                (Ok(low), Ok(high)) if low <= high => Some(Node::Number(low, high)),
                _ => {
                    self.faults.push(format!("number `{name}`"));
                    None
                }
            };
        }
        if name == "I" {
            return Some(Node::Text("{I}".into()));
        }
        let reference = if name.contains('$') {
            Reference::ByAspect(ASPECT_KEYS.map(|key| self.number(&name.replace('$', key))))
        } else if name.contains('&') {
            Reference::ByCause(CAUSE_KEYS.map(|key| self.number(&name.replace('&', key))))
        } else {
            Reference::Fixed(self.number(&name))
        };
        Some(Node::Symbol(reference))
    }
}

fn ending(mark: Option<&char>) -> Option<Ending> {
    match mark {
        Some('i') => Some(Ending::Adjective),
        Some('d') => Some(Ending::Noun),
        Some('D') => Some(Ending::NounPast),
        _ => None,
    }
}

/// Narrows a fit by one tag; tags of the same group add up. Returns false for an unknown tag.
fn narrow(fit: &mut Fit, tag: &str) -> bool {
    let add = |set: &mut u32, bits: u32| *set = if *set == !0 { bits } else { *set | bits };
    match tag {
        "c" => add(&mut fit.register, 1 | 8),
        "p" => add(&mut fit.register, 2 | 4),
        "n" => add(&mut fit.register, 1 | 2 | 8),
        "f" => add(&mut fit.register, 4),
        "D" => add(&mut fit.register, 8),
        "x" => add(&mut fit.channel, 1 | 2),
        "X" => add(&mut fit.channel, 1),
        "r" => add(&mut fit.channel, 2),
        "v" => add(&mut fit.channel, 4),
        "l" => add(&mut fit.channel, 8),
        "s" => add(&mut fit.venue, 1),
        "o" => add(&mut fit.venue, 2),
        "kb" => add(&mut fit.kind, 0b0_1111),
        "1" => add(&mut fit.size, 1),
        "2" => add(&mut fit.size, 2),
        "3" => add(&mut fit.size, 4),
        _ => {
            if let Some(kind) = KINDS.iter().position(|k| *k == tag) {
                add(&mut fit.kind, 1 << kind);
            } else if let Some(months) = tag.strip_prefix('m').and_then(|r| range(r, 1, 12)) {
                add(&mut fit.month, months);
            } else if let Some(hours) = tag.strip_prefix('h').and_then(|r| range(r, 0, 23)) {
                add(&mut fit.hour, hours);
            } else {
                return false;
            }
        }
    }
    true
}

/// The bits of `a-b` or `a`, which may run over the end of the year or day.
fn range(text: &str, first: u32, last: u32) -> Option<u32> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
    if from < first || from > last || to < first || to > last {
        return None;
    }
    let mut bits = 0;
    let mut now = from;
    loop {
        bits |= 1 << now;
        if now == to {
            return Some(bits);
        }
        now = if now == last { first } else { now + 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_phrases_have_no_fault() {
        assert_eq!(grammar().faults, Vec::<String>::new());
    }

    #[test]
    fn embedded_phrases_number_thousands_of_wordings() {
        fn wordings(nodes: &[Node]) -> u64 {
            nodes
                .iter()
                .map(|node| match node {
                    Node::Choice(b) => b.iter().map(|n| wordings(n)).sum::<u64>(),
                    _ => 1,
                })
                .fold(1, |a: u64, b: u64| a.saturating_mul(b))
        }
        let total: u64 = grammar()
            .symbols
            .iter()
            .flatten()
            .map(|a| wordings(&a.nodes))
            .sum();
        assert!(total > 4_000, "{total}");
    }

    #[test]
    fn a_range_of_months_runs_over_new_year() {
        assert_eq!(
            range("11-2", 1, 12),
            Some(1 << 11 | 1 << 12 | 1 << 1 | 1 << 2)
        );
        assert_eq!(range("0", 1, 12), None);
    }

    #[test]
    fn faults_name_unknown_symbols_and_open_brackets() {
        let grammar = Grammar::parse(&["@a\n{b}(c\n<zz>d"]);
        assert_eq!(grammar.faults.len(), 3, "{:?}", grammar.faults);
    }
}
