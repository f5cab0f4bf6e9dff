//! Quotes: the opinions of the period that stand out most, negative and positive.

use polars::prelude::*;

use super::{CUSTOMER, HANDLE, Input, Who, handles, lies_between, local_minute, names, of_values};
use crate::account_links::{linked_accounts, with_accounts};
use crate::as_of::AsOf;
use crate::config::Config;
use crate::report::flare_ups::is_in_flare_up;
use crate::report::gather::columns::{floats, texts};
use crate::schema::{customers, links, persons, post_scores, posts};

/// Opinions of each mood that are quoted.
const EACH: u32 = 10;
const AT: &str = "__at";

/// One opinion.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Voice {
    pub who: Who,
    pub platform: String,
    /// Local time, `YYYY-MM-DD HH:MM`.
    pub at: String,
    pub sentiment: f64,
    pub quote: String,
}

/// Returns the most negative opinions of the period, then the most positive; of equal ones the newest. What sounds positive in a
/// flare-up is left out.
pub(super) fn voices(input: &Input, config: &Config, as_of: &AsOf) -> PolarsResult<Vec<Voice>> {
    let mut voices = read(input, config, as_of, true)?;
    voices.extend(read(input, config, as_of, false)?);
    Ok(voices)
}

fn read(
    input: &Input,
    config: &Config,
    as_of: &AsOf,
    is_negative: bool,
) -> PolarsResult<Vec<Voice>> {
    let now = as_of.instant().as_microsecond();
    let since = now - i64::from(config.segment.period_days) * super::DAY;
    let label = if is_negative { "negative" } else { "positive" };
    let is_told = post_scores::IS_OPINION
        .expr()
        .and(post_scores::LABEL.expr().eq(lit(label)))
        .and(post_scores::SENTIMENT.expr().is_not_null())
        .and(lies_between(post_scores::POSTED_AT, since, now));
    let is_told = match is_negative {
        true => is_told,
        false => is_told.and(is_in_flare_up(&input.alerts, since)?.not()),
    };
    let order = [
        post_scores::SENTIMENT.name,
        post_scores::POSTED_AT.name,
        post_scores::SOURCE.name,
        post_scores::POST_ID.name,
    ];
    let directions = SortMultipleOptions::default().with_order_descending_multi([
        !is_negative,
        true,
        false,
        false,
    ]);
    let said = input
        .post_scores
        .clone()
        .filter(is_told)
        .select([
            post_scores::SOURCE.expr(),
            post_scores::POST_ID.expr(),
            post_scores::PLATFORM.expr(),
            post_scores::PROVIDER.expr().fill_null(lit("")),
            post_scores::ACCOUNT_ID.expr(),
            post_scores::POSTED_AT.expr(),
            post_scores::SENTIMENT.expr(),
        ])
        .sort(order, directions.clone())
        .limit(EACH)
        .collect()?;
    let of_account = post_scores::ACCOUNT_ID.name;
    let linked = of_values(&input.links, links::ACCOUNT_ID, &said, of_account)?;
    let linked = linked_accounts(linked).collect()?;
    let named = names(input, &linked, links::PERSON_ID.name)?;
    let handles = handles(input, &said, of_account)?;
    let texts_said = of_values(
        &input.posts,
        posts::POST_ID,
        &said,
        post_scores::POST_ID.name,
    )?
    .filter(lies_between(posts::POSTED_AT, since, now));
    let by_person = with_accounts(said.lazy(), linked.lazy(), JoinType::Left).left_join(
        named,
        links::PERSON_ID.expr(),
        persons::PERSON_ID.expr(),
    );
    let frame = with_accounts(by_person, handles, JoinType::Left)
        .join(
            texts_said.select([
                posts::SOURCE.expr(),
                posts::POST_ID.expr(),
                posts::KIND.expr(),
                posts::TEXT.expr(),
            ]),
            [post_scores::SOURCE.expr(), post_scores::POST_ID.expr()],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            JoinArgs::new(JoinType::Left),
        )
        .with_column(local_minute(as_of, post_scores::POSTED_AT.expr()).alias(AT))
        .sort(order, directions)
        .collect()?;
    let text = |column: crate::schema::Column| texts(&frame, column.name);
    let (name, customer) = (text(customers::NAME)?, texts(&frame, CUSTOMER)?);
    let (handle, account) = (texts(&frame, HANDLE)?, text(post_scores::ACCOUNT_ID)?);
    let (platform, at) = (text(post_scores::PLATFORM)?, texts(&frame, AT)?);
    let (kind, quote) = (text(posts::KIND)?, text(posts::TEXT)?);
    let sentiment = floats(&frame, post_scores::SENTIMENT.name)?;
    Ok((0..frame.height())
        .map(|row| Voice {
            who: Who::of(
                &name[row],
                &customer[row],
                [&handle[row], &account[row], &kind[row]],
                config.privacy.show_handles,
            ),
            platform: platform[row].clone(),
            at: at[row].clone(),
            sentiment: sentiment[row].unwrap_or(0.0),
            quote: quote[row].clone(),
        })
        .collect())
}
