//! What a post brings about: reposts, replies, the shop's answer, likes and views.

use rand::{Rng, RngExt};

use super::accounts::Author;
use super::bursts::{burst_share, flare_density};
use super::calendar::{DAY, HOUR, Moment};
use super::feed::{Counts, Draft, FLARE_POSTS, Link, poisson};
use super::story::Story;
use super::talk::{self, Content};
use super::voice::Stance;

/// A planned reaction.
pub(super) struct Reaction {
    pub at: Moment,
    pub author: Author,
    pub content: Content,
    pub link: Link,
}

impl Story {
    /// Plans the replies, quotes and reposts that follow a post before the window ends.
    pub(super) fn plan(&self, at: Moment, draft: &Draft, rng: &mut impl Rng) -> Vec<Reaction> {
        let mut plan = Vec::new();
        if matches!(draft.link, Some((Link::Repost, _))) {
            return plan;
        }
        let scale = self.scale();
        let (reposts, replies) = match (draft.author, draft.event) {
            (Author::Official, "flare_up") => (2.0 * scale, 5.0 * scale),
            // an answer must never bring as many answers, or they would not end
            _ if matches!(draft.link, Some((Link::Reply, _))) => (0.01, 0.02),
            (Author::Official, _) => (0.7 * scale, 0.3 * scale),
            (_, "advocate") => (4.0 * scale, 1.5 * scale),
            (_, "flare_up") => (0.16, 0.02),
            (_, "television") => (0.2, 0.03),
            (_, "impersonation") => (0.4, 0.1),
            (_, "copy_paste") => (0.1, 0.0),
            _ => (0.07, 0.06),
        };
        for _ in 0..poisson(reposts, rng) {
            let delay = 60 + (Moment::from(rng.random_range(0..300u16)) * rng.random_range(1..240));
            let author = self.onlooker(rng);
            plan.push(Reaction {
                at: at + delay,
                author,
                content: Content::Repost,
                link: Link::Repost,
            });
        }
        for _ in 0..poisson(replies, rng) {
            let delay = 90 + rng.random_range(0..5 * HOUR);
            let author = self.onlooker(rng);
            let content = talk::answer(draft.event, rng);
            plan.push(Reaction {
                at: at + delay,
                author,
                content,
                link: Link::Reply,
            });
        }
        if draft.link.is_none() {
            plan.extend(self.answer_of_the_shop(at, draft, rng));
        }
        plan.retain(|reaction| reaction.at < self.calendar.end());
        plan
    }

    /// Plans the shop's answer: to most complaints and questions, in opening hours.
    fn answer_of_the_shop(
        &self,
        at: Moment,
        draft: &Draft,
        rng: &mut impl Rng,
    ) -> Option<Reaction> {
        let Content::Said { stance, aspect, .. } = draft.content else {
            return None;
        };
        if draft.author == Author::Official || draft.event == "flare_up" {
            return None;
        }
        let chance = match stance {
            Stance::Complaint | Stance::Mixed => 0.55,
            Stance::Question => 0.6,
            Stance::Wish => 0.25,
            Stance::Praise => 0.07,
            Stance::Sarcasm | Stance::Report | Stance::Chatter => 0.02,
        };
        if !rng.random_bool(chance) {
            return None;
        }
        let mut reply_at = at + 600 + rng.random_range(0..6 * HOUR);
        match reply_at.rem_euclid(DAY) / HOUR {
            0..10 => reply_at += 9 * HOUR,
            19.. => reply_at += 14 * HOUR,
            _ => {}
        }
        if self.flare.is_some_and(|flare| reply_at > flare) {
            return None;
        }
        let content = Content::ShopAnswer { stance, aspect };
        Some(Reaction {
            at: reply_at,
            author: Author::Official,
            content,
            link: Link::Reply,
        })
    }

    /// Counts the planned reactions and draws likes and views.
    pub(super) fn counts(&self, draft: &Draft, plan: &[Reaction], rng: &mut impl Rng) -> Counts {
        let count = |link: Link| plan.iter().filter(|r| r.link == link).count() as u64;
        if matches!(draft.link, Some((Link::Repost, _))) {
            return Counts::default();
        }
        let followers = self.followers(draft.author) as f64;
        let reach = followers
            * rng.random_range(0.08..0.5)
            * if draft.event == "flare_up" { 14.0 } else { 1.0 };
        let reposts = count(Link::Repost);
        let quotes = if draft.content == Content::Rude {
            self.expected_quotes()
        } else {
            0
        };
        let impressions = (reach as u64) + 12 + reposts * rng.random_range(80..900);
        Counts {
            reposts,
            replies: count(Link::Reply),
            likes: poisson(impressions as f64 * rng.random_range(0.004..0.025), rng),
            quotes,
            bookmarks: poisson(impressions as f64 * 0.001, rng),
            impressions,
        }
    }

    /// Returns about how many quotes the rude reply draws until the window ends.
    fn expected_quotes(&self) -> u64 {
        let Some(start) = self.flare else {
            return 0;
        };
        let last = self.calendar.end() / HOUR;
        let share = |from: i64, to: i64| -> f64 {
            (from..to.min(last))
                .map(|h| burst_share(start, h, flare_density))
                .sum()
        };
        let first = start / HOUR;
        let quotes = 0.3 * share(first + 2, first + 24) + 0.12 * share(first + 24, last);
        (FLARE_POSTS * self.scale() * quotes).round() as u64
    }
}
