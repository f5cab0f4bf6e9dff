//! Which pairs are compared at all: those that share a key of at least one rule.

use rayon::prelude::*;

use super::dictionary::Dictionary;
use super::features::{Features, Row};
use super::field::{FIRST_IDENTIFIER, FIXED, Kind, MOST_IDENTIFIERS};

/// A part of a blocking key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Atom {
    Identifier(usize),
    Email,
    Phone,
    /// Family and given name, whichever comes first.
    Names,
    /// Their readings, whichever comes first.
    Readings,
    /// The first letters of both, whichever comes first.
    Starts,
    Family,
    Given,
    FamilyStart,
    GivenStart,
    Birth,
    BirthYear,
    BirthMonthDay,
    Postal,
    Town,
    Numbers,
}

/// Those that every record has; identifiers stand before them.
const ATOMS: [Atom; 15] = [
    Atom::Email,
    Atom::Phone,
    Atom::Names,
    Atom::Readings,
    Atom::Starts,
    Atom::Family,
    Atom::Given,
    Atom::FamilyStart,
    Atom::GivenStart,
    Atom::Birth,
    Atom::BirthYear,
    Atom::BirthMonthDay,
    Atom::Postal,
    Atom::Town,
    Atom::Numbers,
];

impl Atom {
    /// Returns the place of the atom among [`Values`].
    fn place(self) -> usize {
        match self {
            Self::Identifier(place) => place,
            atom => {
                let place = ATOMS.iter().position(|known| *known == atom);
                MOST_IDENTIFIERS + place.expect("every atom is listed")
            }
        }
    }
}

/// A blocking rule: records that agree on all atoms are compared.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Name in reports.
    pub name: String,
    /// Places of its atoms among [`Values`].
    atoms: Vec<usize>,
    /// Fields that agree by the rule itself, so that its pairs teach nothing of them.
    pub fields: Vec<Kind>,
    /// The identifier among them.
    pub identifier: Option<usize>,
}

impl Rule {
    fn new(name: &str, atoms: &[Atom], fields: &[Kind]) -> Self {
        Self {
            name: name.to_owned(),
            atoms: atoms.iter().map(|atom| atom.place()).collect(),
            fields: fields.to_vec(),
            identifier: None,
        }
    }

    /// Whether the rule's pairs tell how a field of one person agrees.
    pub fn teaches(&self, field: usize) -> bool {
        match FIXED.get(field) {
            Some(kind) => !self.fields.contains(kind),
            None => self.identifier != Some(field - FIRST_IDENTIFIER),
        }
    }
}

impl Rule {
    /// Whether people of one household are many among the rule's pairs, and can be told from one person.
    pub fn shows_households(&self) -> bool {
        let [kind] = self.fields[..] else {
            return false;
        };
        matches!(kind, Kind::Email | Kind::Phone | Kind::Address)
    }
}

/// Returns the rules for records with so many identifiers.
pub fn rules(identifiers: usize) -> Vec<Rule> {
    use Atom::*;
    let mut rules = vec![
        Rule::new("email", &[Email], &[Kind::Email]),
        Rule::new("phone", &[Phone], &[Kind::Phone]),
    ];
    rules.extend((0..identifiers).map(|place| Rule {
        name: format!("identifier {}", place + 1),
        atoms: vec![Identifier(place).place()],
        fields: Vec::new(),
        identifier: Some(place),
    }));
    let (family, given, birth, address) = (Kind::Family, Kind::Given, Kind::Birth, Kind::Address);
    rules.extend([
        Rule::new("names", &[Names], &[family, given]),
        Rule::new("readings", &[Readings], &[family, given]),
        Rule::new("birth_starts", &[Birth, Starts], &[birth, family, given]),
        Rule::new("birth_given", &[Birth, GivenStart], &[birth, given]),
        Rule::new("birth_family", &[Birth, FamilyStart], &[birth, family]),
        Rule::new("postal_given", &[Postal, Given], &[address, given]),
        Rule::new("postal_family", &[Postal, Family], &[address, family]),
        Rule::new("address", &[Town, Numbers], &[address]),
        Rule::new("family_day", &[Family, BirthMonthDay], &[birth, family]),
        Rule::new("given_day", &[Given, BirthMonthDay], &[birth, given]),
        Rule::new(
            "family_year",
            &[Family, GivenStart, BirthYear],
            &[birth, family, given],
        ),
        Rule::new(
            "given_year",
            &[Given, FamilyStart, BirthYear],
            &[birth, family, given],
        ),
        Rule::new("birth", &[Birth], &[birth]),
        Rule::new("postal_numbers", &[Postal, Numbers], &[address]),
        Rule::new("town_given", &[Town, GivenStart], &[address, given]),
    ]);
    rules
}

