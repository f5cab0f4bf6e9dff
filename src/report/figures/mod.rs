//! The numbers of a report, free of language and layout.
//!
//! Everything a reader sees in `report.html`, the charts, the workbook and the Markdown comes from [`Figures`], and
//! `report.json` is [`Figures`] written out. Money is in minor units of [`Figures::currency`]; shares lie in 0..1;
//! dates are the workspace's local days. No field holds personal data: groups smaller than
//! [`Figures::min_group_size`] have already been merged or left out, so whatever is written from here needs no rule of its own.

mod counted;
mod heard;
mod kpi;
mod network;
mod people;
mod period;
mod value;
mod ways;

use serde::Serialize;

pub use counted::Counted;
pub use heard::{ShareFigure, SpreaderFigure, TopicFigure};
pub use kpi::{Kpi, KpiKind, KpiUnit};
pub use network::{
    AccountNetwork, JourneyFigure, NetworkAccount, NetworkCommunity, NetworkWord, OrderStageFigure,
    SayingFigure, WordLink, WordNetwork,
};
pub use people::{
    AnswerFigure, CommunityFigure, ConversationFigures, ImpersonatorFigure, PeopleFigures,
    ReasonFigure, RoleFigure, WaitFigure,
};
pub use period::{FiscalYear, Period, PeriodKind, YearToDate};
pub use value::{AbcFigure, CalibrationFigure, CpmFigure, ModelChoiceFigure, MonthFigure};
pub use ways::{CampaignCostFigure, EffectFigure, MoveFigure, SocialLiftFigure};

/// Version of the layout of `report.json`; it grows when a field changes its meaning or goes away.
pub const FIGURES_VERSION: u32 = 3;

/// All the numbers of one report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Layout version, [`FIGURES_VERSION`].
    pub version: u32,
    /// Version of koe that made the report.
    pub koe_version: String,
    /// Name of the shop, from `brand.name`.
    pub brand: String,
    /// Last local day the report knows, `YYYY-MM-DD`.
    pub as_of: String,
    /// IANA name of the workspace's time zone.
    pub time_zone: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Digits after the decimal point of one unit of the currency (yen: 0, dollar: 2).
    pub currency_exponent: u32,
    /// Smallest group of persons shown.
    pub min_group_size: u32,
    /// The days reported and the days they are compared with.
    pub period: Period,
    /// How the shop is doing: a few numbers with their past.
    pub kpis: Vec<Kpi>,
    /// The fiscal year up to the end of the period; absent when nothing was bought in it or in the one before.
    pub fiscal_year: Option<FiscalYear>,
    /// Why sales changed between the two periods; absent when one of them has no sales.
    pub sales_change: Option<SalesChange>,
    /// Sales by week, oldest first.
    pub sales_weeks: Vec<SalesWeek>,
    /// Persons by recency and frequency score.
    pub rfm_cells: Vec<RfmCell>,
    /// Value x voice segments, in the order of the settings.
    pub segments: Vec<SegmentFigure>,
    /// Segments with persons that are held back: too few, or those beside them are.
    pub small_segments: Vec<SmallSegment>,
    /// Ten equal groups of persons by spend, the best first.
    pub deciles: Vec<DecileFigure>,
    /// Gini coefficient of spend over persons, 0..1.
    pub spend_gini: Option<f64>,
    /// Retention by month of first purchase.
    pub cohorts: Vec<CohortCell>,
    /// Value to come; absent when no model could be fitted.
    pub lifetime: Option<LifetimeFigures>,
    /// Why there is no [`Figures::lifetime`], as a short key such as `too_few_repeaters`.
    pub lifetime_absent: Option<String>,
    /// Classes of customers and products by their share of the sales.
    pub abc: Vec<AbcFigure>,
    /// Groups of the customer portfolio, each active, then lapsed.
    pub cpm: Vec<CpmFigure>,
    /// Persons by their place on the way by orders, from hearing of the shop to leaving it.
    pub order_stages: Vec<OrderStageFigure>,
    /// Whole months, oldest first.
    pub months: Vec<MonthFigure>,
    /// How each forecast did on purchases it had not seen, the one that is used first.
    pub model_choices: Vec<ModelChoiceFigure>,
    /// Forecast against actual purchases of the forecast that is used, the lowest forecasts first.
    pub calibration: Vec<CalibrationFigure>,
    /// What is said.
    pub voice: VoiceFigures,
    /// Who says it.
    pub people: PeopleFigures,
    /// How soon the shop answers, and what waits for an answer.
    pub conversations: ConversationFigures,
    /// Persons by value group and voice group.
    pub value_voice: Vec<MatrixCell>,
    /// Persons by segment before and now.
    pub moves: Vec<MoveFigure>,
    /// Whether what linked persons say tells more of their purchases; absent when that was not asked.
    pub social_lift: Option<SocialLiftFigure>,
    /// Sudden rises of volume or of complaints, newest first.
    pub alerts: Vec<AlertFigure>,
    /// Campaigns with a control group, and what they brought.
    pub campaigns: Vec<CampaignFigure>,
    /// Names of campaigns of which too few persons were treated or held out to be shown.
    pub small_campaigns: Vec<String>,
    /// What the orders of campaigns cost, the newest campaign first.
    pub campaign_costs: Vec<CampaignCostFigure>,
    /// What the store holds, what was left out and why.
    pub data: DataFigures,
}

