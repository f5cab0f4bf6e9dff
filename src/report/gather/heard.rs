//! Topics, shares of voice, and by whom alerts were spread.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::Input;
use super::columns::{floats, integers, lists, optional_integers, texts};
use crate::report::figures::{ShareFigure, SpreaderFigure, TopicFigure};
use crate::schema::{account_scores, topics, voice_shares};

/// Topics shown.
const TOPICS: usize = 12;
/// Brands, competitors and products shown, of each kind.
const SHARES: usize = 10;

/// Returns the largest topics.
pub(super) fn topics(input: &Input) -> PolarsResult<Vec<TopicFigure>> {
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
        .limit(TOPICS as IdxSize)
        .collect()?;
    let label = texts(&frame, topics::TOPIC_LABEL.name)?;
    let words = lists(&frame, topics::WORDS.name)?;
    let posts = integers(&frame, topics::POST_COUNT.name)?;
    let positive = integers(&frame, topics::POSITIVE_COUNT.name)?;
    let negative = integers(&frame, topics::NEGATIVE_COUNT.name)?;
    let share = floats(&frame, topics::POST_SHARE.name)?;
    Ok(words
        .into_iter()
        .enumerate()
        .map(|(row, words)| TopicFigure {
            label: label[row].clone(),
            words,
            post_count: posts[row].unsigned_abs(),
            positive_count: positive[row].unsigned_abs(),
            negative_count: negative[row].unsigned_abs(),
            post_share: share[row],
        })
        .collect())
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

/// Returns by which roles each alert was spread, the most accounts first; `spreaders` are the accounts of each alert.
pub(super) fn spreaders(
    input: &Input,
    spreaders: &[Vec<String>],
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
        let mut spread: Vec<SpreaderFigure> = counts
            .into_iter()
            .map(|(role, account_count)| SpreaderFigure {
                role: role.to_owned(),
                account_count,
            })
            .collect();
        spread.sort_by_key(|spreader| std::cmp::Reverse(spreader.account_count));
        spread
    };
    Ok(spreaders.iter().map(told).collect())
}
