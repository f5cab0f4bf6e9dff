//! A shop's own logo, style and pages in `report.html`.
//!
//! Pages are Jinja templates over the figures. Values are always escaped, files refer to nothing outside the report, and whatever is
//! wrong is one error with file and line.

mod check;
#[cfg(test)]
pub(in crate::report) use check::unquoted;

use base64::Engine as _;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::against;
use super::tables::Context;
use super::telling;
use super::words::{Lang, Numbers};
use crate::error::nearest;
use crate::report::html::template_value;

/// Bytes of a file at most.
pub const FILE_LIMIT: usize = 1_000_000;
/// Pages at most.
const PAGE_LIMIT: usize = 50;
/// Folder of the pages.
const PAGES: &str = "pages/";
const STYLE: &str = "style.css";
const LOGOS: [&str; 2] = ["logo.svg", "logo.png"];
/// First bytes of every PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Something wrong in a file of a shop's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {detail}")]
pub struct OwnError {
    /// File, below the template's folder, `/` between folders.
    pub file: String,
    /// Line, from 1 on, where one is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub detail: String,
}

/// A shop's own logo, style and pages, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The logo as a data URI.
    logo: Option<String>,
    style: String,
    /// Pages and what they include, by name.
    pages: Vec<(String, String)>,
}

/// A page that is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct OwnPage {
    anchor: String,
    name: String,
    html: String,
}

impl Own {
    /// Reads the files of a template: names below its folder, and their bytes, in the order of their names.
    ///
    /// There may be `logo.svg` or `logo.png`, `style.css` and `pages/*.html`; pages whose name begins with `_` are only included by
    /// others.
    ///
    /// # Errors
    /// [`OwnError`] for a file that is none of these, is too large or no text, refers to the network, or has a syntax error.
    pub fn parse(files: &[(String, Vec<u8>)]) -> Result<Self, OwnError> {
        let mut own = Self {
            logo: None,
            style: String::new(),
            pages: Vec::new(),
        };
        for (file, bytes) in files {
            if bytes.len() > FILE_LIMIT {
                let detail = format!("a file of a template has at most {FILE_LIMIT} bytes");
                return Err(wrong(file, &detail));
            }
            own.take(file, bytes)?;
        }
        if own.pages.len() > PAGE_LIMIT {
            let detail = format!("a template has at most {PAGE_LIMIT} pages");
            return Err(wrong(PAGES, &detail));
        }
        own.environment()?;
        Ok(own)
    }

    fn take(&mut self, file: &str, bytes: &[u8]) -> Result<(), OwnError> {
        match file {
            "logo.svg" | "logo.png" if self.logo.is_some() => {
                return Err(wrong(file, "there is another logo"));
            }
            "logo.svg" => {
                let text = text_of(file, bytes)?;
                check::svg(file, text)?;
                if !text.contains("<svg") {
                    return Err(wrong(file, "it holds no <svg>"));
                }
                self.logo = Some(data_uri("image/svg+xml", bytes));
            }
            "logo.png" if bytes.starts_with(PNG) => {
                self.logo = Some(data_uri("image/png", bytes));
            }
            "logo.png" => return Err(wrong(file, "it is no PNG")),
            STYLE => {
                let text = text_of(file, bytes)?;
                check::style(file, text)?;
                self.style = text.to_owned();
            }
            page if page.starts_with(PAGES) && page.ends_with(".html") => {
                let text = text_of(file, bytes)?;
                check::page(file, text)?;
                self.pages.push((file.to_owned(), text.to_owned()));
            }
            _ => {
                let known = LOGOS.into_iter().chain([STYLE]);
                let meant = nearest(file, known).map(|name| format!("; is `{name}` meant?"));
                let detail = format!(
                    "a template has logo.svg or logo.png, style.css and pages/*.html{}",
                    meant.unwrap_or_default()
                );
                return Err(wrong(file, &detail));
            }
        }
        Ok(())
    }

    /// Returns the logo as a data URI.
    pub(super) fn logo(&self) -> Option<&str> {
        self.logo.as_deref()
    }

    /// Returns the rules of style.
    pub(super) fn style(&self) -> &str {
        &self.style
    }

    /// Makes the pages of these figures.
    ///
    /// # Errors
    /// [`OwnError`] for a value that is not there, and whatever else the template language refuses.
    pub(super) fn pages(&self, context: &Context<'_>) -> Result<Vec<OwnPage>, OwnError> {
        let mut environment = self.environment()?;
        add_filters(&mut environment, context);
        let view = view(context).map_err(|error| wrong(PAGES, &error.to_string()))?;
        let view = template_value(view);
        self.pages
            .iter()
            .map(|(file, _)| file.as_str())
            .filter(|file| !file[PAGES.len()..].starts_with('_'))
            .zip(1..)
            .map(|(file, place)| {
                let html = environment
                    .get_template(file)
                    .and_then(|template| template.render(view.clone()))
                    .map_err(|error| template_error(file, &error))?;
                check::made(file, &html)?;
                Ok(OwnPage {
                    anchor: format!("own-{place}"),
                    name: page_name(file),
                    html,
                })
            })
            .collect()
    }

