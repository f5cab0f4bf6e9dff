//! `report.html`: one file that opens anywhere, asks nothing of the network and holds no personal data.
//!
//! The first screen answers how the shop is doing, what changed, whom to contact and what is said; the sections behind
//! it show the evidence. Texts come from the words, sentences from the findings, numbers from [`Figures`].

mod overview;
mod sections;
mod values;

pub(crate) use values::template_value;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use crate::report::against;
use crate::report::charts::{self, Chart};
use crate::report::figures::Figures;
use crate::report::findings::{Section, findings};
use crate::report::font::{FontError, font_face};
use crate::report::own::{Own, OwnError, OwnPage};
use crate::report::tables::Context;
use crate::report::words::Lang;

use overview::Overview;
pub(super) use overview::{changed_absent, contacts};
pub(super) use sections::lifetime_reason;
pub(in crate::report) use sections::{Block, CellView, SectionView, TableView};

/// Pages, and the parts they share.
const TEMPLATES: [(&str, &str); 4] = [
    ("page.html", include_str!("templates/page.html")),
    ("join.html", include_str!("templates/join.html")),
    ("karte.html", include_str!("templates/karte.html")),
    ("parts.html", include_str!("templates/parts.html")),
];
pub(in crate::report) const STYLE: &str = include_str!("templates/page.css");
pub(in crate::report) const SCRIPT: &str = include_str!("templates/page.js");

/// Stands in the page until the characters it uses are known.
const FONT_SLOT: &str = "/*koe-font-face*/";

/// What a page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The numbers.
    pub figures: &'a Figures,
    /// The pictures; those without data are simply absent.
    pub charts: &'a [Chart],
    /// Language of every text.
    pub lang: Lang,
    /// Sections behind the first screen; all when empty.
    pub sections: &'a [Section],
    /// The shop's own logo, style and pages.
    pub own: Option<&'a Own>,
}

/// Why a page or a workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// The template could not be rendered.
    #[error("the report page could not be rendered: {0}")]
    Template(#[from] minijinja::Error),
    /// A page of the shop's own could not be made.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// The web font could not be embedded.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The workbook could not be written.
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The figures could not be written as JSON.
    #[error("the figures could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Everything the template reads.
#[derive(Serialize)]
struct View {
    lang: &'static str,
    title: String,
    brand: String,
    kicker: &'static str,
    period: String,
    compared: String,
    as_of: String,
    privacy: String,
    made_by: String,
    style: String,
    chart_style: String,
    script: &'static str,
    /// The shop's logo as a data URI.
    logo: Option<String>,
    /// Pages of the shop's own.
    own: Vec<OwnPage>,
    overview: Overview,
    navigation: Vec<(&'static str, &'static str)>,
    /// Anchors of the sections that are left out: links to them lead to the first screen.
    left_out: Vec<&'static str>,
    sections: Vec<SectionView>,
}

/// Returns the report as one HTML document.
///
/// # Errors
///
/// [`PageError::Own`] when a page of the shop's own has an error, [`PageError::Template`] or [`PageError::Font`] when the embedded
/// template or font is unusable.
///
/// # Examples
///
/// ```no_run
/// # fn show(figures: &koe::report::figures::Figures) -> Result<(), koe::report::html::PageError> {
/// use koe::report::{Lang, html::{Page, html}};
///
/// let text = html(&Page { figures, charts: &[], lang: Lang::En, sections: &[], own: None })?;
/// assert!(text.starts_with("<!doctype html>"));
/// # Ok(())
/// # }
/// ```
pub fn html(page: &Page<'_>) -> Result<String, PageError> {
    render("page.html", page.lang, &view(page)?)
}

/// Fills a template with a view and embeds the letters it uses.
///
/// # Errors
///
/// [`PageError::Template`] or [`PageError::Font`] when the embedded template or font is unusable.
pub(in crate::report) fn render(
    template: &str,
    lang: Lang,
    view: &impl Serialize,
) -> Result<String, PageError> {
    let words = lang.words();
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.add_function("t", move |key: String| words.get(&key).to_owned());
    environment.add_filter("code", |text: String| {
        Value::from_safe_string(values::with_code(&text))
    });
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    let page = environment
        .get_template(template)?
        .render(values::template_value(serde_json::to_value(view)?))?;
    let face = font_face(&page)?;
    Ok(page.replacen(FONT_SLOT, &face, 1))
}

fn view(page: &Page<'_>) -> Result<View, PageError> {
    let figures = page.figures;
    let context = Context::new(figures, page.lang);
    let (words, numbers) = (context.words, context.numbers);
    let found = findings(figures, page.lang);
    let period = &figures.period;
    let as_of = numbers.full_day(&figures.as_of);
    let group = numbers.count(u64::from(figures.min_group_size));
    let made_by = [
        ("version", figures.koe_version.as_str()),
        ("date", &as_of),
        ("zone", &figures.time_zone),
    ];
    let shown = Section::shown(page.sections);
    let navigation = shown
        .iter()
        .map(|section| (section.anchor(), words.name("nav", section.key())));
    let left_out = Section::ALL
        .iter()
        .filter(|section| !shown.contains(section));
    Ok(View {
        lang: page.lang.tag(),
        title: words.fill("page.title", &[("brand", &figures.brand)]),
        brand: figures.brand.clone(),
        kicker: words.get("page.kicker"),
        period: against::reported_line(&numbers, period),
        compared: against::compared_line(&numbers, period),
        privacy: words.fill("page.privacy", &[("count", &group)]),
        made_by: words.fill("page.made_by", &made_by),
        as_of: words.fill("page.as_of", &[("date", &as_of)]),
        style: match page.own {
            Some(own) => format!("{STYLE}{}", own.style()),
            None => STYLE.to_owned(),
        },
        logo: page.own.and_then(Own::logo).map(str::to_owned),
        own: match page.own {
            Some(own) => own.pages(&context)?,
            None => Vec::new(),
        },
        chart_style: charts::chart_css(),
        script: SCRIPT,
        overview: overview::overview(&context, &found),
        navigation: navigation.collect(),
        left_out: left_out.map(|section| section.anchor()).collect(),
        sections: shown
            .iter()
            .map(|section| sections::section(&context, page.charts, &found, *section))
            .collect(),
    })
}

#[cfg(test)]
mod tests;
