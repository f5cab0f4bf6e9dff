//! The course of one conversation: when the customer asked, who answered when, how it ended.

use super::threads::Threads;
use super::ticket::Ticket;
use super::wants::{complains, is_content, needs_answer, severity};
use super::{Conversation, HOUR, MINUTE, Posts, Said, Settings, State};

/// What became of a talk.
pub(super) enum Measured<'a> {
    /// A conversation.
    Row(Box<Conversation<'a>>),
    /// Nobody but the shop spoke.
    ShopAlone,
    /// Nothing needed an answer, and none was given.
    NeedsNone,
}

/// Measures the posts of one customer and the shop, oldest first.
pub(super) fn measure<'a, P: Posts<'a> + ?Sized>(
    posts: &P,
    threads: &Threads,
    talk: &[usize],
    settings: &Settings<'_>,
) -> Measured<'a> {
    let all: Vec<(bool, Said<'a>)> = talk
        .iter()
        .map(|index| (threads.is_shop[*index], posts.said(*index)))
        .collect();
    let ticket = all.iter().find_map(|(_, post)| post.ticket);
    let turns = turns(&all, ticket, settings.as_of);
    let Some(root) = turns.iter().find_map(|(_, turn)| turn.customer()) else {
        return Measured::ShopAlone;
    };
    let course = Course::of(&turns);
    // A help desk may tell that it answered or solved a ticket, but not when.
    let solved_once = ticket.is_some_and(|ticket| ticket.is_solved && ticket.solved_at.is_none());
    let answered_once = course.answer().is_none()
        && ticket.is_some_and(|ticket| ticket.is_answered && ticket.first_reply_at.is_none());
    if course.asked.is_none() && course.answer().is_none() && !answered_once {
        return Measured::NeedsNone;
    }
    let asked = course.asked.unwrap_or(root);
    let waiting_since = course
        .waiting_since
        .filter(|_| !solved_once && !answered_once);
    let last_at = turns.last().map_or(root.at, |(at, _)| *at);
    let is_quiet = settings.as_of.saturating_sub(last_at) >= hours(settings.session_hours);
    let resolved_at = match waiting_since {
        Some(_) => None,
        None => course
            .settled_at
            .or(course.last_answer_at.filter(|_| is_quiet)),
    };
    let state = match (waiting_since, course.answer()) {
        (Some(_), None) => State::Unanswered,
        (Some(_), Some(_)) => State::WaitingForUs,
        (None, _) if resolved_at.is_some() || solved_once => State::Resolved,
        (None, _) => State::Answered,
    };
    let open = |from: i64, to: i64| settings.opening.between(from, to);
    let target = i64::from(settings.response_target_minutes) * MINUTE;
    let first_response = course.answer().map(|answer| open(asked.at, answer.at));
    let is_within_target = match first_response {
        _ if course.asked.is_none() || answered_once => None,
        Some(response) => Some(response <= target),
        None => (open(asked.at, settings.as_of) > target).then_some(false),
    };
    let answered_by = match course.answer() {
        Some(answer) => answer.by,
        None => ticket
            .filter(|_| answered_once)
            .and_then(|ticket| ticket.assignee.as_deref()),
    };
    let (sentiment_before, sentiment_after) = course.sentiments(&turns);
    let said: Vec<&Said<'a>> = turns
        .iter()
        .filter_map(|(_, turn)| turn.customer())
        .collect();
    let severity = said.iter().map(|post| severity(post)).fold(0.0, f64::max);
    let reach = reach(&said);
    let inbound_count = said.len() as i64;
    Measured::Row(Box::new(Conversation {
        id: id(root),
        source: root.source,
        platform: root.platform,
        provider: root.provider,
        account_id: root.account_id,
        root_post_id: root.post_id,
        kind: asked.kind,
        utterance: asked.utterance,
        state,
        needs_answer: course.asked.is_some(),
        started_at: turns.first().map_or(root.at, |(at, _)| *at),
        asked_at: asked.at,
        last_at,
        inbound_count,
        outbound_count: talk.len() as i64 - inbound_count,
        complaint_count: said.iter().filter(|post| complains(post)).count() as i64,
        first_response_at: course.answer().map(|answer| answer.at),
        first_response,
        answered_by,
        resolved_at,
        resolution: resolved_at.map(|at| open(asked.at, at)),
        is_within_target,
        waiting_since,
        waited: waiting_since.map(|since| {
            (
                open(since, settings.as_of),
                settings.as_of.saturating_sub(since).max(0),
            )
        }),
        due_at: waiting_since.and_then(|since| settings.opening.after(since, target)),
        is_open_complaint: waiting_since.is_some() && course.is_open_complaint,
        sentiment_before,
        sentiment_after,
        severity: rounded(severity),
        reach,
        priority: rounded(severity * libm::log10(10.0 + reach as f64)),
    }))
}

