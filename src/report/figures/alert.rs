//! Sudden rises, and by whom they were spread.

use serde::Serialize;

use super::Counted;

/// A sudden rise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertFigure {
    /// Stable id, as in the `alerts` table.
    pub alert_id: String,
    /// Kind's key: `volume` (more posts than usual) or `flare_up` (more and angry).
    pub kind: String,
    /// First hour, `YYYY-MM-DDTHH:00` local time.
    pub started_at: String,
    /// Last hour so far.
    pub ended_at: String,
    /// Hour with most posts.
    pub peak_at: String,
    /// Posts in the busiest hour.
    pub peak_count: u64,
    /// Posts in all.
    pub post_count: u64,
    /// Posts to be expected in these hours.
    pub expected_count: f64,
    /// Share of negative posts, 0..1.
    pub negative_share: f64,
    /// Distinct authors.
    pub author_count: Counted,
    /// State's key: `building`, `burning`, `cooling`, `over`.
    pub state: String,
    /// Words that tell it from other hours, the most telling first, as far as enough authors said them.
    pub words: Vec<String>,
    /// Hour with which it became a flare-up; absent for a rise in volume alone.
    pub flared_at: Option<String>,
    /// Cause's key: `complaint`, `rumour`, `impersonation`; empty for a rise in volume.
    pub cause: String,
    /// How much it burns, 0..100; absent for a rise in volume.
    pub score: Option<f64>,
    /// Followers of those who posted or reposted; absent when too few wrote, since it would be one's number of followers.
    pub reach: Option<u64>,
    /// Share of the posts that are copies, 0..1.
    pub copy_share: f64,
    /// By whom it was spread: roles of the accounts answered, quoted and reposted most.
    pub spreaders: Vec<SpreaderFigure>,
}

/// Accounts of one role that spread an alert; nobody is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpreaderFigure {
    /// Role's key, e.g. `media`.
    pub role: String,
    /// Accounts.
    pub account_count: Counted,
}
