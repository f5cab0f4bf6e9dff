//! Mapped files of posts, and the accounts they name.
//!
//! The platform is `fixed.platform` or a column, else the source. A kind that neither names is `review` where ratings are
//! mapped, else `post`. An author without an id goes by the handle, else by the name shown.

use std::collections::HashMap;

use super::cells::{Binding, Row};
use super::read::kept;
use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::fold;
use crate::import::post::Post;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::Table;
use crate::import::values::ValueError;
use crate::import::values::keys::stable_hash;
use crate::schema::posts;

pub(super) fn read(
    binding: &Binding<'_>,
    source: &str,
    table: &mut Table<'_>,
    context: &Context,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let mut accounts = Accounts::default();
    let mut repeats: HashMap<String, u64> = HashMap::new();
    while let Some(line) = table.next_line(context)? {
        sink.read_rows(1);
        let row = binding.row(&table.headings, &line.record, context);
        let read = row
            .sound(line.flaw.clone())
            .and_then(|()| post(&row, source, context));
        let (mut post, account) = match read {
            Ok(Some(read)) => read,
            Ok(None) => continue,
            Err(reject) => {
                sink.reject(reject)?;
                continue;
            }
        };
        if row.id("post_id").is_none() {
            let repeat = repeats.entry(post.post_id.clone()).or_default();
            *repeat += 1;
            if *repeat > 1 {
                post.post_id = format!("{}-{repeat}", post.post_id);
            }
        }
        if let Some(account) = account {
            accounts.add(account, post.posted_at, row.cells.line());
        }
        post.put(row.cells.line(), sink)?;
    }
    accounts.put(sink)
}

/// Reads one post; `None` for a row that has neither words nor stars.
fn post(
    row: &Row<'_>,
    source: &str,
    context: &Context,
) -> Result<Option<(Post, Option<Account>)>, Reject> {
    let own = |name| row.text(name).map(|text| text.into_owned());
    let posted_at = row
        .instant("posted_at")?
        .ok_or_else(|| row.reject("posted_at", Reason::Missing))?;
    let platform = row.text("platform");
    let platform = kept(&platform_of(platform.as_deref().unwrap_or(source)))
        .ok_or_else(|| row.reject("platform", Reason::Value(ValueError::UnknownWord)))?;
    let text = own("text");
    let rating = row.float("rating")?;
    if text.is_none() && rating.is_none() {
        return Ok(None);
    }
    if rating.is_some_and(|stars| !(0.0..=5.0).contains(&stars)) {
        return Err(row.reject("rating", Reason::Value(ValueError::OutOfRange)));
    }
    let default_kind = if row.binding.has("rating") {
        "review"
    } else {
        "post"
    };
    let account = account(row, source, platform, context)?;
    let names = ["account_id", "handle", "display_name"];
    let is_own = names.iter().any(|name| {
        row.text(name)
            .is_some_and(|name| context.is_official(&name))
    });
    let post = Post {
        source: source.to_owned(),
        platform,
        provider: own("provider"),
        post_id: row.id("post_id").unwrap_or_else(|| {
            let author = account.as_ref().map_or("", |account| &account.account_id);
            let stars = rating.map(|stars| stars.to_string()).unwrap_or_default();
            let text = text.as_deref().unwrap_or_default();
            stable_hash(&[platform, author, &posted_at.to_string(), text, &stars])
        }),
        account_id: account.as_ref().map(|account| account.account_id.clone()),
        customer_id: row.id("customer_id"),
        posted_at,
        kind: row.word("kind", posts::KIND.unit)?.unwrap_or(default_kind),
        reply_to: row.id("reply_to_post_id"),
        reposted: row.id("reposted_post_id"),
        conversation_id: row.id("conversation_id"),
        mentions: row.texts("mentions"),
        hashtags: row.texts("hashtags"),
        urls: row.texts("urls"),
        likes: row.integer("like_count")?,
        replies: row.integer("reply_count")?,
        reposts: row.integer("repost_count")?,
        quotes: row.integer("quote_count")?,
        views: row.integer("view_count")?,
        rating,
        is_outbound: row.flag("is_outbound")?.unwrap_or(is_own),
        extra: row.extra(None),
        text,
    };
    Ok(Some((post, account)))
}

fn account(
    row: &Row<'_>,
    source: &str,
    platform: &'static str,
    context: &Context,
) -> Result<Option<Account>, Reject> {
    let own = |name| row.text(name).map(|text| text.into_owned());
    let (handle, display_name) = (row.handle("handle"), own("display_name"));
    let id = row
        .id("account_id")
        .or_else(|| handle.clone())
        .or_else(|| display_name.clone());
    let Some(account_id) = id else {
        return Ok(None);
    };
    let is_official = [
        Some(account_id.as_str()),
        handle.as_deref(),
        display_name.as_deref(),
    ]
    .into_iter()
    .flatten()
    .any(|name| context.is_official(name));
    Ok(Some(Account {
        source: source.to_owned(),
        platform,
        provider: own("provider"),
        account_id,
        handle,
        display_name,
        bio: own("bio"),
        location: own("location"),
        followers: row.integer("follower_count")?,
        following: row.integer("following_count")?,
        posts: row.integer("post_count")?,
        created_at: row.instant("created_at")?,
        is_verified: row.flag("is_verified")?,
        is_official,
        ..Account::default()
    }))
}

/// Returns koe's word for a platform, as other layouts write it.
fn platform_of(word: &str) -> String {
    let word = fold(word);
    let known = match word.as_str() {
        "twitter" | "x (twitter)" | "x(twitter)" | "x（旧twitter）" | "x(旧twitter)"
        | "ツイッター" => "x",
        "インスタグラム" | "インスタ" | "ig" => "instagram",
        "フェイスブック" | "fb" => "facebook",
        "グーグル" | "google maps" | "googleマップ" | "google business" => "google",
        "line公式" | "ライン" => "line",
        other => other,
    };
    known.to_owned()
}
