//! An update gives the tables of a run from the beginning.

use super::super::fixture::{Before, scored_by};
use super::super::posts::COLUMNS;
use super::super::posts::list;
use super::*;

const FIRST: &str = "2026-06-20";
const LATER: &str = "2026-07-01";
const CONFIG: &str = "[brand]\nname = 'とりのこえ'\nkeywords = ['とりのこえ']\n";
/// Posts of a file, and the settled ones that a run on the first day keeps; on the later day there is another file.
const FILE: usize = 40;
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

fn all() -> DataFrame {
    told(&(0..POSTS).collect::<Vec<usize>>())
}

fn run_by(config: &str, posts: &DataFrame, before: Before<'_>, as_of: &str) -> Whole {
    let read = [
        posts.clone(),
        no_rows(&accounts::TABLE),
        no_rows(&holidays::TABLE),
    ];
    scored_by(config, read, before, FILE, as_of)
}

fn run_again(posts: &DataFrame, before: Before<'_>, as_of: &str) -> Whole {
    run_by(CONFIG, posts, before, as_of)
}

fn assert_equal(whole: &Whole, update: &Whole, what: &str) {
    for (left, right) in tables(whole).into_iter().zip(tables(update)) {
        assert!(left.equals_missing(right), "{what}: {left} {right}");
    }
    assert_eq!(whole.output.left_out, update.output.left_out, "{what}");
    // Files end at the same posts, those that were kept together being one here.
    let ends = |whole: &Whole| -> Vec<usize> {
        let files = whole.files.iter();
        files
            .scan(0, |end, rows| {
                *end += rows;
                Some(*end)
            })
            .collect()
    };
    assert!(ends(whole).ends_with(&ends(update)), "{what}");
    let is_kept = whole.files.iter().sum::<usize>() == update.kept;
    match is_kept {
        true => assert!(update.memory.is_none(), "{what}"),
        false => assert!(whole.memory == update.memory, "{what}"),
    }
}

/// Checks that what an update makes of `posts` is what a run from the beginning makes of them, and returns how many it kept.
fn kept_by(before: Before<'_>, posts: &DataFrame, as_of: &str, what: &str) -> usize {
    let update = run_again(posts, before, as_of);
    let whole = run_again(posts, Before::default(), as_of);
    assert_eq!(whole.kept, 0, "{what}");
    assert_equal(&whole, &update, what);
    update.kept
}

#[test]
fn an_update_gives_the_tables_of_a_run_from_the_beginning() {
    let first = run_again(&all(), Before::default(), FIRST);
    assert!((90..POSTS - 20).contains(&first.post_scores.height()));
    assert!(first.copies.height() > 1);
    assert_eq!(first.files, [FILE]);
    let update = kept_by(Before::of(&first), &all(), LATER, "later posts");
    assert_eq!(update, FILE);
    // Posts that were not there yet: among the newest, and among those that were settled.
    for (missing, kept) in [(88, FILE), (30, 0)] {
        let fewer: Vec<usize> = (0..POSTS).filter(|place| *place != missing).collect();
        let first = run_again(&told(&fewer), Before::default(), FIRST);
        let what = format!("{missing} is new");
        assert_eq!(
            kept_by(Before::of(&first), &all(), LATER, &what),
            kept,
            "{what}"
        );
        let gone = told(&fewer[1..]);
        let kept = kept_by(Before::of(&first), &gone, LATER, "the first is gone");
        assert_eq!(kept, 0, "the first is gone");
    }
    let memory = first.memory.clone().unwrap();
    let mut damaged = memory.clone();
    damaged[memory.len() / 2] ^= 1;
    for memory in [&b"koe"[..], &damaged[..], &memory[..memory.len() - 1]] {
        let before = Before {
            memory: Some(memory),
            ..Before::of(&first)
        };
        assert_eq!(kept_by(before, &all(), LATER, "damaged"), 0);
    }
}

/// Returns all that a run left, to a run with files of so many posts and hashes of what they hold.
fn with_files<'b>(whole: &'b Whole, contents: &[(usize, u64)]) -> Before<'b> {
    Before {
        contents: contents.to_vec(),
        ..Before::of(whole)
    }
}

#[test]
fn files_that_hold_what_they_held_are_not_read_for_it() {
    let rest = POSTS - 90;
    let old: Vec<usize> = (0..90).collect();
    let before = Before {
        contents: vec![(50, 1), (40, 2)],
        ..Before::default()
    };
    let first = run_again(&told(&old), before, FIRST);
    assert_eq!(first.files, [FILE]);
    // What the first file says is something else, which nobody reads as long as its hash is the same.
    let mut texts: Vec<String> = (0..POSTS).map(text).collect();
    texts.swap(3, 4);
    let mut others = all();
    others
        .with_column(Column::new(posts::TEXT.small_name(), texts))
        .unwrap();
    for (posts, contents, kept) in [
        (&all(), [(50, 1), (40, 2), (rest, 3)], FILE),
        (&all(), [(50, 1), (40, 4), (rest, 3)], FILE),
        (&others, [(50, 1), (40, 2), (rest, 3)], FILE),
        (&others, [(50, 4), (40, 2), (rest, 3)], 0),
    ] {
        let update = run_again(posts, with_files(&first, &contents), LATER);
        assert_eq!(update.kept, kept, "{contents:?}");
    }
    // A settled post that is gone from a new file, though the others say that they are the same.
    let fewer = told(&(1..POSTS).rev().collect::<Vec<usize>>());
    let contents = [(rest, 1), (40, 2), (49, 3)];
    let update = run_again(&fewer, with_files(&first, &contents), LATER);
    assert_eq!(update.kept, 0);
}

