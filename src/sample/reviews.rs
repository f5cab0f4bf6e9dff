//! The Google Business reviews of the shop, with the owner's replies.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rand::{Rng, RngExt};
use serde::Serialize;

use super::calendar::{DAY, HOUR, Moment};
use super::names;
use super::seed::{Domain, hash, pick, stream, weighted};
use super::story::Story;
use super::talk::{self, Truth};
use super::voice::{self, Aspect, Brief, Channel, Persona, Stance};

/// Reviews for 800 customers.
const REVIEWS: u64 = 150;
/// The location all reviews belong to.
const LOCATION: &str = "accounts/104817263540982215560/locations/7715302248116093187";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    name: String,
    review_id: String,
    reviewer: Reviewer,
    star_rating: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    create_time: String,
    update_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_reply: Option<Reply>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reviewer {
    display_name: String,
    is_anonymous: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    comment: String,
    update_time: String,
}

/// Writes `google_reviews.json`; calls `truth` with each review that has a text; returns their number.
pub(super) fn write(
    story: &Story,
    folder: &Path,
    mut truth: impl FnMut(&str, Truth, &str) -> io::Result<()>,
) -> io::Result<u64> {
    let mut file = BufWriter::new(File::create(folder.join("google_reviews.json"))?);
    let count = story.scaled(REVIEWS);
    let mut sum = 0u64;
    file.write_all(b"{\"reviews\": [")?;
    for number in 0..count {
        let mut rng = stream(story.options.seed, Domain::Review, number, 0);
        let at = moment(story, number, count, &mut rng);
        let angry = story.flare.is_some_and(|flare| at > flare + 3 * HOUR);
        let (review, said) = review(story, number, at, angry, &mut rng);
        if let Some(said) = said {
            truth(&review.review_id, said, if angry { "flare_up" } else { "" })?;
        }
        sum += stars_of(review.star_rating);
        file.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut file, &review)?;
    }
    let average = if count == 0 {
        0.0
    } else {
        sum as f64 / count as f64
    };
    write!(
        file,
        "\n], \"averageRating\": {average:.1}, \"totalReviewCount\": {count}}}\n"
    )?;
    file.flush()?;
    Ok(count)
}

/// Spreads reviews evenly over the window, the last fifteenth of them over the flare-up.
fn moment(story: &Story, number: u64, count: u64, rng: &mut impl Rng) -> Moment {
    let end = story.calendar.end();
    let late = count / 15;
    let (from, width, place, places) = match story.flare {
        Some(flare) if number >= count - late => {
            let from = flare + 4 * HOUR;
            (from, end - from, number - (count - late), late)
        }
        Some(flare) => (0, flare, number, count - late),
        None => (0, end, number, count),
    };
    let jitter: f64 = rng.random();
    from + (width as f64 * (place as f64 + jitter) / places.max(1) as f64) as Moment
}

fn review(
    story: &Story,
    number: u64,
    at: Moment,
    angry: bool,
    rng: &mut impl Rng,
) -> (Review, Option<Truth>) {
    let persona = Persona::draw(rng);
    // praise complaint wish question report chatter sarcasm mixed
    let weights = if angry {
        [8.0, 80.0, 0.0, 0.0, 0.0, 0.0, 4.0, 8.0]
    } else {
        [58.0, 14.0, 6.0, 0.0, 6.0, 0.0, 1.0, 15.0]
    };
    let stance = Stance::ALL[weighted(&weights, rng)];
    let aspect = if angry {
        Aspect::Delivery
    } else {
        talk::aspect(stance, rng)
    };
    let day = at / DAY;
    let (_, month, _) = story.calendar.month_of(day);
    let product = rng
        .random_bool(0.35)
        .then(|| super::catalogue::PRODUCTS[story.product_of_month(day, rng)].spoken);
    let hour = (at % DAY / HOUR) as u32;
    let brief = Brief {
        stance,
        aspect,
        channel: Channel::Review,
        persona: &persona,
        product,
        month,
        hour,
    };
    let written = rng.random_bool(0.84);
    let comment = written.then(|| voice::utterance(&brief, rng));
    let star_rating = stars(stance, rng);
    let replied = written && rng.random_bool(if angry { 0.2 } else { 0.6 });
    let reply_at = at + DAY / 2 + rng.random_range(0..4 * DAY);
    let review_reply = (replied && reply_at < story.calendar.end()).then(|| Reply {
        comment: voice::official_reply(stance, aspect, rng),
        update_time: story.calendar.utc_stamp(reply_at),
    });
    let id = format!(
        "Ch{:016x}{:08x}",
        hash(story.options.seed, Domain::Review, number, 1),
        number
    );
    let anonymous = rng.random_bool(0.03);
    let said = Truth {
        stance: talk::stance_name(stance),
        aspect: talk::aspect_name(aspect),
        sentiment: talk::sentiment(stance),
    };
    let review = Review {
        name: format!("{LOCATION}/reviews/{id}"),
        review_id: id,
        reviewer: Reviewer {
            display_name: if anonymous {
                "Google ユーザー".to_owned()
            } else {
                reviewer(&persona, rng)
            },
            is_anonymous: anonymous,
        },
        star_rating,
        comment,
        create_time: story.calendar.utc_stamp(at),
        update_time: story.calendar.utc_stamp(at),
        review_reply,
    };
    (review, written.then_some(said))
}

/// Draws the name a reviewer shows: the real one, its letters, or a nickname.
fn reviewer(persona: &Persona, rng: &mut impl Rng) -> String {
    let female = rng.random_bool(0.5);
    let (family, given) = names::draw(female, rng);
    let letters = names::romaji(given.kana);
    match rng.random_range(0..10) {
        0..=4 => format!("{}{}", family.written, given.written),
        5 | 6 => format!(
            "{} {}",
            super::people::capital(&letters),
            super::people::capital(&names::romaji(family.kana))
        ),
        _ => voice::display_name(persona, &letters, &names::hiragana(given.kana), rng),
    }
}

fn stars(stance: Stance, rng: &mut impl Rng) -> &'static str {
    let choices: &[&'static str] = match stance {
        Stance::Praise => &["FIVE", "FIVE", "FIVE", "FOUR"],
        Stance::Complaint | Stance::Sarcasm => &["ONE", "ONE", "TWO", "TWO"],
        Stance::Mixed => &["THREE", "THREE", "FOUR"],
        _ => &["FOUR", "FOUR", "THREE", "FIVE"],
    };
    pick::<&'static str>(choices, rng)
}

fn stars_of(rating: &str) -> u64 {
    match rating {
        "ONE" => 1,
        "TWO" => 2,
        "THREE" => 3,
        "FOUR" => 4,
        _ => 5,
    }
}
