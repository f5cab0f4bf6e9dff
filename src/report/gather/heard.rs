//! Topics, shares of voice, and by whom alerts were spread.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::authors::{AUTHOR, enough, fewest, of_words_by, with_authors};
use super::columns::{floats, integers, lists, optional_integers, texts};
use super::privacy::counted_parts;
use super::{Input, Window};
use crate::report::figures::{ShareFigure, SpreaderFigure, TopicFigure};
use crate::schema::{account_scores, post_scores, post_topics, topics, voice_shares};

/// Topics shown.
const TOPICS: usize = 12;
/// Words of a label, and what stands between them.
const LABEL_WORDS: usize = 3;
const BETWEEN: &str = "・";
/// Place of a topic among all.
const NUMBER: &str = "__number";
/// Brands, competitors and products shown, of each kind.
const SHARES: usize = 10;

/// Returns the largest topics that enough authors spoke of, with the words that enough of them said.
pub(super) fn topics(
    input: &Input,
    window: &Window,
    smallest: u32,
) -> PolarsResult<Vec<TopicFigure>> {
    let order = SortMultipleOptions::default().with_order_descending_multi([true, false, false]);
    let frame = input
        .topics
        .clone()
        .sort(
            [
                topics::POST_COUNT.name,
                topics::BRAND.name,
                topics::TOPIC.name,
            ],
            order,
        )
        .with_row_index(NUMBER, None)
        .collect()?;
    let label = texts(&frame, topics::TOPIC_LABEL.name)?;
    let words = lists(&frame, topics::WORDS.name)?;
    let posts = integers(&frame, topics::POST_COUNT.name)?;
    let positive = integers(&frame, topics::POSITIVE_COUNT.name)?;
    let negative = integers(&frame, topics::NEGATIVE_COUNT.name)?;
    let share = floats(&frame, topics::POST_SHARE.name)?;
    let wanted: BTreeSet<&str> = words.iter().flatten().map(String::as_str).collect();
    let said = said_of_topics(input, window, frame.lazy())
        .collect()?
        .lazy();
    let authors = authors_of_topics(said.clone())?;
    let word_authors = of_words_by(said, col(NUMBER), &wanted)?;
    let mut told = Vec::new();
    for (row, said) in words.iter().enumerate() {
        let number = row as i64;
        let words = enough(said.clone(), number, &word_authors, smallest);
        let is_told = authors.get(&number).copied().unwrap_or(0) >= fewest(smallest);
        if told.len() == TOPICS || !is_told || words.is_empty() {
            continue;
        }
        told.push(TopicFigure {
            label: topic_label(&label[row], &words),
            words,
            post_count: posts[row].unsigned_abs(),
            positive_count: positive[row].unsigned_abs(),
            negative_count: negative[row].unsigned_abs(),
            post_share: share[row],
        });
    }
    Ok(told)
}