/// Why sales changed: the parts sum to `total_minor`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SalesChange {
    /// Sales of the period less sales of the period before.
    pub total_minor: i64,
    /// Sales of the period to persons whose first purchase lies in it.
    pub new_minor: i64,
    /// Sales of the period to earlier buyers who bought nothing in the period before.
    pub back_minor: i64,
    /// Sales of the period before to persons who bought nothing in this one, taken off.
    pub lost_minor: i64,
    /// Of those who bought in both periods: effect of how often they ordered.
    pub frequency_minor: i64,
    /// Of those who bought in both periods: effect of how much an order was worth.
    pub order_value_minor: i64,
    /// Parts above of too few persons to be told one by one, together; those are nil.
    pub merged_minor: i64,
    /// Effect of returned goods.
    pub returns_minor: i64,
    /// Effect of orders nobody could be named for (no customer, e-mail or phone).
    pub unnamed_minor: i64,
}

/// Sales of one week, named by its first day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SalesWeek {
    /// First day of the week.
    pub week: String,
    /// Orders, cancelled ones left out; absent when those of too few persons.
    pub order_count: Option<u64>,
    /// Spend of persons who bought for the first time in that week; absent when they, or all others, are too few, or where it would
    /// tell a part of [`SalesChange::merged_minor`].
    pub new_minor: Option<i64>,
    /// Spend of everybody else; absent with `new_minor`.
    pub repeat_minor: Option<i64>,
    /// Spend of all, returns taken off.
    pub total_minor: i64,
}

/// Persons who share a recency and a frequency score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RfmCell {
    /// 1 (long ago) to 5 (just now).
    pub recency_score: u32,
    /// 1 (once) to 5 (often).
    pub frequency_score: u32,
    /// Persons; absent when held back: fewer than the smallest group shown, or such a cell could be told by subtraction.
    pub person_count: Option<u64>,
    /// Their spend so far; absent with the count.
    pub spend_minor: Option<i64>,
}

/// One value x voice segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentFigure {
    /// Name, as in the settings, in the language of the report.
    pub name: String,
    /// What to do with it, as in the settings.
    pub action: String,
    /// How pressing it is to get in touch.
    pub urgency: Urgency,
    /// Persons.
    pub person_count: u64,
    /// Persons at [`Period::previous_as_of`]; absent when there was none.
    pub previous_person_count: Option<u64>,
    /// Spend so far.
    pub spend_minor: i64,
    /// Expected 12-month value of its persons.
    pub ltv_minor: Option<i64>,
    /// Lower end of its 90 % interval.
    pub ltv_low_minor: Option<i64>,
    /// Upper end of its 90 % interval.
    pub ltv_high_minor: Option<i64>,
    /// Expected 12-month loss because persons may be gone already.
    pub value_at_stake_minor: Option<i64>,
    /// Mean sentiment of those who speak, -1..1; absent when fewer than the smallest group shown speak.
    pub sentiment_mean: Option<f64>,
    /// Persons of the segment who may be written to by at least one channel.
    pub reachable_count: Counted,
}

