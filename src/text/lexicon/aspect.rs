//! What of a shop an opinion is about.

use super::Lexicon;
use crate::text::tokens::word_key;

/// What of a shop an opinion is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// 味: food and drink.
    Taste,
    /// 接客: staff and support.
    Service,
    /// 価格: price, fees, value for money.
    Price,
    /// 配送: shipping and packing.
    Delivery,
    /// 待ち時間: waiting and speed of answer.
    Waiting,
    /// 品質: the goods themselves.
    Quality,
    /// 店舗: rooms, cleanliness, place.
    Shop,
    /// 使いやすさ: handling, sites and apps.
    Usability,
    /// 品揃え: choice and stock.
    Assortment,
    /// One of the user's own, by its number; [`Lexicon::aspect_name`] knows its name.
    Own(u8),
}

impl Aspect {
    /// koe's aspects, in order.
    pub const ALL: &'static [Aspect] = &[
        Aspect::Taste,
        Aspect::Service,
        Aspect::Price,
        Aspect::Delivery,
        Aspect::Waiting,
        Aspect::Quality,
        Aspect::Shop,
        Aspect::Usability,
        Aspect::Assortment,
    ];

    /// Returns the name used in tables and data files; none for one of the user's own.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Aspect::Taste => "taste",
            Aspect::Service => "service",
            Aspect::Price => "price",
            Aspect::Delivery => "delivery",
            Aspect::Waiting => "waiting",
            Aspect::Quality => "quality",
            Aspect::Shop => "shop",
            Aspect::Usability => "usability",
            Aspect::Assortment => "assortment",
            Aspect::Own(_) => return None,
        })
    }

    /// Returns the one of koe's that a name stands for.
    pub fn from_name(name: &str) -> Option<Aspect> {
        let mut all = Aspect::ALL.iter().copied();
        all.find(|aspect| aspect.name() == Some(name))
    }
}

impl Lexicon {
    /// Whether the user has aspects of their own.
    pub(crate) fn has_own_aspects(&self) -> bool {
        !self.own_aspects.is_empty()
    }

    /// Returns the one of the user's own that a name stands for.
    pub(super) fn own_aspect(&self, name: &str) -> Option<Aspect> {
        let place = self.own_aspects.iter().position(|own| own == name)?;
        u8::try_from(place).ok().map(Aspect::Own)
    }

    /// Returns the aspect of a name, a new one of the user's own where there is none; none when there are too many.
    pub(crate) fn add_aspect(&mut self, name: &str) -> Option<Aspect> {
        if let Some(known) = Aspect::from_name(name).or_else(|| self.own_aspect(name)) {
            return Some(known);
        }
        let number = u8::try_from(self.own_aspects.len()).ok()?;
        self.own_aspects.push(name.to_owned());
        Some(Aspect::Own(number))
    }

    /// Lets a noun name an aspect, whatever it named before.
    pub(crate) fn name_noun(&mut self, noun: &str, aspect: Aspect) {
        self.nouns.insert(word_key(noun), aspect);
    }

    /// Returns the name of an aspect, as tables have it.
    pub fn aspect_name(&self, aspect: Aspect) -> &str {
        match aspect {
            Aspect::Own(number) => self
                .own_aspects
                .get(usize::from(number))
                .map_or("", String::as_str),
            known => known.name().unwrap_or_default(),
        }
    }
}
