//! What is said about the shop.

use serde::Serialize;

use super::{JourneyFigure, SayingFigure, WordNetwork};

/// What is said about the shop.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct VoiceFigures {
    /// Posts by day and sentiment, oldest first.
    pub days: Vec<VoiceDay>,
    /// Posts by hour with what was to be expected, the last days before as-of, oldest first.
    pub hours: Vec<VoiceHour>,
    /// Posts of the period by platform.
    pub platforms: Vec<PlatformFigure>,
    /// Sentiment by what is spoken of, in the period.
    pub aspects: Vec<AspectFigure>,
    /// Words that rose against the period before, the most telling first.
    pub rising_words: Vec<WordFigure>,
    /// Words that fell.
    pub falling_words: Vec<WordFigure>,
    /// What the opinions of the last weeks are about, the largest topic first.
    pub topics: Vec<TopicFigure>,
    /// How much of the voice is whose, over 28 days: brands and competitors, then products.
    pub shares: Vec<ShareFigure>,
    /// Which words stand together; only what at least the smallest group shown said.
    pub network: WordNetwork,
    /// Opinions of the period by stage of the journey, in its order; empty where none tells of one.
    pub journey: Vec<JourneyFigure>,
    /// Sentences of the last 28 days that at least the smallest group shown wrote word for word, the most often first.
    pub sayings: Vec<SayingFigure>,
}

/// Posts of one local day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VoiceDay {
    /// The day.
    pub date: String,
    /// Posts heard as positive.
    pub positive_count: u64,
    /// Posts heard as neutral, or in a language that is not scored.
    pub neutral_count: u64,
    /// Posts heard as negative.
    pub negative_count: u64,
}

/// Posts of one local hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VoiceHour {
    /// Start of the hour, `YYYY-MM-DDTHH:00` local time.
    pub hour: String,
    /// Posts.
    pub post_count: u64,
    /// Of them negative.
    pub negative_count: u64,
    /// Posts usual at that hour of the week.
    pub expected_count: f64,
    /// Whether an alert covers the hour.
    pub is_alert: bool,
}

/// Posts of one platform.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlatformFigure {
    /// Platform's key, e.g. `x`, `line`, `google`.
    pub platform: String,
    /// Posts in the period.
    pub post_count: u64,
    /// Mean sentiment, -1..1.
    pub sentiment_mean: Option<f64>,
}

/// What is thought of one aspect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AspectFigure {
    /// Aspect's key, e.g. `taste`, `delivery`.
    pub aspect: String,
    /// Posts that praise it, those of a flare-up left out: what sounds like praise there is often irony.
    pub positive_count: u64,
    /// Posts that complain of it.
    pub negative_count: u64,
    /// Posts that complained of it in the period it is compared with.
    pub previous_negative_count: u64,
}

/// A word and how its use changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordFigure {
    /// The word's base form.
    pub word: String,
    /// Posts with it in the period.
    pub post_count: u64,
    /// Posts with it in the period it is compared with.
    pub previous_post_count: u64,
    /// Standardised log-odds of the change (Monroe 2008); positive when it rose.
    pub z_score: f64,
    /// Mean sentiment of the posts with it, -1..1.
    pub sentiment_mean: Option<f64>,
}

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
