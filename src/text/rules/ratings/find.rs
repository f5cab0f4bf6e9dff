//! The ratings of a text: forms of `ratings.tsv` and rows of stars, and whose they are.

use std::ops::Range;

use regex::Captures;

use super::around::Around;
use super::drawn;
use super::number;
use super::table::{Class, Form, Table};
use super::view::{View, may_rate};

/// The longest text that is looked through, in bytes, and how often a form is looked for in it: no review comes near either.
const MAX_TEXT: usize = 1 << 16;
const MAX_MATCHES: usize = 64;
/// From so many stars, or marks of a hundred, on more than the number is more than all.
const NEARLY_ALL: f64 = 4.0;
const NEARLY_HUNDRED: f64 = 80.0;
/// Marks of a hundred, and up to how many bare marks may count something else (5点).
const HUNDRED: f64 = 100.0;
const FEW_MARKS: f64 = 10.0;
/// The most marks of a scale, and how far beyond it people go (120点).
const SCALES: [f64; 7] = [3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0];
const MOST_OVER: f64 = 1.2;
/// By how many stars a rating is fewer at most, and by fewer than how many marks of a hundred.
const MOST_FEWER: f64 = 3.0;
const MOST_MARKS_FEWER: f64 = 50.0;

/// What a rating gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Given {
    /// So many stars of five.
    Stars(f64),
    /// So many stars where the rest of the text praises, else none.
    StarsIfPraised(f64),
    /// Nothing: others gave it, or it was asked, wished for, denied.
    Nothing,
}

/// A rating in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// Bytes of the original.
    pub(super) range: Range<usize>,
    pub(super) given: Given,
    /// Whether it is said to be the one over all (総合).
    pub(super) is_total: bool,
    /// Whether it is said of a part that is no aspect (量★2).
    pub(super) is_part: bool,
}

/// Returns the ratings of a text, in order of place.
pub(super) fn ratings(original: &str) -> Vec<Found> {
    if original.len() > MAX_TEXT || !may_rate(original) {
        return Vec::new();
    }
    let view = View::of(original);
    let mut search = Search {
        around: Around::new(&view.text),
        places: Vec::new(),
    };
    for form in &Table::get().forms {
        for found in form.pattern.captures_iter(&view.text).take(MAX_MATCHES) {
            search.consider(form, &found);
        }
    }
    for (range, stars) in drawn::ratings(&search.around) {
        if search.is_free(&range) {
            search.add(range, stars, Given::Stars(stars));
        }
    }
    search.unlist();
    let mut places = search.places;
    places.sort_by_key(|place| (place.range.start, place.range.end));
    for place in &mut places {
        place.range = view.original(&place.range);
    }
    places
}

/// Whether a noun that names an aspect means the whole (商品は星5).
pub(super) fn is_thing(noun: &str) -> bool {
    Table::get().thing.is_match(noun)
}

/// A search under way; places are of the view.
struct Search<'v> {
    around: Around<'v>,
    places: Vec<Found>,
}