/// What cuts a block that is too big, one after the other.
pub(super) const REFINEMENTS: [Atom; 6] = [
    Atom::Birth,
    Atom::Postal,
    Atom::Numbers,
    Atom::GivenStart,
    Atom::FamilyStart,
    Atom::Town,
];

/// Hashes of the first letters of every name and reading.
pub struct Starts {
    names: Vec<u32>,
    readings: Vec<u32>,
}

/// Letters of a reading that start a blocking key.
const START_LETTERS: usize = 2;

impl Starts {
    /// Hashes the first letters of all names.
    pub fn of(features: &Features) -> Self {
        let start = |text: &str, letters: usize| {
            let start = text.chars().take(letters);
            start.fold(0_u32, |sum, letter| {
                (sum ^ letter as u32).wrapping_mul(0x9e37_79b1).max(1)
            })
        };
        let all = |dictionary: &Dictionary| -> Vec<u32> {
            (0..dictionary.len() as u32)
                .map(|number| dictionary.get(number))
                .map(|text| match text.is_ascii() {
                    true => start(text, START_LETTERS),
                    false => start(text, 1),
                })
                .collect()
        };
        Self {
            names: all(&features.names),
            readings: all(&features.readings),
        }
    }

    fn of_name(&self, name: u32, reading: u32) -> u32 {
        match self.readings[reading as usize] {
            0 => self.names[name as usize],
            start => start,
        }
    }
}

/// Mixes a value into a key; both sides of a rule's keys are made so.
fn mix(key: u64, value: u64) -> u64 {
    let mut mixed = (key ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^= mixed >> 32;
    mixed = mixed.wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ mixed >> 29
}

fn value(row: &Row, starts: &Starts, atom: Atom) -> u64 {
    let both = |left: u32, right: u32| match (left, right) {
        (0, _) | (_, 0) => 0,
        // Mixed one after the other: what is mixed at once is told apart by its difference only.
        _ => mix(mix(0, left.min(right).into()), left.max(right).into()),
    };
    // A reading meets more spellings than a name, and a name without reading is better than none.
    let either = |name: u32, reading: u32| match reading {
        0 => u64::from(name) << 32,
        reading => u64::from(reading),
    };
    let family_start = || starts.of_name(row.family, row.family_reading);
    let given_start = || starts.of_name(row.given, row.given_reading);
    match atom {
        Atom::Email => row.email_loose.into(),
        Atom::Phone => row.phone.into(),
        Atom::Identifier(place) => row.identifiers[place].into(),
        Atom::Names => both(row.family, row.given),
        Atom::Readings => both(row.family_reading, row.given_reading),
        Atom::Starts => both(family_start(), given_start()),
        Atom::Family => either(row.family, row.family_reading),
        Atom::Given => either(row.given, row.given_reading),
        Atom::FamilyStart => family_start().into(),
        Atom::GivenStart => given_start().into(),
        Atom::Birth => row.birth.into(),
        Atom::BirthYear => (row.birth / 10_000).into(),
        Atom::BirthMonthDay => (row.birth % 10_000).into(),
        Atom::Postal => row.postal.into(),
        Atom::Town => row.town.into(),
        Atom::Numbers => row.numbers.into(),
    }
}

/// The keys by which every record is blocked, after big blocks were cut.
pub struct Blocking {
    rules: Vec<Rule>,
    /// Per rule and record the number of its block, from 1; 0 where it is in none.
    blocks: Vec<Vec<u32>>,
    /// Records of a block at most, per rule.
    pub caps: Vec<u32>,
    /// Whether they were kept from before.
    pub is_kept: bool,
    /// Records in blocks that stayed too big whatever cut them, per rule.
    pub left_out: Vec<u64>,
}

/// The blocks of one rule: records block by block, and where each block ends.
pub struct Blocks {
    records: Vec<u32>,
    ends: Vec<u32>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            ends: vec![0],
        }
    }
}

