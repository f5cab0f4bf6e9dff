//! What conversations read: the scored posts, the accounts that said them and the days on which the shop is closed.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use polars::prelude::{DataFrame, PolarsResult};

use super::opening::{Opening, closing_days};
use super::table::frame;
use super::ticket::{Ticket, staff_name};
use super::{Said, Settings, collect};
use crate::as_of::AsOf;
use crate::config::ScoreConfig;
use crate::schema::{Column as Owned, accounts};
use crate::score::posts::{Row, Scored};

/// What conversations rest on beside the posts.
#[derive(Clone, Copy)]
pub(in crate::score) struct Sources<'a> {
    /// The table `accounts`.
    pub accounts: &'a DataFrame,
    /// The table `holidays`.
    pub holidays: &'a DataFrame,
    /// Handles or ids of the shop's own accounts, beside those that the accounts say are.
    pub official: &'a [String],
    /// Business hours, target and session.
    pub score: &'a ScoreConfig,
}

/// The table `conversations`, and what is in none.
pub(in crate::score) struct Found {
    pub frame: DataFrame,
    pub left_out: Vec<(&'static str, u64)>,
}

/// Finds the conversations in scored posts, oldest first.
///
/// Read is what is about the brand, what the shop said, and what was said to it in private, whatever it is about; reposts
/// say nothing of their own.
///
/// # Errors
/// When `accounts` or `holidays` lack a column.
pub(in crate::score) fn find(
    scored: &[Scored],
    sources: &Sources<'_>,
    as_of: &AsOf,
) -> PolarsResult<Found> {
    let authors = Authors::of(sources)?;
    let read: Vec<Read<'_>> = scored
        .iter()
        .filter(|post| !post.row.is_repost())
        .filter_map(|post| {
            let is_shop = post.row.is_outbound || authors.is_official(&post.row);
            let is_read = is_shop || post.is_about() || is_private(&post.row.kind);
            is_read.then(|| Read::of(post, is_shop, as_of.time_zone()))
        })
        .collect();
    let posts: Vec<Said<'_>> = read
        .iter()
        .map(|read| read.said(authors.follower_count(&read.post.row)))
        .collect();
    let until = as_of.instant().as_microsecond();
    let hours = &sources.score.business_hours;
    let closed = closing_days(sources.holidays, &hours.closing_words)?;
    let first = posts.first().map_or(until, |post| post.at);
    let opening = Opening::new(hours, &closed, as_of.time_zone(), first, until);
    let found = collect(
        &posts,
        &Settings {
            opening: &opening,
            session_hours: sources.score.conversation.session_hours,
            response_target_minutes: sources.score.conversation.response_target_minutes,
            as_of: until,
        },
    );
    Ok(Found {
        frame: frame(&found.rows)?,
        left_out: found.left_out,
    })
}

/// Tells whether posts of a kind are said to the shop alone.
fn is_private(kind: &str) -> bool {
    matches!(kind, "chat" | "call" | "email" | "ticket")
}

/// A post with what its further fields tell.
struct Read<'a> {
    post: &'a Scored,
    is_shop: bool,
    staff: Option<String>,
    ticket: Option<Ticket>,
}

impl<'a> Read<'a> {
    fn of(post: &'a Scored, is_shop: bool, zone: &TimeZone) -> Self {
        let row = &post.row;
        let extra = row.extra.as_deref();
        let of_shop = extra.filter(|_| is_shop);
        let of_ticket = extra.filter(|_| row.kind == "ticket");
        Self {
            post,
            is_shop,
            staff: of_shop.and_then(staff_name),
            ticket: of_ticket.and_then(|extra| Ticket::read(extra, row.posted_at, zone)),
        }
    }

    fn said(&self, follower_count: Option<i64>) -> Said<'_> {
        let row = &self.post.row;
        let said = self.post.said.as_ref();
        Said {
            source: &row.source,
            platform: &row.platform,
            provider: &row.provider,
            post_id: &row.post_id,
            account_id: &row.account_id,
            at: row.posted_at,
            text: &row.text,
            kind: &row.kind,
            reply_to: row.reply_to.as_deref(),
            reposted: row.reposted.as_deref(),
            conversation: row.conversation.as_deref(),
            is_shop: self.is_shop,
            staff: self.staff.as_deref(),
            is_about: self.post.is_about(),
            sentiment: said.and_then(|said| said.sentiment),
            utterance: said.map(|said| said.utterance),
            strength: said.and_then(|said| said.negative_strength),
            rating: row.rating,
            follower_count,
            repost_count: row.repost_count,
            ticket: self.ticket.as_ref(),
        }
    }
}

