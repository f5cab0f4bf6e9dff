//! How well two records agree, field by field.

use rapidfuzz::distance::{jaro_winkler, osa};

use super::features::{Features, Texts};
use super::field::{
    FIRST_IDENTIFIER, FIXED, Kind, Pattern, address, birth, email, gender, identifier, name, phone,
};

/// Similarity from which on two names are one name with a slip of the pen.
const CLOSE: f64 = 0.90;
/// Similarity from which on two names are near.
const NEAR: f64 = 0.78;
/// Shortest name in which one wrong letter leaves the name recognisable.
const SHORTEST_WITH_EDIT: usize = 4;
/// Shortest part of a name that stands for the whole in Latin letters.
const SHORTEST_PREFIX: usize = 1;

/// Returns how two records agree.
pub fn compare(features: &Features, left: usize, right: usize) -> Pattern {
    let [family, given] = names(features, left, right);
    let mut pattern = Pattern::default()
        .with(0, family)
        .with(1, given)
        .with(2, births(features.birth[left], features.birth[right]))
        .with(3, genders(features.gender[left], features.gender[right]))
        .with(4, emails(features, left, right))
        .with(5, phones(&features.phone, left, right))
        .with(6, addresses(features, left, right));
    debug_assert!(FIXED[2] == Kind::Birth && FIXED[6] == Kind::Address);
    for (place, texts) in features.identifiers.iter().enumerate() {
        pattern = pattern.with(FIRST_IDENTIFIER + place, identifiers(texts, left, right));
    }
    pattern
}

/// Family and given name of a record, by number.
#[derive(Clone, Copy)]
struct Names {
    family: u32,
    given: u32,
    family_reading: u32,
    given_reading: u32,
}

impl Names {
    fn of(features: &Features, record: usize) -> Self {
        Self {
            family: features.family.numbers[record],
            given: features.given[record],
            family_reading: features.family_reading.numbers[record],
            given_reading: features.given_reading[record],
        }
    }
}

fn same(left: u32, right: u32) -> bool {
    left != 0 && left == right
}

