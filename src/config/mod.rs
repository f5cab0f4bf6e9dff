//! Settings: built-in defaults, then `koe.toml`, then `KOE_*` variables, then flags.
//!
//! `defaults.toml` holds every key; a key that is not in it is an error with the nearest name, so a slip of the pen never
//! passes in silence.

mod audience;
mod brand;
mod business_hours;
mod measures;
mod merge;
mod report;
mod rfm;
mod value_voice;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::import::mapping::Mapping;
use crate::report::Lang;
use crate::score::topics::model::TOPIC_LIMIT;

pub use audience::{AudienceConfig, AudienceSpec, CapsConfig};
pub use brand::BrandConfig;
pub use business_hours::{BusinessHoursConfig, ConversationConfig, OpenRange};
pub use measures::{AbcConfig, CohortsConfig, CpmConfig, KpisConfig, VisitsConfig};
pub use report::{Output, ReportConfig};
pub use rfm::{RfmConfig, RfmMap, RfmMethod, RfmRule, ScoreRange};
pub use value_voice::{ClusterConfig, ClusterMethod, JourneyConfig, RuleMatch};

/// Name of the settings file in a workspace.
pub const FILE_NAME: &str = "koe.toml";

/// The defaults as they are compiled in, with their comments.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// Aspects of the user's own at most.
const MOST_ASPECTS: usize = 100;

/// All settings, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `[workspace]`
    pub workspace: WorkspaceConfig,
    /// `[brand]`, or `[[brand]]` for several; at least one, the first is the shop's own.
    pub brand: Vec<BrandConfig>,
    /// `[money]`
    pub money: MoneyConfig,
    /// `[privacy]`
    pub privacy: PrivacyConfig,
    /// `[import]`
    pub import: ImportConfig,
    /// `[join]`
    pub join: JoinConfig,
    /// `[text]`
    pub text: TextConfig,
    /// `[score]`
    pub score: ScoreConfig,
    /// `[segment]`
    pub segment: SegmentConfig,
    /// `[audience]`
    pub audience: AudienceConfig,
    /// `[report]`
    pub report: ReportConfig,
    /// `[targets]`: goals of a report period by the number's key, money in units of the currency.
    pub targets: BTreeMap<String, f64>,
}

/// Language, time and folders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceConfig {
    /// Language of reports and messages.
    pub lang: Lang,
    /// IANA name of the time zone of days, weeks and months.
    pub time_zone: String,
    /// Date or instant that runs look from; empty for now.
    pub as_of: String,
    /// Folder of the exports.
    pub exports: String,
}

/// Currency of the reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyConfig {
    /// ISO 4217 code.
    pub currency: String,
    /// Worth of one unit of another currency.
    pub rates: BTreeMap<String, f64>,
}

/// What reports may show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyConfig {
    /// Smallest group of persons shown.
    pub min_group_size: u32,
    /// Whether accounts are told by their handles: everyone's on the desk, official and media ones in the report.
    pub show_handles: bool,
}

/// Import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportConfig {
    /// Share of a file's rows that may be rejected, 0..1.
    pub max_rejects: f64,
    /// Files below the exports folder, by their names, and the source they belong to.
    pub sources: BTreeMap<String, String>,
    /// `[import.layouts.NAME]`: layouts of the user's own.
    pub layouts: BTreeMap<String, Mapping>,
}

/// How persons are made of customer records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinConfig {
    /// Probability from which on two records are one person.
    pub threshold: f64,
    /// Probability from which on a pair is listed for review.
    pub review: f64,
    /// Records of a block at most.
    pub block_size: u32,
    /// Values that belong to nobody.
    pub blocked: Vec<String>,
    /// File with weights, relative to the workspace; empty for fitted ones.
    pub weights: String,
    /// `[join.limits]`
    pub limits: JoinLimits,
}

/// What one person can have at most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinLimits {
    /// Customer records.
    pub records: u32,
    /// E-mail addresses.
    pub emails: u32,
    /// Telephone numbers.
    pub phones: u32,
    /// Family names that share a value before it is taken for a placeholder.
    pub families_per_value: u32,
}

