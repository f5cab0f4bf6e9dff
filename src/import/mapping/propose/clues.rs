//! By which headings and values a column of koe is known: `clues.toml`.

use std::sync::LazyLock;

use serde::Deserialize;
use std::collections::BTreeMap;

use super::feature::Feature;
use super::heading::{compact, tokens};
use super::shape::SURE;
use crate::import::mapping::Fills;

/// How like a heading is to a name.
const SAME: f64 = 10.0;
const ENDS: f64 = 7.5;
const ENDS_WITH_WORD: f64 = 7.0;
const BEGINS: f64 = 6.0;
const HAS: f64 = 5.0;
/// What a heading counts at least that has a name in it, and is not taken for want of another.
pub(super) const BY_NAME: f64 = HAS;
/// What a heading counts that is taken for want of another; above [`SURE`], below all others that are sure.
const LAST: f64 = 4.95;

/// What a note in brackets costs.
const NOTE: f64 = 0.2;

/// What the values must be for a heading to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Gate {
    Id,
    Text,
    /// Words of which there are few.
    Few,
    /// Text of some length.
    Long,
    Date,
    Money,
    Integer,
    Email,
    Phone,
    Code,
    Rating,
    Currency,
    Consent,
    Any,
}

/// How one column of koe is known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clue {
    pub target: String,
    /// How much it says about the table.
    pub tells: f64,
    #[serde(rename = "values")]
    pub gate: Gate,
    /// Headings, the most usual first.
    pub names: Vec<Name>,
    /// Headings taken for want of another.
    #[serde(default)]
    pub last: Vec<Name>,
    /// Parts of headings that mean something else.
    #[serde(default)]
    pub avoid: Vec<Name>,
    /// Parts of headings of which one must be there for values alone to count, where a heading says anything at all.
    #[serde(default)]
    pub hints: Vec<Name>,
}

/// A heading, or a part of one.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub(super) struct Name {
    /// As it stands in the file of clues.
    text: String,
    compact: String,
    /// Words of a name in Latin letters.
    tokens: Vec<String>,
    /// Whether nothing may stand before or behind it.
    is_whole: bool,
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        let (name, is_whole) = match text.strip_prefix('=') {
            Some(name) => (name, true),
            None => (text.as_str(), false),
        };
        Self {
            compact: compact(name),
            tokens: tokens(name),
            is_whole,
            text,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clues {
    avoid: BTreeMap<String, Vec<Name>>,
    /// The list `no_ids` of `avoid`.
    #[serde(skip)]
    no_ids: Vec<Name>,
    person: Vec<Clue>,
    customers: Vec<Clue>,
    orders: Vec<Clue>,
    posts: Vec<Clue>,
    consents: Vec<Clue>,
    contacts: Vec<Clue>,
    campaigns: Vec<Clue>,
}

static CLUES: LazyLock<Clues> = LazyLock::new(|| {
    let clues: Clues = toml::from_str(include_str!("clues.toml")).expect("the clues are constant");
    clues.complete()
});

impl Clues {
    /// Puts lists in place of their names, and persons where they are spoken of.
    fn complete(mut self) -> Self {
        let mut avoid = std::mem::take(&mut self.avoid);
        self.no_ids = avoid.remove("no_ids").unwrap_or_default();
        let person = std::mem::take(&mut self.person);
        let of_person = |target: &str| {
            let clue = person.iter().find(|clue| clue.target == target);
            clue.map_or_else(Vec::new, |clue| clue.names.clone())
        };
        for clues in [&mut self.customers, &mut self.orders] {
            clues.splice(0..0, person.iter().cloned());
        }
        let tables = [
            &mut self.customers,
            &mut self.orders,
            &mut self.posts,
            &mut self.consents,
            &mut self.contacts,
            &mut self.campaigns,
        ];
        for clue in tables.into_iter().flatten() {
            for (list, named) in [
                (&mut clue.names, None),
                (&mut clue.avoid, Some(&avoid)),
                (&mut clue.hints, Some(&avoid)),
            ] {
                *list = std::mem::take(list)
                    .into_iter()
                    .flat_map(|name| match (name.text.strip_prefix('@'), named) {
                        (None, _) => vec![name],
                        (Some(list), Some(lists)) => lists.get(list).cloned().unwrap_or_default(),
                        (Some(target), None) => of_person(target),
                    })
                    .collect();
            }
        }
        self
    }
}

/// Returns how the columns of a table are known; none for a table that is not proposed.
pub(super) fn of(fills: Fills) -> &'static [Clue] {
    match fills {
        Fills::Customers => &CLUES.customers,
        Fills::Orders => &CLUES.orders,
        Fills::Posts => &CLUES.posts,
        Fills::Consents => &CLUES.consents,
        Fills::Contacts => &CLUES.contacts,
        Fills::Campaigns => &CLUES.campaigns,
        _ => &[],
    }
}

