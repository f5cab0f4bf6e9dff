//! `join.html`: how customer records became persons, on one page without personal data.
//!
//! [`JoinFigures`] hold the numbers, [`crate::report::charts::join_charts`] draw them, [`html`] puts both on a page that
//! looks like the report and, like it, asks nothing of the network.

mod figures;
mod overview;
mod sections;
#[cfg(test)]
pub(in crate::report) mod tests;

use serde::Serialize;

use super::charts::{Chart, chart_css};
use super::html::{PageError, SCRIPT, STYLE, SectionView, render};
use super::words::{Lang, Numbers, Words};

pub use figures::{
    FieldFigure, JoinFigures, LevelFigure, PlaceholderFigure, SizeFigure, WeightBin,
};

/// Everything the template reads.
#[derive(Serialize)]
struct View {
    lang: &'static str,
    title: String,
    brand: String,
    as_of: String,
    made_by: String,
    style: &'static str,
    chart_style: String,
    script: &'static str,
    tiles: Vec<overview::Tile>,
    found: Vec<String>,
    next: Vec<String>,
    sections: Vec<SectionView>,
}

/// What the parts of the page are written with.
#[derive(Clone, Copy)]
struct Context<'a> {
    figures: &'a JoinFigures,
    lang: Lang,
    words: &'static Words,
    numbers: Numbers<'static>,
}

impl Context<'_> {
    fn count(&self, count: u64) -> String {
        self.numbers.count(count)
    }

    /// Returns a sentence with one number.
    fn counted(&self, key: &str, count: u64) -> String {
        self.words.fill(key, &[("count", &self.count(count))])
    }

    /// Returns a share as people read it: small ones with the digits that tell them from nothing.
    fn share(&self, share: f64) -> String {
        let percent = share * 100.0;
        match percent {
            small if small > 0.0 && small < 0.001 => self.words.get("join.tiny_share").to_owned(),
            small if small > 0.0 && small < 0.1 => format!("{}%", self.numbers.decimal(small, 3)),
            _ => self.numbers.share(share),
        }
    }

    /// Returns a share that must not be rounded to all.
    fn estimate(&self, share: f64) -> String {
        match share {
            share if share < 1.0 && share > 0.9995 => self.words.get("join.nearly_all").to_owned(),
            share => self.numbers.share(share),
        }
    }

    /// Returns texts in a row.
    fn list(&self, texts: &[String]) -> String {
        texts.join(self.words.get("join_tile.comma"))
    }
}

/// Returns the name of a field: the user's own of an identifier.
pub(in crate::report) fn field_name(field: &FieldFigure, lang: Lang) -> String {
    named(&field.field, field.name.as_deref(), lang)
}

fn named(field: &str, name: Option<&str>, lang: Lang) -> String {
    match name {
        Some(name) => name.to_owned(),
        None => lang.words().name("match_field", field).to_owned(),
    }
}

/// Returns the page of join as one HTML document; charts without data are told by a sentence.
///
/// # Errors
///
/// [`PageError::Template`] or [`PageError::Font`] when the embedded template or font is unusable.
pub fn html(figures: &JoinFigures, charts: &[Chart], lang: Lang) -> Result<String, PageError> {
    render("join.html", lang, &view(figures, charts, lang))
}

fn view(figures: &JoinFigures, charts: &[Chart], lang: Lang) -> View {
    let context = Context {
        figures,
        lang,
        words: lang.words(),
        numbers: Numbers::plain(lang),
    };
    let words = context.words;
    let as_of = context.numbers.full_day(&figures.as_of);
    let made_by = [
        ("version", figures.koe_version.as_str()),
        ("date", &as_of),
        ("zone", &figures.time_zone),
    ];
    View {
        lang: lang.tag(),
        title: match figures.brand.trim() {
            "" => words.get("join.kicker").to_owned(),
            brand => words.fill("join.title", &[("brand", brand)]),
        },
        brand: figures.brand.trim().to_owned(),
        made_by: words.fill("page.made_by", &made_by),
        as_of: words.fill("page.as_of", &[("date", &as_of)]),
        style: STYLE,
        chart_style: chart_css(),
        script: SCRIPT,
        tiles: overview::tiles(&context),
        found: overview::found(&context),
        next: overview::next(&context),
        sections: sections::sections(&context, charts),
    }
}
