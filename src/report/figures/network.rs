//! The numbers of the networks of words and of accounts, of the journey, and of what many say in the same words.

use serde::Serialize;

/// Words of the opinions, and which of them stand together.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct WordNetwork {
    /// Words, those in most opinions first.
    pub words: Vec<NetworkWord>,
    /// Pairs of these words, the closest first.
    pub links: Vec<WordLink>,
}

/// One word of the network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkWord {
    /// Base form.
    pub word: String,
    /// Opinions that hold it.
    pub post_count: u64,
    /// Mean sentiment of these, -1..1.
    pub sentiment_mean: Option<f64>,
}

/// Two words that stand in one opinion more often than chance would have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordLink {
    /// The word that comes first by its text.
    pub word: String,
    /// The other.
    pub other_word: String,
    /// Opinions that hold both.
    pub post_count: u64,
    /// Normalised pointwise mutual information, above 0 and up to 1.
    pub npmi: f64,
}

/// Opinions of one stage of the journey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JourneyFigure {
    /// Stage's key: `discover`, `evaluate`, `buy`, `satisfied`, `recommend`, `complain`.
    pub stage: String,
    /// Opinions of the period that tell of it; of `satisfied` and `recommend` those of a flare-up left out, as they are often irony.
    pub post_count: u64,
    /// Opinions of the period it is compared with.
    pub previous_post_count: u64,
}

/// Persons at one stage of the way by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderStageFigure {
    /// Stage's key: `discovered`, `first`, `second`, `habitual`, `lapsed`.
    pub stage: String,
    /// Persons; absent when held back.
    pub person_count: Option<u64>,
    /// Persons one period earlier; absent when held back or not known.
    pub previous_person_count: Option<u64>,
}

/// A sentence that many wrote word for word.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SayingFigure {
    /// The sentence.
    pub text: String,
    /// Who wrote it: persons where accounts are linked, else accounts; never fewer than the smallest group shown.
    pub author_count: u64,
    /// Opinions that hold it.
    pub post_count: u64,
    /// Mean sentiment of these, -1..1.
    pub sentiment_mean: Option<f64>,
}

/// Who responds to whom among the foremost accounts of the largest communities; nobody can be told by it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct AccountNetwork {
    /// The communities, the largest first.
    pub communities: Vec<NetworkCommunity>,
    /// The accounts that are drawn, by community.
    pub accounts: Vec<NetworkAccount>,
    /// Pairs of these accounts that responded to each other, as places in `accounts`, each once.
    pub links: Vec<(usize, usize)>,
}

/// One community of the network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkCommunity {
    /// Number of the community.
    pub community: u64,
    /// Platform's key.
    pub platform: String,
    /// Its accounts.
    pub account_count: u64,
    /// Words that tell it from the others.
    pub words: Vec<String>,
    /// Sum of the PageRank of its accounts over that of all, 0..1.
    pub page_rank_share: f64,
    /// Pairs of its accounts that responded to each other.
    pub inner_link_count: u64,
    /// Pairs of one of its accounts and one of another of these communities.
    pub outer_link_count: u64,
    /// Handles of its official and media accounts, the foremost first; empty unless `privacy.show_handles`.
    pub handles: Vec<String>,
}

/// One account of the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetworkAccount {
    /// Number of its community.
    pub community: u64,
    /// 1 to 4 by PageRank: below a twentieth of the highest, below a fifth, below a half, above.
    pub size: u32,
    /// Whether it is the shop's own.
    pub is_official: bool,
    /// Handle of an official or media account; absent unless `privacy.show_handles`.
    pub handle: Option<String>,
}
