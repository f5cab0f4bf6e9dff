//! How well two records agree, field by field.

use rapidfuzz::distance::{jaro_winkler, osa};

use super::dictionary::Dictionary;
use super::features::{Features, Row};
use super::field::{
    FIRST_IDENTIFIER, FIXED, Kind, Pattern, address, birth, email, gender, identifier, name, phone,
};
use super::weights::Term;

/// Similarity from which on two names are one name with a slip of the pen.
const CLOSE: f64 = 0.90;
/// Similarity from which on two names are near.
const NEAR: f64 = 0.78;
/// Shortest name in which one wrong letter leaves the name recognisable.
const SHORTEST_WITH_EDIT: usize = 4;
/// Shortest place in bytes that a longer one may contain: two kanji.
const SHORTEST_PLACE: usize = 6;

/// Returns how two records agree.
pub fn compare(features: &Features, left: usize, right: usize) -> Pattern {
    let (a, b) = (&features.rows[left], &features.rows[right]);
    let [family, given] = names(features, a, b);
    let mut pattern = Pattern::default()
        .with(0, family)
        .with(1, given)
        .with(2, births(a.birth, b.birth))
        .with(3, genders(a.gender, b.gender))
        .with(4, emails(&features.emails, a, b))
        .with(5, phones(&features.phones, a.phone, b.phone))
        .with(6, addresses(features, a, b));
    debug_assert!(FIXED[2] == Kind::Birth && FIXED[6] == Kind::Address);
    for (place, dictionary) in features.identifiers.iter().enumerate() {
        let level = identifiers(dictionary, a.identifiers[place], b.identifiers[place]);
        pattern = pattern.with(FIRST_IDENTIFIER + place, level);
    }
    pattern
}

fn same(left: u32, right: u32) -> bool {
    left != 0 && left == right
}

/// One part of a name: its number, that of its reading, and the hash of how it was written.
type Part = (u32, u32, u32);

fn names(features: &Features, a: &Row, b: &Row) -> [u8; 2] {
    let nothing = |row: &Row| row.family == 0 && row.family_reading == 0;
    if nothing(a) || nothing(b) {
        return [0, 0];
    }
    let is_half = |row: &Row| row.given == 0 && row.given_reading == 0;
    if is_half(a) != is_half(b) {
        return halves(features, a, b);
    }
    let is_crosswise = |family: u32, given: u32, other_family: u32, other_given: u32| {
        family != given && same(family, other_given) && same(given, other_family)
    };
    if is_crosswise(a.family, a.given, b.family, b.given)
        || is_crosswise(
            a.family_reading,
            a.given_reading,
            b.family_reading,
            b.given_reading,
        )
    {
        return [name::SWAPPED, name::SWAPPED];
    }
    let parts = |row: &Row| -> [Part; 2] {
        [
            (row.family, row.family_reading, row.written[0]),
            (row.given, row.given_reading, row.written[1]),
        ]
    };
    let ([family_a, given_a], [family_b, given_b]) = (parts(a), parts(b));
    let mut straight = [
        part(features, Term::Family, family_a, family_b),
        part(features, Term::Given, given_a, given_b),
    ];
    if straight[1] > name::ALIAS && features.aliases.has(given_a.0, given_b.0) {
        straight[1] = name::ALIAS;
        return straight;
    }
    let is_like = |term: Term, left: Part, right: Part| {
        (1..=name::CLOSE).contains(&part(features, term, left, right))
            || features.aliases.has(left.0, right.0)
    };
    if straight.iter().all(|level| *level >= name::NEAR)
        && is_like(Term::Family, family_a, given_b)
        && is_like(Term::Given, given_a, family_b)
    {
        return [name::SWAPPED, name::SWAPPED];
    }
    straight
}

