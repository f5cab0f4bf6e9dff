//! Ratings the writer states: 星3つです, ★★★☆☆, 100点満点で80点, 星ひとつ減らしました.
//!
//! What the writer gives the whole counts for more than all opinion words together, so that the stars decide the class where
//! they and the words disagree. What is given to a part (味★5) is an opinion on it; what others give, what is asked, wished
//! for or denied is none. Drawn stars are marks that the analysis text has lost, so the original is read, by the patterns of
//! `ratings.tsv`.

use std::ops::Range;

use super::super::{Hit, MarkKind};
use super::{Scene, UNASSERTED};
use crate::text::lexicon::{Aspect, Emotion};
use crate::text::tokens::{Pos, Token};

mod around;
mod drawn;
mod find;
mod number;
mod table;
mod view;

use find::{Found, Given};

/// The rule of what the writer gives, and that of ratings the writer does not give.
const STATED: &str = "stated_rating";
const OTHER: &str = "other_rating";
/// How many signs and particles may stand between a noun and its rating.
const MAX_LINKS: usize = 2;
/// What the rating of a part weighs, and one at either end of the scale.
const PART: f64 = 2.0;
const PART_IN_FULL: f64 = 3.0;

/// What so many stars weigh.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Weight {
    sign: i8,
    /// Where nothing else judges.
    alone: f64,
    /// For each weight of the other hits.
    beside: f64,
}

/// Returns what stars of five weigh; those of the middle have no sign and draw the score to 0.
fn weight(stars: f64) -> Weight {
    let (sign, alone, beside) = match stars {
        stars if stars < 1.75 => (-1, 5.0, 2.0),
        stars if stars < 2.25 => (-1, 4.0, 2.0),
        stars if stars < 2.75 => (0, 2.0, 1.0),
        stars if stars <= 3.25 => (0, 5.0, 2.0),
        stars if stars < 3.75 => (0, 2.0, 1.0),
        stars if stars < 4.75 => (1, 2.0, 2.0),
        _ => (1, 5.0, 2.0),
    };
    Weight {
        sign,
        alone,
        beside,
    }
}

/// Whether a text states a rating by its writer.
pub(crate) fn is_stated(original: &str) -> bool {
    let gives = |rating: &Found| rating.given != Given::Nothing;
    find::ratings(original).iter().any(gives)
}

/// Returns what a hit adds to the sum of weights: a word without a sign nothing, a rating of the middle its weight.
pub(crate) fn size(hit: &Hit) -> f64 {
    match hit.polarity {
        0 if !hit.rules.contains(&STATED) => 0.0,
        _ => hit.strength,
    }
}

/// Whether the writer's own rating of the whole is among the hits.
pub(crate) fn is_among(hits: &[Hit]) -> bool {
    hits.iter()
        .any(|hit| hit.rules.contains(&STATED) && hit.aspect.is_none())
}

/// Adds the ratings that a text states to its hits, and takes back what was made of their words.
pub(crate) fn apply(scene: &Scene<'_>, original: &str, hits: &mut Vec<Hit>) {
    let found = find::ratings(original);
    if found.is_empty() {
        return;
    }
    let parts: Vec<Option<Part>> = found
        .iter()
        .map(|rating| part(scene, rating, found.len() > 1))
        .collect();
    let whole = over_all(&found, &parts);
    set_aside(&found, &parts, whole, hits);
    for (rating, part) in found.iter().zip(&parts) {
        if let (Given::Stars(stars), Some(part)) = (rating.given, part) {
            hits.push(of_part(original, rating, stars, part));
        }
    }
    if let Some(rating) = whole.and_then(|index| found.get(index)) {
        let stated = of_whole(scene, original, rating, hits);
        hits.push(stated);
    }
}

/// What part of the whole a rating is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part(Option<Aspect>);

/// Returns the rating that counts for the whole: the last one said to be over all, else the last.
fn over_all(found: &[Found], parts: &[Option<Part>]) -> Option<usize> {
    let of_whole = |index: &usize| parts[*index].is_none() && found[*index].given != Given::Nothing;
    let last = |is_total: bool| {
        (0..found.len())
            .rev()
            .filter(of_whole)
            .find(|index| found[*index].is_total || !is_total)
    };
    last(true).or_else(|| last(false))
}

