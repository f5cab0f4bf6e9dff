//! `report.json`: the figures as they are.

use super::figures::Figures;
use super::html::PageError;

/// Writes the figures as pretty-printed JSON with a final newline; fields stand in the order of [`Figures`].
///
/// Numbers that are not finite are written as `null`.
///
/// # Errors
///
/// [`PageError::Json`] when the figures cannot be written, which no [`Figures`] brings about today.
pub fn json(figures: &Figures) -> Result<String, PageError> {
    let mut text = serde_json::to_string_pretty(figures)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::findings::fixture::figures;

    #[test]
    fn the_same_figures_give_the_same_bytes() {
        assert_eq!(json(&figures()).unwrap(), json(&figures()).unwrap());
    }

    #[test]
    fn every_number_can_be_read_back() {
        let figures = figures();
        let value: serde_json::Value = serde_json::from_str(&json(&figures).unwrap()).unwrap();
        assert_eq!(value["version"], figures.version);
        assert_eq!(value["kpis"].as_array().unwrap().len(), figures.kpis.len());
    }
}
