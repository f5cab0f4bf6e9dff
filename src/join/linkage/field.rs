//! What is compared of two records, and how well it can agree.

/// One way in which two values of a field can agree or differ.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    /// Key in tables and settings.
    pub key: &'static str,
    /// Share of the records of one person that agree so, before the data are asked.
    pub usual_m: f64,
    /// Share of the pairs of two strangers that agree so, before the data are asked.
    pub usual_u: f64,
    /// Share of the pairs of two people of one household that agree so; 0 where a household tells nothing of the field.
    pub household: f64,
}

const fn level(key: &'static str, usual_m: f64, usual_u: f64, household: f64) -> Level {
    Level {
        key,
        usual_m,
        usual_u,
        household,
    }
}

/// What kind of field it is; it decides how values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Family name with its reading.
    Family,
    /// Given name with its reading.
    Given,
    /// Date of birth.
    Birth,
    /// Gender as stated.
    Gender,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Postal code, prefecture and address, which say the same and are one field for that.
    Address,
    /// A number that the shops' systems or the state gave a person.
    Identifier,
}

/// Fields that every customer record has; identifiers follow.
pub const FIXED: [Kind; 7] = [
    Kind::Family,
    Kind::Given,
    Kind::Birth,
    Kind::Gender,
    Kind::Email,
    Kind::Phone,
    Kind::Address,
];
/// Place of the first identifier among the fields.
pub const FIRST_IDENTIFIER: usize = FIXED.len();
/// Most identifiers compared.
pub const MOST_IDENTIFIERS: usize = 4;

/// Levels of names; the place in the list is the level, 0 being "one of the two is missing".
pub(super) mod name {
    pub const EXACT: u8 = 1;
    pub const VARIANT: u8 = 2;
    pub const READING: u8 = 3;
    pub const SWAPPED: u8 = 4;
    pub const ALIAS: u8 = 5;
    pub const SLIP: u8 = 6;
    pub const PREFIX: u8 = 7;
    pub const CLOSE: u8 = 8;
    pub const NEAR: u8 = 9;
    pub const DIFFERENT: u8 = 10;
}

pub(super) mod birth {
    pub const EXACT: u8 = 1;
    pub const SWAPPED: u8 = 2;
    pub const ONE_EDIT: u8 = 3;
    pub const TWO_PARTS: u8 = 4;
    pub const NEAR: u8 = 5;
    pub const DIFFERENT: u8 = 6;
}

pub(super) mod gender {
    pub const SAME: u8 = 1;
    pub const DIFFERENT: u8 = 2;
}

pub(super) mod email {
    pub const EXACT: u8 = 1;
    pub const LOOSE: u8 = 2;
    pub const CLOSE: u8 = 3;
    pub const LOCAL: u8 = 4;
    pub const DIFFERENT: u8 = 5;
}

pub(super) mod phone {
    pub const EXACT: u8 = 1;
    pub const ONE_EDIT: u8 = 2;
    pub const DIFFERENT: u8 = 3;
}

pub(super) mod address {
    pub const FULL: u8 = 1;
    pub const NEARLY: u8 = 2;
    pub const NUMBERS: u8 = 3;
    pub const PLACE: u8 = 4;
    pub const CLOSE: u8 = 5;
    pub const PREFECTURE: u8 = 6;
    pub const DIFFERENT: u8 = 7;
}

pub(super) mod identifier {
    pub const EXACT: u8 = 1;
    pub const ONE_EDIT: u8 = 2;
    pub const DIFFERENT: u8 = 3;
}

