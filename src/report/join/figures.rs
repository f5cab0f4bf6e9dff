//! The numbers of the page of join: counts and shares, no names and no values.

/// What `koe join` did, in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinFigures {
    /// Name of the shop.
    pub brand: String,
    /// Last day looked at, `YYYY-MM-DD`.
    pub as_of: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// Version of koe.
    pub koe_version: String,
    /// Customer records.
    pub record_count: u64,
    /// Persons made of them.
    pub person_count: u64,
    /// Pairs of records compared.
    pub compared_count: u64,
    /// Pairs at the threshold or over it.
    pub over_count: u64,
    /// Pairs under the threshold that are worth a look.
    pub between_count: u64,
    /// Expected share of the pairs put together that are one person.
    pub precision: f64,
    /// Expected share of one person's pairs that were put together.
    pub recall: f64,
    /// Probability from which on a pair is one person.
    pub threshold_prob: f64,
    /// The same as a weight, log2 of the odds.
    pub threshold_weight: f64,
    /// Probability from which on a pair is worth a look.
    pub review_prob: f64,
    /// The same as a weight; not above that of the threshold.
    pub review_weight: f64,
    /// Records the weights were fitted to.
    pub fitted_count: u64,
    /// Share of all pairs that are one person.
    pub match_share: f64,
    /// Share of all pairs that are two people of one household.
    pub household_share: f64,
    /// What is compared, in the order of the model.
    pub fields: Vec<FieldFigure>,
    /// Pairs by weight, rising; weights without pairs may be absent.
    pub bins: Vec<WeightBin>,
    /// Persons by their number of records, rising.
    pub sizes: Vec<SizeFigure>,
    /// Fields in which placeholders were found.
    pub placeholders: Vec<PlaceholderFigure>,
    /// Pairs over the threshold that stayed two persons: key of the reason, and count.
    pub cuts: Vec<(String, u64)>,
    /// Records left out of blocks that stayed too big: key of the rule, name of its identifier, and count.
    pub left_out: Vec<(String, Option<String>, u64)>,
    /// Decisions about pairs of records that were followed.
    pub decision_count: u64,
    /// Decisions that contradict others and were not followed.
    pub conflict_count: u64,
    /// Decisions about records that are not there.
    pub unknown_decision_count: u64,
    /// Pairs of records listed for review.
    pub review_pair_count: u64,
    /// Accounts listed for review.
    pub review_account_count: u64,
}

/// A field and what its agreement is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldFigure {
    /// Key of the kind of field.
    pub field: String,
    /// The user's name of it, of an identifier.
    pub name: Option<String>,
    /// Records that have a value.
    pub filled_count: u64,
    /// Ways to agree, the best first.
    pub levels: Vec<LevelFigure>,
}

/// A way to agree or differ.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelFigure {
    /// Key of the level.
    pub level: String,
    /// Share of one person's pairs that agree so.
    pub m_prob: f64,
    /// Share of strangers' pairs.
    pub u_prob: f64,
    /// Share of a household's pairs; absent where a household tells nothing of the field.
    pub household_prob: Option<f64>,
}

impl LevelFigure {
    /// Returns the match weight, log2(m/u).
    #[must_use]
    pub fn weight(&self) -> f64 {
        (self.m_prob / self.u_prob).log2()
    }

    /// Returns the weight by which the agreement tells a household from strangers, log2(h/u).
    #[must_use]
    pub fn household_weight(&self) -> Option<f64> {
        self.household_prob.map(|prob| (prob / self.u_prob).log2())
    }
}

/// Pairs of a range of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeightBin {
    /// Lowest weight; the next whole number is beyond.
    pub weight: i32,
    /// Pairs.
    pub pair_count: u64,
}

/// Persons of one number of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeFigure {
    /// Records per person.
    pub record_count: u64,
    /// Persons.
    pub person_count: u64,
}

/// Placeholders of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceholderFigure {
    /// Key of the kind of field.
    pub field: String,
    /// The user's name of it, of an identifier.
    pub name: Option<String>,
    /// Different values.
    pub value_count: u64,
    /// Records that have one.
    pub record_count: u64,
}

/// Records a field needs before anything of it can be compared.
const FEWEST_FILLED: u64 = 2;

impl JoinFigures {
    /// Returns the fields that can be compared at all.
    pub fn compared_fields(&self) -> impl Iterator<Item = &FieldFigure> {
        let is_filled = |field: &&FieldFigure| field.filled_count >= FEWEST_FILLED;
        self.fields.iter().filter(is_filled)
    }

    /// Returns the field whose agreement in full says most for one person, and its weight.
    #[must_use]
    pub fn strongest(&self) -> Option<(&FieldFigure, f64)> {
        let weights = self
            .compared_fields()
            .filter_map(|field| Some((field, field.levels.first()?.weight())));
        weights.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// Returns the field and level that say most against one person.
    #[must_use]
    pub fn strongest_against(&self) -> Option<(&FieldFigure, &LevelFigure)> {
        let levels = self
            .compared_fields()
            .flat_map(|field| field.levels.iter().map(move |level| (field, level)));
        let against = levels.filter(|(_, level)| level.weight() < 0.0);
        against.min_by(|(_, left), (_, right)| left.weight().total_cmp(&right.weight()))
    }

    /// Returns the records beyond the first of every person.
    #[must_use]
    pub fn duplicate_count(&self) -> u64 {
        self.record_count.saturating_sub(self.person_count)
    }

    /// Returns the persons with several records.
    #[must_use]
    pub fn duplicated_person_count(&self) -> u64 {
        let several = self.sizes.iter().filter(|size| size.record_count > 1);
        several.map(|size| size.person_count).sum()
    }
}
