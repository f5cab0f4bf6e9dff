//! What the person said of the shop and to it.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::answers::{Talk, answers, talks};
use super::rows::{Key, Row, Scope, each};
use super::who::{Account, Link};
use crate::error::{Error, Result};
use crate::report::karte::{AspectFact, Event, PostFact, VoiceFact, What};
use crate::schema::{Column as Owned, links, post_scores, posts};
use crate::segment::SAID_TO_THE_SHOP;
use crate::text::Label;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// Kind of a post that only repeats another: its words are somebody else's.
const REPOST: &str = "repost";
/// Source and id of a post.
pub(super) const POST: [Owned; 2] = [posts::SOURCE, posts::POST_ID];
/// What is read of a post beside them.
pub(super) const READ: [Owned; 10] = [
    posts::PLATFORM,
    posts::PROVIDER,
    posts::ACCOUNT_ID,
    posts::POSTED_AT,
    posts::TEXT,
    posts::KIND,
    posts::REPLY_TO_POST_ID,
    posts::CONVERSATION_ID,
    posts::RATING,
    posts::IS_OUTBOUND,
];

/// A post.
pub(super) struct Post {
    pub key: Key,
    pub account: Account,
    /// In microseconds since 1970-01-01 UTC.
    pub posted_at: i64,
    pub text: String,
    pub kind: String,
    pub answered: Option<String>,
    pub conversation_id: Option<String>,
    pub rating: Option<f64>,
    pub is_outbound: bool,
    heard: Heard,
}

/// How a post was heard; nothing before the first score.
#[derive(Default)]
struct Heard {
    is_about: bool,
    is_opinion: bool,
    sentiment: Option<f64>,
    label: Option<String>,
    utterance: Option<String>,
    deciding_words: Vec<String>,
    positive_aspects: Vec<String>,
    negative_aspects: Vec<String>,
}

impl Post {
    pub(super) fn read(row: Row<'_>) -> PolarsResult<Self> {
        Ok(Self {
            key: row.key(POST)?,
            account: (
                row.word(posts::PLATFORM)?,
                row.word(posts::PROVIDER)?,
                row.word(posts::ACCOUNT_ID)?,
            ),
            posted_at: row.instant(posts::POSTED_AT)?.unwrap_or_default(),
            text: row.word(posts::TEXT)?,
            kind: row.word(posts::KIND)?,
            answered: row.text(posts::REPLY_TO_POST_ID)?,
            conversation_id: row.text(posts::CONVERSATION_ID)?,
            rating: row.float(posts::RATING)?,
            is_outbound: row.flag(posts::IS_OUTBOUND)? == Some(true),
            heard: Heard::default(),
        })
    }

    /// Returns the words of the person: none of a repost.
    fn own_text(&self) -> String {
        match self.kind.as_str() {
            REPOST => String::new(),
            _ => self.text.clone(),
        }
    }

    fn is_to_the_shop(&self) -> bool {
        SAID_TO_THE_SHOP.contains(&self.kind.as_str())
    }

    fn fact(&self, scope: &Scope<'_>) -> PostFact {
        let (posted_at, when) = scope.moment(self.posted_at);
        PostFact {
            source: self.key.0.clone(),
            post_id: self.key.1.clone(),
            platform: self.account.0.clone(),
            post_kind: self.kind.clone(),
            posted_at,
            when,
            text: self.own_text(),
            rating: self.rating,
            sentiment: self.heard.sentiment,
            label: self.heard.label.clone(),
            utterance: self.heard.utterance.clone(),
            deciding_words: self.heard.deciding_words.clone(),
            positive_aspects: self.heard.positive_aspects.clone(),
            negative_aspects: self.heard.negative_aspects.clone(),
        }
    }

    fn is(&self, label: Label) -> bool {
        self.heard.label.as_deref() == Some(label.name())
    }
}

/// What the person said of or to the shop, the newest first.
pub(super) struct Posts {
    posts: Vec<Post>,
    talks: Vec<Talk>,
    /// Posts about other things.
    other_count: u64,
}