// Usual shares: of records of one person (m), of strangers (u), of people of one household.
const FAMILY: &[Level] = &[
    level("exact", 0.78, 0.005, 0.86),
    level("variant", 0.03, 5e-4, 0.01),
    level("reading", 0.03, 0.002, 0.01),
    level("swapped", 0.03, 2e-4, 0.0),
    // Only given names have aliases.
    level("alias", 0.001, 1e-4, 0.001),
    level("slip", 0.05, 0.001, 0.01),
    level("prefix", 0.01, 0.002, 0.01),
    level("close", 0.01, 0.009, 0.01),
    level("near", 0.01, 0.02, 0.01),
    level("different", 0.049, 0.9602, 0.079),
];
const GIVEN: &[Level] = &[
    level("exact", 0.76, 0.008, 0.01),
    level("variant", 0.02, 5e-4, 0.001),
    level("reading", 0.03, 0.004, 0.004),
    level("swapped", 0.03, 2e-4, 0.0),
    level("alias", 0.01, 0.001, 0.001),
    level("slip", 0.06, 0.002, 0.002),
    level("prefix", 0.03, 0.003, 0.004),
    level("close", 0.01, 0.013, 0.015),
    level("near", 0.02, 0.03, 0.03),
    level("different", 0.03, 0.9383, 0.933),
];
const BIRTH: &[Level] = &[
    level("exact", 0.89, 5e-5, 0.0),
    level("swapped", 0.01, 1e-5, 0.0),
    level("one_edit", 0.05, 6e-4, 0.0),
    level("two_parts", 0.02, 0.003, 0.0),
    level("near", 0.01, 0.01, 0.0),
    level("different", 0.02, 0.98634, 0.0),
];
const GENDER: &[Level] = &[
    level("same", 0.98, 0.5, 0.0),
    level("different", 0.02, 0.5, 0.0),
];
const EMAIL: &[Level] = &[
    level("exact", 0.68, 1e-6, 0.10),
    level("loose", 0.01, 1e-7, 0.0),
    level("close", 0.05, 1e-5, 0.0),
    level("local", 0.04, 1e-4, 0.0),
    level("different", 0.22, 0.999889, 0.0),
];
const PHONE: &[Level] = &[
    level("exact", 0.72, 1e-6, 0.45),
    level("one_edit", 0.05, 1e-5, 0.01),
    level("different", 0.23, 0.999989, 0.54),
];
const ADDRESS: &[Level] = &[
    level("full", 0.60, 1e-5, 0.80),
    level("nearly", 0.12, 1e-5, 0.08),
    level("numbers", 0.05, 1e-5, 0.03),
    level("place", 0.07, 0.002, 0.04),
    level("close", 0.04, 0.005, 0.02),
    level("prefecture", 0.08, 0.05, 0.02),
    level("different", 0.04, 0.942965, 0.01),
];
const IDENTIFIER: &[Level] = &[
    level("exact", 0.90, 1e-7, 0.0),
    level("one_edit", 0.05, 1e-6, 0.0),
    level("different", 0.05, 0.999999, 0.0),
];

impl Kind {
    /// Returns the levels, the best first; the level numbers of a pair count from 1.
    pub fn levels(self) -> &'static [Level] {
        match self {
            Self::Family => FAMILY,
            Self::Given => GIVEN,
            Self::Birth => BIRTH,
            Self::Gender => GENDER,
            Self::Email => EMAIL,
            Self::Phone => PHONE,
            Self::Address => ADDRESS,
            Self::Identifier => IDENTIFIER,
        }
    }

    /// Whether people of one household share the field more often than strangers do.
    pub fn is_of_household(self) -> bool {
        matches!(
            self,
            Self::Family | Self::Given | Self::Email | Self::Phone | Self::Address
        )
    }

    /// Returns the key in tables and settings.
    pub fn key(self) -> &'static str {
        match self {
            Self::Family => "family_name",
            Self::Given => "given_name",
            Self::Birth => "birth_date",
            Self::Gender => "gender",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Identifier => "identifier",
        }
    }
}

/// The levels of all fields of one pair, four bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pattern(u64);

impl Pattern {
    /// Returns the pattern with `level` at a field.
    pub(super) fn with(self, field: usize, level: u8) -> Self {
        Self(self.0 | u64::from(level) << (4 * field))
    }

    /// Returns the pattern as if a field were missing.
    pub(super) fn without(self, field: usize) -> Self {
        Self(self.0 & !(15 << (4 * field)))
    }

    /// Returns the level of a field; 0 where one of the two values is missing.
    pub fn level(self, field: usize) -> u8 {
        (self.0 >> (4 * field) & 15) as u8
    }
}