/// Compares names of which one could not be cut in two: as wholes.
fn halves(features: &Features, a: &Row, b: &Row) -> [u8; 2] {
    let (names, readings) = (&features.names, &features.readings);
    let whole =
        |dictionary: &Dictionary, parts: [u32; 2]| parts.map(|part| dictionary.get(part)).concat();
    let written = |row: &Row| [row.family, row.given];
    let read = |row: &Row| [row.family_reading, row.given_reading];
    let (name_a, name_b) = (whole(names, written(a)), whole(names, written(b)));
    if name_a == name_b {
        return [name::EXACT, name::EXACT];
    }
    let (reading_a, reading_b) = (whole(readings, read(a)), whole(readings, read(b)));
    if !reading_a.is_empty() && reading_a == reading_b {
        return [name::READING, name::READING];
    }
    // Only one of the two names is told; the record that tells only one comes first, so that either side gives the same.
    let (half, full) = match a.given == 0 && a.given_reading == 0 {
        true => (a, b),
        false => (b, a),
    };
    for (dictionary, one, two) in [
        (names, [half.family, half.given], [full.family, full.given]),
        (
            readings,
            [half.family_reading, half.given_reading],
            [full.family_reading, full.given_reading],
        ),
    ] {
        if same(one[0], two[0]) {
            return [name::EXACT, 0];
        }
        if same(one[0], two[1]) {
            return [0, name::SWAPPED];
        }
        let (one, family) = (dictionary.get(one[0]), dictionary.get(two[0]));
        if !family.is_empty() && one.len() > family.len() && one.starts_with(family) {
            return [name::EXACT, name::DIFFERENT];
        }
    }
    let near = |a: &str, b: &str| match a.is_empty() || b.is_empty() {
        true => 0.0,
        false => jaro_winkler::similarity(a.chars(), b.chars()),
    };
    [
        by_similarity(near(&name_a, &name_b).max(near(&reading_a, &reading_b))),
        0,
    ]
}

fn by_similarity(similarity: f64) -> u8 {
    if similarity >= CLOSE {
        name::CLOSE
    } else if similarity >= NEAR {
        name::NEAR
    } else {
        name::DIFFERENT
    }
}

fn part(features: &Features, term: Term, left: Part, right: Part) -> u8 {
    let is_missing = |part: Part| part.0 == 0 && part.1 == 0;
    if is_missing(left) || is_missing(right) {
        return 0;
    }
    if same(left.0, right.0) {
        // Nil says nothing of how the name was written.
        return match left.2 == right.2 || left.2 == 0 || right.2 == 0 {
            true => name::EXACT,
            false => name::VARIANT,
        };
    }
    if same(left.1, right.1) {
        return name::READING;
    }
    let (names, readings) = (&features.names, &features.readings);
    let by_name = match left.0 != 0 && right.0 != 0 {
        true => spelling(names, left.0, right.0),
        false => name::DIFFERENT,
    };
    if by_name == name::CLOSE && features.frequencies.is_slip(term, left.0, right.0) {
        return name::SLIP;
    }
    // What is written in Latin letters reads as it is written.
    let is_read = left.1 != 0 && right.1 != 0 && by_name > name::PREFIX;
    match is_read && !(names.is_ascii(left.0) && names.is_ascii(right.0)) {
        true => by_name.min(spelling(readings, left.1, right.1)),
        false => by_name,
    }
}

/// Compares two different spellings.
fn spelling(dictionary: &Dictionary, left: u32, right: u32) -> u8 {
    let pair = Spellings::of(dictionary, left, right);
    if pair.is_ascii() && pair.is_prefix() {
        return name::PREFIX;
    }
    if pair.shortest() >= SHORTEST_WITH_EDIT && pair.is_one_edit() {
        return name::CLOSE;
    }
    by_similarity(pair.similarity())
}

/// Two different texts of one dictionary. The texts are looked at only where their bags leave it open.
#[derive(Clone, Copy)]
struct Spellings<'a> {
    dictionary: &'a Dictionary,
    numbers: [u32; 2],
    lengths: [usize; 2],
    difference: usize,
}

impl<'a> Spellings<'a> {
    fn of(dictionary: &'a Dictionary, left: u32, right: u32) -> Self {
        let (a, b) = (dictionary.bag(left), dictionary.bag(right));
        Self {
            dictionary,
            numbers: [left, right],
            lengths: [a.letters(), b.letters()],
            difference: a.difference(b),
        }
    }

    fn texts(self) -> [&'a str; 2] {
        self.numbers.map(|number| self.dictionary.get(number))
    }

    fn is_ascii(self) -> bool {
        self.numbers
            .iter()
            .all(|number| self.dictionary.is_ascii(*number))
    }

    fn shortest(self) -> usize {
        self.lengths[0].min(self.lengths[1])
    }