impl JoinConfig {
    /// Returns the settings of the stage.
    pub fn settings(&self) -> crate::join::Settings {
        crate::join::Settings {
            linkage: crate::join::linkage::Settings {
                threshold: self.threshold,
                review: self.review,
                block_cap: self.block_size as usize,
                limits: crate::join::linkage::Limits {
                    records: self.limits.records as usize,
                    emails: self.limits.emails as usize,
                    phones: self.limits.phones as usize,
                    sharing: self.limits.families_per_value as usize,
                },
            },
            blocked: self.blocked.clone(),
        }
    }
}

/// Text analysis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextConfig {
    /// Files with words of the user's own, relative to the settings file.
    pub lexicon: Vec<String>,
    /// Files with names of the user's own, relative to the settings file.
    pub user_dictionary: Vec<String>,
}

/// Scores of hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreConfig {
    /// Days the hourly baseline looks back.
    pub baseline_days: u32,
    /// Days of posts that what compares posts with one another looks back.
    pub window_days: u32,
    /// Days of the period whose words are compared with those before.
    pub period_days: u32,
    /// Topics that are looked for; 0 finds how many there are.
    pub topics: u32,
    /// `[score.alert]`
    pub alert: AlertConfig,
    /// `[score.business_hours]`
    pub business_hours: BusinessHoursConfig,
    /// `[score.conversation]`
    pub conversation: ConversationConfig,
    /// `[score.aspects]`: nouns that name an aspect of the user's own, or one more of koe's, by its name.
    pub aspects: BTreeMap<String, Vec<String>>,
}

/// When an hour is unusual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertConfig {
    /// Largest tail probability of an unusual hour.
    pub tail_prob: f64,
    /// Fewest posts of an unusual hour.
    pub min_posts: u32,
    /// Hours between unusual hours of one alert, at most.
    pub gap_hours: u32,
    /// Share of negative posts, of those above the usual, from which on it is a flare-up.
    pub negative_share: f64,
}

/// Value and segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentConfig {
    /// Days of a reporting period.
    pub period_days: u32,
    /// Days a person's recent voice looks back.
    pub voice_window_days: u32,
    /// Share of the spend that is margin.
    pub margin: f64,
    /// Yearly discount rate.
    pub discount_rate: f64,
    /// Whether the first rule that holds decides, or every one.
    #[serde(rename = "match")]
    pub matching: RuleMatch,
    /// Days that purchases of others are counted after they met a person's posts.
    pub exposure_days: u32,
    /// `[segment.rfm]`
    pub rfm: RfmConfig,
    /// `[segment.models]`
    pub models: ModelsConfig,
    /// `[segment.social_lift]`
    pub social_lift: SocialLiftConfig,
    /// `[segment.abc]`
    pub abc: AbcConfig,
    /// `[segment.cpm]`
    pub cpm: CpmConfig,
    /// `[segment.visits]`
    pub visits: VisitsConfig,
    /// `[segment.kpis]`
    pub kpis: KpisConfig,
    /// `[segment.cohorts]`
    pub cohorts: CohortsConfig,
    /// `[segment.journey]`
    pub journey: JourneyConfig,
    /// `[segment.clusters]`
    pub clusters: ClusterConfig,
    /// `[[segment.rule]]`
    pub rule: Vec<SegmentRule>,
}

/// How the purchase model is chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelsConfig {
    /// Cut-offs; 0 lets the likelihood alone decide.
    pub cutoffs: u32,
    /// Share of the log behind the latest cut-off.
    pub holdout_share: f64,
    /// Days behind a cut-off that are forecast; 0 goes by the share.
    pub holdout_days: u32,
    /// How long one opportunity to buy lasts, for BG/BB.
    pub opportunity: Opportunity,
}

/// How long one opportunity to buy lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opportunity {
    /// Purchases come at any time.
    Off,
    /// A month or a week where hardly anybody buys twice within one, else at any time.
    Auto,
    /// A week, Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
}

