//! What an account has said in all, and how often others responded.

use super::directory::Directory;
use crate::text::Label;

/// Opinions of an account about the brand, of the shop's own accounts their posts; all there are, however old.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub post_count: i64,
    pub negative_count: i64,
    pub response_count: i64,
    /// In microseconds since 1970-01-01 UTC.
    pub last_posted_at: Option<i64>,
    /// Whether it has posted about the brand at all, be it a copy or a repost.
    pub has_spoken: bool,
    /// Whether it has spoken for the shop.
    pub is_outbound: bool,
    scored_count: i64,
    sentiment_sum: f64,
}

impl Tally {
    /// Returns the mean sentiment of what was scored, on a grid of a millionth.
    pub(super) fn sentiment_mean(&self) -> Option<f64> {
        (self.scored_count > 0).then(|| {
            let mean = self.sentiment_sum / self.scored_count as f64;
            (mean * 1e6).round() / 1e6
        })
    }
}

/// Counts by account.
pub(super) fn tallies(directory: &Directory<'_>) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); directory.account_count()];
    for post in directory.voices.iter() {
        let Some(author) = directory.author(post.place) else {
            continue;
        };
        let tally = &mut tallies[author];
        tally.is_outbound |= post.is_outbound();
        tally.has_spoken |= post.is_about();
        if !post.is_about() || !(post.is_opinion() || post.is_outbound()) {
            continue;
        }
        tally.post_count += 1;
        tally.last_posted_at = tally.last_posted_at.max(Some(post.at()));
        tally.negative_count += i64::from(post.label() == Some(Label::Negative));
        if let Some(sentiment) = post.sentiment() {
            tally.scored_count += 1;
            tally.sentiment_sum += sentiment;
        }
    }
    for post in directory.voices.iter() {
        let further = post.further();
        for id in [further.reply_to, further.reposted].into_iter().flatten() {
            let answered = directory.place(post.platform(), id);
            let Some(answered) = answered.and_then(|place| directory.voices.get(place)) else {
                continue;
            };
            if !answered.is_about() || answered.is_repost() {
                continue;
            }
            if let Some(author) = directory.author(answered.place)
                && directory.author(post.place) != Some(author)
            {
                tallies[author].response_count += 1;
            }
        }
    }
    tallies
}