    /// The texts, the shorter first, when the longer may be the shorter with something added.
    fn nested(self) -> Option<[&'a str; 2]> {
        if self.difference != self.lengths[0].abs_diff(self.lengths[1]) {
            return None;
        }
        let [a, b] = self.texts();
        Some(if a.len() <= b.len() { [a, b] } else { [b, a] })
    }

    fn is_prefix(self) -> bool {
        self.nested()
            .is_some_and(|[short, long]| short.len() < long.len() && long.starts_with(short))
    }

    /// Whether one text ends or begins with the other: a town without its city, a street without its suburb.
    fn is_part(self) -> bool {
        self.nested().is_some_and(|[short, long]| {
            short.len() >= SHORTEST_PLACE && (long.ends_with(short) || long.starts_with(short))
        })
    }

    /// Whether one letter added, dropped, changed or swapped with its neighbour makes one of the other.
    fn is_one_edit(self) -> bool {
        self.is_within(1)
    }

    /// Whether so many edits make one of the other.
    fn is_within(self, edits: usize) -> bool {
        // An edit changes two letters of the bags at most, and one of the length.
        if self.difference > 2 * edits || self.lengths[0].abs_diff(self.lengths[1]) > edits {
            return false;
        }
        let [a, b] = self.texts();
        let args = osa::Args::default().score_cutoff(edits);
        match self.is_ascii() {
            true => osa::distance_with_args(a.bytes(), b.bytes(), &args).is_some(),
            false => osa::distance_with_args(a.chars(), b.chars(), &args).is_some(),
        }
    }

    /// Returns the Jaro-Winkler similarity; nil when it is below [`NEAR`].
    fn similarity(self) -> f64 {
        let [left, right] = self.lengths.map(|length| length as f64);
        let common = (left + right - self.difference as f64).max(0.0) / 2.0;
        let jaro = (common / left + common / right + 1.0) / 3.0;
        // Four letters in common at the beginning close four tenths of the gap.
        if jaro + 0.4 * (1.0 - jaro) < NEAR {
            return 0.0;
        }
        let [a, b] = self.texts();
        let args = jaro_winkler::Args::default().score_cutoff(NEAR);
        let similarity = match self.is_ascii() {
            true => jaro_winkler::similarity_with_args(a.bytes(), b.bytes(), &args),
            false => jaro_winkler::similarity_with_args(a.chars(), b.chars(), &args),
        };
        similarity.unwrap_or_default()
    }
}

fn births(left: u32, right: u32) -> u8 {
    if left == 0 || right == 0 {
        return 0;
    }
    if left == right {
        return birth::EXACT;
    }
    let parts = |date: u32| [date / 10_000, date / 100 % 100, date % 100];
    let (a, b) = (parts(left), parts(right));
    if a[0] == b[0] && a[1] == b[2] && a[2] == b[1] {
        return birth::SWAPPED;
    }
    let digits = |mut number: u32| {
        let mut digits = [0_u8; 8];
        for digit in digits.iter_mut().rev() {
            *digit = (number % 10) as u8;
            number /= 10;
        }
        digits
    };
    let (digits_a, digits_b) = (digits(left), digits(right));
    let wrong: Vec<usize> = (0..8)
        .filter(|place| digits_a[*place] != digits_b[*place])
        .collect();
    let is_transposed = |first: usize, second: usize| {
        second == first + 1
            && digits_a[first] == digits_b[second]
            && digits_a[second] == digits_b[first]
    };
    match wrong[..] {
        [_] => birth::ONE_EDIT,
        [first, second] if is_transposed(first, second) => birth::ONE_EDIT,
        _ if (0..3).filter(|part| a[*part] == b[*part]).count() == 2 => birth::TWO_PARTS,
        [_, _] => birth::NEAR,
        _ => birth::DIFFERENT,
    }
}

fn genders(left: u32, right: u32) -> u8 {
    match (left, right) {
        (0, _) | (_, 0) => 0,
        _ if left == right => gender::SAME,
        _ => gender::DIFFERENT,
    }
}

