//! The stage in blocks of posts.

mod hostile;
mod update;

use polars::prelude::*;

use super::blocks::MOST;
use super::fixture::{Post, Whole, no_rows, posted, scored_whole};
use crate::schema::{Column as Owned, accounts, holidays, post_scores, posts};

const AS_OF: &str = "2026-07-07";
const POSTS: usize = 90;

/// Texts of each kind, some of them copies of others.
fn text(place: usize) -> String {
    let said = match place % 6 {
        0 => "とりのこえの深煎りがとても香り高くて、毎朝の楽しみになっています",
        1 => "とりのこえの接客が最悪でした。もう二度と行きません",
        2 => "わかる",
        3 => "配送が遅いのはなんとかならないのでしょうか、まだ届きません",
        4 => "ありがとうございます",
        _ => "電車が遅れて最悪だった",
    };
    match place % 5 {
        0 => said.to_owned(),
        _ => format!("{said}{}", ["", "！", "。", "…", "笑"][place % 5]),
    }
}

/// Ninety posts in an order that is not that of time, some at the same instant, that answer each other before and after.
fn written() -> DataFrame {
    let cells: Vec<[String; 6]> = (0..POSTS)
        .map(|place| {
            let place = place * 37 % POSTS;
            let minutes = place / 4 * 11;
            let at = format!(
                "2026-07-0{}T{:02}:{:02}:00Z",
                1 + place % 3,
                minutes / 60 % 24,
                minutes % 60
            );
            [
                format!("p{place}"),
                format!("a{}", place % 7),
                at,
                text(place),
                format!("p{}", (place * 13 + 5) % (POSTS + 4)),
                format!("p{}", place % 11),
            ]
        })
        .collect();
    let rows: Vec<Post<'_>> = cells
        .iter()
        .enumerate()
        .map(
            |(place, [post_id, account_id, at, text, other, conversation])| Post {
                platform: if place % 9 == 0 { "line" } else { "x" },
                post_id,
                account_id,
                at,
                text,
                kind: match place % 9 {
                    0 => "chat",
                    1 | 4 => "reply",
                    7 => "repost",
                    _ => "post",
                },
                reply_to: matches!(place % 9, 1 | 4).then_some(other.as_str()),
                conversation: (place % 4 == 1).then_some(conversation.as_str()),
                is_outbound: place % 18 == 4,
                ..Post::EMPTY
            },
        )
        .collect();
    let mut frame = posted(&rows);
    let reposted: Vec<Option<&str>> = cells
        .iter()
        .enumerate()
        .map(|(place, cells)| (place % 9 == 7).then_some(cells[4].as_str()))
        .collect();
    let reposted = Column::new(posts::REPOSTED_POST_ID.small_name(), reposted);
    frame.with_column(reposted).unwrap();
    frame
}

fn run(known: Option<&DataFrame>, block: usize) -> Whole {
    let read = [
        written(),
        no_rows(&accounts::TABLE),
        no_rows(&holidays::TABLE),
    ];
    scored_whole(read, known.cloned(), block, AS_OF)
}

fn tables(whole: &Whole) -> Vec<&DataFrame> {
    let output = &whole.output;
    vec![
        &whole.post_scores,
        &whole.conversations,
        &whole.account_scores,
        &whole.copies,
        &output.hour_counts,
        &output.alerts,
        &output.word_bursts,
        &output.voice_shares,
        &output.topics.keyphrases,
        &output.topics.cooccurrences,
        &whole.post_topics,
        &output.communities,
    ]
}

fn count(frame: &DataFrame, column: Owned) -> usize {
    let column = frame.column(column.name).unwrap();
    column.len() - column.null_count()
}

#[test]
fn blocks_of_any_size_give_the_same_tables() {
    let whole = run(None, MOST);
    assert_eq!(whole.post_scores.height(), POSTS);
    assert_eq!(
        **whole.post_scores.schema(),
        post_scores::TABLE.schema(),
        "columns as the schema has them"
    );
    assert!(whole.conversations.height() > 3);
    assert!(count(&whole.post_scores, post_scores::COPY_OF) > 10);
    assert!(whole.copies.height() > 1);
    // What is said in reply to a post about the brand is about it, too.
    let told = count(&whole.post_scores, post_scores::BRAND);
    assert!((30..POSTS).contains(&told), "{told}");
    for block in [1, 3, 7, 40] {
        let parts = run(None, block);
        for (left, right) in tables(&whole).into_iter().zip(tables(&parts)) {
            assert!(left.equals_missing(right), "{block}: {left} {right}");
        }
        assert_eq!(whole.output.left_out, parts.output.left_out);
    }
}

#[test]
fn posts_come_in_the_order_of_time_then_of_their_ids() {
    let whole = run(None, 7);
    let at = whole
        .post_scores
        .column(post_scores::POSTED_AT.name)
        .unwrap();
    let at = at.datetime().unwrap();
    let id = whole.post_scores.column(post_scores::POST_ID.name).unwrap();
    let source = whole.post_scores.column(post_scores::SOURCE.name).unwrap();
    let (source, id) = (source.str().unwrap(), id.str().unwrap());
    let keys: Vec<_> = (0..POSTS)
        .map(|row| (at.phys.get(row), source.get(row), id.get(row)))
        .collect();
    assert!(keys.is_sorted());
}

#[test]
fn what_is_known_is_taken_over_and_what_is_new_or_changed_is_read() {
    let first = run(None, MOST);
    // Every third row is not known, and every second of the others said something else then.
    let places: Vec<IdxSize> = (0..POSTS as IdxSize).filter(|row| row % 3 != 0).collect();
    let places = IdxCa::from_vec(PlSmallStr::EMPTY, places);
    let mut known = first.post_scores.take(&places).unwrap();
    let content = known.column(post_scores::CONTENT.name).unwrap();
    let content: Vec<Option<i64>> = (content.i64().unwrap().iter().enumerate())
        .map(|(row, content)| content.map(|content| content ^ i64::from(row % 2 == 0)))
        .collect();
    let told = vec!["hearsay"; known.height()];
    for column in [
        Column::new(post_scores::CONTENT.small_name(), content),
        // A mark by which to tell what was taken over.
        Column::new(post_scores::LANGUAGE.small_name(), told),
    ] {
        known.with_column(column).unwrap();
    }
    let known = known.select(post_scores::TABLE.columns.iter().map(Owned::small_name));
    let known = known.unwrap();
    let whole = run(Some(&known), MOST);
    let taken = |whole: &DataFrame| {
        let language = whole.column(post_scores::LANGUAGE.name).unwrap();
        let language = language.str().unwrap();
        language
            .iter()
            .filter(|code| *code == Some("hearsay"))
            .count()
    };
    let count = taken(&whole.post_scores);
    assert!((5..POSTS / 2).contains(&count), "{count}");
    for block in [3, 7] {
        let parts = run(Some(&known), block);
        assert!(whole.post_scores.equals_missing(&parts.post_scores));
        assert_eq!(taken(&parts.post_scores), count);
    }
}

#[test]
fn without_posts_there_are_no_rows() {
    let nothing = [
        posted(&[]),
        no_rows(&accounts::TABLE),
        no_rows(&holidays::TABLE),
    ];
    let whole = scored_whole(nothing, None, MOST, AS_OF);
    assert_eq!(whole.copies.height(), 0);
}