/// Returns parts of headings whose values name neither a person nor an order.
pub(super) fn no_ids() -> &'static [Name] {
    &CLUES.no_ids
}

impl Name {
    /// Returns whether the heading has it.
    pub(super) fn is_within(&self, feature: &Feature) -> bool {
        likeness(feature, self) > 0.0
    }
}

impl Clue {
    /// Returns how well a heading goes with it, 0 to 10.
    pub(super) fn heading_score(&self, feature: &Feature) -> f64 {
        let mut best = 0.0_f64;
        for (place, name) in self.names.iter().enumerate() {
            let score = likeness(feature, name);
            if score > 0.0 {
                best = best.max(score - (place as f64 * 0.04).min(1.8));
            }
        }
        if self.target == "name" && feature.has_digits {
            best -= 2.0;
        }
        if best < 8.0 && self.means_other(feature) {
            best = 0.0;
        }
        let last = self.last.iter().map(|name| likeness(feature, name));
        let last = last.fold(0.0_f64, f64::max);
        if best < SURE && last >= ENDS_WITH_WORD {
            LAST
        } else {
            best
        }
    }

    /// Returns whether a heading hints at the column, or says nothing at all.
    pub(super) fn is_hinted_at(&self, feature: &Feature) -> bool {
        self.hints.is_empty()
            || feature.is_mute()
            || self.hints.iter().any(|part| part.is_within(feature))
    }

    /// Returns whether a part of the heading means something else.
    pub(super) fn means_other(&self, feature: &Feature) -> bool {
        self.avoid.iter().any(|part| part.is_within(feature))
    }

    /// Returns whether the values can be what the column holds.
    pub(super) fn lets_in(&self, feature: &Feature) -> bool {
        if feature.is_empty() {
            return !matches!(self.gate, Gate::Long | Gate::Consent | Gate::Few);
        }
        match self.gate {
            Gate::Any => true,
            Gate::Id => feature.is_id && !feature.is_date && !feature.is_url,
            Gate::Text => feature.is_text && !feature.is_phone && !feature.is_time,
            Gate::Few => {
                !feature.is_date
                    && feature.words(20).is_some()
                    && (feature.distinct * 2 <= feature.values.len() || feature.distinct <= 6)
            }
            Gate::Long => feature.is_text && feature.mean_letters >= 6.0,
            Gate::Date => feature.is_date || feature.is_stamp,
            Gate::Money => feature.is_money,
            Gate::Integer => feature.is_integer && !feature.is_date,
            Gate::Email => feature.is_email,
            Gate::Phone => feature.is_phone || (feature.is_integer && feature.mean_letters >= 9.0),
            Gate::Code => feature.mean_letters <= 12.0 && !feature.is_date,
            Gate::Rating => feature.is_rating,
            Gate::Currency => feature.is_currency,
            Gate::Consent => feature.is_consent(),
        }
    }
}

/// Returns how like a heading is to a name: 10 for the same, less for one that ends with it or has it within.
fn likeness(feature: &Feature, name: &Name) -> f64 {
    let score = if name.compact.is_ascii() && !name.tokens.is_empty() {
        likeness_of_words(feature, name)
    } else if feature.compact == feature.bare {
        likeness_of_letters(&feature.compact, name)
    } else {
        let whole = likeness_of_letters(&feature.compact, name);
        whole.max(likeness_of_letters(&feature.bare, name) - NOTE)
    };
    if name.is_whole && score < SAME - NOTE {
        0.0
    } else {
        score.max(0.0)
    }
}

fn likeness_of_words(feature: &Feature, name: &Name) -> f64 {
    let wanted = name.tokens.as_slice();
    let has = |words: &[String]| words == wanted;
    let tokens = feature.tokens.as_slice();
    let is_latin = feature.bare.is_ascii();
    if has(tokens) && is_latin || feature.compact == name.compact {
        SAME
    } else if tokens.ends_with(wanted) {
        ENDS_WITH_WORD
    } else if tokens.windows(wanted.len()).any(has) {
        HAS
    } else {
        0.0
    }
}

fn likeness_of_letters(heading: &str, name: &Name) -> f64 {
    let name = name.compact.as_str();
    if heading == name {
        SAME
    } else if heading.ends_with(name) {
        ENDS
    } else if heading.starts_with(name) {
        BEGINS
    } else if heading.contains(name) {
        HAS
    } else {
        0.0
    }
}
