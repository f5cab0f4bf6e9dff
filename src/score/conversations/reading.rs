//! What conversations read: the posts that were heard, the accounts that said them and the days on which the shop is closed.

use std::collections::HashSet;

use polars::prelude::{DataFrame, PolarsResult};

use super::opening::{Opening, closing_days};
use super::table::frame;
use super::{Posts, Said, Settings, each};
use crate::as_of::AsOf;
use crate::config::ScoreConfig;
use crate::schema::{Column as Owned, accounts};
use crate::score::voices::{Voice, Voices, account_hash};

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

/// Finds the conversations in what was heard, hands their rows to `take`, and returns what is in none, by reason.
///
/// Read is what is about the brand, what the shop said, and what was said to it in private, whatever it is about; reposts
/// say nothing of their own.
///
/// # Errors
/// When `accounts` or `holidays` lack a column, and those of `take`.
pub(in crate::score) fn find(
    voices: &Voices,
    sources: &Sources<'_>,
    as_of: &AsOf,
    take: &mut (dyn FnMut(DataFrame) -> PolarsResult<()> + Send),
) -> PolarsResult<Vec<(&'static str, u64)>> {
    let mut read = Read {
        authors: authors(voices, sources)?,
        voices,
        places: Vec::new(),
    };
    for post in voices.iter().filter(|post| !post.is_repost()) {
        if read.is_shop(post) || post.is_about() || is_private(post.kind()) {
            read.places
                .push(u32::try_from(post.place).unwrap_or(u32::MAX));
        }
    }
    let until = as_of.instant().as_microsecond();
    let hours = &sources.score.business_hours;
    let closed = closing_days(sources.holidays, &hours.closing_words)?;
    let first = read.voice(0).map_or(until, Voice::at);
    let opening = Opening::new(hours, &closed, as_of.time_zone(), first, until);
    let settings = Settings {
        opening: &opening,
        session_hours: sources.score.conversation.session_hours,
        response_target_minutes: sources.score.conversation.response_target_minutes,
        as_of: until,
    };
    each(&read, &settings, &mut |rows| take(frame(rows)?))
}

/// Tells whether posts of a kind are said to the shop alone.
pub(in crate::score) fn is_private(kind: &str) -> bool {
    matches!(kind, "chat" | "call" | "email" | "ticket")
}

/// The posts that are read.
struct Read<'v> {
    voices: &'v Voices,
    /// Their places among the voices.
    places: Vec<u32>,
    /// By the numbers of the voices' accounts.
    authors: Vec<Author>,
}

impl<'v> Read<'v> {
    fn voice(&self, place: usize) -> Option<Voice<'v>> {
        self.voices.get(*self.places.get(place)? as usize)
    }

    fn author(&self, post: Voice<'v>) -> Author {
        let author = self.authors.get(post.account() as usize);
        author.copied().unwrap_or_default()
    }

    /// Whether the shop said it, by the export or by the account.
    fn is_shop(&self, post: Voice<'v>) -> bool {
        post.is_outbound() || self.author(post).is_official
    }
}

impl<'v> Posts<'v> for Read<'v> {
    fn count(&self) -> usize {
        self.places.len()
    }

    fn said(&self, place: usize) -> Said<'v> {
        let Some(post) = self.voice(place) else {
            return Said::default();
        };
        let further = post.further();
        let is_shop = self.is_shop(post);
        Said {
            source: post.source(),
            platform: post.platform(),
            provider: post.provider(),
            post_id: post.id(),
            account_id: post.account_id(),
            at: post.at(),
            text: post.wording(),
            kind: post.kind(),
            reply_to: further.reply_to,
            reposted: further.reposted,
            conversation: post.conversation(&further),
            is_shop,
            staff: post.staff().filter(|_| is_shop),
            is_about: post.is_about(),
            sentiment: post.sentiment(),
            utterance: post.utterance(),
            strength: further.negative_strength,
            rating: further.rating,
            follower_count: self.author(post).follower_count,
            repost_count: further.repost_count,
            ticket: post.ticket(),
        }
    }

    fn release(&self) {
        self.voices.release();
    }
}

/// What is known of an account.
#[derive(Debug, Clone, Copy, Default)]
struct Author {
    /// The most followers seen.
    follower_count: Option<i64>,
    is_official: bool,
}

/// Returns what is known of the accounts that wrote posts, by their numbers.
///
/// One is the shop's own when the accounts say so, or its handle or id is set in `brand.official`.
fn authors(voices: &Voices, sources: &Sources<'_>) -> PolarsResult<Vec<Author>> {
    let official: HashSet<String> = sources.official.iter().map(|name| bare(name)).collect();
    let mut authors: Vec<Author> = (0_u32..)
        .take(voices.account_count())
        .map(|account| Author {
            follower_count: None,
            is_official: !official.is_empty()
                && official.contains(&bare(voices.account(account).2)),
        })
        .collect();
    let table = sources.accounts;
    let text = |column: Owned| table.column(column.name)?.str();
    let (platform, provider) = (text(accounts::PLATFORM)?, text(accounts::PROVIDER)?);
    let (account_id, handle) = (text(accounts::ACCOUNT_ID)?, text(accounts::HANDLE)?);
    let follower_count = table.column(accounts::FOLLOWER_COUNT.name)?.i64()?;
    let is_official = table.column(accounts::IS_OFFICIAL.name)?.bool()?;
    for row in 0..table.height() {
        let account = voices.account_number(account_hash(
            platform.get(row).unwrap_or_default(),
            provider.get(row).unwrap_or_default(),
            account_id.get(row).unwrap_or_default(),
        ));
        let Some(author) = account.and_then(|account| authors.get_mut(account as usize)) else {
            continue;
        };
        author.follower_count = author.follower_count.max(follower_count.get(row));
        author.is_official |= is_official.get(row) == Some(true)
            || (handle.get(row)).is_some_and(|handle| official.contains(&bare(handle)));
    }
    Ok(authors)
}

/// Returns a handle or id as it is told apart.
fn bare(name: &str) -> String {
    name.trim_start_matches('@').to_lowercase()
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use crate::schema::{ColumnKind, accounts, conversations, holidays};
    use crate::score::blocks::MOST;
    use crate::score::fixture::{Post, no_rows, posted, scored_whole};

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
        let read = [posted(&POSTS), official(), closed_on_tuesday()];
        let output = scored_whole(read, None, MOST, "2026-07-07");
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
        let read = [posted(&POSTS), official(), closed_on_tuesday()];
        let output = scored_whole(read, None, MOST, as_of);
        let ids = output
            .conversations
            .column(conversations::STATE.name)
            .unwrap();
        let states: Vec<&str> = ids.str().unwrap().iter().flatten().collect();
        assert_eq!(states, ["answered", "unanswered", "answered"]);
        let nobody = [
            posted(&[]),
            no_rows(&accounts::TABLE),
            no_rows(&holidays::TABLE),
        ];
        let nothing = scored_whole(nobody, None, MOST, as_of);
        assert_eq!(nothing.conversations.height(), 0);
    }
}
