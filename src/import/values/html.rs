//! HTML as plain text.

use super::entities::unescaped;

/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];
/// Elements whose content nobody reads.
const UNREAD: &[&str] = &["script", "style", "template", "head"];
/// Elements within lines, by which HTML is told from plain text.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "big", "center", "code", "del", "em", "embed", "font", "i", "iframe", "img",
    "ins", "s", "small", "span", "strike", "strong", "sub", "sup", "td", "th", "tt", "u", "video",
    "wbr",
];
/// Most bytes a tag may have; what is longer is no tag.
const MOST_TAG_BYTES: usize = 8_192;

/// Returns what a reader sees of HTML: tags dropped, block elements on lines of their own, scripts and styles left out,
/// entities decoded, blanks as a browser shows them.
///
/// Never fails: a `<` that begins no tag is a letter, and what is left open ends with the text.
pub fn text_of(html: &str) -> String {
    let mut seen = Seen::default();
    let mut rest = html;
    while let Some(place) = rest.find('<') {
        seen.text(&rest[..place]);
        let (markup, length) = markup(&rest[place..]);
        rest = &rest[place + length..];
        match markup {
            Markup::Letter => seen.text("<"),
            Markup::Comment => {}
            Markup::Cdata(text) => seen.text(text),
            Markup::Tag(name) if UNREAD.contains(&name.as_str()) => {
                rest = behind_end(rest, &name);
            }
            Markup::Tag(name) | Markup::End(name) => {
                if BLOCKS.contains(&name.as_str()) {
                    seen.end_line();
                } else if name == "td" || name == "th" {
                    seen.blank = true;
                }
            }
        }
    }
    seen.text(rest);
    seen.lines.push(seen.line);
    let lines: Vec<&str> = seen.lines.iter().map(|line| line.trim()).collect();
    let mut text = String::new();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
}

/// Returns the same where a text has tags or entities; else it is plain text and stays as it is, line ends and all.
pub fn text_of_any(text: &str) -> String {
    let mut places = text.match_indices('<');
    let has_tags = places.any(|(place, _)| {
        let html = &text[place..];
        // The name is looked at first: the end of a tag may be far away.
        name_of(html).is_some_and(|name| is_known(&name)) && tag_length(html).is_some()
    });
    if has_tags || unescaped(text) != text {
        text_of(text)
    } else {
        text.trim().to_owned()
    }
}

fn is_known(name: &str) -> bool {
    BLOCKS.contains(&name) || UNREAD.contains(&name) || INLINE.contains(&name)
}

/// Lines so far, and the one that is open.
#[derive(Default)]
struct Seen {
    lines: Vec<String>,
    line: String,
    /// Whether a blank stands before the next letter.
    blank: bool,
}

impl Seen {
    fn text(&mut self, raw: &str) {
        for letter in unescaped(raw).chars() {
            if letter.is_ascii_whitespace() || letter == '\u{a0}' {
                self.blank = true;
                continue;
            }
            if self.blank && !self.line.is_empty() {
                self.line.push(' ');
            }
            self.blank = false;
            self.line.push(letter);
        }
    }

    fn end_line(&mut self) {
        self.blank = false;
        self.lines.push(std::mem::take(&mut self.line));
    }
}

enum Markup<'h> {
    Tag(String),
    End(String),
    Comment,
    Cdata(&'h str),
    Letter,
}

/// Tells what begins with the `<` at the beginning of `html`, and how long it is.
fn markup(html: &str) -> (Markup<'_>, usize) {
    if let Some(comment) = html.strip_prefix("<!--") {
        let length = comment.find("-->").map_or(html.len(), |end| end + 7);
        return (Markup::Comment, length);
    }
    if let Some(data) = html.strip_prefix("<![CDATA[") {
        return match data.find("]]>") {
            Some(end) => (Markup::Cdata(&data[..end]), end + 12),
            None => (Markup::Cdata(data), html.len()),
        };
    }
    let is_declared = html[1..].starts_with(['!', '?']);
    let name = name_of(html);
    if !is_declared && name.is_none() {
        return (Markup::Letter, 1);
    }
    match (tag_length(html), name) {
        (None, _) => (Markup::Letter, 1),
        (Some(length), None) => (Markup::Comment, length),
        (Some(length), Some(name)) if html[1..].starts_with('/') => (Markup::End(name), length),
        (Some(length), Some(name)) => (Markup::Tag(name), length),
    }
}

/// Returns the name of the element whose start or end tag begins here, in lower case.
fn name_of(html: &str) -> Option<String> {
    let inner = html.get(1..)?;
    let named = inner.strip_prefix('/').unwrap_or(inner);
    if !named.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let end = named
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != ':' && letter != '-')
        .unwrap_or(named.len());
    Some(named[..end].to_ascii_lowercase())
}

/// Returns the length of a tag with its `>`, of which those in quotes are none.
///
/// Another `<` outside of quotes begins a tag of its own: what stands before it was none.
fn tag_length(html: &str) -> Option<usize> {
    let mut quote = None;
    let mut first = None;
    for (place, byte) in html.bytes().enumerate().take(MOST_TAG_BYTES) {
        match (quote, byte) {
            (None, b'>') => return Some(place + 1),
            (None, b'<') if place > 0 => break,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (Some(_), b'>') => first = first.or(Some(place + 1)),
            _ => {}
        }
    }
    // A quote that is never closed closes with the tag.
    first
}

/// Returns what follows the end tag of an element that is left out.
fn behind_end<'h>(html: &'h str, name: &str) -> &'h str {
    let mut rest = html;
    while let Some(place) = rest.find("</") {
        let tag = &rest[place + 2..];
        if tag
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
        {
            return tag.find('>').map_or("", |end| &tag[end + 1..]);
        }
        rest = tag;
    }
    ""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_reader_sees_is_kept() {
        for (html, expected) in [
            (
                "<p>新豆 &amp; <b>試飲会</b></p>\n<p>土日<br/>10時</p>",
                "新豆 & 試飲会\n土日\n10時",
            ),
            ("a<script>alert('</p>')</script><style>p{}</style>b", "ab"),
            ("1 < 2 <3 ♥ <>", "1 < 2 <3 ♥ <>"),
            ("<!-- <p>x</p> -->y<![CDATA[<z>]]>", "y<z>"),
            ("<a title=\"a>b\" href='x'>link</a>", "link"),
            ("<a title=\"open>link</a>", "link"),
            ("<ul><li>一</li><li>二</li></ul>", "一\n二"),
            ("a\n\n  b&nbsp;&nbsp;c　d", "a b c　d"),
            ("&lt;p&gt;", "<p>"),
            ("<tr><td>1</td><td>2</td></tr>", "1 2"),
            ("cut <p off", "cut <p off"),
            ("<script>never closed", ""),
            ("", ""),
        ] {
            assert_eq!(text_of(html), expected, "{html}");
        }
    }

    #[test]
    fn plain_text_keeps_its_lines() {
        assert_eq!(text_of_any("a\n b <3 <c>"), "a\n b <3 <c>");
        assert_eq!(text_of_any("a\n<br>b"), "a\nb");
        assert_eq!(text_of_any("a\nb &amp; c"), "a b & c");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}") {
            let _ = (text_of(&text), text_of_any(&text));
        }

        #[test]
        fn nothing_near_html_makes_it_panic(text in "[<>/!?\\-\\[\\]CDAT\"'&;apbrscript あ\n]{0,60}") {
            let _ = text_of(&text);
        }
    }
}
