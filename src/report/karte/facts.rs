//! What is known of one person, in no language.

use serde::Serialize;

/// A person's card: everything the shop may know of one customer, over all records, channels and years.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Karte {
    /// Name of the shop.
    pub brand: String,
    /// Last day looked at, local.
    pub as_of: String,
    /// Currency of value and segment, ISO 4217.
    pub currency: String,
    /// The person.
    pub person_id: String,
    /// Customer records that are the person's, the one registered first in front.
    pub records: Vec<RecordFact>,
    /// How the person stands towards every purpose.
    pub consents: Vec<ConsentFact>,
    /// Whether the person may be analysed. If not, all below is empty, and of the records no more than the names is told.
    pub is_analysed: bool,
    /// Accounts linked with consent in force.
    pub accounts: Vec<AccountFact>,
    /// Accounts that the person declared and that are not linked; which they are is not told.
    pub unlinked_count: u64,
    /// What the person bought and is worth; none for who bought nothing.
    pub value: Option<ValueFact>,
    /// Where the person stands, and why; none before segments were made.
    pub segment: Option<SegmentFact>,
    /// Whether the tables rest, or may rest, on a consent that is not in force any more; then no segment is told.
    pub is_outdated: bool,
    /// What the person says.
    pub voice: VoiceFact,
    /// What happened, the newest first.
    pub events: Vec<Event>,
    /// Older events that are left out.
    pub older_event_count: u64,
}

/// A customer record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordFact {
    /// Shop system.
    pub source: String,
    /// Its own id.
    pub customer_id: String,
    /// Name as written.
    pub name: Option<String>,
    /// Its reading as written.
    pub name_kana: Option<String>,
    /// E-mail address as written.
    pub email: Option<String>,
    /// Telephone number as written.
    pub phone: Option<String>,
    /// Prefecture or region.
    pub prefecture: Option<String>,
    /// Day of registration, local.
    pub registered_on: Option<String>,
    /// Loyalty points held.
    pub points: Option<i64>,
    /// The field that says most for its belonging to the person, `self` for the record the person is named after; none before
    /// the first join.
    pub matched_by: Option<String>,
    /// Probability of that, 0..1.
    pub match_prob: Option<f64>,
}

/// Consent for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsentFact {
    /// The purpose.
    pub purpose: String,
    /// `granted`, `denied`, `revoked`, `expired` or `missing`.
    pub status: String,
    /// Since when, UTC.
    pub since: Option<String>,
    /// The same, as a local day.
    pub since_day: Option<String>,
    /// Until when, UTC.
    pub expires: Option<String>,
    /// The same, as a local day.
    pub expires_day: Option<String>,
    /// File and row of the statement.
    pub evidence: Option<String>,
}

/// A linked account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountFact {
    /// Platform.
    pub platform: String,
    /// Its id there.
    pub account_id: String,
    /// Handle, where known.
    pub handle: Option<String>,
    /// How it was declared: signup, login, email_hash, phone_hash, form or review.
    pub method: Option<String>,
    /// When, as a local day.
    pub declared_on: Option<String>,
    /// Since when consent is in force, as a local day.
    pub consented_on: Option<String>,
    /// File and row of the declaration and of the consent.
    pub evidence: Option<String>,
    /// Its role to the shop.
    pub role: Option<String>,
    /// Followers last observed.
    pub follower_count: Option<i64>,
}

