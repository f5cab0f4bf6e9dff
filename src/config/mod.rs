//! Settings: built-in defaults, then `koe.toml`, then `KOE_*` variables, then flags.
//!
//! `defaults.toml` holds every key; a key that is not in it is an error with the nearest name, so a slip of the pen never
//! passes in silence.

mod audience;
mod brand;
mod business_hours;
mod check;
mod join;
mod measures;
mod merge;
mod models;
mod report;
mod rfm;
mod score;
mod segment;
mod value_voice;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use crate::error::{Error, Result};
use crate::import::mapping::Mapping;
use crate::report::Lang;

pub use audience::{AudienceConfig, AudienceSpec, CapsConfig};
pub use brand::BrandConfig;
pub use business_hours::{BusinessHoursConfig, ConversationConfig, OpenRange};
pub use join::{JoinConfig, JoinLimits};
pub use measures::{AbcConfig, CohortsConfig, CpmConfig, KpisConfig, VisitsConfig};
pub use models::{ModelsConfig, Opportunity, SocialLiftConfig};
pub use report::{Output, ReportConfig};
pub use rfm::{RfmConfig, RfmMap, RfmMethod, RfmRule, ScoreRange};
pub use score::{AlertConfig, ScoreConfig};
pub use segment::{RuleUrgency, SegmentConfig, SegmentRule};
pub use value_voice::{ClusterConfig, ClusterMethod, JourneyConfig, RuleMatch};

/// Name of the settings file in a workspace.
pub const FILE_NAME: &str = "koe.toml";

/// Key of the language.
const LANG_KEY: &str = "workspace.lang";

/// The defaults as they are compiled in, with their comments.
pub const DEFAULTS: &str = include_str!("defaults.toml");

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
    /// By layout of koe's, headings that look like refusals of customers and are none.
    pub ignored: BTreeMap<String, Vec<String>>,
    /// `[import.layouts.NAME]`: layouts of the user's own.
    pub layouts: BTreeMap<String, Mapping>,
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
    /// [`Error::ConfigEncoding`], [`Error::ConfigSyntax`], [`Error::UnknownSetting`] or [`Error::BadSetting`] for what cannot be; [`Error::Io`]
    /// when the file is there and cannot be read, or was asked for (`must_exist`) and is not there.
    pub fn load(file: &Path, must_exist: bool, overrides: &[Override]) -> Result<Self> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => String::new(),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(Error::ConfigEncoding {
                    path: file.to_path_buf(),
                });
            }
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
                    line: error.span().map(|span| line_of(text, span.start)),
                    detail: error.message().trim().replace('\n', " "),
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

    /// Returns the language of settings of which nothing else need be right, to tell in it what is wrong with them: that of the
    /// last override, else of the file, else of the defaults.
    pub fn lang_of(file: Option<&Path>, overrides: &[Override]) -> Lang {
        let overridden = overrides.iter().rev().find(|one| one.key == LANG_KEY);
        let overridden: Option<Lang> =
            overridden.and_then(|one| one.value.trim_matches('"').parse().ok());
        overridden
            .or_else(|| written_lang(file?))
            .unwrap_or_default()
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
}

/// Returns the line of a place in a text, from 1.
fn line_of(text: &str, place: usize) -> u64 {
    let before = text.bytes().take(place);
    1 + before.filter(|byte| *byte == b'\n').count() as u64
}

/// Returns the language that a settings file names, whatever else is wrong with it.
fn written_lang(file: &Path) -> Option<Lang> {
    // What can be read only once, such as a pipe, is left for the settings.
    if !fs::metadata(file).is_ok_and(|found| found.is_file()) {
        return None;
    }
    let text = fs::read_to_string(file).ok()?;
    let (table, _) = DeTable::parse_recoverable(&text);
    let workspace = table.get_ref().get("workspace")?;
    let lang = workspace.get_ref().get("lang")?;
    lang.get_ref().as_str()?.parse().ok()
}