impl Posts {
    /// Reads what linked accounts said of the shop, and what the shop's own systems name the person of.
    ///
    /// As for segments: a public post counts only through a link; what a system of the shop ties to a customer record needs
    /// none, unless the account is linked to somebody else.
    pub(super) fn read(scope: &Scope<'_>, links: &[Link]) -> Result<Self> {
        let mut found: BTreeMap<Key, Post> = BTreeMap::new();
        for post in by_link(scope, links)? {
            found.insert(post.key.clone(), post);
        }
        for post in by_record(scope)? {
            found.entry(post.key.clone()).or_insert(post);
        }
        // What was deleted says nothing any more.
        found.retain(|_, post| !post.text.is_empty() || post.rating.is_some());
        add_heard(scope, &mut found)?;
        let all = found.len();
        let mut posts: Vec<Post> = found
            .into_values()
            .filter(|post| post.heard.is_about || post.is_to_the_shop())
            .collect();
        let other_count = (all - posts.len()) as u64;
        posts.sort_by(|left, right| {
            let newer = right.posted_at.cmp(&left.posted_at);
            newer.then_with(|| left.key.cmp(&right.key))
        });
        let keys = posts.iter().map(|post| post.key.clone()).collect();
        Ok(Self {
            talks: talks(scope, &keys)?,
            posts,
            other_count,
        })
    }

    /// Returns what is to be told of the opinions, of which so many are told in full.
    pub(super) fn voice(&self, scope: &Scope<'_>, recent_days: u32, most: usize) -> VoiceFact {
        let opinions: Vec<&Post> = self
            .posts
            .iter()
            .filter(|post| post.heard.is_opinion)
            .collect();
        let since = scope.until() - i64::from(recent_days) * DAY;
        let recent: Vec<&Post> = opinions
            .iter()
            .copied()
            .filter(|post| post.posted_at >= since)
            .collect();
        let count = |label: Label| opinions.iter().filter(|post| post.is(label)).count() as u64;
        VoiceFact {
            post_count: opinions.len() as u64,
            positive_count: count(Label::Positive),
            negative_count: count(Label::Negative),
            sentiment_mean: mean(&opinions),
            recent_days,
            recent_post_count: recent.len() as u64,
            recent_sentiment_mean: mean(&recent),
            aspects: aspects(&opinions),
            waiting_count: self.talks.iter().filter(|talk| talk.is_waiting).count() as u64,
            open_complaint_count: self
                .talks
                .iter()
                .filter(|talk| talk.is_open_complaint)
                .count() as u64,
            posts: opinions
                .iter()
                .take(most)
                .map(|post| post.fact(scope))
                .collect(),
            other_post_count: self.other_count,
        }
    }

    /// Returns what was said and answered, in no order.
    pub(super) fn events(&self, scope: &Scope<'_>) -> Result<Vec<Event>> {
        let said = self.posts.iter().map(|post| {
            let (at, when) = scope.moment(post.posted_at);
            Event {
                at,
                when,
                what: What::Said {
                    source: post.key.0.clone(),
                    post_id: post.key.1.clone(),
                    platform: post.account.0.clone(),
                    post_kind: post.kind.clone(),
                    text: post.own_text(),
                    sentiment: post.heard.sentiment,
                    label: post.heard.label.clone(),
                },
            }
        });
        let mut events: Vec<Event> = said.collect();
        for answer in answers(scope, &self.posts)? {
            let (at, when) = scope.moment(answer.posted_at);
            let talk = self.talks.iter().find(|talk| {
                talk.source == answer.key.0 && talk.answered_at == Some(answer.posted_at)
            });
            // That the shop's account answered goes without saying.
            let staff = talk
                .and_then(|talk| talk.answered_by.clone())
                .filter(|name| *name != answer.account.2);
            events.push(Event {
                at,
                when,
                what: What::Answered {
                    source: answer.key.0,
                    post_id: answer.key.1,
                    platform: answer.account.0,
                    text: answer.text,
                    minutes: talk.and_then(|talk| talk.minutes),
                    answered_by: staff,
                },
            });
        }
        Ok(events)
    }
}

/// Returns what the linked accounts posted.
fn by_link(scope: &Scope<'_>, links: &[Link]) -> Result<Vec<Post>> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let accounts: BTreeSet<&Account> = links.iter().map(|link| &link.account).collect();
    let ids = links.iter().map(|link| link.account.2.as_str()).collect();
    let columns: Vec<Expr> = POST.iter().chain(&READ).map(Owned::expr).collect();
    let rows = scope
        .store
        .scan(&posts::TABLE)?
        .filter(posts::ACCOUNT_ID.is_among(ids))
        .filter(scope.is_before(posts::POSTED_AT))
        .select(columns)
        .collect()
        .map_err(Error::frame("read the posts of a person"))?;
    let found: PolarsResult<Vec<Post>> = each(&rows).map(Post::read).collect();
    let mut found = found.map_err(Error::frame("read the posts of a person"))?;
    found.retain(|post| !post.is_outbound && accounts.contains(&post.account));
    Ok(found)
}

