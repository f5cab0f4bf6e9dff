//! The numbers of who speaks, and of the conversations with customers; nobody is named.

use serde::Serialize;

use super::AccountNetwork;

/// Who speaks about the shop.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PeopleFigures {
    /// Accounts by their role to the shop, the most posts first.
    pub roles: Vec<RoleFigure>,
    /// Accounts that talk with each other, the largest community first; small ones are left out.
    pub communities: Vec<CommunityFigure>,
    /// Accounts that pass for one of the shop's, by platform.
    pub impersonators: Vec<ImpersonatorFigure>,
    /// Who responds to whom.
    pub network: AccountNetwork,
}

/// Accounts of one role.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoleFigure {
    /// Role's key: `bot`, `staff`, `media`, `detractor`, `influencer`, `bridge`, `advocate`, `peer`.
    pub role: String,
    /// Accounts; absent, with all below, when held back.
    pub account_count: Option<u64>,
    /// Their opinions about the brand.
    pub post_count: Option<u64>,
    /// Of them negative.
    pub negative_count: Option<u64>,
    /// Responses of others to their posts.
    pub response_count: Option<u64>,
}

/// Accounts that respond to each other more than to others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommunityFigure {
    /// Number of the community.
    pub community: u64,
    /// Platform's key.
    pub platform: String,
    /// Accounts.
    pub account_count: u64,
    /// Their opinions about the brand.
    pub post_count: u64,
    /// Share of these that are negative, 0..1.
    pub negative_share: Option<f64>,
    /// Words that tell them from the opinions of all others.
    pub words: Vec<String>,
}

/// Accounts of one platform that pass for one of the shop's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImpersonatorFigure {
    /// Platform's key.
    pub platform: String,
    /// Accounts.
    pub account_count: u64,
    /// Strength of the strongest evidence, 0.5..1.
    pub highest_score: f64,
    /// Keys of what the evidence is, e.g. `handle_looks_alike`.
    pub reasons: Vec<String>,
}

/// Conversations with customers that need an answer, or got one.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ConversationFigures {
    /// Days looked back.
    pub day_count: u32,
    /// Asked in these days.
    pub asked_count: u64,
    /// Of them answered.
    pub answered_count: u64,
    /// Asked in the reported period, which may be shorter or longer than these days.
    pub period_asked_count: u64,
    /// Of them answered.
    pub period_answered_count: u64,
    /// Median time to the first answer, in business minutes; absent when too few were answered.
    pub median_minutes: Option<f64>,
    /// Time within which nine of ten were answered.
    pub slow_minutes: Option<f64>,
    /// Share of the first answers, due or given, within the target.
    pub within_target: Option<f64>,
    /// How long the first answer took, or how long it is waited for.
    pub waits: Vec<WaitFigure>,
    /// Asked in these days by platform, the most first.
    pub platforms: Vec<AnswerFigure>,
    /// Waiting for an answer now, whenever it was asked.
    pub waiting_count: u64,
    /// Of them past the target.
    pub overdue_count: u64,
    /// Complaints among those waiting.
    pub complaint_count: u64,
    /// Why complaints stand where they do in the queue, the most frequent first; reasons of few are left out.
    pub reasons: Vec<ReasonFigure>,
}

/// Conversations by how long the first answer took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WaitFigure {
    /// Shortest time, in business minutes.
    pub from_minutes: u32,
    /// Where it ends, left out; absent for no end.
    pub to_minutes: Option<u32>,
    /// Answered after such a time.
    pub answered_count: u64,
    /// Waiting for such a time.
    pub waiting_count: u64,
}

/// Conversations of one platform.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerFigure {
    /// Platform's key.
    pub platform: String,
    /// Asked.
    pub asked_count: u64,
    /// Of them answered.
    pub answered_count: u64,
    /// Waiting.
    pub waiting_count: u64,
    /// Median business minutes to the first answer; absent when too few were answered.
    pub median_minutes: Option<f64>,
}

/// Complaints that wait, by a reason for their place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReasonFigure {
    /// Reason's key, e.g. `past_target`.
    pub reason: String,
    /// Complaints.
    pub count: u64,
}
