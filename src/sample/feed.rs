//! The stream of posts on X, in order of time: ordinary talk, the planted events, and the reactions to both.
//!
//! Reactions are planned when a post is made and wait in a queue, so that its counts of replies and
//! reposts are those that really follow; only the quotes of the rude reply are estimated.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::rc::Rc;

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Poisson};

use super::accounts::Author;
use super::bursts::{broadcast_density, burst_share, flare_density};
use super::calendar::{DAY, HOUR, Moment};
use super::reactions::Reaction;
use super::seed::{Domain, stream, weighted};
use super::spool::{Key, Spool};
use super::story::Story;
use super::talk::{self, Content};
use super::voice::{Aspect, Cause, Stance, Wave};

/// Ordinary posts a day for 800 customers, beside those planned by customers' purchases.
const ORDINARY: f64 = 1.75;
/// Posts of the flare-up for 800 customers, reposts not counted.
pub(super) const FLARE_POSTS: f64 = 190.0;
/// Posts about the broadcast for 800 customers.
const BROADCAST_POSTS: f64 = 78.0;
/// Seconds from the start of the flare-up to the rude reply.
const RUDE_AFTER: Moment = 76 * 60;

/// The text of the copy-and-paste campaign: a rumour to be passed on word for word.
const RUMOUR: u32 = 2;

/// How a post refers to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Reply,
    Quote,
    Repost,
}

/// Public counts of a post.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub reposts: u64,
    pub replies: u64,
    pub likes: u64,
    pub quotes: u64,
    pub bookmarks: u64,
    pub impressions: u64,
}

/// A post as it stands on the platform.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub at: Moment,
    pub id: u64,
    pub author: Author,
    pub text: String,
    pub link: Option<(Link, Rc<Post>)>,
    pub conversation: u64,
    pub counts: Counts,
    pub content: Content,
    pub event: &'static str,
}

/// A post still to come.
pub(super) struct Draft {
    pub author: Author,
    pub content: Content,
    pub link: Option<(Link, Rc<Post>)>,
    pub event: &'static str,
}

/// Writes posts one after the other.
pub(super) struct Feed<'a> {
    story: &'a Story,
    planned: Spool,
    span: usize,
    ready: VecDeque<Key>,
    queue: BTreeMap<(Moment, u64), Draft>,
    drafted: u64,
    made: u64,
    complaint: Option<Rc<Post>>,
    rude: Option<Rc<Post>>,
}

impl<'a> Feed<'a> {
    /// Returns the stream of a story, with the posts that customers' purchases have planned.
    pub(super) fn new(story: &'a Story, planned: Spool) -> Self {
        Self {
            story,
            planned,
            span: 0,
            ready: VecDeque::new(),
            queue: BTreeMap::new(),
            drafted: 0,
            made: 0,
            complaint: None,
            rude: None,
        }
    }

    /// Calls `visit` with every post, oldest first; `tick` is told the hours done.
    pub(super) fn run(
        mut self,
        mut visit: impl FnMut(Rc<Post>) -> io::Result<()>,
        mut tick: impl FnMut(i64, i64),
    ) -> io::Result<u64> {
        let hours = self.story.calendar.end() / HOUR;
        if self.story.options.customers == 0 {
            return Ok(0);
        }
        for hour in 0..hours {
            let mut rng = stream(self.story.options.seed, Domain::Hour, hour as u64, 0);
            self.ordinary(hour, &mut rng);
            self.shop(hour, &mut rng);
            self.flare_up(hour, &mut rng);
            self.broadcast(hour, &mut rng);
            self.known_people(hour, &mut rng);
            self.ill_will(hour, &mut rng);
            self.customers(hour)?;
            while let Some(entry) = self.queue.first_entry() {
                if entry.key().0 >= (hour + 1) * HOUR {
                    break;
                }
                let ((at, _), draft) = entry.remove_entry();
                let post = self.publish(at, draft);
                visit(post)?;
            }
            tick(hour + 1, hours);
        }
        Ok(self.made)
    }

