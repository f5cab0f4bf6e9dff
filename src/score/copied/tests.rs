//! An update finds what a run from the beginning finds.

use proptest::prelude::*;

use super::*;

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

/// What was found of each row and of all.
type Fed = (Vec<Copy>, Copied);

/// Feeds a finder some rows at a time.
fn fed(rows: &[Row], part: usize) -> Fed {
    let mut finder = Finder::new(90);
    let found = extended(&mut finder, rows, part);
    (found, finder.finish())
}

fn extended(finder: &mut Finder, rows: &[Row], part: usize) -> Vec<Copy> {
    rows.chunks(part)
        .flat_map(|rows| finder.extend(rows))
        .collect()
}

fn written(finder: &Finder) -> Vec<u8> {
    let mut bytes = Vec::new();
    finder.write(&mut Out::new(&mut bytes)).unwrap();
    bytes
}

fn read(mut bytes: &[u8], window_days: u32) -> Option<Finder> {
    let mut finder = Finder::new(window_days);
    finder.read(&mut In::new(&mut bytes))?;
    Some(finder)
}

proptest! {
    #[test]
    fn an_update_finds_what_a_run_from_the_beginning_finds(
        said in proptest::collection::vec((0_usize..6, 0_usize..40, 0_u8..5, 0_i64..200, 0_u8..20), 1..80),
        kept in 0_usize..=100,
        part in 1_usize..20,
    ) {
        let rows = rows(&said);
        let (settled, later) = rows.split_at(rows.len() * kept / 100);
        let mut first = Finder::new(90);
        let mut found = extended(&mut first, settled, 7);
        let bytes = written(&first);
        let mut update = read(&bytes, 90).unwrap();
        prop_assert_eq!(update.len(), settled.len());
        prop_assert_eq!(written(&update), bytes);
        found.extend(extended(&mut update, later, part));
        let whole = fed(&rows, 16);
        prop_assert!((found, update.finish()) == whole);
    }
}

#[test]
fn what_cannot_be_read_is_found_anew() {
    let mut finder = Finder::new(90);
    extended(&mut finder, &sixty(), 7);
    let bytes = written(&finder);
    assert!(read(&bytes, 90).is_some());
    assert!(read(&bytes, 91).is_none(), "another window");
    assert!(read(&bytes[..bytes.len() - 1], 90).is_none());
    assert!(read(b"", 90).is_none());
}

#[test]
fn what_is_said_of_a_post_is_what_was_known_when_it_was_said() {
    let rows = sixty();
    let (whole, all) = fed(&rows, 60);
    for length in [1, 13, 40, 59] {
        assert_eq!(fed(&rows[..length], 60).0, whole[..length]);
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

#[test]
fn nothing_is_kept_of_posts_that_repeat_none() {
    let mut finder = Finder::new(90);
    extended(&mut finder, &sixty(), 7);
    assert_eq!(finder.len(), 60);
    assert!(each(&finder.repeats).is_sorted() && finder.repeats.len() > 0);
    // The first five say something new, and every sixth says too little.
    let mut repeats = each(&finder.repeats);
    assert!(repeats.all(|(own, first)| first < own && own >= 5 && own % 6 != 5));
}
