//! The charts of `docs/methods/value.md`: those of koe's own report on two shops.
//!
//! One shop is the CDNOW log, the other is [made up](moods) so that moods are known to matter. Both go the whole way from
//! their exports to the report, and its charts are taken as they are but for their size and fonts.

mod moods;

use std::error::Error;
use std::fs;

use jiff::Timestamp;
use koe::pipeline::{ImportOptions, Workspace};
use koe::progress::Silent;

/// Folder of the pictures.
pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/methods/img");

/// The CDNOW log: 2,357 buyers of the first quarter of 1997 until the middle of 1998.
const LOG: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/testdata/cdnow_sample_elog.csv"
);
const LOG_SETTINGS: &str = r#"
[workspace]
lang = "en"
time_zone = "UTC"
as_of = "1998-06-30"

[money]
currency = "USD"

[report]
outputs = ["charts"]
"#;
/// Charts of the log's report, and the files they become.
const LOG_CHARTS: [(&str, &str); 6] = [
    ("rfm_map", "value-rfm.svg"),
    ("deciles", "value-deciles.svg"),
    ("cohorts", "value-cohorts.svg"),
    ("tracking", "value-tracking.svg"),
    ("calibration", "value-calibration.svg"),
    ("value_intervals", "value-intervals.svg"),
];
/// Charts of the made-up shop's report, and the files they become.
const MOOD_CHARTS: [(&str, &str); 2] = [
    ("social_lift", "value-social-lift.svg"),
    ("value_voice", "value-voice.svg"),
];
/// Width of a chart in its own units, and in the document.
const WIDTHS: (u32, u32) = (1600, 760);

/// A chart that stands by itself.
pub struct Picture {
    /// Name of its file.
    pub file: &'static str,
    /// The file.
    pub svg: String,
}

/// Draws the charts of the CDNOW log.
///
/// # Errors
/// What the stages refuse, and a chart that is not drawn.
pub fn of_log() -> Result<Vec<Picture>, Box<dyn Error>> {
    let log = fs::read_to_string(LOG)?;
    draw(LOG_SETTINGS, &[("cdnow.csv", log)], &LOG_CHARTS)
}

/// Draws the charts of the made-up shop.
///
/// # Errors
/// As [`of_log`].
pub fn of_moods() -> Result<Vec<Picture>, Box<dyn Error>> {
    draw(moods::SETTINGS, &moods::exports(), &MOOD_CHARTS)
}

fn draw(
    settings: &str,
    exports: &[(&str, String)],
    charts: &[(&str, &'static str)],
) -> Result<Vec<Picture>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let below = folder.path().join("exports");
    fs::create_dir(&below)?;
    for (name, text) in exports {
        fs::write(below.join(name), text)?;
    }
    fs::write(folder.path().join("koe.toml"), settings)?;
    // The settings name the day, so that the time does not matter.
    let workspace = Workspace::open(folder.path(), None, &[], None, Timestamp::UNIX_EPOCH)?;
    let imported = workspace.import(&[], &ImportOptions::default(), &Silent)?;
    if let Some(fault) = imported.fault {
        return Err(fault.to_string().into());
    }
    workspace.report(&Silent)?;
    let drawn = workspace.out().join("charts");
    let mut pictures = Vec::new();
    for &(id, file) in charts {
        let svg = fs::read_to_string(drawn.join(format!("{id}.svg")))
            .map_err(|error| format!("chart `{id}`: {error}"))?;
        let svg = alone(&svg).ok_or_else(|| format!("chart `{id}` has no size"))?;
        pictures.push(Picture { file, svg });
    }
    Ok(pictures)
}

/// Gives a chart a size, and fonts that readers without the report's own font have.
fn alone(svg: &str) -> Option<String> {
    let (units, width) = WIDTHS;
    let view = format!("viewBox=\"0 0 {units} ");
    let (_, rest) = svg.split_once(view.as_str())?;
    let (height, _) = rest.split_once('"')?;
    let height: u32 = height.parse().ok()?;
    let height = (height * width).div_ceil(units);
    let sized = format!("width=\"{width}\" height=\"{height}\" {view}");
    let fonts = ", Helvetica, Arial, sans-serif\"";
    let svg = svg.replacen(view.as_str(), &sized, 1);
    Some(svg.replacen(", sans-serif\"", fonts, 1))
}
