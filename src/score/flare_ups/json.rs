//! Alerts as JSON lines, for mailers and chat hooks.

use serde::Serialize;

use super::super::hours::Names;
use super::{Alert, stamp};

/// Version of the fields of [`AlertJson`]; it rises when one changes its name or meaning, not when one is added.
const VERSION: u32 = 1;

/// One alert as a line of JSON. Instants are RFC 3339 in UTC, shares and parts 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertJson {
    /// Version of these fields, now 1.
    pub version: u32,
    /// Brand and first hour; the same in every run that sees the alert.
    pub alert_id: String,
    /// Brand.
    pub brand: String,
    /// `flare_up` or `volume`.
    pub kind: &'static str,
    /// `complaint`, `rumour` or `impersonation`; null for a rise in volume.
    pub cause: Option<&'static str>,
    /// `building`, `burning`, `cooling` or `over`.
    pub state: &'static str,
    /// How much it burns, 0 to 100.
    pub score: f64,
    /// The parts of the score.
    pub parts: PartsJson,
    /// Start of the first unusual hour.
    pub started_at: String,
    /// End of the last unusual hour so far.
    pub ended_at: String,
    /// End of the hour with which it became an alert.
    pub alerted_at: String,
    /// End of the hour with which it became a flare-up; null for a rise in volume.
    pub flared_at: Option<String>,
    /// Start of the busiest hour.
    pub peak_at: String,
    /// Posts in the busiest hour.
    pub peak_count: i64,
    /// Posts from first to last hour.
    pub post_count: i64,
    /// Posts usual in these hours.
    pub expected_count: f64,
    /// Of the posts negative.
    pub negative_count: i64,
    /// Share of negative posts.
    pub negative_share: f64,
    /// Distinct authors.
    pub author_count: i64,
    /// Quotes over quotes and reposts.
    pub quote_ratio: f64,
    /// Followers of those who posted or reposted.
    pub reach: i64,
    /// Share of copies.
    pub copy_share: f64,
    /// Words that tell it from the weeks before, the most telling first.
    pub words: Vec<String>,
    /// Ids of its first posts.
    pub first_posts: Vec<String>,
    /// Those who spread it most.
    pub spreaders: Vec<SpreaderJson>,
}

/// The parts of a score, as in the table `alerts`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartsJson {
    /// Posts over the usual.
    pub volume: f64,
    /// Negative share of the posts above the usual.
    pub negative: f64,
    /// Distinct authors.
    pub authors: f64,
    /// Quotes over quotes and reposts.
    pub quotes: f64,
    /// Followers.
    pub reach: f64,
    /// Entropy of the texts.
    pub entropy: f64,
    /// Share of posts that are no copies.
    pub copies: f64,
}

/// Somebody whose posts spread.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpreaderJson {
    /// Account.
    pub account: String,
    /// Replies, quotes and reposts by others.
    pub spread_count: i64,
    /// Posts and reposts of its own.
    pub post_count: i64,
    /// Followers.
    pub reach: i64,
}

/// Returns an alert as it is written in a line of JSON.
pub fn json(alert: &Alert, names: &Names<'_>) -> AlertJson {
    let instant = |at: i64| stamp(at, "%Y-%m-%dT%H:%M:%SZ");
    let (evidence, parts) = (&alert.evidence, &alert.components);
    AlertJson {
        version: VERSION,
        alert_id: alert.id(names),
        brand: names.brand(alert.brand).to_owned(),
        kind: alert.kind(),
        cause: alert.cause.map(|cause| cause.name()),
        state: alert.state.name(),
        score: alert.score,
        parts: PartsJson {
            volume: parts.volume,
            negative: parts.negative,
            authors: parts.authors,
            quotes: parts.quotes,
            reach: parts.reach,
            entropy: parts.entropy,
            copies: parts.copies,
        },
        started_at: instant(alert.started_at),
        ended_at: instant(alert.ended_at),
        alerted_at: instant(alert.alerted_at),
        flared_at: alert.flared_at.map(instant),
        peak_at: instant(alert.peak_at),
        peak_count: alert.peak_count,
        post_count: evidence.post_count,
        expected_count: alert.expected,
        negative_count: evidence.negative_count,
        negative_share: evidence.negative_share(),
        author_count: evidence.author_count,
        quote_ratio: evidence.quote_ratio(),
        reach: evidence.reach,
        copy_share: evidence.copy_share(),
        words: alert
            .words
            .iter()
            .map(|word| names.word(*word).to_owned())
            .collect(),
        first_posts: alert
            .first_posts
            .iter()
            .map(|place| (names.post)(*place))
            .collect(),
        spreaders: alert
            .spreaders
            .iter()
            .map(|spreader| SpreaderJson {
                account: (names.author)(spreader.author),
                spread_count: spreader.spread_count,
                post_count: spreader.post_count,
                reach: spreader.reach,
            })
            .collect(),
    }
}