/// Returns the part that is named before a rating: 味★5, 接客は星2, サービス：★★★☆☆. Where several are given, a space is
/// enough between.
fn part(scene: &Scene<'_>, rating: &Found, is_one_of_several: bool) -> Option<Part> {
    if rating.is_total {
        return None;
    }
    let end_of = |token: &Token<'_>| scene.normalised.original(token.start, token.end).end;
    let start = rating.range.start;
    let mut at = scene.tokens.partition_point(|token| end_of(token) <= start);
    for links in 0..=MAX_LINKS {
        at = at.checked_sub(1)?;
        let token = &scene.tokens[at];
        if is_link(token) {
            continue;
        }
        let is_tied = links > 0 || end_of(token) == start || is_one_of_several;
        if token.pos != Pos::Noun || !is_tied || find::is_thing(token.surface) {
            break;
        }
        let aspect = scene.lexicon.aspect_of(token.base_key);
        let named = aspect.or_else(|| scene.lexicon.aspect_of(token.surface_key));
        if named.is_some() {
            return Some(Part(named));
        }
        break;
    }
    rating.is_part.then_some(Part(None))
}

/// Signs and particles between a noun and its rating.
fn is_link(token: &Token<'_>) -> bool {
    matches!(
        token.surface,
        "は" | "が" | "も" | ":" | "=" | "→" | "「" | "【" | "】" | "("
    )
}

/// Takes out the hits that a rating by the writer is made of; those within a rating of others say next to nothing.
fn set_aside(found: &[Found], parts: &[Option<Part>], whole: Option<usize>, hits: &mut Vec<Hit>) {
    let counts = |index: usize| {
        let is_part = parts[index].is_some() && matches!(found[index].given, Given::Stars(_));
        is_part || whole == Some(index)
    };
    hits.retain(|hit| {
        !(0..found.len()).any(|index| counts(index) && overlaps(hit, &found[index].range))
    });
    for (index, rating) in found.iter().enumerate() {
        let within = |hit: &&mut Hit| {
            rating.range.start <= hit.start
                && hit.end <= rating.range.end
                && !hit.rules.contains(&OTHER)
        };
        if !counts(index) {
            for hit in hits.iter_mut().filter(within) {
                hit.strength = hit.strength.min(1.0) * UNASSERTED;
                hit.emotion = None;
                hit.rules.push(OTHER);
            }
        }
    }
}

fn overlaps(hit: &Hit, range: &Range<usize>) -> bool {
    hit.start < range.end && range.start < hit.end
}

/// Returns the hit of the rating of a part.
fn of_part(original: &str, rating: &Found, stars: f64, part: &Part) -> Hit {
    let weight = weight(stars);
    let is_full = weight.sign != 0 && weight.alone > PART_IN_FULL;
    let strength = if is_full { PART_IN_FULL } else { PART };
    Hit {
        aspect: part.0,
        ..hit(original, rating, weight.sign, strength)
    }
}

/// Returns the hit of the rating of the whole, beside all other hits; words that follow their company follow it.
fn of_whole(scene: &Scene<'_>, original: &str, rating: &Found, hits: &mut [Hit]) -> Hit {
    let praise: f64 = hits
        .iter()
        .map(|hit| f64::from(hit.polarity) * hit.strength)
        .sum();
    let rest: f64 = hits.iter().map(size).sum();
    let stars = match rating.given {
        Given::Stars(stars) => stars,
        Given::StarsIfPraised(stars) if praise > 0.0 => stars,
        Given::StarsIfPraised(_) | Given::Nothing => 0.0,
    };
    let Weight {
        mut sign,
        alone,
        beside,
    } = weight(stars);
    let is_mocked = sign > 0 && mocks(scene, hits, praise);
    if is_mocked {
        sign = -1;
    }
    if sign != 0 {
        for hit in hits
            .iter_mut()
            .filter(|hit| hit.polarity == 0 && size(hit) == 0.0)
        {
            hit.polarity = sign;
            hit.rules.push("ambiguous");
        }
    }
    let mut stated = hit(original, rating, sign, alone + beside * rest);
    stated.emotion = match sign {
        _ if is_mocked => None,
        1 if alone > 2.0 => Some(Emotion::Joy),
        -1 => Some(Emotion::Dislike),
        _ => None,
    };
    if is_mocked {
        stated.rules.push("sarcasm");
    }
    stated
}

/// Whether a text that gives much means the opposite: （棒）, or praise that was read as blame and more blame than praise.
fn mocks(scene: &Scene<'_>, hits: &[Hit], praise: f64) -> bool {
    let marks = &scene.normalised.marks;
    marks.iter().any(|mark| mark.kind == MarkKind::Sarcasm)
        || (praise < 0.0 && hits.iter().any(|hit| hit.rules.contains(&"sarcasm")))
}

fn hit(original: &str, rating: &Found, polarity: i8, strength: f64) -> Hit {
    let range = rating.range.clone();
    Hit {
        surface: original.get(range.clone()).unwrap_or_default().to_owned(),
        start: range.start,
        end: range.end,
        polarity,
        strength,
        aspect: None,
        emotion: None,
        rules: vec![STATED],
    }
}

#[cfg(test)]
mod tests;