/// What is known of an account.
#[derive(Debug, Clone, Copy, Default)]
struct Author {
    /// The most followers seen.
    follower_count: Option<i64>,
    is_official: bool,
}

/// The accounts, by platform, provider and id, and the names of the shop's own.
struct Authors<'a> {
    known: HashMap<(&'a str, &'a str, &'a str), Author>,
    official: HashSet<String>,
}

impl<'a> Authors<'a> {
    fn of(sources: &Sources<'a>) -> PolarsResult<Self> {
        let official: HashSet<String> = sources.official.iter().map(|name| bare(name)).collect();
        let table = sources.accounts;
        let text = |column: Owned| table.column(column.name)?.str();
        let (platform, provider) = (text(accounts::PLATFORM)?, text(accounts::PROVIDER)?);
        let (account_id, handle) = (text(accounts::ACCOUNT_ID)?, text(accounts::HANDLE)?);
        let follower_count = table.column(accounts::FOLLOWER_COUNT.name)?.i64()?;
        let is_official = table.column(accounts::IS_OFFICIAL.name)?.bool()?;
        let mut known: HashMap<(&str, &str, &str), Author> = HashMap::new();
        for row in 0..table.height() {
            let key = (
                platform.get(row).unwrap_or_default(),
                provider.get(row).unwrap_or_default(),
                account_id.get(row).unwrap_or_default(),
            );
            let author = known.entry(key).or_default();
            author.follower_count = author.follower_count.max(follower_count.get(row));
            author.is_official |= is_official.get(row) == Some(true)
                || (handle.get(row)).is_some_and(|handle| official.contains(&bare(handle)));
        }
        Ok(Self { known, official })
    }

    fn get(&self, row: &Row) -> Option<Author> {
        let key = (&*row.platform, &*row.provider, &*row.account_id);
        self.known.get(&key).copied()
    }

    fn follower_count(&self, row: &Row) -> Option<i64> {
        self.get(row).and_then(|author| author.follower_count)
    }

    /// Whether an account is the shop's own: the accounts say so, or its handle or id is set in `brand.official`.
    fn is_official(&self, row: &Row) -> bool {
        let is_named = !self.official.is_empty() && self.official.contains(&bare(&row.account_id));
        is_named || self.get(row).is_some_and(|author| author.is_official)
    }
}

