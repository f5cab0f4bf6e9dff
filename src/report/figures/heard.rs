//! The numbers of what is said, by whom, and of the conversations with customers.

use serde::Serialize;

use super::Counted;

/// One topic of the opinions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicFigure {
    /// The three most relevant of them.
    pub label: String,
    /// Its most relevant words, the most relevant first, as far as enough authors said them.
    pub words: Vec<String>,
    /// Opinions about it.
    pub post_count: u64,
    /// Of them positive.
    pub positive_count: u64,
    /// Of them negative.
    pub negative_count: u64,
    /// Share of all opinions about the brand, 0..1.
    pub post_share: Option<f64>,
}

/// How much of the voice is of one brand, product or competitor, over 28 days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareFigure {
    /// `brand`, `competitor` or `product`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Posts.
    pub post_count: u64,
    /// Posts in the 28 days before; absent when they are not known.
    pub previous_post_count: Option<u64>,
    /// Share of voice; of a product its share of the brand's posts.
    pub share: Option<f64>,
    /// The share in the 28 days before.
    pub previous_share: Option<f64>,
    /// Of the posts positive.
    pub positive_count: u64,
    /// Of the posts negative.
    pub negative_count: u64,
    /// Times the shop stood in the results of searches for the name.
    pub search_count: Option<u64>,
}

/// Accounts of one role that spread an alert; nobody is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpreaderFigure {
    /// Role's key, e.g. `media`.
    pub role: String,
    /// Accounts.
    pub account_count: Counted,
}
