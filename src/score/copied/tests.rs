//! An update finds what a run from the beginning finds.

use proptest::prelude::*;

use super::*;
use crate::schema::{Column as Owned, posts};
use crate::score::WriteDown;
use crate::score::blocks::Blocks;

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

/// What was found of each row and of all, and what was written down.
type Fed = (Vec<Copy>, Copied, Option<Vec<u8>>);

/// Feeds a finder some rows at a time.
fn fed(rows: &[Row], part: usize, kept: usize, before: Option<Remembered>) -> Fed {
    let mut left: Option<Vec<u8>> = None;
    let mut keep = |write: WriteDown<'_>| {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        assert!(left.is_none(), "written once");
        left = Some(bytes);
    };
    let mut memory = Memory {
        before: None,
        keep: &mut keep,
    };
    let mut finder = Finder::new(90, kept, before);
    let copies = (rows.chunks(part))
        .flat_map(|rows| finder.extend(rows, &mut memory))
        .collect();
    (copies, finder.finish(), left)
}

fn read(bytes: &[u8]) -> Option<Remembered> {
    Remembered::read(&mut &*bytes, settings(90))
}

/// Returns what of a memory is taken over for these rows, read in blocks of seven or so.
fn recognised_in(rows: &[Row], bytes: &[u8]) -> Option<Remembered> {
    let text = |column: Owned, value: fn(&Row) -> &str| {
        let values: Vec<&str> = rows.iter().rev().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let at: Vec<i64> = rows.iter().rev().map(|row| row.posted_at).collect();
    let at = Column::new(posts::POSTED_AT.small_name(), at);
    let columns = vec![
        text(posts::PLATFORM, |row| &row.platform),
        text(posts::ACCOUNT_ID, |row| &row.account_id),
        text(posts::TEXT, |row| &row.text),
        text(posts::KIND, |row| &row.kind),
        text(posts::SOURCE, |row| &row.source),
        text(posts::POST_ID, |row| &row.post_id),
        at.cast(&ColumnKind::Instant.dtype()).unwrap(),
    ];
    let frame = DataFrame::new(rows.len(), columns).unwrap().lazy();
    let blocks = Blocks::new(frame, i64::MAX, 7).unwrap();
    let mut before = bytes;
    let mut memory = Memory {
        before: Some(&mut before as &mut (dyn std::io::Read + Send)),
        keep: &mut |_| (),
    };
    recognised(&blocks, 90, &mut memory).unwrap()
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
        let (_, _, before) = fed(&rows[..first], 7, kept, None);
        prop_assert_eq!(before.is_some(), kept > 0);
        let whole = fed(&rows, 16, later, None);
        let before = before.as_deref().and_then(read);
        prop_assert_eq!(before.is_some(), kept > 0);
        let update = fed(&rows, part, later, before);
        prop_assert!(update == whole);
    }
}

#[test]
fn what_was_found_is_taken_over_and_not_found_again() {
    let rows = sixty();
    let (whole, all, left) = fed(&rows, 7, 30, None);
    let mut known = recognised_in(&rows, &left.unwrap()).unwrap();
    assert_eq!(
        (known.verdicts.len(), known.until),
        (30, rows[29].posted_at)
    );
    // A mark by which to tell what was taken over.
    let marked = Compact {
        first: 5,
        rest: Compact::IS_COPY | 250_000,
    };
    known.verdicts[5] = marked;
    let (found, of_all, _) = fed(&rows, 7, 30, Some(known));
    assert_eq!(found[5], marked.copy());
    assert_ne!(whole[5], marked.copy());
    assert_eq!(found[6..], whole[6..]);
    assert_eq!(of_all.clusters, all.clusters);
    assert!(!all.clusters.is_empty());
}

#[test]
fn of_other_posts_nothing_is_taken_over() {
    let rows = sixty();
    let (_, _, left) = fed(&rows, 7, 30, None);
    let left = left.unwrap();
    let changes: [fn(&mut Vec<Row>); 8] = [
        |rows| rows.insert(3, rows[2].clone()),
        |rows| rows[3].text.push('。'),
        |rows| rows[3].account_id.push('1'),
        |rows| rows[3].posted_at += 1,
        |rows| rows[3].kind = "repost".into(),
        |rows| rows[3].post_id.push('1'),
        |rows| drop(rows.remove(3)),
        |rows| rows.truncate(20),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut others = rows.clone();
        change(&mut others);
        assert!(recognised_in(&others, &left).is_none(), "{place}");
    }
    // What comes behind may change.
    let mut others = rows;
    others[40].text.push_str("、とのことです");
    let known = recognised_in(&others, &left);
    assert!(known.is_some());
    assert!(fed(&others, 7, 30, known) == fed(&others, 7, 30, None));
}

#[test]
fn what_cannot_be_read_is_found_anew() {
    let rows = sixty();
    let left = fed(&rows, 7, 30, None).2.unwrap();
    let mut damaged = left.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let mut other_version = left.clone();
    other_version[17] ^= 1;
    let unreadable: [&[u8]; 4] = [&damaged, &other_version, &left[..left.len() - 1], b""];
    for bytes in unreadable {
        assert!(recognised_in(&rows, bytes).is_none());
    }
    assert!(recognised_in(&rows, &left).is_some());
    assert!(Remembered::read(&mut left.as_slice(), settings(91)).is_none());
}

#[test]
fn what_is_said_of_a_post_is_what_was_known_when_it_was_said() {
    let rows = sixty();
    let (whole, all, _) = fed(&rows, 60, 0, None);
    for length in [1, 13, 40, 59] {
        assert_eq!(fed(&rows[..length], 60, 0, None).0, whole[..length]);
    }
    // Clusters are those of all posts, their first posts among them.
    let gathered: Vec<u32> = all.gathered.iter().map(|(_, first)| *first).collect();
    let firsts: Vec<u64> = all.clusters.iter().map(|cluster| cluster.first).collect();
    assert!(
        gathered
            .iter()
            .all(|first| firsts.contains(&u64::from(*first)))
    );
    assert!(firsts.iter().all(|first| {
        all.gathered
            .iter()
            .any(|(place, _)| u64::from(*place) == *first)
    }));
}