    fn environment(&self) -> Result<Environment<'_>, OwnError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.remove_filter("safe");
        for (file, text) in &self.pages {
            environment
                .add_template(file, text)
                .map_err(|error| template_error(file, &error))?;
        }
        Ok(environment)
    }
}

/// What a page knows, beside the figures as they stand in `report.json`.
#[derive(Serialize)]
struct View<'a> {
    lang: &'static str,
    brand: &'a str,
    period: String,
    compared: String,
    as_of: String,
    kpis: Vec<KpiView>,
    figures: &'a super::figures::Figures,
}

/// A number as the first screen writes it.
#[derive(Serialize)]
struct KpiView {
    key: &'static str,
    name: String,
    value: String,
    change: Option<String>,
    goal: Option<String>,
    is_met: Option<bool>,
}

fn view(context: &Context<'_>) -> Result<serde_json::Value, serde_json::Error> {
    let figures = context.figures;
    let kpis = figures.kpis.iter().map(|kpi| KpiView {
        key: kpi.kind.key(),
        name: context.words.name("kpi", kpi.kind.key()).to_owned(),
        value: telling::kpi_value(context, kpi),
        change: telling::change(context, kpi)
            .map(|(step, size)| telling::step(context.words, kpi, step, &size))
            .or_else(|| telling::until(context, kpi)),
        goal: telling::goal(context, kpi),
        is_met: kpi.is_met,
    });
    serde_json::to_value(View {
        lang: context.lang.tag(),
        brand: &figures.brand,
        period: against::reported_line(&context.numbers, &figures.period),
        compared: against::compared_line(&context.numbers, &figures.period),
        as_of: context.numbers.full_day(&figures.as_of),
        kpis: kpis.collect(),
        figures,
    })
}

/// Numbers and days as the report writes them.
fn add_filters(environment: &mut Environment<'_>, context: &Context<'_>) {
    let lang: Lang = context.lang;
    let currency = context.figures.currency.clone();
    let exponent = context.figures.currency_exponent;
    environment.add_filter("money", move |minor: f64| -> String {
        let numbers = Numbers {
            lang,
            currency: &currency,
            exponent,
        };
        numbers.money_short(minor)
    });
    environment.add_filter("share", move |share: f64| -> String {
        Numbers::plain(lang).share(share)
    });
    environment.add_filter("count", move |count: f64| -> String {
        Numbers::plain(lang).decimal(count, 0)
    });
    environment.add_filter("day", move |day: String| -> String {
        Numbers::plain(lang).full_day(&day)
    });
}

/// Returns the name of a page: that of its file, without the number it is sorted by.
fn page_name(file: &str) -> String {
    let stem = file
        .strip_prefix(PAGES)
        .and_then(|name| name.strip_suffix(".html"))
        .unwrap_or(file);
    let rest = stem.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let name = rest.trim_start_matches(['-', '_', '.', ' ']);
    let name = if name.is_empty() { stem } else { name };
    name.to_owned()
}

fn text_of<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, OwnError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        OwnError {
            file: file.to_owned(),
            line: Some(before.iter().filter(|byte| **byte == b'\n').count() + 1),
            detail: "it is not UTF-8".to_owned(),
        }
    })
}

fn data_uri(kind: &str, bytes: &[u8]) -> String {
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    format!("data:{kind};base64,{data}")
}

fn wrong(file: &str, detail: &str) -> OwnError {
    OwnError {
        file: file.to_owned(),
        line: None,
        detail: detail.to_owned(),
    }
}

/// Returns the innermost of the errors of the template language: that is where it went wrong.
fn template_error(file: &str, error: &minijinja::Error) -> OwnError {
    let mut innermost = error;
    while let Some(inner) = std::error::Error::source(innermost)
        .and_then(|source| source.downcast_ref::<minijinja::Error>())
    {
        innermost = inner;
    }
    let place = match (innermost.name(), innermost.line()) {
        (Some(_), Some(_)) => innermost,
        _ => error,
    };
    let detail = match innermost.detail() {
        Some(detail) => format!("{}: {detail}", innermost.kind()),
        None => innermost.kind().to_string(),
    };
    OwnError {
        file: place.name().unwrap_or(file).to_owned(),
        line: place.line(),
        detail,
    }
}

#[cfg(test)]
mod tests;