/// A segment with fewer persons than may be shown, or held back so that such a one cannot be told by subtraction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SmallSegment {
    /// Name, as in the settings.
    pub name: String,
    /// What to do with it.
    pub action: String,
    /// How pressing it is.
    pub urgency: Urgency,
}

/// How pressing a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Today.
    Now,
    /// Within the week.
    Week,
    /// With the next regular mailing.
    Regular,
    /// Leave them in peace.
    None,
}

/// One tenth of the persons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecileFigure {
    /// 1 (the best) to 10.
    pub decile: u32,
    /// Persons.
    pub person_count: u64,
    /// Their spend.
    pub spend_minor: i64,
    /// Share of all spend of this and the better deciles.
    pub cumulative_share: f64,
}

/// Buyers of one first month, some months later.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CohortCell {
    /// Month of first purchase, `YYYY-MM`.
    pub cohort: String,
    /// Whole months since then, 0 for the month itself.
    pub age_months: u32,
    /// Persons of the cohort.
    pub person_count: u64,
    /// Of them, those who bought in that month; absent when the cohort is too small to show.
    pub active_count: Option<u64>,
    /// `active_count / person_count`.
    pub retention: Option<f64>,
    /// Spend of the cohort from the first purchase to the end of that month, returns taken off; absent where the month would
    /// tell what too few persons spent.
    pub cumulative_minor: Option<i64>,
}

/// Value to come, by a purchase model and a spend model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LifetimeFigures {
    /// Purchase model, e.g. `BG/NBD` or `BG/BB`.
    pub model: String,
    /// Parameters by name, in the model's usual order.
    pub parameters: Vec<Parameter>,
    /// Log-likelihood on days / 7.
    pub log_likelihood: f64,
    /// Parameters of the spend model; empty when it could not be fitted.
    pub spend_parameters: Vec<Parameter>,
    /// Rank correlation of mean spend and purchase count of repeat buyers; the spend model assumes none.
    pub spend_frequency_correlation: Option<f64>,
    /// Sum of the 12-month values.
    pub total_minor: i64,
    /// Persons with an alive probability of one half or more; absent when they, or all others, are too few.
    pub alive_count: Option<u64>,
    /// How the 12-month values spread, from low to high.
    pub histogram: Vec<HistogramBin>,
    /// Repeat purchases by week: bought and expected by the model fitted on the weeks before `holdout_from`.
    pub tracking: Vec<TrackingWeek>,
    /// First day of the weeks the tracking fit did not see; absent when the log is too short.
    pub holdout_from: Option<String>,
}

/// A fitted parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// Symbol, as in the papers.
    pub name: String,
    /// Maximum likelihood estimate.
    pub value: f64,
    /// Standard error from the Hessian; absent at a boundary.
    pub standard_error: Option<f64>,
}

/// Persons whose value lies in `[lower_minor, upper_minor)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistogramBin {
    /// Lower end, included.
    pub lower_minor: i64,
    /// Upper end, left out, save for the last bin.
    pub upper_minor: i64,
    /// Persons.
    pub person_count: u64,
}

/// Cumulative repeat purchases up to the end of one week.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackingWeek {
    /// First day of the week.
    pub week: String,
    /// Bought so far.
    pub actual_count: f64,
    /// Expected so far.
    pub expected_count: f64,
}

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
    /// Posts that praise it.
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

/// Persons of one value group and one voice group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatrixCell {
    /// Value group's key: `high`, `middle`, `low`.
    pub value_group: String,
    /// Voice group's key: `positive`, `neutral`, `negative`, `silent`.
    pub voice_group: String,
    /// Persons; absent when held back, as in [`RfmCell`].
    pub person_count: Option<u64>,
    /// Their expected 12-month value; absent with the count.
    pub ltv_minor: Option<i64>,
}

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