/// Where the number of each record's block is noted.
pub(super) trait Numbers {
    fn note(&mut self, record: u32, block: u32);
}

impl Numbers for Vec<u32> {
    fn note(&mut self, record: u32, block: u32) {
        self[record as usize] = block;
    }
}

/// They need not be noted.
impl Numbers for () {
    fn note(&mut self, _: u32, _: u32) {}
}

impl Blocks {
    /// Returns the records of every block, two at least.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.ends
            .windows(2)
            .map(|ends| &self.records[ends[0] as usize..ends[1] as usize])
    }

    /// Returns about equal shares of the work of comparing all pairs, as ranges of blocks.
    pub fn shares(&self, pairs: u64) -> Vec<std::ops::Range<usize>> {
        let mut shares = Vec::new();
        let (mut from, mut work) = (0, 0);
        for block in 0..self.ends.len() - 1 {
            let size = u64::from(self.ends[block + 1] - self.ends[block]);
            work += size * (size - 1) / 2;
            if work >= pairs {
                shares.push(from..block + 1);
                (from, work) = (block + 1, 0);
            }
        }
        shares.push(from..self.ends.len() - 1);
        shares
    }

    /// Returns the records of a block.
    pub fn get(&self, block: usize) -> &[u32] {
        &self.records[self.ends[block] as usize..self.ends[block + 1] as usize]
    }

    /// Returns the number of pairs within blocks.
    pub fn pairs(&self) -> u64 {
        let pairs = |block: &[u32]| {
            let size = block.len() as u64;
            size * (size - 1) / 2
        };
        self.iter().map(pairs).sum()
    }
}

impl Blocking {
    /// Starts blocking; rules are added in their order by [`Blocking::next`].
    pub fn new(rules: Vec<Rule>) -> Self {
        Self {
            blocks: Vec::with_capacity(rules.len()),
            caps: Vec::new(),
            is_kept: false,
            left_out: vec![0; rules.len()],
            rules,
        }
    }

    /// Returns the rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Takes caps that were kept, in place of those that the records afford.
    pub fn with_caps(mut self, caps: Option<&[u32]>) -> Self {
        self.is_kept = caps.is_some();
        self.caps = caps.unwrap_or_default().to_vec();
        self
    }

    /// Returns the blocks of the next rule, none of more than `most` records; `None` after the last.
    ///
    /// A rule by which too many pairs would be compared gets smaller blocks.
    pub fn next(&mut self, features: &Features, starts: &Starts, most: usize) -> Option<Blocks> {
        let place = self.blocks.len();
        let rule = self.rules.get(place)?.clone();
        let mut keyed: Vec<(u64, u32)> = (0..features.len())
            .into_par_iter()
            .map(|record| {
                let values = Values::of(features, starts, record);
                (values.key(&rule, place), record as u32)
            })
            .filter(|(key, _)| *key != 0)
            .collect();
        keyed.par_sort_unstable();
        if self.caps.len() == place {
            let cap = affordable(&keyed, most, features.len());
            self.caps.push(cap as u32);
        }
        let cap = self.caps[place] as usize;
        let cut = Cut {
            features,
            starts,
            cap,
        };
        let mut blocks = Blocks::default();
        let mut numbers = vec![0; features.len()];
        for block in keyed.chunk_by_mut(|left, right| left.0 == right.0) {
            self.left_out[place] += cut.put(block, 0, &mut blocks, &mut numbers);
        }
        self.blocks.push(numbers);
        Some(blocks)
    }

    /// Returns the newest rule.
    pub fn newest(&self) -> &Rule {
        &self.rules[self.blocks.len() - 1]
    }