impl ModelsConfig {
    fn check(&self) -> Result<()> {
        let bad = |key: &str, value: &dyn std::fmt::Display, expected: &str| {
            Err(Error::BadSetting {
                key: format!("segment.models.{key}"),
                value: value.to_string(),
                expected: expected.into(),
            })
        };
        if self.cutoffs > 12 {
            return bad("cutoffs", &self.cutoffs, "a whole number from 0 to 12");
        }
        if !(self.holdout_share > 0.0 && self.holdout_share <= 0.5) {
            let expected = "a share above 0 and up to 0.5";
            return bad("holdout_share", &self.holdout_share, expected);
        }
        if self.holdout_days > 3660 {
            let expected = "a whole number from 0 to 3660";
            return bad("holdout_days", &self.holdout_days, expected);
        }
        Ok(())
    }
}

/// Whether what linked persons say is put to the test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocialLiftConfig {
    /// Whether it is.
    pub enabled: bool,
    /// Fewest linked persons with a repeat purchase before the cut.
    pub min_linked_repeaters: u32,
    /// Share of the weeks that neither fit nor signals see.
    pub holdout_share: f64,
}

/// One value x voice segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentRule {
    /// Name.
    pub name: String,
    /// Name in English reports; the name where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// SQL condition over a person's columns.
    pub when: String,
    /// What to do.
    #[serde(default)]
    pub action: String,
    /// What to do, in English reports; the action where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_en: Option<String>,
    /// How pressing it is.
    #[serde(default)]
    pub urgency: RuleUrgency,
}

impl SegmentRule {
    /// Returns the name in a language.
    pub fn name_in(&self, lang: Lang) -> &str {
        match (lang, &self.name_en) {
            (Lang::En, Some(name)) => name,
            _ => &self.name,
        }
    }

    /// Returns the action in a language.
    pub fn action_in(&self, lang: Lang) -> &str {
        match (lang, &self.action_en) {
            (Lang::En, Some(action)) => action,
            _ => &self.action,
        }
    }
}

/// How pressing a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleUrgency {
    /// Today.
    Now,
    /// Within the week.
    Week,
    /// With the next regular mailing.
    #[default]
    Regular,
    /// Leave them in peace.
    None,
}

impl RuleUrgency {
    /// Returns the key that stands in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Week => "week",
            Self::Regular => "regular",
            Self::None => "none",
        }
    }
}

/// One override of a setting: its dotted key and its value as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// Key with its section, e.g. `import.max_rejects`.
    pub key: String,
    /// Value, as in TOML; what is no TOML value is a string.
    pub value: String,
    /// Where it was written, for messages.
    pub origin: String,
}

