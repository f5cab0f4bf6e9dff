//! The entries of feeds: what they hold, whichever kind of feed they are of.

use jiff::Timestamp;

use crate::import::context::Context;
use crate::import::rejects::Reason;
use crate::import::values::{dates, html, numbers};
use crate::import::xml::Element;

/// Where an entry says when it was published, the surest first.
pub(super) const PUBLISHED: &[&str] = &[
    "published",
    "pubDate",
    "dc:date",
    "issued",
    "created",
    "wp:post_date_gmt",
];
const UPDATED: &[&str] = &["updated", "modified", "atom:updated", "dcterms:modified"];
/// Returns a name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Returns an author's name and page: `<name>` and `<uri>`, or a text, of which `a@example.com (Name)` is known.
pub(super) fn person(element: &Element<'_>) -> (Option<String>, Option<String>) {
    let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if element.inner.contains('<') && !element.inner.trim_start().starts_with("<![CDATA[") {
        let children = element.children().unwrap_or_default();
        let one = |name: &str| {
            children
                .iter()
                .find(|child| local(child.tag.name) == name)
                .and_then(|child| filled(child.text()))
        };
        return (one("name").or_else(|| one("email")), one("uri"));
    }
    let text = element.text();
    let named = text
        .trim()
        .strip_suffix(')')
        .and_then(|text| text.split_once('('))
        .filter(|(address, _)| address.contains('@'))
        .and_then(|(_, name)| filled(name.to_owned()));
    (named.or_else(|| filled(text)), None)
}

/// What an entry holds.
pub(super) struct Entry<'x> {
    children: Vec<(&'x str, Element<'x>)>,
}

impl<'x> Entry<'x> {
    pub(super) fn of(children: Vec<Element<'x>>, prefix: &str) -> Self {
        let named = |child: Element<'x>| {
            let name = child.tag.name;
            (name.strip_prefix(prefix).unwrap_or(name), child)
        };
        Self {
            children: children.into_iter().map(named).collect(),
        }
    }

    /// Returns the elements of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Element<'x>> {
        let found = self
            .children
            .iter()
            .filter(move |(known, _)| *known == name);
        found.map(|(_, element)| element)
    }

    pub(super) fn one(&self, name: &str) -> Option<&Element<'x>> {
        self.all(name).next()
    }

    /// Returns the first text under one of the names, the earlier name first.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            self.all(name)
                .map(|element| element.text().trim().to_owned())
                .find(|text| !text.is_empty())
        })
    }

    /// Returns the entry as it can be shown.
    pub(super) fn raw(&self) -> String {
        let parts = self.children.iter();
        parts
            .map(|(name, element)| format!("<{name}>{}</{name}>", element.inner))
            .collect()
    }

    /// Returns the link to its page.
    pub(super) fn link(&self) -> Option<String> {
        let is_page = |element: &&Element<'x>| {
            element
                .tag
                .attribute("rel")
                .is_none_or(|rel| rel == "alternate")
        };
        let target = |element: &Element<'x>| {
            let target = element
                .tag
                .attribute("href")
                .unwrap_or_else(|| element.text());
            Some(target.trim().to_owned()).filter(|target| !target.is_empty())
        };
        self.all("link").filter(is_page).find_map(target)
    }

    /// Returns title and words.
    pub(super) fn said(&self) -> Option<String> {
        let title = self.one("title").and_then(plain);
        let body = ["content", "content:encoded", "description", "summary"]
            .iter()
            .find_map(|name| self.one(name).and_then(plain));
        match (title, body) {
            // Short posts repeat their beginning as a title.
            (Some(title), Some(body)) if body.starts_with(title.trim_end_matches(['…', '.'])) => {
                Some(body)
            }
            (Some(title), Some(body)) => Some(format!("{title}\n{body}")),
            (title, body) => title.or(body),
        }
    }

    /// Returns when it was published, else when it was changed.
    pub(super) fn instant(
        &self,
        context: &Context,
    ) -> Result<Timestamp, (&'static str, String, Reason)> {
        let mut broken = None;
        for name in PUBLISHED.iter().chain(UPDATED) {
            let Some(text) = self.text(&[name]) else {
                continue;
            };
            let zoned = if *name == "wp:post_date_gmt" {
                format!("{text} +0000")
            } else {
                dates::with_offset(&text).into_owned()
            };
            match dates::instant(&zoned, &context.time_zone) {
                Ok(Some(instant)) => return Ok(instant),
                Ok(None) => {}
                Err(error) => broken = broken.or(Some((*name, text, error.into()))),
            }
        }
        Err(broken.unwrap_or_else(|| ("pubDate", String::new(), Reason::Missing)))
    }

    /// Returns a number that a WordPress comment keeps under a key of its own.
    pub(super) fn meta(&self, key: &str) -> Option<f64> {
        self.all("wp:commentmeta").find_map(|meta| {
            let meta = Entry::of(meta.children().ok()?, "");
            let is_wanted = meta.text(&["wp:meta_key"]).as_deref() == Some(key);
            let value = is_wanted.then(|| meta.text(&["wp:meta_value"]))??;
            numbers::float(&value).ok().flatten()
        })
    }
}

/// Returns the text of a title or of words, whatever they are written as.
fn plain(element: &Element<'_>) -> Option<String> {
    let kind = element.tag.attribute("type").unwrap_or_default();
    let text = match kind.as_str() {
        "xhtml" | "application/xhtml+xml" => html::text_of(element.inner),
        "html" | "text/html" => html::text_of(&element.text()),
        "" | "text" | "text/plain" => html::text_of_any(&element.text()),
        // A picture, or another document.
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}