    /// Whether a pair of the newest rule's blocks shares no key of an earlier rule.
    pub fn is_first(&self, left: usize, right: usize) -> bool {
        let earlier = &self.blocks[..self.blocks.len() - 1];
        !earlier
            .iter()
            .any(|blocks| blocks[left] != 0 && blocks[left] == blocks[right])
    }

    /// Returns the rules by which two records are compared.
    pub fn shared(&self, left: usize, right: usize) -> impl Iterator<Item = &Rule> {
        self.blocks
            .iter()
            .zip(&self.rules)
            .filter(move |(blocks, _)| blocks[left] != 0 && blocks[left] == blocks[right])
            .map(|(_, rule)| rule)
    }
}

/// Pairs of one rule that are compared per record, on average.
const PAIRS_PER_RECORD: u64 = 4;
/// Smallest cap of a rule's blocks.
const SMALLEST_CAP: usize = 4;

/// Returns the cap, halved until the blocks it leaves whole have no more pairs than the records afford.
fn affordable(keyed: &[(u64, u32)], cap: usize, records: usize) -> usize {
    let sizes: Vec<u64> = keyed
        .chunk_by(|left, right| left.0 == right.0)
        .map(|block| block.len() as u64)
        .collect();
    let pairs = |cap: usize| -> u64 {
        let whole = sizes.iter().filter(|size| **size <= cap as u64);
        whole.map(|size| size * (size - 1) / 2).sum()
    };
    let mut cap = cap;
    while cap > SMALLEST_CAP && pairs(cap) > records as u64 * PAIRS_PER_RECORD {
        cap /= 2;
    }
    cap
}

/// The atoms of one record, each told once for all rules.
pub(super) struct Values([u64; MOST_IDENTIFIERS + ATOMS.len()]);

impl Values {
    pub(super) fn of(features: &Features, starts: &Starts, record: usize) -> Self {
        let row = &features.rows[record];
        let mut values = [0; MOST_IDENTIFIERS + ATOMS.len()];
        for (value, number) in values.iter_mut().zip(row.identifiers) {
            *value = number.into();
        }
        for (found, atom) in values[MOST_IDENTIFIERS..].iter_mut().zip(ATOMS) {
            *found = value(row, starts, atom);
        }
        Self(values)
    }

    /// Returns the record's key by the rule at a place; 0 when an atom is missing.
    pub(super) fn key(&self, rule: &Rule, place: usize) -> u64 {
        let mut key = place as u64 + 1;
        for atom in &rule.atoms {
            match self.0[*atom] {
                0 => return 0,
                value => key = mix(key, value),
            }
        }
        key.max(1)
    }
}

/// Cuts blocks that are too big.
pub(super) struct Cut<'a> {
    pub features: &'a Features,
    pub starts: &'a Starts,
    pub cap: usize,
}

impl Cut<'_> {
    /// Puts a block, or what refinements make of it; returns how many records are left out.
    pub(super) fn put(
        &self,
        block: &mut [(u64, u32)],
        depth: usize,
        blocks: &mut Blocks,
        numbers: &mut impl Numbers,
    ) -> u64 {
        if block.len() < 2 {
            return 0;
        }
        if block.len() <= self.cap {
            for (_, record) in block.iter() {
                numbers.note(*record, blocks.ends.len() as u32);
                blocks.records.push(*record);
            }
            blocks.ends.push(blocks.records.len() as u32);
            return 0;
        }
        if depth == REFINEMENTS.len() {
            return block.len() as u64;
        }
        self.refine(block, depth);
        let parts = block.chunk_by_mut(|left, right| left.0 == right.0);
        parts
            .map(|part| self.put(part, depth + 1, blocks, numbers))
            .sum()
    }

    /// Gives the records of a block finer keys, and puts those of one key together.
    pub(super) fn refine(&self, block: &mut [(u64, u32)], depth: usize) {
        for (key, record) in block.iter_mut() {
            let row = &self.features.rows[*record as usize];
            let value = value(row, self.starts, REFINEMENTS[depth]);
            *key = mix(*key, mix(depth as u64 + 1, value)).max(1);
        }
        block.sort_unstable();
    }
}
