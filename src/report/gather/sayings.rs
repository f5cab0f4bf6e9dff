//! What many say in the same words: the only quotes of a report that is forwarded.
//!
//! A sentence is told when at least `privacy.min_group_size` authors wrote it, letter for letter, in opinions of their own in the
//! last days; copies of an earlier post and reposts are none. Where an account is linked, its author is the person, so that one
//! person with several accounts counts once. Sentences with addresses, links, handles, hashtags or longer numbers are left
//! out, and so are those that are nothing but names of brands.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use polars::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::authors::{AUTHOR, with_authors};
use super::columns::floats;
use super::voice::opinions;
use super::{Calendar, Input};
use crate::report::figures::SayingFigure;
use crate::schema::{post_scores, posts};

/// Days looked back.
const DAYS: i32 = 28;
/// Sentences shown.
const SAYINGS: usize = 12;
/// Letters that a sentence has.
const LEAST_LETTERS: usize = 4;
const MOST_LETTERS: usize = 60;
/// Sentences of one post that are looked at.
const MOST_OF_POST: usize = 50;
/// Digits in a row from which on a number could be somebody's.
const LONG_NUMBER: usize = 4;
/// What ends a sentence.
const ENDS: [char; 8] = ['。', '！', '？', '!', '?', '\n', '\r', '．'];
/// What a sentence must not hold.
const MARKS: [&str; 6] = ["@", "＠", "#", "＃", "://", "www."];

/// One opinion.
struct Said<'s> {
    author: &'s str,
    sentiment: Option<f64>,
    text: &'s str,
}