    fn draft(&mut self, at: Moment, author: Author, content: Content, event: &'static str) {
        self.enqueue(
            at,
            Draft {
                author,
                content,
                link: None,
                event,
            },
        );
    }

    fn enqueue(&mut self, at: Moment, draft: Draft) {
        if (0..self.story.calendar.end()).contains(&at) {
            self.drafted += 1;
            self.queue.insert((at, self.drafted), draft);
        }
    }

    /// Adds the ordinary talk of an hour.
    fn ordinary(&mut self, hour: i64, rng: &mut impl Rng) {
        let day = hour / 24;
        let share = HOURS[(hour % 24) as usize] / HOURS.iter().sum::<f64>();
        let mean =
            ORDINARY * self.story.scale() * share * WEEKDAYS[self.story.calendar.weekday(day)];
        for _ in 0..poisson(mean, rng) {
            let at = hour * HOUR + rng.random_range(0..HOUR);
            let author = self.story.ordinary_author(rng);
            let content = if rng.random_bool(0.06) {
                Content::OffTopic
            } else {
                self.story.ordinary_talk(day, rng)
            };
            self.draft(at, author, content, "");
        }
    }

    /// Adds the posts that follow from customers' purchases.
    fn customers(&mut self, hour: i64) -> io::Result<()> {
        let end = (hour + 1) * HOUR;
        loop {
            if self.ready.is_empty() && self.span < self.planned.spans() {
                self.ready = self.planned.take(self.span)?.into();
                self.span += 1;
                continue;
            }
            match self.ready.front() {
                Some(key) if key.at < end => {
                    let key = *key;
                    self.ready.pop_front();
                    let mut rng = stream(
                        self.story.options.seed,
                        Domain::PlannedPost,
                        key.slot,
                        key.ordinal.into(),
                    );
                    let (content, event) = talk::planned(self.story, &key, &mut rng);
                    self.draft(key.at, Author::Customer(key.slot), content, event);
                }
                _ => return Ok(()),
            }
        }
    }

    /// Adds the shop's own posts: three a week by day, then the warning and the apology.
    fn shop(&mut self, hour: i64, rng: &mut impl Rng) {
        let at = hour * HOUR + rng.random_range(0..HOUR);
        let quiet = self.story.flare.is_some_and(|flare| at > flare);
        if (10..18).contains(&(hour % 24)) && !quiet && rng.random_bool(0.42 / 8.0) {
            let (_, month, _) = self.story.calendar.month_of(hour / 24);
            self.draft(at, Author::Official, Content::Official { month }, "");
        }
        let once = |start: Option<Moment>, after: Moment| {
            start.map(|s| s + after).filter(|at| at / HOUR == hour)
        };
        if let Some(at) = once(self.story.impersonator, 2 * DAY - 8 * HOUR) {
            self.draft(at, Author::Official, Content::Warning, "impersonation");
        }
        if let Some(at) = once(self.story.flare, 14 * HOUR + 50 * 60) {
            self.draft(at, Author::Official, Content::Apology, "flare_up");
        }
        if let Some(at) = once(self.story.flare, RUDE_AFTER)
            && let Some(target) = self.complaint.clone()
        {
            let link = Some((Link::Reply, target));
            let content = Content::Rude;
            self.enqueue(
                at,
                Draft {
                    author: Author::Official,
                    content,
                    link,
                    event: "flare_up",
                },
            );
        }
    }

