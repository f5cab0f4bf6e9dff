//! By which headings and values a column of koe is known: `clues.toml`.

use std::sync::LazyLock;

use serde::Deserialize;
use std::collections::BTreeMap;

use super::feature::Feature;
use crate::import::mapping::Fills;

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
    /// Headings, the most usual first; compact, or Latin words with blanks between.
    pub names: Vec<String>,
    /// Parts of headings that mean something else.
    #[serde(default)]
    pub avoid: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clues {
    avoid: BTreeMap<String, Vec<String>>,
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
        let avoid = std::mem::take(&mut self.avoid);
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
            for (list, named) in [(&mut clue.names, None), (&mut clue.avoid, Some(&avoid))] {
                *list = std::mem::take(list)
                    .into_iter()
                    .flat_map(|name| match (name.strip_prefix('@'), named) {
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
        let means_other = self.avoid.iter().any(|part| likeness(feature, part) > 0.0);
        if means_other && best < 8.0 { 0.0 } else { best }
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
fn likeness(feature: &Feature, name: &str) -> f64 {
    if name.is_ascii() {
        let wanted: Vec<&str> = name.split(' ').collect();
        let has = |words: &[String]| words.iter().map(String::as_str).eq(wanted.iter().copied());
        let tokens = feature.tokens.as_slice();
        let is_latin = feature.compact.is_ascii();
        if has(tokens) && is_latin || feature.compact == name.replace(' ', "") {
            10.0
        } else if tokens.len() > wanted.len() && has(&tokens[tokens.len() - wanted.len()..]) {
            7.0
        } else if tokens.windows(wanted.len()).any(has) {
            5.0
        } else {
            0.0
        }
    } else if feature.compact == name {
        10.0
    } else if feature.compact.ends_with(name) {
        7.5
    } else if feature.compact.starts_with(name) {
        6.0
    } else if feature.compact.contains(name) {
        5.0
    } else {
        0.0
    }
}