fn emails(emails: &Dictionary, a: &Row, b: &Row) -> u8 {
    if a.email == 0 || b.email == 0 {
        return 0;
    }
    if a.email == b.email {
        return email::EXACT;
    }
    if a.email_loose == b.email_loose {
        return email::LOOSE;
    }
    let pair = Spellings::of(emails, a.email, b.email);
    if pair.is_within(2) {
        return email::CLOSE;
    }
    let [a, b] = pair.texts();
    let local = |address: &str| address.rfind('@').unwrap_or_default();
    let (local_a, local_b) = (local(a), local(b));
    match local_a == local_b && local_a >= SHORTEST_WITH_EDIT && a[..local_a] == b[..local_b] {
        true => email::LOCAL,
        false => email::DIFFERENT,
    }
}

fn phones(phones: &Dictionary, a: u32, b: u32) -> u8 {
    match (a, b) {
        (0, _) | (_, 0) => 0,
        _ if a == b => phone::EXACT,
        _ if Spellings::of(phones, a, b).is_one_edit() => phone::ONE_EDIT,
        _ => phone::DIFFERENT,
    }
}

fn identifiers(dictionary: &Dictionary, a: u32, b: u32) -> u8 {
    match (a, b) {
        (0, _) | (_, 0) => 0,
        _ if a == b => identifier::EXACT,
        _ if Spellings::of(dictionary, a, b).is_one_edit() => identifier::ONE_EDIT,
        _ => identifier::DIFFERENT,
    }
}

/// How two parts of an address agree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agreement {
    Missing,
    Same,
    Close,
    Different,
}

fn agreement(dictionary: &Dictionary, a: u32, b: u32) -> Agreement {
    match (a, b) {
        (0, _) | (_, 0) => return Agreement::Missing,
        _ if a == b => return Agreement::Same,
        _ => {}
    }
    let pair = Spellings::of(dictionary, a, b);
    match pair.is_one_edit() || pair.is_part() || pair.similarity() >= CLOSE {
        true => Agreement::Close,
        false => Agreement::Different,
    }
}

fn addresses(features: &Features, a: &Row, b: &Row) -> u8 {
    use Agreement::{Close, Different, Missing, Same};
    let postal = match (a.postal, b.postal) {
        (0, _) | (_, 0) => Missing,
        (a, b) if a == b => Same,
        (a, b) if Spellings::of(&features.postals, a, b).is_one_edit() => Close,
        _ => Different,
    };
    let town = agreement(&features.towns, a.town, b.town);
    let prefecture = || agreement(&features.prefectures, a.prefecture, b.prefecture);
    if postal == Missing && town == Missing {
        return match prefecture() {
            Missing => 0,
            Same | Close => address::PREFECTURE,
            Different => address::DIFFERENT,
        };
    }
    let is_here = town == Same || postal == Same && town != Different;
    let is_near = is_here || town == Close || postal == Same;
    match numbers(&features.numbers, a.numbers, b.numbers) {
        Same if town == Same => match agreement(&features.buildings, a.building, b.building) {
            Different => address::NEARLY,
            _ => address::FULL,
        },
        Same if is_here => address::FULL,
        Same if is_near => address::NEARLY,
        Close if is_here => address::NEARLY,
        Same if postal == Close => address::NUMBERS,
        Close if is_near => address::NUMBERS,
        _ if is_here => address::PLACE,
        _ if is_near || postal == Close => address::CLOSE,
        _ if prefecture() == Same => address::PREFECTURE,
        _ => address::DIFFERENT,
    }
}

/// Compares the numbers of addresses: the same, or the one with a room that the other has in the building's name or not
/// at all, or one edit apart.
fn numbers(dictionary: &Dictionary, a: u32, b: u32) -> Agreement {
    match (a, b) {
        (0, _) | (_, 0) => return Agreement::Missing,
        _ if a == b => return Agreement::Same,
        _ => {}
    }
    let pair = Spellings::of(dictionary, a, b);
    let begins = pair.nested().is_some_and(|[short, long]| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.starts_with('-'))
            || long
                .strip_suffix(short)
                .is_some_and(|rest| rest.ends_with('-'))
    });
    let is_run = begins && pair.nested().is_some_and(|[short, _]| short.contains('-'));
    if is_run {
        return Agreement::Same;
    }
    match begins || pair.shortest() >= 3 && pair.is_one_edit() {
        true => Agreement::Close,
        false => Agreement::Different,
    }
}