/// What happens in a conversation.
#[derive(Clone, Copy)]
enum Turn<'p, 'a> {
    /// The customer says something.
    Customer(&'p Said<'a>),
    /// The shop says something; who.
    Shop(Option<&'a str>),
    /// The shop closes a ticket; who.
    Solved(Option<&'a str>),
}

impl<'p, 'a> Turn<'p, 'a> {
    fn customer(self) -> Option<&'p Said<'a>> {
        match self {
            Self::Customer(post) => Some(post),
            Self::Shop(_) | Self::Solved(_) => None,
        }
    }

    /// Returns which comes first of what happens at the same instant: an answer never comes before its question.
    fn rank(self) -> u8 {
        match self {
            Self::Customer(_) => 0,
            Self::Shop(_) => 1,
            Self::Solved(_) => 2,
        }
    }
}

/// Returns what happens among posts, each with whether the shop said it.
fn turns<'p, 'a>(
    posts: &'p [(bool, Said<'a>)],
    ticket: Option<&'a Ticket>,
    as_of: i64,
) -> Vec<(i64, Turn<'p, 'a>)> {
    let mut turns: Vec<(i64, Turn<'p, 'a>)> = posts
        .iter()
        .map(|(is_shop, post)| {
            let by = post.staff.unwrap_or(post.account_id);
            let turn = if *is_shop {
                Turn::Shop((!by.is_empty()).then_some(by))
            } else {
                Turn::Customer(post)
            };
            (post.at, turn)
        })
        .collect();
    if let Some(ticket) = ticket {
        let by = ticket.assignee.as_deref();
        let known = |at: Option<i64>| at.filter(|at| *at < as_of);
        turns.extend(known(ticket.first_reply_at).map(|at| (at, Turn::Shop(by))));
        turns.extend(known(ticket.solved_at).map(|at| (at, Turn::Solved(by))));
    }
    turns.sort_by_key(|(at, turn)| (*at, turn.rank()));
    turns
}

/// An answer of the shop.
#[derive(Debug, Clone, Copy)]
struct Answer<'a> {
    /// Place among the turns.
    place: usize,
    at: i64,
    by: Option<&'a str>,
}

/// What is known of a conversation after its turns so far.
struct Course<'p, 'a> {
    has_spoken: bool,
    /// First post that needs an answer.
    asked: Option<&'p Said<'a>>,
    /// First answer to it.
    first_answer: Option<Answer<'a>>,
    /// First answer to a post that needed none, before anything was asked.
    early_answer: Option<Answer<'a>>,
    last_answer_at: Option<i64>,
    waiting_since: Option<i64>,
    /// A complaint is among what waits.
    is_open_complaint: bool,
    /// The answer after which the customer was content.
    settled_at: Option<i64>,
}

impl<'p, 'a> Course<'p, 'a> {
    fn of(turns: &[(i64, Turn<'p, 'a>)]) -> Self {
        let mut course = Self {
            has_spoken: false,
            asked: None,
            first_answer: None,
            early_answer: None,
            last_answer_at: None,
            waiting_since: None,
            is_open_complaint: false,
            settled_at: None,
        };
        for (place, &(at, turn)) in turns.iter().enumerate() {
            match turn {
                Turn::Customer(post) => course.hear(post),
                Turn::Shop(by) => course.say(Answer { place, at, by }),
                Turn::Solved(by) => {
                    course.say(Answer { place, at, by });
                    course.settled_at = course.settled_at.or(course.last_answer_at);
                }
            }
        }
        course
    }

    /// Returns the first response.
    fn answer(&self) -> Option<Answer<'a>> {
        match self.asked {
            Some(_) => self.first_answer,
            None => self.early_answer,
        }
    }

    fn hear(&mut self, post: &'p Said<'a>) {
        self.has_spoken = true;
        let is_settled = self.last_answer_at.is_some() && is_content(post);
        if needs_answer(post) && !is_settled {
            self.asked = self.asked.or(Some(post));
            if self.waiting_since.is_none() {
                self.waiting_since = Some(post.at);
                self.is_open_complaint = false;
            }
            self.is_open_complaint |= complains(post);
            self.settled_at = None;
        } else if is_settled && self.waiting_since.is_none() {
            self.settled_at = self.settled_at.or(self.last_answer_at);
        }
    }

    fn say(&mut self, answer: Answer<'a>) {
        if !self.has_spoken {
            return;
        }
        let first = match self.asked {
            Some(_) => &mut self.first_answer,
            None => &mut self.early_answer,
        };
        *first = first.or(Some(answer));
        self.last_answer_at = Some(answer.at);
        self.waiting_since = None;
        self.is_open_complaint = false;
    }

    /// Returns the mean sentiment of the customer before the first response and after it.
    fn sentiments(&self, turns: &[(i64, Turn<'p, 'a>)]) -> (Option<f64>, Option<f64>) {
        let place = self.answer().map_or(turns.len(), |answer| answer.place);
        let (before, after) = turns.split_at(place.min(turns.len()));
        (mean(before), mean(after))
    }
}

fn mean(turns: &[(i64, Turn<'_, '_>)]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for (_, turn) in turns {
        let sentiment = turn.customer().and_then(|post| post.sentiment);
        if let Some(sentiment) = sentiment.filter(|sentiment| sentiment.is_finite()) {
            sum += sentiment;
            count += 1.0;
        }
    }
    (count > 0.0).then(|| rounded(sum / count))
}

/// Returns how many people could see it: the customer's followers and the reposts, 0 for what is said in private.
fn reach(said: &[&Said<'_>]) -> i64 {
    let (mut followers, mut reposts) = (0_i64, 0_i64);
    let is_private = |kind: &str| matches!(kind, "chat" | "call" | "email" | "ticket");
    for post in said.iter().filter(|post| !is_private(post.kind)) {
        followers = followers.max(post.follower_count.unwrap_or(0));
        reposts = reposts.saturating_add(post.repost_count.unwrap_or(0).max(0));
    }
    followers.saturating_add(reposts)
}

/// Returns source and first post of the customer, which no later post changes; `:` tells them apart.
fn id(root: &Said<'_>) -> String {
    let source = root.source.replace('%', "%25").replace(':', "%3A");
    format!("{source}:{}", root.post_id)
}

fn hours(hours: u32) -> i64 {
    i64::from(hours) * HOUR
}

/// Returns a figure on a grid of a millionth, so that the last bit never differs between machines.
pub(super) fn rounded(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}