/// Returns what was said to the shop and tied by its own systems to a record of the person.
fn by_record(scope: &Scope<'_>) -> Result<Vec<Post>> {
    let mut columns = READ.to_vec();
    columns.push(posts::POST_ID);
    let is_before = scope.is_before(posts::POSTED_AT);
    let rows = scope.of_keys(
        &posts::TABLE,
        [posts::SOURCE, posts::CUSTOMER_ID],
        &columns,
        scope.records,
        Some(is_before),
    )?;
    let found: PolarsResult<Vec<Post>> = each(&rows).map(Post::read).collect();
    let mut found = found.map_err(Error::frame("read the posts of a person"))?;
    found.retain(|post| !post.is_outbound && post.is_to_the_shop());
    if found.is_empty() {
        return Ok(found);
    }
    let others = accounts_of_others(scope, &found)?;
    found.retain(|post| !others.contains(&post.account));
    Ok(found)
}

/// Returns which accounts of posts are linked to other persons.
fn accounts_of_others(scope: &Scope<'_>, found: &[Post]) -> Result<BTreeSet<Account>> {
    let ids: BTreeSet<&str> = found.iter().map(|post| post.account.2.as_str()).collect();
    let is_other = links::PERSON_ID.expr().neq(lit(scope.person_id.to_owned()));
    let read = Error::frame("read the links of others");
    let rows = scope
        .store
        .scan(&links::TABLE)?
        .filter(links::ACCOUNT_ID.is_among(ids.into_iter().collect()))
        .filter(is_other)
        .collect()
        .map_err(&read)?;
    let accounts: PolarsResult<BTreeSet<Account>> = each(&rows)
        .map(|row| {
            Ok((
                row.word(links::PLATFORM)?,
                row.word(links::PROVIDER)?,
                row.word(links::ACCOUNT_ID)?,
            ))
        })
        .collect();
    accounts.map_err(&read)
}

/// Adds how posts were heard.
fn add_heard(scope: &Scope<'_>, found: &mut BTreeMap<Key, Post>) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let keys: BTreeSet<Key> = found.keys().cloned().collect();
    let key = [post_scores::SOURCE, post_scores::POST_ID];
    let columns = [
        post_scores::BRAND,
        post_scores::IS_OPINION,
        post_scores::SENTIMENT,
        post_scores::LABEL,
        post_scores::UTTERANCE,
        post_scores::DECIDING_WORDS,
        post_scores::POSITIVE_ASPECTS,
        post_scores::NEGATIVE_ASPECTS,
    ];
    let rows = scope.of_keys(&post_scores::TABLE, key, &columns, &keys, None)?;
    let mut add = || -> PolarsResult<()> {
        for row in each(&rows) {
            let Some(post) = found.get_mut(&row.key(key)?) else {
                continue;
            };
            post.heard = Heard {
                is_about: row.text(post_scores::BRAND)?.is_some(),
                is_opinion: row.flag(post_scores::IS_OPINION)? == Some(true),
                sentiment: row.float(post_scores::SENTIMENT)?,
                label: row.text(post_scores::LABEL)?,
                utterance: row.text(post_scores::UTTERANCE)?,
                deciding_words: row.texts(post_scores::DECIDING_WORDS)?,
                positive_aspects: row.texts(post_scores::POSITIVE_ASPECTS)?,
                negative_aspects: row.texts(post_scores::NEGATIVE_ASPECTS)?,
            };
        }
        Ok(())
    };
    add().map_err(Error::frame("read the scores of posts"))
}

/// Returns the mean sentiment of posts that are scored.
fn mean(posts: &[&Post]) -> Option<f64> {
    let scored: Vec<f64> = posts
        .iter()
        .filter_map(|post| post.heard.sentiment)
        .collect();
    let sum: f64 = scored.iter().sum();
    (!scored.is_empty()).then(|| sum / scored.len() as f64)
}

/// Returns how often each aspect is praised and blamed, the most spoken of first.
fn aspects(posts: &[&Post]) -> Vec<AspectFact> {
    let mut counts: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for post in posts {
        let sides = [&post.heard.positive_aspects, &post.heard.negative_aspects];
        for (place, side) in sides.into_iter().enumerate() {
            for aspect in side {
                counts.entry(aspect).or_default()[place] += 1;
            }
        }
    }
    let mut aspects: Vec<AspectFact> = counts
        .into_iter()
        .map(|(aspect, [positive_count, negative_count])| AspectFact {
            aspect: aspect.to_owned(),
            positive_count,
            negative_count,
        })
        .collect();
    // Stable: equals stay in the order of their names.
    aspects.sort_by_key(|aspect| std::cmp::Reverse(aspect.positive_count + aspect.negative_count));
    aspects
}
