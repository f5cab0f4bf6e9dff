//! From threads to conversations: one customer each, cut where a long silence lies between.

use std::collections::HashMap;

use super::threads::{Threads, is_of_channel};
use super::wants::{is_content, needs_answer};
use super::{HOUR, Posts, Said};

/// Hours for which an unanswered customer is waited for: an answer or a reminder after that begins anew.
const WAITING_HOURS: i64 = 30 * 24;

/// Splits a thread into conversations, each a list of posts, oldest first; adds posts of the shop that answer nobody to
/// `unheard`.
///
/// A customer's posts are that customer's conversation. The shop's belong to the customer whose post they answer, through
/// the shop's own posts in between; where they say no such thing, to the customer who spoke last before them. A chat that
/// the shop opens belongs to the customer who speaks first after it.
pub(super) fn talks<'a, P: Posts<'a> + ?Sized>(
    posts: &P,
    threads: &Threads,
    thread: usize,
    session_hours: u32,
    unheard: &mut u64,
) -> Vec<Vec<usize>> {
    let mut customers: HashMap<&'a str, usize> = HashMap::new();
    let mut talks: Vec<Vec<usize>> = Vec::new();
    let mut talk_of: HashMap<usize, usize> = HashMap::new();
    let mut last = None;
    let mut opening: Vec<usize> = Vec::new();
    for &member in threads.members(thread) {
        let index = member as usize;
        let post = posts.said(index);
        let mut talk_with = |account| {
            *customers.entry(account).or_insert_with(|| {
                talks.push(Vec::new());
                talks.len() - 1
            })
        };
        let talk = if !threads.is_shop[index] {
            let talk = talk_with(post.account_id);
            last = Some(talk);
            Some(talk)
        } else {
            match threads.answer(index) {
                Some(target) if threads.is_shop[target] => talk_of.get(&target).copied(),
                Some(target) => Some(talk_with(posts.said(target).account_id)),
                None => last,
            }
        };
        match talk {
            Some(talk) => {
                if !threads.is_shop[index] && !opening.is_empty() {
                    talks[talk].append(&mut opening);
                }
                talks[talk].push(index);
                if threads.is_shop[index] {
                    talk_of.insert(index, talk);
                }
            }
            None if is_session(&post) => opening.push(index),
            None => *unheard += 1,
        }
    }
    *unheard += opening.len() as u64;
    for talk in &mut talks {
        talk.sort_by_cached_key(|index| (posts.said(*index).at, threads.is_shop[*index], *index));
    }
    talks
        .into_iter()
        .flat_map(|talk| cut(posts, threads, talk, session_hours))
        .collect()
}

/// Cuts a conversation before a chat message, call or loose e-mail that comes after a long silence.
///
/// While the customer waits for an answer, the silence must be longer than 30 days: a late answer is still an answer, and
/// a reminder still the same matter.
fn cut<'a, P: Posts<'a> + ?Sized>(
    posts: &P,
    threads: &Threads,
    talk: Vec<usize>,
    session_hours: u32,
) -> Vec<Vec<usize>> {
    let session = i64::from(session_hours) * HOUR;
    let mut cut: Vec<Vec<usize>> = Vec::new();
    let (mut is_waiting, mut has_spoken, mut is_answered) = (false, false, false);
    let mut before = None;
    for index in talk {
        let post = posts.said(index);
        let longest = if is_waiting {
            session.max(WAITING_HOURS * HOUR)
        } else {
            session
        };
        let is_new = before.is_some_and(|before: i64| post.at.saturating_sub(before) > longest);
        if is_new && is_session(&post) {
            (is_waiting, has_spoken, is_answered) = (false, false, false);
            cut.push(Vec::new());
        }
        if threads.is_shop[index] {
            is_waiting = false;
            is_answered = has_spoken;
        } else {
            has_spoken = true;
            is_waiting |= needs_answer(&post) && !(is_answered && is_content(&post));
        }
        before = Some(post.at);
        match cut.last_mut() {
            Some(part) => part.push(index),
            None => cut.push(vec![index]),
        }
    }
    cut
}

/// Tells whether a post is part of an open-ended talk: chats and calls, whose conversation id stands for the partner, and
/// loose e-mails and tickets.
fn is_session(post: &Said<'_>) -> bool {
    matches!(post.kind, "chat" | "call") || is_of_channel(post)
}