#[test]
fn one_update_follows_another() {
    let first = run_again(&all(), Before::default(), FIRST);
    // Nothing more is settled yet, then some is, and from that on the next update goes on.
    let kept = kept_by(Before::of(&first), &all(), "2026-06-21", "a day later");
    assert_eq!(kept, FILE);
    let second = run_again(&all(), Before::of(&first), "2026-06-22");
    assert_eq!((second.kept, &second.files[..]), (FILE, &[FILE, FILE][..]));
    let kept = kept_by(Before::of(&second), &all(), LATER, "two updates");
    assert_eq!(kept, 2 * FILE);
    // What was kept for a later day lacks what is recent on an earlier one.
    let kept = kept_by(Before::of(&second), &all(), FIRST, "an earlier day");
    assert_eq!(kept, 0);
}

/// Returns posts of which one says something else in a column.
fn changed(posts: &DataFrame, column: Owned, row: usize) -> DataFrame {
    let mut one = posts.slice(row as i64, 1);
    let name = column.small_name();
    let other = match column.kind.dtype() {
        DataType::String => Column::new(name, ["とりのこえ、配送が遅い"]),
        DataType::Boolean => Column::new(name, [true]),
        DataType::List(_) => list(column, [["m".to_owned()]].iter()),
        kind => Column::new(name, [7_i64]).cast(&kind).unwrap(),
    };
    one.with_column(other).unwrap();
    let mut all = posts.slice(0, row);
    all.vstack_mut(&one).unwrap();
    let behind = posts.slice(row as i64 + 1, posts.height());
    all.vstack_mut(&behind).unwrap();
    all
}

#[test]
fn a_settled_post_that_is_changed_in_a_column_is_heard_again() {
    let first = run_again(&all(), Before::default(), FIRST);
    for column in COLUMNS {
        for row in [10, 100] {
            let posts = changed(&all(), column, row);
            let what = format!("{} of {row}", column.name);
            let kept = kept_by(Before::of(&first), &posts, LATER, &what);
            // Of a post nobody reads what no column stands for; and what is said long ago is settled.
            let is_same = match column.name {
                name if name == crate::schema::posts::EXTRA.name => true,
                name if name == crate::schema::posts::POSTED_AT.name => false,
                _ => row == 100,
            };
            assert_eq!(kept, if is_same { FILE } else { 0 }, "{what}");
        }
    }
}

#[test]
fn by_other_settings_everything_is_heard_again() {
    let first = run_again(&all(), Before::default(), FIRST);
    let others = [
        "[brand]\nname = 'とりのこえ'\nkeywords = ['とりのこえ', '電車']\n",
        "[brand]\nname = 'とりのこえ'\nkeywords = ['とりのこえ']\ncompetitors = ['電車']\n",
        "[brand]\nname = 'とりのこえ'\nkeywords = ['とりのこえ']\n[score]\nwindow_days = 30\n",
        "[brand]\nname = 'とりのこえ'\nkeywords = ['とりのこえ']\n[workspace]\ntime_zone = 'America/New_York'\n",
    ];
    for config in others {
        // Rows of other brands are none that could be taken over.
        let before = Before {
            post_scores: None,
            ..Before::of(&first)
        };
        let update = run_by(config, &all(), before, LATER);
        let whole = run_by(config, &all(), Before::default(), LATER);
        assert_eq!(update.post_scores.height(), POSTS, "{config}");
        assert_equal(&whole, &update, config);
    }
}

#[test]
fn an_account_that_turns_out_to_be_a_brands_is_heard_again() {
    let config = "[[brand]]\nname = 'とりのこえ'\nkeywords = ['とりのこえ']\nofficial = ['tori']\n\
                  [[brand]]\nname = '電車'\nkeywords = ['電車']\nofficial = ['densha']\n";
    let mut posts = all();
    let outbound = Column::new(
        crate::schema::posts::IS_OUTBOUND.small_name(),
        vec![true; POSTS],
    );
    posts.with_column(outbound).unwrap();
    let run = |handle: &str, before: Before<'_>, as_of: &str| {
        let mut observed = DataFrame::full_null(&accounts::TABLE.schema(), 1);
        for (column, cell) in [
            (accounts::SOURCE, "x"),
            (accounts::PLATFORM, "x"),
            (accounts::PROVIDER, ""),
            (accounts::ACCOUNT_ID, "a2"),
            (accounts::HANDLE, handle),
        ] {
            let cells = Column::new(column.small_name(), [cell]);
            observed.with_column(cells).unwrap();
        }
        let read = [posts.clone(), observed, no_rows(&holidays::TABLE)];
        scored_by(config, read, before, FILE, as_of)
    };
    let first = run("somebody", Before::default(), FIRST);
    let same = run("somebody else", Before::of(&first), LATER);
    assert_eq!(same.kept, FILE);
    assert_equal(
        &run("somebody else", Before::default(), LATER),
        &same,
        "nobody's",
    );
    let update = run("densha", Before::of(&first), LATER);
    assert_eq!(update.kept, 0);
    assert_equal(
        &run("densha", Before::default(), LATER),
        &update,
        "the second brand's",
    );
}

#[test]
fn a_handful_of_days_is_not_worth_remembering() {
    let week: Vec<usize> = (0..20).collect();
    let whole = run_again(&told(&week), Before::default(), LATER);
    assert_eq!((whole.post_scores.height(), whole.memory), (20, None));
}