/// What a person bought and is worth, as in `person_values` and `person_habits`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ValueFact {
    /// Last day that it knows, local.
    pub computed_on: Option<String>,
    /// First purchase, local day.
    pub first_purchased_on: Option<String>,
    /// Last purchase, local day.
    pub last_purchased_on: Option<String>,
    /// Days since then.
    pub days_since_last_purchase: Option<i64>,
    /// Orders.
    pub order_count: Option<i64>,
    /// Days with an order.
    pub purchase_day_count: Option<i64>,
    /// Returns.
    pub return_count: Option<i64>,
    /// Spend so far, minor units.
    pub spend_minor: Option<i64>,
    /// Average order, minor units.
    pub mean_order_minor: Option<f64>,
    /// Median days between purchase days.
    pub visit_cycle_days: Option<f64>,
    /// Score of recency.
    pub recency_score: Option<i64>,
    /// Score of frequency.
    pub frequency_score: Option<i64>,
    /// Score of spend.
    pub monetary_score: Option<i64>,
    /// Group by the scores.
    pub rfm_segment: Option<String>,
    /// Tenth by spend, 1 the best.
    pub decile: Option<i64>,
    /// Class by spend: A, B, C.
    pub abc_class: Option<String>,
    /// Group of the customer portfolio.
    pub cpm_group: Option<String>,
    /// `active` or `lapsed`.
    pub cpm_state: Option<String>,
    /// Model that the forecasts rest on.
    pub model: Option<String>,
    /// Probability of still being a customer, 0..1.
    pub alive_prob: Option<f64>,
    /// Purchase days expected in 12 months.
    pub expected_purchase_count: Option<f64>,
    /// Lower bound of their 90 % interval.
    pub purchases_low: Option<i64>,
    /// Upper bound.
    pub purchases_high: Option<i64>,
    /// Median days to the next purchase.
    pub next_purchase_days: Option<f64>,
    /// Last purchase and one visit cycle, local day.
    pub next_due_on: Option<String>,
    /// 12-month value, minor units.
    pub ltv_minor: Option<i64>,
    /// Lower bound of its 90 % interval.
    pub ltv_low_minor: Option<i64>,
    /// Upper bound.
    pub ltv_high_minor: Option<i64>,
    /// Category bought most.
    pub favourite_category: Option<String>,
    /// Channel used most.
    pub favourite_channel: Option<String>,
    /// Store visited most.
    pub favourite_store: Option<String>,
}

/// Where a person stands, and why.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SegmentFact {
    /// The segment.
    pub segment: String,
    /// The segment one period earlier.
    pub previous_segment: Option<String>,
    /// Place of its rule, from 1; none when the settings have no rule of that name any more.
    pub position: Option<u64>,
    /// Rules there are.
    pub rule_count: u64,
    /// The rule's condition, as SQL.
    pub condition: Option<String>,
    /// The person's values of the columns that the condition names, in its order.
    pub values: Vec<RuleValue>,
    /// What to do.
    pub action: Option<String>,
    /// How pressing it is: now, week, regular or none.
    pub urgency: Option<String>,
    /// Other segments the person is in, with `segment.match = "all"`.
    pub others: Vec<String>,
    /// Group by 12-month value.
    pub value_group: Option<String>,
    /// Group by recent sentiment.
    pub voice_group: Option<String>,
    /// Place on the way by orders.
    pub order_stage: Option<String>,
    /// Why that is `lapsed`.
    pub lapse_reason: Option<String>,
    /// Last day on which a purchase is not overdue, local.
    pub lapses_on: Option<String>,
    /// Expected 12-month loss because the person may be gone, minor units.
    pub value_at_stake_minor: Option<i64>,
    /// Channels with consent in force.
    pub reachable_by: Vec<String>,
}

/// A person's value of a column that a rule names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleValue {
    /// The column.
    pub column: String,
    /// Its value; none where it is empty.
    pub value: Option<Datum>,
}

/// A value of any column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Datum {
    /// A flag.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text or a day.
    Text(String),
}

/// What a person says: opinions about the brand of linked accounts, and what is said to the shop itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct VoiceFact {
    /// Opinions so far.
    pub post_count: u64,
    /// Of them positive.
    pub positive_count: u64,
    /// Of them negative.
    pub negative_count: u64,
    /// Mean sentiment so far, -1..1.
    pub sentiment_mean: Option<f64>,
    /// Days that count as recent.
    pub recent_days: u32,
    /// Opinions of these days.
    pub recent_post_count: u64,
    /// Their mean sentiment, -1..1.
    pub recent_sentiment_mean: Option<f64>,
    /// What is praised and blamed, the most spoken of first.
    pub aspects: Vec<AspectFact>,
    /// What waits for an answer of the shop.
    pub waiting_count: u64,
    /// Of that with a complaint.
    pub open_complaint_count: u64,
    /// Opinions, the newest first, as many as are told.
    pub posts: Vec<PostFact>,
    /// Posts of linked accounts about other things than the shop; they are not told.
    pub other_post_count: u64,
}