impl Search<'_> {
    /// Takes a match of a form for a rating where it is one.
    fn consider(&mut self, form: &Form, found: &Captures<'_>) {
        let Some(whole) = found.get(0) else { return };
        let mut range = whole.range();
        if !self.is_free(&range) || !self.around.fits(form.class, &range) {
            return;
        }
        let Some(mut stars) = stars(form.class, found) else {
            return;
        };
        if form.must_be_said {
            let Some(tail) = self.around.said(form.class, range.end) else {
                if form.class.is_of_stars() || self.around.is_unsaid(range.end) {
                    self.place(range, Given::Nothing);
                }
                return;
            };
            range.end += tail.length;
            if tail.has_half {
                stars = (stars + 0.5).min(number::MOST);
            }
        }
        let given = match form.class {
            Class::Fewer | Class::Bare if !self.around.is_reasoned(&range) => {
                Given::StarsIfPraised(stars)
            }
            _ => Given::Stars(stars),
        };
        self.add(range, stars, given);
    }

    fn is_free(&self, range: &Range<usize>) -> bool {
        let overlaps =
            |place: &Found| place.range.start < range.end && range.start < place.range.end;
        !self.places.iter().any(overlaps)
    }

    /// Adds a rating of so many stars, which gives nothing unless the writer means it.
    fn add(&mut self, range: Range<usize>, stars: f64, given: Given) {
        let is_meant = self.around.is_meant(&range, stars);
        self.place(range, if is_meant { given } else { Given::Nothing });
    }

    fn place(&mut self, range: Range<usize>, given: Given) {
        self.places.push(Found {
            given,
            is_total: self.around.is_total(range.start),
            is_part: self.around.is_part(range.start),
            range,
        });
    }

    /// Takes ★1 … ★2 … for a list.
    fn unlist(&mut self) {
        let text = self.around.text;
        let mut listed: Vec<&mut Found> = self
            .places
            .iter_mut()
            .filter(|place| is_numbered(&text[place.range.clone()]))
            .collect();
        listed.sort_by_key(|place| place.range.start);
        let mut numbers = listed.iter().zip(1_u32..);
        let is_list = listed.len() > 1
            && numbers.all(|(place, number)| place.given == Given::Stars(f64::from(number)));
        if is_list {
            for place in listed {
                place.given = Given::Nothing;
            }
        }
    }
}

/// Whether a star is drawn and a number stands behind it.
fn is_numbered(text: &str) -> bool {
    text.starts_with(['★', '☆']) && text.contains(|c| !matches!(c, '★' | '☆' | ' '))
}

/// Returns the stars that a match of a form gives; none for numbers that are no rating.
fn stars(class: Class, found: &Captures<'_>) -> Option<f64> {
    // A number that cannot be read is no rating, one that the form has not is none.
    let read = |name: &str| match found.name(name) {
        Some(written) => number::read(written.as_str()).map(Some),
        None => Some(None),
    };
    let (given, most, less) = (read("n")?, read("m")?, read("less")?);
    let in_marks = found[0].contains('点');
    match class {
        Class::Nothing => Some(0.0),
        Class::Full => Some(number::MOST),
        Class::Beyond => {
            let enough = if in_marks { NEARLY_HUNDRED } else { NEARLY_ALL };
            (given? >= enough).then_some(number::MOST)
        }
        Class::Above => (given? >= number::MOST).then_some(number::MOST),
        Class::Stars => match most {
            Some(most) => number::of_steps(given?, most),
            None => given.filter(|stars| *stars <= number::MOST),
        },
        Class::Rank => given.filter(|stars| (1.0..=number::MOST).contains(stars)),
        Class::Points => {
            let (given, most) = (given?, most?);
            let is_scale = SCALES.contains(&most) && given <= most * MOST_OVER;
            is_scale.then(|| number::of_marks(given, most))
        }
        Class::Mean => {
            let (one, other) = (given?, most?);
            let is_between = (one - other).abs() <= 1.0 && one.max(other) <= number::MOST;
            is_between.then(|| f64::midpoint(one, other))
        }
        Class::Less | Class::Fewer | Class::Bare => fewer(less?, most, in_marks),
        Class::Marks => number::of_size(given?),
        Class::Hundred => {
            let marks = given?;
            let is_of_hundred = marks > FEW_MARKS || marks <= 0.0;
            is_of_hundred.then(|| number::of_marks(marks, HUNDRED))
        }
    }
}

/// Returns the stars left of `most` (of all where none is told), so many fewer.
fn fewer(less: f64, most: Option<f64>, in_marks: bool) -> Option<f64> {
    if in_marks && less > number::MOST {
        let is_part = less < MOST_MARKS_FEWER;
        return is_part.then(|| number::of_marks(HUNDRED - less, HUNDRED));
    }
    let most = most.unwrap_or(number::MOST);
    let is_part = less > 0.0 && less <= MOST_FEWER && less < most && most <= number::MOST;
    is_part.then_some(most - less)
}