    /// Adds the flare-up: spoiled autumn gifts, then a rude reply, then the anger about it.
    fn flare_up(&mut self, hour: i64, rng: &mut impl Rng) {
        let Some(start) = self.story.flare else {
            return;
        };
        let mean = FLARE_POSTS * self.story.scale() * burst_share(start, hour, flare_density);
        for _ in 0..poisson(mean, rng) {
            let at =
                (hour * HOUR + rng.random_range(0..HOUR)).max(start + rng.random_range(0..600));
            let since = at - start;
            let rude = since > RUDE_AFTER && self.rude.is_some();
            let weights = match since / HOUR {
                _ if !rude => [0.56, 0.2, 0.05, 0.19, 0.0],
                0..24 => [0.14, 0.33, 0.08, 0.15, 0.3],
                _ => [0.2, 0.17, 0.19, 0.32, 0.12],
            };
            let wave = Wave::ALL[weighted(&weights, rng)];
            let spoiled = !rude || wave == Wave::Complaint || rng.random_bool(0.3);
            let cause = if spoiled {
                Cause::SpoiledDelivery
            } else {
                Cause::RudeReply
            };
            let crowd = self.story.crowd_sizes()[1].max(1);
            let author = match rng.random_range(0..100) {
                0..=79 => Author::Crowd(rng.random_range(0..crowd)),
                _ => self.story.ordinary_author(rng),
            };
            let link = match (&self.rude, wave) {
                (Some(rude), Wave::Quote) => Some((Link::Quote, Rc::clone(rude))),
                _ => None,
            };
            let cause = if link.is_some() {
                Cause::RudeReply
            } else {
                cause
            };
            let content = Content::Flare { wave, cause };
            self.enqueue(
                at,
                Draft {
                    author,
                    content,
                    link,
                    event: "flare_up",
                },
            );
        }
    }

    /// Adds what people say who saw the shop on television.
    fn broadcast(&mut self, hour: i64, rng: &mut impl Rng) {
        let Some(start) = self.story.television else {
            return;
        };
        let mean =
            BROADCAST_POSTS * self.story.scale() * burst_share(start, hour, broadcast_density);
        for _ in 0..poisson(mean, rng) {
            let at =
                (hour * HOUR + rng.random_range(0..HOUR)).max(start + rng.random_range(0..900));
            let viewers = self.story.crowd_sizes()[2].max(1);
            let author = match rng.random_range(0..100) {
                0..=76 => Author::Viewer(rng.random_range(0..viewers)),
                _ => self.story.ordinary_author(rng),
            };
            let stances = [
                Stance::Praise,
                Stance::Report,
                Stance::Question,
                Stance::Wish,
            ];
            let stance = stances[weighted(&[0.66, 0.14, 0.12, 0.08], rng)];
            let aspects = [Aspect::Taste, Aspect::Shop, Aspect::Service];
            let aspect = aspects[weighted(&[0.5, 0.35, 0.15], rng)];
            let content = Content::Said {
                stance,
                aspect,
                product: None,
            };
            self.draft(at, author, content, "television");
        }
    }

    /// Adds the posts of the advocate and of the detractor.
    fn known_people(&mut self, hour: i64, rng: &mut impl Rng) {
        if let Some(slot) = self.story.advocate_slot() {
            let posts: Vec<Moment> = self
                .story
                .advocate
                .iter()
                .copied()
                .filter(|at| at / HOUR == hour)
                .collect();
            for at in posts {
                let product = Some(self.story.praised_product(at / DAY));
                let content = Content::Said {
                    stance: Stance::Praise,
                    aspect: Aspect::Taste,
                    product,
                };
                self.draft(at, Author::Customer(slot), content, "advocate");
            }
        }
        if let Some(slot) = self.story.detractor_slot()
            && hour % (24 * 23) == 21
        {
            let at = hour * HOUR + rng.random_range(0..HOUR);
            let content = talk::complaint(rng);
            self.draft(at, Author::Customer(slot), content, "detractor");
        }
    }