/// How often a person praises and blames something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AspectFact {
    /// Aspect.
    pub aspect: String,
    /// Opinions that praise it.
    pub positive_count: u64,
    /// Opinions that blame it.
    pub negative_count: u64,
}

/// An opinion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PostFact {
    /// Source.
    pub source: String,
    /// The post.
    pub post_id: String,
    /// Where it was said.
    pub platform: String,
    /// What sort of utterance it is.
    pub post_kind: String,
    /// When, UTC.
    pub posted_at: String,
    /// When, local day and hour.
    pub when: Moment,
    /// The whole text.
    pub text: String,
    /// Stars of a review.
    pub rating: Option<f64>,
    /// Sentiment, -1..1; none for what is not scored.
    pub sentiment: Option<f64>,
    /// Its class.
    pub label: Option<String>,
    /// What the author does by saying it.
    pub utterance: Option<String>,
    /// Words that decided the sentiment, each behind its sign.
    pub deciding_words: Vec<String>,
    /// What is praised.
    pub positive_aspects: Vec<String>,
    /// What is blamed.
    pub negative_aspects: Vec<String>,
}

/// A local moment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moment {
    /// Day, `YYYY-MM-DD`.
    pub day: String,
    /// Hour and minute, `HH:MM`; none for what is known by the day.
    pub time: Option<String>,
}

/// Something that happened, or is planned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// When, UTC; of what is known by the day alone the beginning of the day.
    pub at: String,
    /// When, local.
    pub when: Moment,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// A record was made.
    Registered {
        /// Shop system.
        source: String,
        /// Its own id.
        customer_id: String,
    },
    /// An account was declared, and is linked.
    Linked {
        /// Platform.
        platform: String,
        /// Handle or id.
        account: String,
        /// How it was declared.
        method: Option<String>,
    },
    /// An order, or a return.
    Order {
        /// Shop system.
        source: String,
        /// Its number.
        order_id: String,
        /// placed, cancelled or returned.
        status: String,
        /// Spend, minor units of its currency.
        spend_minor: Option<i64>,
        /// Currency, ISO 4217.
        currency: Option<String>,
        /// Where it was sold.
        channel: Option<String>,
        /// Store.
        store: Option<String>,
        /// Coupon.
        coupon: Option<String>,
        /// Products with their pieces.
        products: Vec<String>,
    },
    /// The person said something.
    Said {
        /// Source.
        source: String,
        /// The post.
        post_id: String,
        /// Where.
        platform: String,
        /// post, reply, review, chat, ticket, ...
        post_kind: String,
        /// The whole text.
        text: String,
        /// Sentiment, -1..1.
        sentiment: Option<f64>,
        /// Its class.
        label: Option<String>,
    },
    /// The shop answered.
    Answered {
        /// Source.
        source: String,
        /// The answer.
        post_id: String,
        /// Where.
        platform: String,
        /// The whole text.
        text: String,
        /// Business minutes from asking, for the first answer of a conversation.
        minutes: Option<f64>,
        /// Who answered, where the export says.
        answered_by: Option<String>,
    },
    /// The person was drawn for a campaign.
    Assigned {
        /// Audience.
        audience: Option<String>,
        /// Campaign.
        campaign: String,
        /// treated or control.
        arm: String,
    },
    /// A step of a message: planned, sent, opened, clicked, bounced or unsubscribed.
    Contact {
        /// Channel.
        channel: String,
        /// Campaign.
        campaign: String,
        /// The step.
        state: String,
    },
}