/// Returns the opinions of topics with their authors, their words and the number of their topic; none lies outside the window.
fn said_of_topics(input: &Input, window: &Window, topics: LazyFrame) -> LazyFrame {
    let topics = topics.select([topics::BRAND.expr(), topics::TOPIC.expr(), col(NUMBER)]);
    let of_topics = input.post_topics.clone().join(
        topics,
        [post_topics::BRAND.expr(), post_topics::TOPIC.expr()],
        [topics::BRAND.expr(), topics::TOPIC.expr()],
        JoinArgs::new(JoinType::Inner),
    );
    let of_topics = of_topics.select([
        post_topics::SOURCE.expr(),
        post_topics::POST_ID.expr(),
        col(NUMBER),
    ]);
    let is_heard = window.holds(post_scores::POSTED_AT.expr());
    let scores = input.post_scores.clone().filter(is_heard).select([
        post_scores::SOURCE.expr(),
        post_scores::POST_ID.expr(),
        post_scores::PLATFORM.expr(),
        post_scores::PROVIDER.expr(),
        post_scores::ACCOUNT_ID.expr(),
        post_scores::WORDS.expr(),
    ]);
    let said = scores.join(
        of_topics,
        [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
        [post_topics::SOURCE.expr(), post_topics::POST_ID.expr()],
        JoinArgs::new(JoinType::Inner),
    );
    with_authors(said, input).select([col(NUMBER), col(AUTHOR), post_scores::WORDS.expr()])
}

/// Returns how many authors spoke of each topic, by its number.
fn authors_of_topics(said: LazyFrame) -> PolarsResult<BTreeMap<i64, i64>> {
    let frame = said
        .group_by([col(NUMBER)])
        .agg([col(AUTHOR)
            .n_unique()
            .cast(DataType::Int64)
            .alias("authors")])
        .collect()?;
    let number = integers(&frame, NUMBER)?.into_iter();
    Ok(number.zip(integers(&frame, "authors")?).collect())
}

/// Returns the label of a topic, made anew where a word of it is not told.
fn topic_label(label: &str, words: &[String]) -> String {
    // Topics with the same words have their number behind them.
    let known = label.split_once(" (").map_or(label, |(known, _)| known);
    let is_told = |word: &str| words.iter().any(|told| told == word);
    if known.split(BETWEEN).all(is_told) {
        return label.to_owned();
    }
    let first: Vec<&str> = words.iter().take(LABEL_WORDS).map(String::as_str).collect();
    first.join(BETWEEN)
}

/// Returns the shares of the newest 28 days: brands and competitors by their share, then products.
pub(super) fn shares(input: &Input) -> PolarsResult<Vec<ShareFigure>> {
    let frame = input
        .voice_shares
        .clone()
        .sort(
            [
                voice_shares::PERIOD_START.name,
                voice_shares::BRAND.name,
                voice_shares::KIND.name,
                voice_shares::NAME.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let start = integers(&frame, voice_shares::PERIOD_START.name)?;
    let brand = texts(&frame, voice_shares::BRAND.name)?;
    let kind = texts(&frame, voice_shares::KIND.name)?;
    let name = texts(&frame, voice_shares::NAME.name)?;
    let posts = integers(&frame, voice_shares::POST_COUNT.name)?;
    let share = floats(&frame, voice_shares::SHARE.name)?;
    let positive = integers(&frame, voice_shares::POSITIVE_COUNT.name)?;
    let negative = integers(&frame, voice_shares::NEGATIVE_COUNT.name)?;
    let searches = optional_integers(&frame, voice_shares::SEARCH_COUNT.name)?;
    let Some(newest) = start.last().copied() else {
        return Ok(Vec::new());
    };
    let before: BTreeMap<(&str, &str, &str), usize> = (0..frame.height())
        .filter(|row| start[*row] < newest)
        .map(|row| {
            (
                (brand[row].as_str(), kind[row].as_str(), name[row].as_str()),
                row,
            )
        })
        .collect();
    let mut shares: Vec<ShareFigure> = (0..frame.height())
        .filter(|row| start[*row] == newest)
        .map(|row| {
            let key = (brand[row].as_str(), kind[row].as_str(), name[row].as_str());
            let before = before.get(&key).copied();
            ShareFigure {
                kind: kind[row].clone(),
                name: name[row].clone(),
                post_count: posts[row].unsigned_abs(),
                previous_post_count: before.map(|row| posts[row].unsigned_abs()),
                share: share[row],
                previous_share: before.and_then(|row| share[row]),
                positive_count: positive[row].unsigned_abs(),
                negative_count: negative[row].unsigned_abs(),
                search_count: searches[row].map(i64::unsigned_abs),
            }
        })
        .collect();
    let of = |share: &ShareFigure| share.share.unwrap_or(0.0);
    shares.sort_by(|left, right| {
        let is_product = |share: &ShareFigure| share.kind == "product";
        is_product(left)
            .cmp(&is_product(right))
            .then_with(|| of(right).total_cmp(&of(left)))
            .then_with(|| left.name.cmp(&right.name))
    });
    let mut shown = [0usize; 2];
    shares.retain(|share| {
        let count = &mut shown[usize::from(share.kind == "product")];
        *count += 1;
        *count <= SHARES
    });
    Ok(shares)
}

/// Role of the shop's own accounts: they are answered most, and spread nothing.
const OFFICIAL: &str = "official";

/// Returns by which roles each alert was spread, the most accounts first, the shop's own left out; `spreaders` are the accounts of each
/// alert.
///
/// How many are listed of an alert is known, so the roles are parts of a whole.
pub(super) fn spreaders(
    input: &Input,
    spreaders: &[Vec<String>],
    smallest: u32,
) -> PolarsResult<Vec<Vec<SpreaderFigure>>> {
    let mut wanted: Vec<String> = spreaders.iter().flatten().cloned().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let wanted = df!("__id" => wanted)?;
    let frame = input
        .account_scores
        .clone()
        .select([
            account_scores::ACCOUNT_ID.expr(),
            account_scores::PLATFORM.expr(),
            account_scores::ROLE.expr(),
        ])
        .inner_join(
            wanted.lazy(),
            account_scores::ACCOUNT_ID.expr(),
            col("__id"),
        )
        .sort(
            [
                account_scores::PLATFORM.name,
                account_scores::ACCOUNT_ID.name,
                account_scores::ROLE.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let id = texts(&frame, account_scores::ACCOUNT_ID.name)?;
    let role = texts(&frame, account_scores::ROLE.name)?;
    let mut roles: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, role) in id.iter().zip(&role) {
        roles.entry(id).or_insert(role);
    }
    let told = |accounts: &Vec<String>| {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for account in accounts {
            if let Some(role) = roles.get(account.as_str()).filter(|role| !role.is_empty()) {
                *counts.entry(role).or_default() += 1;
            }
        }
        let sizes: Vec<u64> = counts.values().copied().collect();
        let counted = counted_parts(&sizes, u64::from(smallest));
        let mut spread: Vec<SpreaderFigure> = counts
            .into_keys()
            .zip(counted)
            .filter(|(role, _)| *role != OFFICIAL)
            .map(|(role, account_count)| SpreaderFigure {
                role: role.to_owned(),
                account_count,
            })
            .collect();
        // Stable: those that are not counted out stay in the order of their names.
        spread.sort_by_key(|spreader| std::cmp::Reverse(spreader.account_count.told()));
        spread
    };
    Ok(spreaders.iter().map(told).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_made_of_words_that_are_told() {
        let words = |words: &[&str]| -> Vec<String> {
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        let all = words(&["配送", "遅延", "未着", "荷物"]);
        assert_eq!(topic_label("配送・遅延・未着", &all), "配送・遅延・未着");
        assert_eq!(
            topic_label("配送・遅延・未着 (2)", &all),
            "配送・遅延・未着 (2)"
        );
        let some = words(&["配送", "未着", "荷物", "箱"]);
        assert_eq!(
            topic_label("配送・遅延・未着 (2)", &some),
            "配送・未着・荷物"
        );
    }
}