    /// Adds the copy-and-paste campaign and the impersonators.
    fn ill_will(&mut self, hour: i64, rng: &mut impl Rng) {
        if self.story.copies.is_some_and(|start| start / HOUR == hour) {
            let start = self.story.copies.unwrap_or(0);
            for index in 0..self.story.crowd_sizes()[3] {
                let spread: f64 = rng.random();
                let at = start + (spread * spread * 5.0 * HOUR as f64) as Moment;
                self.draft(
                    at,
                    Author::Copier(index),
                    Content::Copy { variant: RUMOUR },
                    "copy_paste",
                );
            }
        }
        let since = self
            .story
            .impersonator
            .map_or(-1, |start| hour - start / HOUR);
        if since >= 0 && since % (24 * 4 + 5) == 0 {
            let at = hour * HOUR + rng.random_range(0..HOUR);
            let author = Author::Impersonator(since as u64 / (24 * 4 + 5) % 2);
            self.draft(at, author, Content::Impersonation, "impersonation");
        }
    }

    /// Makes a post of a draft and plans the reactions to it.
    fn publish(&mut self, at: Moment, draft: Draft) -> Rc<Post> {
        self.made += 1;
        let mut rng = stream(self.story.options.seed, Domain::Reaction, self.made, 0);
        let id = snowflake(self.story.calendar.unix_millis(at), self.made);
        let is_reply = matches!(draft.link, Some((Link::Reply, _)));
        let text = talk::text(
            self.story,
            at,
            draft.author,
            &draft.content,
            is_reply,
            &mut rng,
        );
        let text = match &draft.link {
            Some((Link::Reply, to)) => format!("@{} {text}", self.story.handle(to.author)),
            Some((Link::Repost, of)) => talk::cut(&format!(
                "RT @{}: {}",
                self.story.handle(of.author),
                of.text
            )),
            _ => text,
        };
        let conversation = match &draft.link {
            Some((Link::Reply, to)) => to.conversation,
            _ => id,
        };
        let plan = self.story.plan(at, &draft, &mut rng);
        let counts = self.story.counts(&draft, &plan, &mut rng);
        let post = Rc::new(Post {
            at,
            id,
            author: draft.author,
            text,
            link: draft.link,
            conversation,
            counts,
            content: draft.content,
            event: draft.event,
        });
        self.remember(&post);
        for reaction in plan {
            let Reaction {
                at,
                author,
                content,
                link,
            } = reaction;
            let link = Some((link, Rc::clone(&post)));
            self.enqueue(
                at,
                Draft {
                    author,
                    content,
                    link,
                    event: post.event,
                },
            );
        }
        post
    }

    fn remember(&mut self, post: &Rc<Post>) {
        match post.content {
            Content::Rude => self.rude = Some(Rc::clone(post)),
            Content::Flare {
                wave: Wave::Complaint,
                ..
            } if self.complaint.is_none() => {
                self.complaint = Some(Rc::clone(post));
            }
            _ => {}
        }
    }
}

/// How much people write in each hour of the day.
const HOURS: [f64; 24] = [
    2.6, 1.5, 0.7, 0.4, 0.3, 0.6, 1.6, 3.4, 4.4, 4.2, 4.4, 4.6, 6.4, 5.0, 4.4, 4.8, 4.8, 4.8, 5.2,
    6.0, 7.0, 7.6, 7.0, 4.8,
];
/// How much people write on each day of the week, Monday first.
const WEEKDAYS: [f64; 7] = [0.9, 0.88, 0.92, 0.94, 1.04, 1.18, 1.14];

/// Returns an id as the platform makes them: milliseconds, then a running number.
fn snowflake(unix_millis: i64, number: u64) -> u64 {
    let millis = u64::try_from(unix_millis - 1_288_834_974_657).unwrap_or(0);
    millis << 22 | (number & 0x3F_FFFF)
}

/// Draws a count; 0 for a mean that is not positive.
pub(super) fn poisson(mean: f64, rng: &mut impl Rng) -> u64 {
    if mean <= 0.0 {
        return 0;
    }
    Poisson::new(mean).map_or(0, |p| p.sample(rng) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_with_time() {
        assert!(snowflake(1_800_000_000_001, 5) > snowflake(1_800_000_000_000, 4_000_000));
    }
}