fn names(features: &Features, left: usize, right: usize) -> [u8; 2] {
    let (a, b) = (Names::of(features, left), Names::of(features, right));
    let nothing = |names: Names| names.family == 0 && names.family_reading == 0;
    if nothing(a) || nothing(b) {
        return [0, 0];
    }
    if (a.given == 0 && a.given_reading == 0) != (b.given == 0 && b.given_reading == 0) {
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
    let [family_a, given_a] = features.written[left];
    let [family_b, given_b] = features.written[right];
    let (family_a, given_a) = (
        (a.family, a.family_reading, family_a),
        (a.given, a.given_reading, given_a),
    );
    let (family_b, given_b) = (
        (b.family, b.family_reading, family_b),
        (b.given, b.given_reading, given_b),
    );
    let straight = [
        part(features, family_a, family_b),
        part(features, given_a, given_b),
    ];
    if straight.iter().all(|level| *level >= name::NEAR)
        && (1..=name::CLOSE).contains(&part(features, family_a, given_b))
        && (1..=name::CLOSE).contains(&part(features, given_a, family_b))
    {
        return [name::SWAPPED, name::SWAPPED];
    }
    straight
}

/// Compares names of which one could not be cut in two: as wholes.
fn halves(features: &Features, a: Names, b: Names) -> [u8; 2] {
    let (names, readings) = (
        &features.family.dictionary,
        &features.family_reading.dictionary,
    );
    let whole = |names: Names| {
        let of = |family: u32, given: u32, dictionary: &super::dictionary::Dictionary| {
            [dictionary.get(family), dictionary.get(given)].concat()
        };
        (
            of(names.family, names.given, &features.family.dictionary),
            of(
                names.family_reading,
                names.given_reading,
                &features.family_reading.dictionary,
            ),
        )
    };
    let ((name_a, reading_a), (name_b, reading_b)) = (whole(a), whole(b));
    if name_a == name_b {
        return [name::EXACT, name::EXACT];
    }
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
    let near = similarity(&name_a, &name_b).max(similarity(&reading_a, &reading_b));
    [by_similarity(near), 0]
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

/// Compares one part of a name: number, number of the reading, and hash as written.
fn part(features: &Features, left: (u32, u32, u32), right: (u32, u32, u32)) -> u8 {
    let is_missing = |part: (u32, u32, u32)| part.0 == 0 && part.1 == 0;
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
    let mut best = name::DIFFERENT;
    for (dictionary, a, b) in [
        (&features.family.dictionary, left.0, right.0),
        (&features.family_reading.dictionary, left.1, right.1),
    ] {
        if a == 0 || b == 0 {
            continue;
        }
        let (a, b) = (dictionary.get(a), dictionary.get(b));
        if a.is_ascii() && b.is_ascii() {
            let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
            if short.len() >= SHORTEST_PREFIX && short.len() < long.len() && long.starts_with(short)
            {
                best = best.min(name::PREFIX);
                continue;
            }
        }
        // Letters and not bytes: 太郎 and 次郎 are brothers, not one name with a slip.
        let is_long = |name: &str| name.chars().nth(SHORTEST_WITH_EDIT - 1).is_some();
        let is_slip = is_long(a) && is_long(b) && is_one_edit(a, b);
        best = best.min(if is_slip {
            name::CLOSE
        } else {
            by_similarity(similarity(a, b))
        });
    }
    best
}

fn similarity(left: &str, right: &str) -> f64 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    if left.is_ascii() && right.is_ascii() {
        let args = jaro_winkler::Args::default().score_cutoff(NEAR);
        return jaro_winkler::similarity_with_args(left.bytes(), right.bytes(), &args)
            .unwrap_or_default();
    }
    jaro_winkler::similarity(left.chars(), right.chars())
}

/// Whether one letter added, dropped, changed or swapped with its neighbour makes one of the other.
fn is_one_edit(left: &str, right: &str) -> bool {
    edits(left, right, 1).is_some()
}

/// Returns the number of edits when it is not above `most`.
fn edits(left: &str, right: &str, most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most * 4 {
        return None;
    }
    let args = osa::Args::default().score_cutoff(most);
    if left.is_ascii() && right.is_ascii() {
        if left.len().abs_diff(right.len()) > most {
            return None;
        }
        return osa::distance_with_args(left.bytes(), right.bytes(), &args);
    }
    osa::distance_with_args(left.chars(), right.chars(), &args)
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

fn genders(left: u8, right: u8) -> u8 {
    match (left, right) {
        (0, _) | (_, 0) => 0,
        _ if left == right => gender::SAME,
        _ => gender::DIFFERENT,
    }
}

fn emails(features: &Features, left: usize, right: usize) -> u8 {
    let (a, b) = (features.email.numbers[left], features.email.numbers[right]);
    if a == 0 || b == 0 {
        return 0;
    }
    if a == b {
        return email::EXACT;
    }
    if features.email_loose[left] == features.email_loose[right] {
        return email::LOOSE;
    }
    let (a, b) = (
        features.email.dictionary.get(a),
        features.email.dictionary.get(b),
    );
    if edits(a, b, 2).is_some() {
        return email::CLOSE;
    }
    let local = |address: &str| address.rfind('@').map_or(0, |at| at);
    let (local_a, local_b) = (&a[..local(a)], &b[..local(b)]);
    match local_a == local_b && local_a.len() >= SHORTEST_WITH_EDIT {
        true => email::LOCAL,
        false => email::DIFFERENT,
    }
}

fn phones(phones: &Texts, left: usize, right: usize) -> u8 {
    let (a, b) = (phones.numbers[left], phones.numbers[right]);
    if a == 0 || b == 0 {
        return 0;
    }
    if a == b {
        return phone::EXACT;
    }
    match is_one_edit(phones.dictionary.get(a), phones.dictionary.get(b)) {
        true => phone::ONE_EDIT,
        false => phone::DIFFERENT,
    }
}

fn identifiers(texts: &Texts, left: usize, right: usize) -> u8 {
    let (a, b) = (texts.numbers[left], texts.numbers[right]);
    if a == 0 || b == 0 {
        return 0;
    }
    if a == b {
        return identifier::EXACT;
    }
    match is_one_edit(texts.dictionary.get(a), texts.dictionary.get(b)) {
        true => identifier::ONE_EDIT,
        false => identifier::DIFFERENT,
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

fn agreement(texts: &Texts, left: usize, right: usize) -> Agreement {
    let (a, b) = (texts.numbers[left], texts.numbers[right]);
    if a == 0 || b == 0 {
        return Agreement::Missing;
    }
    if a == b {
        return Agreement::Same;
    }
    let (a, b) = (texts.dictionary.get(a), texts.dictionary.get(b));
    let is_close = similarity(a, b) >= CLOSE || edits(a, b, 1).is_some();
    match is_close || is_part(a, b) {
        true => Agreement::Close,
        false => Agreement::Different,
    }
}

/// Whether one text ends or begins with the other: a town without its city, a street without its suburb.
fn is_part(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    short.len() >= 6 && (long.ends_with(short) || long.starts_with(short))
}

fn addresses(features: &Features, left: usize, right: usize) -> u8 {
    use Agreement::{Close, Different, Missing, Same};
    let postal = {
        let (a, b) = (
            features.postal.numbers[left],
            features.postal.numbers[right],
        );
        if a == 0 || b == 0 {
            Missing
        } else if a == b {
            Same
        } else if is_one_edit(
            features.postal.dictionary.get(a),
            features.postal.dictionary.get(b),
        ) {
            Close
        } else {
            Different
        }
    };
    let town = agreement(&features.town, left, right);
    let prefecture = agreement(&features.prefecture, left, right);
    if postal == Missing && town == Missing {
        return match prefecture {
            Missing => 0,
            Same | Close => address::PREFECTURE,
            Different => address::DIFFERENT,
        };
    }
    let numbers = numbers(features, left, right);
    let is_here = town == Same || postal == Same && town != Different;
    let is_near = is_here || town == Close || postal == Same;
    match numbers {
        Same if town == Same => match agreement(&features.building, left, right) {
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
        _ if prefecture == Same => address::PREFECTURE,
        _ => address::DIFFERENT,
    }
}

/// Compares the numbers of addresses: the same, or the one with a room that the other has in the building's name or not
/// at all, or one edit apart.
fn numbers(features: &Features, left: usize, right: usize) -> Agreement {
    let (a, b) = (
        features.numbers.numbers[left],
        features.numbers.numbers[right],
    );
    if a == 0 || b == 0 {
        return Agreement::Missing;
    }
    if a == b {
        return Agreement::Same;
    }
    let (a, b) = (
        features.numbers.dictionary.get(a),
        features.numbers.dictionary.get(b),
    );
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_begin = |short: &str, long: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.starts_with('-'))
            || long
                .strip_suffix(short)
                .is_some_and(|rest| rest.ends_with('-'))
    };
    if is_begin(short, long) && short.contains('-') {
        return Agreement::Same;
    }
    match is_begin(short, long) || short.len() >= 3 && is_one_edit(a, b) {
        true => Agreement::Close,
        false => Agreement::Different,
    }
}