impl Config {
    /// Reads the settings of a workspace: the defaults, `file` where it exists, then `overrides` in their order.
    ///
    /// # Errors
    /// [`Error::ConfigSyntax`], [`Error::UnknownSetting`] or [`Error::BadSetting`] for what cannot be; [`Error::Io`]
    /// when the file is there and cannot be read, or was asked for (`must_exist`) and is not there.
    pub fn load(file: &Path, must_exist: bool, overrides: &[Override]) -> Result<Self> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => String::new(),
            Err(error) => return Err(Error::io("read", file, error)),
        };
        Self::parse(&text, file, overrides)
    }

    /// Reads settings from the text of a settings file.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str, file: &Path, overrides: &[Override]) -> Result<Self> {
        let mut merged: toml::Table = DEFAULTS
            .parse()
            .expect("the built-in defaults are valid TOML");
        let user: toml::Table =
            text.parse()
                .map_err(|error: toml::de::Error| Error::ConfigSyntax {
                    path: file.to_path_buf(),
                    detail: error.to_string().trim().replace('\n', " "),
                })?;
        merge::table(&mut merged, user, &format!("`{}`", file.display()))?;
        for override_ in overrides {
            merge::one(&mut merged, override_)?;
        }
        merge::list_sections(&mut merged);
        let config: Self = toml::Value::Table(merged)
            .try_into()
            .map_err(merge::bad_value)?;
        config.check()?;
        Ok(config)
    }

    /// Returns the dotted key of every setting that a variable or flag can set.
    pub fn keys() -> Vec<String> {
        merge::leaves(
            &DEFAULTS
                .parse()
                .expect("the built-in defaults are valid TOML"),
        )
    }

    /// Returns the settings as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("settings hold only what TOML can say")
    }

    /// Returns the time zone.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.workspace.time_zone)
            .expect("the name was checked when the settings were read")
    }

    fn check(&self) -> Result<()> {
        let bad = |key: &str, value: &dyn std::fmt::Display, expected: &str| {
            Err(Error::BadSetting {
                key: key.into(),
                value: value.to_string(),
                expected: expected.into(),
            })
        };
        if TimeZone::get(&self.workspace.time_zone).is_err() {
            return bad(
                "workspace.time_zone",
                &self.workspace.time_zone,
                "an IANA name such as `Asia/Tokyo`",
            );
        }
        let currency = &self.money.currency;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return bad("money.currency", currency, "an ISO 4217 code such as `JPY`");
        }
        for (name, mapping) in &self.import.layouts {
            mapping.check(name)?;
        }
        for (key, value) in [
            ("import.max_rejects", self.import.max_rejects),
            ("score.alert.tail_prob", self.score.alert.tail_prob),
            (
                "score.alert.negative_share",
                self.score.alert.negative_share,
            ),
            ("segment.margin", self.segment.margin),
            ("segment.discount_rate", self.segment.discount_rate),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return bad(key, &value, "a share between 0 and 1");
            }
        }
        for (key, value) in [
            ("join.threshold", self.join.threshold),
            ("join.review", self.join.review),
        ] {
            if !(value > 0.0 && value < 1.0) {
                return bad(key, &value, "a probability between 0 and 1");
            }
        }
        for (key, value) in [
            ("join.limits.records", self.join.limits.records),
            ("join.limits.emails", self.join.limits.emails),
            ("join.limits.phones", self.join.limits.phones),
            (
                "join.limits.families_per_value",
                self.join.limits.families_per_value,
            ),
            ("join.block_size", self.join.block_size),
        ] {
            if value == 0 || value > 10_000 {
                return bad(key, &value, "a whole number from 1 to 10000");
            }
        }
        for (key, value) in [
            ("segment.period_days", self.segment.period_days),
            ("segment.voice_window_days", self.segment.voice_window_days),
            ("score.baseline_days", self.score.baseline_days),
            ("score.window_days", self.score.window_days),
            ("score.period_days", self.score.period_days),
            ("privacy.min_group_size", self.privacy.min_group_size),
        ] {
            if value == 0 || value > 3660 {
                return bad(key, &value, "a whole number from 1 to 3660");
            }
        }
        for (key, value, most) in [
            (
                "score.conversation.session_hours",
                self.score.conversation.session_hours,
                8_760,
            ),
            (
                "score.conversation.response_target_minutes",
                self.score.conversation.response_target_minutes,
                20_160,
            ),
        ] {
            if value == 0 || value > most {
                return bad(key, &value, &format!("a whole number from 1 to {most}"));
            }
        }
        let lift = &self.segment.social_lift;
        if !(0.05..=0.5).contains(&lift.holdout_share) {
            let key = "segment.social_lift.holdout_share";
            return bad(key, &lift.holdout_share, "a share between 0.05 and 0.5");
        }
        if !(20..=1_000_000).contains(&lift.min_linked_repeaters) {
            let key = "segment.social_lift.min_linked_repeaters";
            let expected = "a whole number from 20 to 1000000";
            return bad(key, &lift.min_linked_repeaters, expected);
        }
        if self.score.topics as usize > TOPIC_LIMIT {
            let expected = format!("a whole number from 0 to {TOPIC_LIMIT}");
            return bad("score.topics", &self.score.topics, &expected);
        }
        self.segment.models.check()?;
        self.segment.abc.check()?;
        self.segment.cpm.check()?;
        self.segment.visits.check()?;
        self.segment.kpis.check()?;
        self.segment.cohorts.check()?;
        self.check_aspects()?;
        self.segment.rfm.check()?;
        value_voice::check(&self.segment)?;
        brand::check(&self.brand)?;
        self.audience.check()?;
        self.report.check()?;
        report::check_targets(&self.targets)?;
        self.score.business_hours.check()
    }

    fn check_aspects(&self) -> Result<()> {
        let bad = |key: String, value: &str, expected: &str| {
            Err(Error::BadSetting {
                key,
                value: value.to_owned(),
                expected: expected.to_owned(),
            })
        };
        let aspects = &self.score.aspects;
        if aspects.len() > MOST_ASPECTS {
            let count = aspects.len().to_string();
            let expected = format!("at most {MOST_ASPECTS} aspects");
            return bad("score.aspects".to_owned(), &count, &expected);
        }
        let mut known = BTreeSet::new();
        for (name, nouns) in aspects {
            let key = format!("score.aspects.{name}");
            if name.trim().is_empty() {
                return bad(key, name, "under the name of an aspect");
            }
            for noun in nouns {
                let noun = noun.trim();
                if noun.is_empty() || !known.insert(noun) {
                    return bad(key, noun, "a noun that is not listed before");
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a settings file of these lines.
    pub(super) fn parse(text: &str) -> Result<Config> {
        Config::parse(text, Path::new("koe.toml"), &[])
    }

    #[test]
    fn defaults_are_whole_and_checked() {
        let config = parse("").expect("defaults");
        assert_eq!(config.workspace.lang, Lang::Ja);
        assert!(config.segment.rule.len() > 5);
        let again = parse(&config.to_toml()).expect("what `config show` prints can be read back");
        assert_eq!(config, again);
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let Err(Error::UnknownSetting { key, nearest, .. }) = parse("[segment]\nperiod_day = 7\n")
        else {
            panic!("an unknown key must be an error");
        };
        assert_eq!(key, "segment.period_day");
        assert_eq!(nearest.as_deref(), Some("segment.period_days"));
        assert!(matches!(
            parse("[[segment.rule]]\nname='a'\nwhen='TRUE'\nurgensy='now'\n"),
            Err(Error::UnknownSetting { .. })
        ));
    }

    #[test]
    fn a_value_of_the_wrong_type_or_range_is_an_error() {
        for text in [
            "[segment]\nperiod_days = 'week'\n",
            "[segment]\nmargin = 2.0\n",
            "[segment.models]\ncutoffs = 13\n",
            "[segment.models]\nholdout_share = 0.0\n",
            "[segment.models]\nholdout_days = 3661\n",
            "[segment.models]\nopportunity = 'day'\n",
            "[segment.social_lift]\nholdout_share = 0.6\n",
            "[segment.social_lift]\nmin_linked_repeaters = 19\n",
            "[segment.social_lift]\nenabled = 'yes'\n",
            "[workspace]\nlang = 'fr'\n",
            "[workspace]\ntime_zone = 'Asia/Edo'\n",
            "[money]\ncurrency = 'yen'\n",
            "[score.business_hours]\nmonday = '9-18'\n",
            "[score.business_hours]\nmonday = ''\ntuesday = ''\nwednesday = ''\nthursday = ''\nfriday = ''\n",
            "[score]\nperiod_days = 0\n",
            "[score]\nwindow_days = 3661\n",
            "[score]\ntopics = 51\n",
            "[score.conversation]\nsession_hours = 0\n",
            "[score.conversation]\nresponse_target_minutes = 20161\n",
            "[score.aspects]\n'ギフト' = ''\n",
            "[score.aspects]\n'ギフト' = [' ']\n",
            "[score.aspects]\n' ' = ['熨斗']\n",
            "[score.aspects]\n'ギフト' = ['熨斗']\n'贈答' = ['熨斗']\n",
        ] {
            assert!(
                matches!(parse(text), Err(Error::BadSetting { .. })),
                "{text}"
            );
        }
        assert!(matches!(parse("[brand\n"), Err(Error::ConfigSyntax { .. })));
    }

    #[test]
    fn overrides_win_and_user_rules_replace_the_defaults() {
        let overrides = [Override {
            key: "brand.name".into(),
            value: "とりのこえ".into(),
            origin: "KOE_BRAND_NAME".into(),
        }];
        let text = "[brand]\nname='x'\n[money.rates]\nUSD = 150.0\n[score.aspects]\n'ギフト' = ['熨斗']\n[[segment.rule]]\nname='all'\nwhen='TRUE'\n";
        let config =
            Config::parse(text, Path::new("koe.toml"), &overrides).expect("valid settings");
        assert_eq!(config.own_brand().name, "とりのこえ");
        assert_eq!(config.segment.rule.len(), 1);
        assert_eq!(config.money.rates["USD"], 150.0);
        assert_eq!(config.score.aspects["ギフト"], ["熨斗"]);
    }
}
