//! What files of a shop's own must not hold: the page loads nothing, runs nothing of others, and data never becomes markup.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::OwnError;

/// Where the document types of SVG lie: nothing reads them.
const DOCUMENT_TYPES: &str = "http://www.w3.org/";

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| known(r"(?i)\b(?:https?|ftp|wss?):"));
/// Namespaces are names and lead nowhere.
static NAMESPACE: LazyLock<Regex> =
    LazyLock::new(|| known(r#"\bxmlns(?::[\w-]+)?\s*=\s*(?:"[^"]*"|'[^']*')"#));
static OTHER_HOST: LazyLock<Regex> = LazyLock::new(|| known(r#"[=("'][\s"']*//[^\s/]"#));
static IMPORT: LazyLock<Regex> = LazyLock::new(|| known(r"(?i)@import"));
/// A `url(` that is neither a picture in place nor a part of the page.
static URL: LazyLock<Regex> =
    LazyLock::new(|| known(r#"(?i)url\(\s*["']?\s*(?:[^"'\s#d)]|d[^a]|da[^t]|dat[^a]|data[^:])"#));
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| {
    known(
        r"(?i)<\s*(?:script|iframe|frame|object|embed|link|meta|base|form|foreignobject|html|head|body|!entity)\b",
    )
});
static STYLE_ELEMENT: LazyLock<Regex> = LazyLock::new(|| known(r"(?i)<\s*style\b"));
/// A `>` between quotes does not end an element.
static HANDLER: LazyLock<Regex> = LazyLock::new(|| {
    known(
        r#"(?i)<[^>]*[\s"'/]on[a-z]+\s*=|<(?:[^>"']|"[^"]*"|'[^']*')*[\s/]on[a-z]+\s*=|javascript\s*:"#,
    )
});
static UNESCAPED: LazyLock<Regex> = LazyLock::new(|| known(r"\{%[-+]?\s*autoescape\b"));
static MARKUP: LazyLock<Regex> = LazyLock::new(|| known(r"<[/!a-zA-Z]"));

fn known(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern")
}

/// Checks a page's source.
pub(super) fn page(file: &str, text: &str) -> Result<(), OwnError> {
    network(file, text)?;
    none(
        file,
        text,
        &ELEMENT,
        "this element is not for pages of one's own",
    )?;
    none(
        file,
        text,
        &STYLE_ELEMENT,
        "rules of style belong into style.css",
    )?;
    none(file, text, &HANDLER, "pages of one's own run no scripts")?;
    none(
        file,
        text,
        &UNESCAPED,
        "values are always escaped; `autoescape` is not for pages of one's own",
    )?;
    match unquoted(text) {
        Some(at) => Err(refused(
            file,
            text,
            at,
            "a value within an element stands between quotation marks",
        )),
        None => Ok(()),
    }
}

/// Returns where a template writes a value within an element and outside of quotation marks: escaping leaves spaces, so such a value
/// could add attributes.
pub(in crate::report) fn unquoted(text: &str) -> Option<usize> {
    /// What ends a part of the template's own language, by what begins it.
    const PARTS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
    let mut at = 0;
    let mut is_element = false;
    let mut quote = None;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some((begin, end)) = PARTS.iter().find(|(begin, _)| rest.starts_with(*begin)) {
            if *begin == "{{" && is_element && quote.is_none() {
                return Some(at);
            }
            // A part that does not end is an error of syntax.
            at += rest.find(*end)? + end.len();
            continue;
        }
        match (is_element, quote) {
            (false, _) => {
                let mut next = rest.chars().skip(1);
                let is_name = |next: char| next.is_ascii_alphabetic() || next == '/';
                is_element = letter == '<' && next.next().is_some_and(is_name);
            }
            (true, Some(open)) if letter == open => quote = None,
            (true, Some(_)) => {}
            (true, None) => match letter {
                '"' | '\'' => quote = Some(letter),
                '>' => is_element = false,
                _ => {}
            },
        }
        at += letter.len_utf8();
    }
    None
}

/// Checks a page that was made: what the template language leaves out may have parted an element in the source. Data is escaped, so
/// that it is never taken for one.
pub(super) fn made(file: &str, html: &str) -> Result<(), OwnError> {
    let why = "this element is not for pages of one's own";
    none(file, html, &ELEMENT, why)
        .and_then(|()| none(file, html, &STYLE_ELEMENT, why))
        // Lines of what was made are none of the source.
        .map_err(|error| OwnError {
            line: None,
            ..error
        })
}

/// Checks the style.
pub(super) fn style(file: &str, text: &str) -> Result<(), OwnError> {
    network(file, text)?;
    none(file, text, &MARKUP, "a style holds no markup")
}

/// Checks a logo that is text.
pub(super) fn svg(file: &str, text: &str) -> Result<(), OwnError> {
    network(file, text)?;
    none(
        file,
        text,
        &ELEMENT,
        "a logo holds pictures only, no scripts, pages or entities",
    )?;
    none(file, text, &HANDLER, "a logo runs no scripts")
}

fn network(file: &str, text: &str) -> Result<(), OwnError> {
    // As long as before, so that places stay the same.
    let blank = |found: &Captures<'_>| -> String {
        let bytes = found[0].bytes();
        bytes
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect()
    };
    let read = NAMESPACE.replace_all(text, blank);
    let address = ADDRESS
        .find_iter(&read)
        .find(|found| !read[found.start()..].starts_with(DOCUMENT_TYPES))
        .map(|found| found.start());
    let of = |pattern: &Regex| pattern.find(&read).map(|found| found.start());
    let first = [address, of(&OTHER_HOST), of(&IMPORT), of(&URL)]
        .into_iter()
        .flatten()
        .min();
    match first {
        Some(at) => Err(refused(
            file,
            text,
            at,
            "nothing may be loaded from elsewhere; the report works without a network",
        )),
        None => Ok(()),
    }
}

fn none(file: &str, text: &str, pattern: &Regex, why: &str) -> Result<(), OwnError> {
    match pattern.find(text) {
        Some(found) => Err(refused(file, text, found.start(), why)),
        None => Ok(()),
    }
}

/// Returns an error at a place of the text, with what stands there.
fn refused(file: &str, text: &str, at: usize, why: &str) -> OwnError {
    const SHOWN: usize = 24;
    let line = text[..at].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let rest = text[at..].lines().next().unwrap_or_default();
    let shown: String = rest
        .chars()
        .take(SHOWN)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    OwnError {
        file: file.to_owned(),
        line: Some(line),
        detail: format!("`{}`: {why}", shown.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_the_network_are_found_with_their_line() {
        for text in [
            "a\n<img src=\"https://example.com/x.png\">",
            "a\n<img src=\"//example.com/x.png\">",
            "a\n<p style=\"background:url(x.png)\">",
            "a\n<a href='HTTP://example.com'>",
        ] {
            let error = page("pages/x.html", text).unwrap_err();
            assert_eq!(error.line, Some(2), "{text}");
        }
        for text in [
            "@import 'x.css';",
            "p{background:url( 'data.png' )}",
            "p{background:url(//x.y/z)}",
            "p{background:url(dx.png)}",
        ] {
            assert!(style("style.css", text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_in_place_is_fine() {
        page(
            "pages/x.html",
            "<p class=\"x\">{{ 7 // 2 }} only = 3; on = off, data: x</p><!-- a // b --><img src=\"data:image/png;base64,AA//\">",
        )
        .unwrap();
        style(
            "style.css",
            "/* // */ .x{background:url(data:image/png;base64,AA)}.y{mask:url(\"#m\")}",
        )
        .unwrap();
        svg(
            "logo.svg",
            "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:inkscape='http://www.inkscape.org/namespaces/inkscape'><metadata/><linearGradient id=\"a\"/><path fill=\"url(#a)\" d=\"M0 0\"/></svg>",
        )
        .unwrap();
    }

    #[test]
    fn a_value_within_an_element_stands_between_quotation_marks() {
        for text in [
            "<p class={{ brand }}>",
            "<p\n title = {{ brand }}>",
            "<p class=\"a\" {{ brand }}>",
            "<a href=#{{ brand }}>",
            "<p {% if brand > 3 %}title={{ brand }}{% endif %}>",
            "<p title='\">' class=x{{- brand -}}>",
            "</p {{ brand }}>",
        ] {
            assert!(page("pages/x.html", text).is_err(), "{text}");
        }
        for text in [
            "<p class=\"{{ brand }}\" title='{{ brand }}'>x = {{ brand }}</p>",
            "<p title=\"{{ figures['brand'] }}\"{% if brand %} class=\"a\"{% endif %}>",
            "a < {{ brand }} > b, <3 {{ brand }}",
            "<p title=\">\">{{ brand }}</p>{# <p a={{ brand }}> #}",
            "{{ brand",
        ] {
            page("pages/x.html", text).unwrap();
        }
        let error = page("pages/x.html", "<p>\n<b a={{ brand }}>").unwrap_err();
        assert_eq!(error.line, Some(2));
        assert!(error.detail.contains("quotation marks"), "{}", error.detail);
    }

    #[test]
    fn nothing_runs_and_nothing_escapes_escaping() {
        for text in [
            "<script>x()</script>",
            "< SCRIPT src=x>",
            "<p onclick=\"x()\">",
            "<p class=\"a\"\nonload = x>",
            "<p title=\">\" onclick=\"x()\">",
            "<p title='>' class=\"a\" onclick=x>",
            "<a href=\"javascript:x()\">",
            "<form>",
            "<style>p{}</style>",
            "<meta charset=x>",
            "{% autoescape false %}{% endautoescape %}",
            "{%- autoescape false %}{% endautoescape %}",
        ] {
            assert!(page("pages/x.html", text).is_err(), "{text}");
        }
        assert!(style("style.css", "</style><script>").is_err());
        page("pages/x.html", "<p class=\"a\">\"b\" only = 3</p>").unwrap();
        let error = made("pages/x.html", "<p>a</p>\n<script>x()</script>").unwrap_err();
        assert_eq!((error.file.as_str(), error.line), ("pages/x.html", None));
        assert!(made("pages/x.html", "<style>p{}</style>").is_err());
        made("pages/x.html", "<p>&lt;script&gt; only = 3</p>").unwrap();
        for text in [
            "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg/>",
            "<svg onload=\"x()\"/>",
            "<svg><foreignObject/></svg>",
            "<svg><image href=\"https://x.y/z\"/></svg>",
        ] {
            assert!(svg("logo.svg", text).is_err(), "{text}");
        }
    }
}
