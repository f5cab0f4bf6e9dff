//! An update finds what a run from the beginning finds.

use std::io::Read;

use proptest::prelude::*;

use super::*;
use crate::score::WriteDown;

const HOUR: i64 = 3_600_000_000;
const SAID: [&str; 6] = [
    "とりのこえの珈琲を毎日飲むと目がよくなると聞きました",
    "鎌倉の店が来月で閉まると聞いて急いで並んできました",
    "値上げの前に定期便を申し込むと半額になるらしいですよ",
    "昨日は江ノ電が混んでいて座れないまま終点まで行った",
    "水出しパックの詰め合わせを友達にもらって飲んでいます",
    "わかる",
];

/// What is said, which letter of it is another one, by whom, how many hours later, and whether it is a repost (0).
type Said = (usize, usize, u8, i64, u8);

fn rows(said: &[Said]) -> Vec<Row> {
    let mut at = 0;
    said.iter()
        .map(|(text, other, author, hours, repost)| {
            at += hours * HOUR;
            let letters = SAID[text % SAID.len()].chars().enumerate();
            let text = letters.map(|(place, letter)| match place == *other {
                true => 'ん',
                false => letter,
            });
            Row {
                platform: "x".into(),
                account_id: format!("a{author}"),
                posted_at: at,
                text: text.collect(),
                kind: if *repost == 0 { "repost" } else { "post" }.into(),
                ..Row::default()
            }
        })
        .collect()
}

/// Sixty posts that copy each other, an hour apart.
fn sixty() -> Vec<Row> {
    let said: Vec<Said> = (0..60)
        .map(|n| (n, n / 2, (n % 7) as u8, 1, 1 + n as u8))
        .collect();
    rows(&said)
}

/// Feeds a finder some rows at a time, and returns what it found, if it was not mistaken, and what it wrote down.
fn fed(
    rows: &[Row],
    part: usize,
    kept: usize,
    before: Option<&[u8]>,
) -> (Option<Copied>, Option<Vec<u8>>) {
    let mut left: Option<Vec<u8>> = None;
    let mut keep = |write: WriteDown<'_>| {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        assert!(left.is_none(), "written once");
        left = Some(bytes);
    };
    let mut before = before;
    let mut memory = Memory {
        before: before.as_mut().map(|bytes| bytes as &mut (dyn Read + Send)),
        keep: &mut keep,
    };
    let mut finder = Finder::again(90, kept, rows.len(), &mut memory);
    for rows in rows.chunks(part) {
        finder.extend(rows, &mut memory);
    }
    let found = match finder.is_mistaken() {
        true => None,
        false => Some(finder.finish()),
    };
    (found, left)
}

proptest! {
    #[test]
    fn an_update_finds_what_a_run_from_the_beginning_finds(
        said in proptest::collection::vec((0_usize..6, 0_usize..40, 0_u8..5, 0_i64..200, 0_u8..20), 1..80),
        (first, kept, later) in (0_usize..=100, 0_usize..=100, 0_usize..=100),
        part in 1_usize..20,
    ) {
        let rows = rows(&said);
        let first = rows.len() * first / 100;
        let kept = first * kept / 100;
        let later = kept.max(rows.len() * later / 100);
        let (_, before) = fed(&rows[..first], 7, kept, None);
        prop_assert_eq!(before.is_some(), kept > 0);
        let (whole, left) = fed(&rows, 16, later, None);
        let update = fed(&rows, part, later, before.as_deref());
        prop_assert!(whole.is_some());
        prop_assert!(update == (whole, left));
    }
}

#[test]
fn what_was_found_is_taken_over_and_not_found_again() {
    let rows = sixty();
    let (whole, left) = fed(&rows, 7, 30, None);
    let left = left.unwrap();
    let mut known = Remembered::read(&mut left.as_slice(), settings(90)).unwrap();
    assert_eq!(known.count, 30);
    // A mark by which to tell what was taken over.
    let marked = Compact {
        first: 5,
        rest: Compact::IS_COPY | 250_000,
    };
    known.verdicts[5] = marked;
    let mut bytes = Vec::new();
    memory::write(&mut bytes, known.hash, &known.verdicts, &known.copies).unwrap();
    let (found, _) = fed(&rows, 7, 30, Some(&bytes));
    let (found, whole) = (found.unwrap(), whole.unwrap());
    assert_eq!(found.verdicts[5], marked);
    assert_ne!(whole.verdicts[5], marked);
    assert_eq!(found.verdicts[6..], whole.verdicts[6..]);
    assert_eq!(found.clusters, whole.clusters);
    assert!(!whole.clusters.is_empty());
}

#[test]
fn of_other_posts_nothing_is_taken_over() {
    let rows = sixty();
    let (_, left) = fed(&rows, 7, 30, None);
    let changes: [fn(&mut Vec<Row>); 6] = [
        |rows| rows.insert(3, rows[2].clone()),
        |rows| rows[3].text.push('。'),
        |rows| rows[3].account_id.push('1'),
        |rows| rows[3].posted_at += 1,
        |rows| rows[3].kind = "repost".into(),
        |rows| drop(rows.remove(3)),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut others = rows.clone();
        change(&mut others);
        let (found, anew) = fed(&others, 7, 30, left.as_deref());
        assert!(found.is_none() && anew.is_none(), "{place}");
    }
    // What comes behind may change.
    let mut others = rows.clone();
    others[40].text.push_str("、とのことです");
    let (found, _) = fed(&others, 7, 30, left.as_deref());
    assert_eq!(found, fed(&others, 7, 30, None).0);
}

#[test]
fn what_cannot_be_read_is_found_anew() {
    let rows = sixty();
    let (whole, left) = fed(&rows, 7, 30, None);
    let left = left.unwrap();
    let mut damaged = left.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let mut other_version = left.clone();
    other_version[17] ^= 1;
    let unreadable: [&[u8]; 4] = [&damaged, &other_version, &left[..left.len() - 1], b""];
    for bytes in unreadable {
        assert!(Remembered::read(&mut &*bytes, settings(90)).is_none());
        assert_eq!(fed(&rows, 7, 30, Some(bytes)).0, whole);
    }
    assert!(Remembered::read(&mut left.as_slice(), settings(91)).is_none());
    // More posts than there are now.
    assert_eq!(
        fed(&rows[..20], 7, 10, Some(&left)).0,
        fed(&rows[..20], 7, 10, None).0
    );
}
