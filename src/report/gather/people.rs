//! Who speaks: roles, communities and impersonators, in groups large enough to be shown.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::Input;
use super::authors::{WordAuthors, enough};
use super::columns::{floats, integers, lists, texts};
use super::privacy::held_back;
use crate::report::figures::{CommunityFigure, ImpersonatorFigure, PeopleFigures, RoleFigure};
use crate::schema::{account_scores, communities};

/// Communities shown.
const COMMUNITIES: u32 = 10;

/// Returns who speaks; `authors` are those of the words of communities.
pub(super) fn people(
    input: &Input,
    authors: &WordAuthors,
    smallest: u32,
) -> PolarsResult<PeopleFigures> {
    Ok(PeopleFigures {
        roles: roles(input, smallest)?,
        communities: told_communities(input, authors, smallest)?,
        impersonators: impersonators(input)?,
        ..PeopleFigures::default()
    })
}

/// Returns accounts that spoke by role; the shop's own are no part of the public.
fn roles(input: &Input, smallest: u32) -> PolarsResult<Vec<RoleFigure>> {
    let count = |column: crate::schema::Column| column.expr().sum();
    let frame = input
        .account_scores
        .clone()
        .filter(
            account_scores::ROLE
                .expr()
                .neq(lit("official"))
                .and(account_scores::POST_COUNT.expr().gt(lit(0i64))),
        )
        .group_by([account_scores::ROLE.expr()])
        .agg([
            len().alias("accounts"),
            count(account_scores::POST_COUNT),
            count(account_scores::NEGATIVE_COUNT),
            count(account_scores::RESPONSE_COUNT),
        ])
        .sort(
            [account_scores::POST_COUNT.name, account_scores::ROLE.name],
            SortMultipleOptions::default().with_order_descending_multi([true, false]),
        )
        .collect()?;
    let role = texts(&frame, account_scores::ROLE.name)?;
    let of = |name: &str| -> PolarsResult<Vec<u64>> {
        let counts = integers(&frame, name)?.into_iter();
        Ok(counts.map(i64::unsigned_abs).collect())
    };
    let accounts = of("accounts")?;
    let posts = of(account_scores::POST_COUNT.name)?;
    let negative = of(account_scores::NEGATIVE_COUNT.name)?;
    let responses = of(account_scores::RESPONSE_COUNT.name)?;
    let held = held_back(&accounts, u64::from(smallest));
    Ok((0..frame.height())
        .map(|row| {
            let shown = |counts: &[u64]| (!held[row]).then(|| counts[row]);
            RoleFigure {
                role: role[row].clone(),
                account_count: shown(&accounts),
                post_count: shown(&posts),
                negative_count: shown(&negative),
                response_count: shown(&responses),
            }
        })
        .collect())
}

/// Returns the rows of the first communities that have as many accounts as the smallest group, `most` of them at most.
pub(super) fn large_communities(
    input: &Input,
    smallest: u32,
    most: u32,
) -> PolarsResult<DataFrame> {
    let is_large = communities::ACCOUNT_COUNT
        .expr()
        .gt_eq(lit(i64::from(smallest)));
    input
        .communities
        .clone()
        .filter(is_large)
        .sort(
            [communities::COMMUNITY.name],
            SortMultipleOptions::default(),
        )
        .limit(most)
        .collect()
}

fn told_communities(
    input: &Input,
    authors: &WordAuthors,
    smallest: u32,
) -> PolarsResult<Vec<CommunityFigure>> {
    let frame = large_communities(input, smallest, COMMUNITIES)?;
    let community = integers(&frame, communities::COMMUNITY.name)?;
    let platform = texts(&frame, communities::PLATFORM.name)?;
    let accounts = integers(&frame, communities::ACCOUNT_COUNT.name)?;
    let posts = integers(&frame, communities::POST_COUNT.name)?;
    let negative = floats(&frame, communities::NEGATIVE_SHARE.name)?;
    let words = lists(&frame, communities::WORDS.name)?;
    Ok(words
        .into_iter()
        .enumerate()
        .map(|(row, words)| CommunityFigure {
            community: community[row].unsigned_abs(),
            platform: platform[row].clone(),
            account_count: accounts[row].unsigned_abs(),
            post_count: posts[row].unsigned_abs(),
            negative_share: negative[row].filter(|share| share.is_finite()),
            words: enough(words, community[row], authors, smallest),
        })
        .collect())
}

/// Counts the accounts that pass for the shop, however few: what they do they do in public, to the shop, and none is named.
fn impersonators(input: &Input) -> PolarsResult<Vec<ImpersonatorFigure>> {
    let frame = input
        .account_scores
        .clone()
        .filter(account_scores::IMPERSONATION_SCORE.expr().is_not_null())
        .select([
            account_scores::PLATFORM.expr(),
            account_scores::IMPERSONATION_SCORE.expr(),
            account_scores::IMPERSONATION_REASONS.expr(),
        ])
        .sort(
            [account_scores::PLATFORM.name],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let platform = texts(&frame, account_scores::PLATFORM.name)?;
    let score = floats(&frame, account_scores::IMPERSONATION_SCORE.name)?;
    let reasons = lists(&frame, account_scores::IMPERSONATION_REASONS.name)?;
    let mut names: Vec<&String> = platform.iter().collect();
    names.dedup();
    Ok(names
        .into_iter()
        .map(|name| {
            let rows: Vec<usize> = (0..platform.len())
                .filter(|row| platform[*row] == *name)
                .collect();
            let evidence: BTreeSet<&String> = rows.iter().flat_map(|row| &reasons[*row]).collect();
            ImpersonatorFigure {
                platform: name.clone(),
                account_count: rows.len() as u64,
                highest_score: rows
                    .iter()
                    .filter_map(|row| score[*row])
                    .fold(0.0, f64::max),
                reasons: evidence.into_iter().cloned().collect(),
            }
        })
        .collect())
}