/// What a campaign brought, treated against control.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CampaignFigure {
    /// The campaign.
    pub campaign: String,
    /// Its channel.
    pub channel: String,
    /// First day.
    pub started_on: String,
    /// Last day measured.
    pub measured_to: String,
    /// Persons who were meant to be reached.
    pub treated_count: u64,
    /// Persons held out.
    pub control_count: u64,
    /// Mean spend per treated person from `started_on` to `measured_to`.
    pub treated_mean_minor: f64,
    /// Mean spend per held-out person.
    pub control_mean_minor: f64,
    /// Difference of the means.
    pub lift_minor: f64,
    /// Lower end of its 90 % interval.
    pub lift_lower_minor: f64,
    /// Upper end of its 90 % interval.
    pub lift_upper_minor: f64,
    /// Share of the treated who bought again in these days, 0..1.
    pub treated_repeat_rate: f64,
    /// The same share of those held out.
    pub control_repeat_rate: f64,
    /// Difference of the shares, -1..1.
    pub repeat_lift: f64,
    /// Lower end of its 90 % interval.
    pub repeat_lift_lower: f64,
    /// Upper end of its 90 % interval.
    pub repeat_lift_upper: f64,
    /// What it cost; absent when unknown.
    pub cost_minor: Option<i64>,
    /// Cost of an order that it added, by the difference of mean orders; absent where it added none or the cost is unknown.
    pub cpo_minor: Option<f64>,
    /// Lower end of its 90 % interval.
    pub cpo_lower_minor: Option<f64>,
    /// Upper end; absent where it is not sure that any order was added.
    pub cpo_upper_minor: Option<f64>,
    /// Sales that it added over what it cost; absent where it cost nothing or that is unknown.
    pub return_on_spend: Option<f64>,
    /// Lower end of its 90 % interval.
    pub return_on_spend_lower: Option<f64>,
    /// Upper end of its 90 % interval.
    pub return_on_spend_upper: Option<f64>,
}

/// What the numbers rest on.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct DataFigures {
    /// Tables of the store.
    pub tables: Vec<TableFigure>,
    /// Imported files.
    pub files: Vec<FileFigure>,
    /// Consent by purpose.
    pub consents: Vec<ConsentFigure>,
    /// Customer records and the persons they are.
    pub customer_count: u64,
    /// Persons after joining.
    pub person_count: u64,
    /// Accounts declared as a customer's.
    pub declared_account_count: Counted,
    /// Of them linked.
    pub linked_account_count: Counted,
    /// What was left out, by reason key, e.g. `link_without_consent`, `order_cancelled`, `order_without_customer`,
    /// `analyse_denied`, `post_is_outbound`, `other_currency`.
    pub excluded: Vec<ExcludedFigure>,
}

/// A table of the store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableFigure {
    /// Its name.
    pub table: String,
    /// Its rows.
    pub row_count: Counted,
    /// Newest event in it, `YYYY-MM-DD`.
    pub newest: Option<String>,
}

/// An imported file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileFigure {
    /// Path below the exports folder.
    pub file: String,
    /// Layout it was read as.
    pub layout: String,
    /// Rows stored.
    pub stored_count: u64,
    /// Rows rejected.
    pub rejected_count: u64,
}

/// Consent of one purpose at as-of, in persons; the three counts add up to `person_count`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConsentFigure {
    /// Purpose's key, e.g. `email`.
    pub purpose: String,
    /// All persons.
    pub person_count: u64,
    /// Consent in force.
    pub granted_count: Counted,
    /// Denied, revoked or expired.
    pub denied_count: Counted,
    /// Never asked.
    pub missing_count: Counted,
}

/// What was left out for one reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExcludedFigure {
    /// Reason's key.
    pub reason: String,
    /// Rows, persons or accounts, as the reason says; posts and conversations are always counted out.
    pub count: Counted,
}