/// Returns the sentences, those of most authors first.
pub(super) fn sayings(
    input: &Input,
    calendar: &Calendar,
    brand_names: &[String],
    smallest: u32,
) -> PolarsResult<Vec<SayingFigure>> {
    let back = lit(calendar.last) - calendar.local_day(post_scores::POSTED_AT.expr());
    let first = calendar.last.saturating_sub(DAYS);
    let said = opinions(input)
        .filter(calendar.may_lie(post_scores::POSTED_AT.expr(), first, calendar.last))
        .with_column(back.alias("__back"))
        .filter(col("__back").gt_eq(lit(0)).and(col("__back").lt(lit(DAYS))))
        .select([
            post_scores::SOURCE.expr(),
            post_scores::POST_ID.expr(),
            post_scores::PLATFORM.expr(),
            post_scores::PROVIDER.expr(),
            post_scores::ACCOUNT_ID.expr(),
            post_scores::SENTIMENT.expr(),
        ]);
    let told_then = calendar.may_lie(posts::POSTED_AT.expr(), first, calendar.last);
    let frame = with_authors(said, input)
        .join(
            input.posts.clone().filter(told_then).select([
                posts::SOURCE.expr(),
                posts::POST_ID.expr(),
                posts::TEXT.expr(),
            ]),
            [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .select([
            col(AUTHOR),
            post_scores::SENTIMENT.expr(),
            posts::TEXT.expr(),
        ])
        .collect()?;
    let (author, text) = (
        frame.column(AUTHOR)?.str()?,
        frame.column(posts::TEXT.name)?.str()?,
    );
    let sentiment = floats(&frame, post_scores::SENTIMENT.name)?;
    let said =
        (author.iter().zip(text.iter()).zip(sentiment)).map(|((author, text), sentiment)| Said {
            author: author.unwrap_or_default(),
            sentiment,
            text: text.unwrap_or_default(),
        });
    let names = Names::new(brand_names);
    Ok(told(&said.collect::<Vec<Said<'_>>>(), &names, smallest))
}

#[derive(Default)]
struct Tally<'a> {
    authors: HashSet<&'a str>,
    posts: u64,
    /// Sum of the sentiments in millionths, on which scores lie, so that it is the same in any order.
    sentiment: i64,
    scored: u64,
}

fn told(said: &[Said<'_>], names: &Names, smallest: u32) -> Vec<SayingFigure> {
    let mut tallies: HashMap<&str, Tally<'_>> = HashMap::new();
    for one in said {
        let sentences: BTreeSet<&str> = sentences(one.text).take(MOST_OF_POST).collect();
        for sentence in sentences {
            let tally = tallies.entry(sentence).or_default();
            tally.authors.insert(one.author);
            tally.posts += 1;
            if let Some(sentiment) = one.sentiment.filter(|sentiment| sentiment.is_finite()) {
                tally.sentiment += (sentiment * 1e6).round() as i64;
                tally.scored += 1;
            }
        }
    }
    let mut told: Vec<SayingFigure> = tallies
        .into_iter()
        .filter(|(_, tally)| tally.authors.len() as u64 >= u64::from(smallest.max(2)))
        .filter(|(sentence, _)| !names.are_all_of(sentence))
        .map(|(text, tally)| SayingFigure {
            text: text.to_owned(),
            author_count: tally.authors.len() as u64,
            post_count: tally.posts,
            sentiment_mean: (tally.scored > 0)
                .then(|| tally.sentiment as f64 / 1e6 / tally.scored as f64),
        })
        .collect();
    told.sort_unstable_by(|left, right| {
        let by_authors = right.author_count.cmp(&left.author_count);
        by_authors.then_with(|| left.text.cmp(&right.text))
    });
    told.truncate(SAYINGS);
    told
}

/// What brands are called.
struct Names {
    /// As [`folded`] gives them, the longest first.
    names: Vec<String>,
}

impl Names {
    fn new(names: &[String]) -> Self {
        let mut names: Vec<String> = names.iter().map(|name| folded(name)).collect();
        names.retain(|name| !name.is_empty());
        names.sort_by_key(|name| Reverse(name.len()));
        Self { names }
    }

    /// Whether a sentence is made of them, digits and marks alone.
    fn are_all_of(&self, sentence: &str) -> bool {
        let mut rest = folded(sentence);
        for name in &self.names {
            rest = rest.replace(name, "");
        }
        !rest.chars().any(char::is_alphabetic)
    }
}

/// Returns a text as names are looked for in it: width, case, blanks and marks count for nothing.
fn folded(text: &str) -> String {
    let letters = text.nfkc().flat_map(char::to_lowercase);
    letters.filter(|letter| letter.is_alphanumeric()).collect()
}

/// Returns the sentences of a post that may be told.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(ENDS).map(str::trim).filter(|sentence| {
        let letters = sentence.chars().take(MOST_LETTERS + 1).count();
        (LEAST_LETTERS..=MOST_LETTERS).contains(&letters)
            && sentence.chars().any(char::is_alphabetic)
            && !MARKS.iter().any(|mark| sentence.contains(*mark))
            && !has_long_number(sentence)
    })
}

fn has_long_number(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|letter| {
        // Telephone numbers have hyphens between their digits.
        run = match letter {
            letter if letter.is_numeric() => run + 1,
            '-' | '−' | '‐' | 'ー' => run,
            _ => 0,
        };
        run >= LONG_NUMBER
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<'s>(author: &'s str, text: &'s str, sentiment: f64) -> Said<'s> {
        Said {
            author,
            sentiment: Some(sentiment),
            text,
        }
    }

    #[test]
    fn a_sentence_is_told_once_enough_persons_wrote_it() {
        let posts = [
            said("a", "注文しました。まだ届きません。", -0.5),
            said("b", "まだ届きません！", -0.7),
            said("b", "まだ届きません。まだ届きません。", -0.6),
            said("c", "まだ届きません", -0.6),
            said("c", "注文しました", 0.0),
        ];
        let found = told(&posts, &Names::new(&[]), 3);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text, "まだ届きません");
        assert_eq!((found[0].author_count, found[0].post_count), (3, 4));
        assert!((found[0].sentiment_mean.unwrap() + 0.6).abs() < 1e-9);
        assert!(told(&posts, &Names::new(&[]), 4).is_empty());
        // One person's words are never told, whatever the settings say.
        assert!(told(&posts[..1], &Names::new(&[]), 1).is_empty());
    }

    #[test]
    fn a_name_alone_says_nothing() {
        let names = Names::new(&["とりのこえ".to_owned(), "Torinokoe Coffee".to_owned()]);
        for text in [
            "（とりのこえ）",
            "torinokoe coffee",
            "ＴｏｒｉｎｏｋｏｅＣｏｆｆｅｅ ★ とりのこえ",
        ] {
            assert!(names.are_all_of(text), "{text}");
        }
        for text in ["とりのこえ最高", "torinokoe", "届きません"] {
            assert!(!names.are_all_of(text), "{text}");
        }
        let posts = [
            said("a", "とりのこえ。とりのこえ最高。", 0.5),
            said("b", "とりのこえ最高。とりのこえ。", 0.5),
        ];
        let found = told(&posts, &names, 2);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text, "とりのこえ最高");
    }

    #[test]
    fn what_could_name_somebody_is_no_sentence_to_tell() {
        for text in [
            "@tanaka さんありがとう",
            "電話は 03-1234 です",
            "番号は１２３４です",
            "https://example.com を見て",
            "#珈琲 が好き",
            "好き",
            "1 2 3 4 5",
        ] {
            assert_eq!(sentences(text).count(), 0, "{text}");
        }
        let kept: Vec<&str> = sentences("3回目の注文です。 とても良い!\n").collect();
        assert_eq!(kept, ["3回目の注文です", "とても良い"]);
        assert_eq!(sentences(&"長".repeat(61)).count(), 0);
    }
}