/// Returns a handle or id as it is told apart.
fn bare(name: &str) -> String {
    name.trim_start_matches('@').to_lowercase()
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use crate::schema::{ColumnKind, accounts, conversations, holidays};
    use crate::score::fixture::{Post, no_rows, posted, scored};

    /// The shop's own account, as the accounts tell it.
    fn official() -> DataFrame {
        let mut frame = DataFrame::full_null(&accounts::TABLE.schema(), 1);
        for (column, cell) in [
            (accounts::SOURCE, "x"),
            (accounts::PLATFORM, "x"),
            (accounts::PROVIDER, ""),
            (accounts::ACCOUNT_ID, "900"),
        ] {
            let cells = Column::new(column.small_name(), vec![cell]);
            frame.with_column(cells).unwrap();
        }
        let is_official = Column::new(accounts::IS_OFFICIAL.small_name(), vec![true]);
        frame.with_column(is_official).unwrap();
        frame
    }

    /// Tuesday, the 7th of July 2026, is a closing day.
    fn closed_on_tuesday() -> DataFrame {
        let mut frame = DataFrame::full_null(&holidays::TABLE.schema(), 1);
        let day = jiff::civil::date(2026, 7, 7)
            .since(jiff::civil::date(1970, 1, 1))
            .unwrap()
            .get_days();
        let day = Column::new(holidays::DAY.small_name(), vec![day]);
        let day = day.cast(&ColumnKind::Date.dtype()).unwrap();
        let name = Column::new(holidays::NAME.small_name(), vec!["臨時休業"]);
        frame.with_column(day).unwrap();
        frame.with_column(name).unwrap();
        frame
    }

    const POSTS: [Post<'static>; 7] = [
        Post {
            platform: "line",
            post_id: "c1",
            account_id: "hana",
            at: "2026-07-06T10:00:00+09:00",
            text: "深煎りの在庫はありますか？",
            kind: "chat",
            conversation: Some("hana"),
            ..Post::EMPTY
        },
        Post {
            platform: "line",
            post_id: "c2",
            at: "2026-07-06T10:30:00+09:00",
            text: "ございます",
            kind: "chat",
            conversation: Some("hana"),
            is_outbound: true,
            extra: Some(r#"{"送信者名":"店長"}"#),
            ..Post::EMPTY
        },
        Post {
            post_id: "p1",
            account_id: "angry",
            at: "2026-07-06T11:00:00+09:00",
            text: "とりのこえの豆がまずい。最悪です。",
            ..Post::EMPTY
        },
        // The export does not say that it is the shop's.
        Post {
            post_id: "p2",
            account_id: "900",
            at: "2026-07-06T12:00:00+09:00",
            text: "お詫びいたします",
            kind: "reply",
            reply_to: Some("p1"),
            ..Post::EMPTY
        },
        Post {
            post_id: "p3",
            account_id: "late",
            at: "2026-07-06T16:00:00+09:00",
            text: "とりのこえの接客が最悪。ひどい店。",
            ..Post::EMPTY
        },
        Post {
            post_id: "p4",
            account_id: "else",
            at: "2026-07-06T16:30:00+09:00",
            text: "電車が遅れて最悪。ひどい。",
            ..Post::EMPTY
        },
        Post {
            platform: "zendesk",
            post_id: "t1",
            account_id: "ken",
            at: "2026-07-06T09:00:00+09:00",
            text: "届きません",
            kind: "ticket",
            extra: Some(
                r#"{"Status":"Solved","Solved at":"2026-07-06 17:00","Assignee":"担当 A","First reply time in minutes":"35"}"#,
            ),
            ..Post::EMPTY
        },
    ];

    #[test]
    fn posts_chats_and_tickets_become_conversations() {
        let output = scored(
            posted(&POSTS),
            official(),
            closed_on_tuesday(),
            "2026-07-07",
        );
        let table = &output.conversations;
        assert_eq!(**table.schema(), conversations::TABLE.schema());
        let text = |column: crate::schema::Column| -> Vec<&str> {
            let found = table.column(column.name).unwrap().str().unwrap();
            found.iter().map(Option::unwrap_or_default).collect()
        };
        let minutes = |column: crate::schema::Column| -> Vec<Option<f64>> {
            let found = table.column(column.name).unwrap().f64().unwrap();
            found.iter().collect()
        };
        assert_eq!(
            text(conversations::CONVERSATION_ID),
            ["line:c1", "x:p1", "x:p3", "zendesk:t1"]
        );
        assert_eq!(
            text(conversations::STATE),
            ["answered", "answered", "unanswered", "resolved"]
        );
        assert_eq!(
            text(conversations::ANSWERED_BY),
            ["店長", "900", "", "担当 A"]
        );
        assert_eq!(
            minutes(conversations::FIRST_RESPONSE_MINUTES),
            [Some(30.0), Some(60.0), None, Some(35.0)]
        );
        // Two hours on Monday; Tuesday does not count.
        assert_eq!(
            minutes(conversations::WAITED_MINUTES),
            [None, None, Some(120.0), None]
        );
        assert_eq!(
            minutes(conversations::WAITED_WALL_MINUTES)[2],
            Some(32.0 * 60.0)
        );
    }

    #[test]
    fn before_an_answer_nobody_knows_of_it_and_nothing_makes_no_row() {
        let as_of = "2026-07-06T11:30:00+09:00";
        let output = scored(posted(&POSTS), official(), closed_on_tuesday(), as_of);
        let ids = output
            .conversations
            .column(conversations::STATE.name)
            .unwrap();
        let states: Vec<&str> = ids.str().unwrap().iter().flatten().collect();
        assert_eq!(states, ["answered", "unanswered", "answered"]);
        let nothing = scored(
            posted(&[]),
            no_rows(&accounts::TABLE),
            no_rows(&holidays::TABLE),
            as_of,
        );
        assert_eq!(nothing.conversations.height(), 0);
    }
}
