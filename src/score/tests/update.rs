//! An update gives the tables of a run from the beginning.

use super::super::fixture::{Before, scored_again};
use super::*;

const LATER: &str = "2026-07-01";
/// Posts of forty days, one every eight hours.
const POSTS: usize = 120;

/// Returns the posts at these places.
fn told(places: &[usize]) -> DataFrame {
    let cells: Vec<[String; 4]> = places
        .iter()
        .map(|place| {
            let day = 20 + place / 3;
            let (month, day) = match day {
                ..32 => (5, day),
                _ => (6, day - 31),
            };
            [
                format!("p{place:03}"),
                format!("a{}", place % 7),
                format!("2026-{month:02}-{day:02}T{:02}:00:00Z", place % 3 * 8),
                text(*place),
            ]
        })
        .collect();
    let others: Vec<String> = (places.iter())
        .map(|place| format!("p{:03}", place * 7 % POSTS))
        .collect();
    let rows: Vec<Post<'_>> = (cells.iter().zip(&others).zip(places))
        .map(|(([post_id, account_id, at, text], other), place)| Post {
            post_id,
            account_id,
            at,
            text,
            kind: if place % 5 == 3 { "reply" } else { "post" },
            reply_to: (place % 5 == 3).then_some(other.as_str()),
            ..Post::EMPTY
        })
        .collect();
    posted(&rows)
}

fn run_again(posts: &DataFrame, before: Before<'_>, as_of: &str) -> Whole {
    let read = [
        posts.clone(),
        no_rows(&accounts::TABLE),
        no_rows(&holidays::TABLE),
    ];
    scored_again(read, before, 40, as_of)
}

/// Checks that what an update of `first` makes of `posts` is what a run from the beginning makes of them.
fn assert_same(first: &Whole, posts: &DataFrame, memory: Option<&[u8]>, what: &str) {
    let before = Before {
        post_scores: Some(first.post_scores.clone()),
        memory,
    };
    let update = run_again(posts, before, LATER);
    let whole = run_again(posts, Before::default(), LATER);
    for (left, right) in tables(&whole).into_iter().zip(tables(&update)) {
        assert!(left.equals_missing(right), "{what}: {left} {right}");
    }
    assert_eq!(whole.output.left_out, update.output.left_out, "{what}");
    assert!(
        whole.memory.is_some() && whole.memory == update.memory,
        "{what}"
    );
}

#[test]
fn an_update_gives_the_tables_of_a_run_from_the_beginning() {
    let all: Vec<usize> = (0..POSTS).collect();
    let first = run_again(&told(&all), Before::default(), "2026-06-20");
    assert!((90..POSTS - 20).contains(&first.post_scores.height()));
    assert!(first.output.copies.height() > 1);
    let left = first.memory.as_deref();
    assert_same(&first, &told(&all), left, "later posts");
    // Posts that were not there yet: among the newest, and among those that were settled.
    for missing in [88, 40] {
        let fewer: Vec<usize> = (0..POSTS).filter(|place| *place != missing).collect();
        let first = run_again(&told(&fewer), Before::default(), "2026-06-20");
        let left = first.memory.as_deref();
        assert_same(&first, &told(&all), left, &format!("{missing} is new"));
        assert_same(&first, &told(&fewer[1..]), left, "the first is gone");
    }
    assert_same(&first, &told(&all), Some(b"koe"), "damaged");
}

#[test]
fn a_handful_of_days_is_not_worth_remembering() {
    let week: Vec<usize> = (0..20).collect();
    let whole = run_again(&told(&week), Before::default(), LATER);
    assert_eq!((whole.post_scores.height(), whole.memory), (20, None));
}
