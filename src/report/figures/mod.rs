//! The numbers of a report, free of language and layout.
//!
//! Everything a reader sees in `report.html`, the charts, the workbook and the Markdown comes from [`Figures`], and
//! `report.json` is [`Figures`] written out. Money is in minor units of [`Figures::currency`]; shares lie in 0..1;
//! dates are the workspace's local days. No field holds personal data: groups smaller than
//! [`Figures::min_group_size`] have already been merged or left out, so whatever is written from here needs no rule of its own.

mod alert;
mod campaign;
mod counted;
mod customers;
mod data;
mod kpi;
mod lifetime;
mod network;
mod people;
mod period;
mod sales;
mod value;
mod voice;
mod ways;

use serde::Serialize;

pub use alert::{AlertFigure, SpreaderFigure};
pub use campaign::{CampaignCostFigure, CampaignFigure};
pub use counted::Counted;
pub use customers::{
    CohortCell, DecileFigure, MatrixCell, RfmCell, SegmentFigure, SmallSegment, Urgency,
};
pub(in crate::report) use customers::{newest_cohorts, next_month};
pub use data::{ConsentFigure, DataFigures, ExcludedFigure, FileFigure, TableFigure, UnreadFigure};
pub use kpi::{Kpi, KpiKind, KpiUnit};
pub use lifetime::{HistogramBin, LifetimeFigures, Parameter, TrackingWeek};
pub use network::{
    AccountNetwork, JourneyFigure, NetworkAccount, NetworkCommunity, NetworkWord, OrderStageFigure,
    SayingFigure, WordLink, WordNetwork,
};
pub use people::{
    AnswerFigure, CommunityFigure, ConversationFigures, ImpersonatorFigure, PeopleFigures,
    ReasonFigure, RoleFigure, WaitFigure,
};
pub use period::{FiscalYear, Period, PeriodKind, YearToDate};
pub use sales::{OrderGap, OrderGapKind, SalesChange, SalesWeek};
pub use value::{AbcFigure, CalibrationFigure, CpmFigure, ModelChoiceFigure, MonthFigure};
pub use voice::{
    AspectFigure, PlatformFigure, ShareFigure, TopicFigure, VoiceDay, VoiceFigures, VoiceHour,
    WordFigure,
};
pub use ways::{EffectFigure, MoveFigure, SocialLiftFigure};

/// Version of the layout of `report.json`; it grows when a field changes its meaning or goes away.
pub const FIGURES_VERSION: u32 = 6;

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
    /// Up to when orders are known, where they end before the period does and that needs to be told.
    pub order_gap: Option<OrderGap>,
    /// The fiscal year up to the end of the period, or up to the newest order where orders are missing; absent when nothing was bought in it
    /// or in the one before.
    pub fiscal_year: Option<FiscalYear>,
    /// Why sales changed between the two periods; absent when one of them has no sales, or orders are missing.
    pub sales_change: Option<SalesChange>,
    /// Sales by week, oldest first; up to the newest order where orders are missing.
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
    /// Retention by month of first purchase; months up to the newest order where orders are missing.
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
    /// Whole months, oldest first; up to the newest order where orders are missing.
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

impl Figures {
    /// Returns up to when orders are known, where those of the period seem to be missing; nothing where one shop system of several is
    /// silent by itself.
    #[must_use]
    pub fn missing_orders(&self) -> Option<&OrderGap> {
        self.order_gap.as_ref().filter(|gap| gap.is_of_all())
    }
}
