//! What speaks for a candidate.

use crate::report::Lang;

use super::sentences::{english, japanese};

/// How a handle is made of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FromName {
    /// Both parts, in either order.
    Full,
    /// One part and the initial of the other.
    Initial,
    /// One part and the year of birth.
    PartAndYear,
}

/// How a handle agrees with the part of an e-mail address before the `@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FromEmail {
    /// Same letters and digits; separators do not count.
    Equal,
    /// Same letters; digits differ or resemble letters.
    Letters,
    /// One contains the other as whole words.
    Part,
}

/// How a link in a profile agrees with what the person gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UrlMatch {
    /// The person gave the address of this very profile.
    Profile,
    /// Both gave the same address.
    Same,
    /// The link is on the domain of the person's e-mail address.
    EmailDomain,
}

/// How the place of a profile agrees with the person's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceMatch {
    /// Same municipality.
    City,
    /// Same prefecture, the municipality not named or another.
    Prefecture,
    /// Another prefecture: speaks against.
    Elsewhere,
}

/// What was compared and what was found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// The display name is the person's name as written.
    NameEqual {
        /// Display name.
        display: String,
        /// Person's name.
        name: String,
    },
    /// The display name sounds as the person's name.
    ReadingEqual {
        /// Display name.
        display: String,
        /// Person's name.
        name: String,
    },
    /// The display name contains the person's name.
    NameInDisplay {
        /// Display name.
        display: String,
        /// Person's name.
        name: String,
    },
    /// The display name is the family or given name alone.
    PartOfName {
        /// Display name.
        display: String,
        /// Person's name.
        name: String,
    },
    /// The profile's text contains the person's name.
    NameInBio {
        /// Person's name.
        name: String,
    },
    /// The handle is made of the name in Latin letters.
    HandleFromName {
        /// Handle, present or former.
        handle: String,
        /// Person's name.
        name: String,
        /// How.
        how: FromName,
    },
    /// The handle is made of the e-mail address.
    HandleFromEmail {
        /// Handle, present or former.
        handle: String,
        /// Part of the address before the `@`.
        local: String,
        /// How.
        how: FromEmail,
    },
    /// The handle ends in the year of birth.
    BirthYear {
        /// Handle, present or former.
        handle: String,
        /// Year of birth.
        year: i32,
    },
    /// The profile's text contains the person's e-mail address.
    EmailInBio {
        /// E-mail address.
        email: String,
    },
    /// The profile's link.
    Url {
        /// Link, or handle where the person gave the profile's address.
        url: String,
        /// What the person gave: an address, or the domain of the e-mail address.
        given: String,
        /// How.
        how: UrlMatch,
    },
    /// The profile's place.
    Place {
        /// Place in the profile.
        location: String,
        /// Person's municipality or prefectures.
        place: String,
        /// How.
        how: PlaceMatch,
    },
    /// Posts that follow orders, compared with the account's rate at other times.
    Time {
        /// Posts within the window after an order.
        posts_after_orders: u32,
        /// Posts expected there.
        expected: f64,
        /// Length of the window in hours.
        window_hours: u32,
    },
}

/// One piece of evidence with its weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What was found.
    pub kind: Kind,
    /// Other accounts of the platform of which the same was found for the same person.
    pub others: u32,
    pub(super) weight: f64,
    pub(super) counted: f64,
}

impl Evidence {
    /// Returns log2(m/u) of this piece by itself, in bits.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Returns the bits that went into the candidate's weight: less than [`Self::weight`] when a stronger piece rests on the
    /// same fact.
    pub fn counted(&self) -> f64 {
        self.counted
    }

    /// Returns the finding as one sentence for the person who reviews it, without a full stop.
    pub fn sentence(&self, lang: Lang) -> String {
        let sentence = match lang {
            Lang::Ja => japanese(&self.kind),
            Lang::En => english(&self.kind),
        };
        match (lang, self.others) {
            (_, 0) => sentence,
            (Lang::Ja, others) => {
                format!("{sentence}(ほか{others}件のアカウントにも当てはまります)")
            }
            (Lang::En, 1) => format!("{sentence} (so does 1 other account)"),
            (Lang::En, others) => format!("{sentence} (so do {others} other accounts)"),
        }
    }
}
