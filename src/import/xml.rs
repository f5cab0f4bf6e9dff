//! XML elements one after the other, as far as a file goes.
//!
//! A reader of our own, for three reasons: a file that is cut gives its whole elements until there, broken markup costs
//! what it stands in, and a document type declares nothing: its entities are never expanded, so none can blow up.

use super::values::entities::unescaped;

/// The document ends, or breaks, before what was begun ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished;

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'x> {
    /// Name with its prefix, as written.
    pub name: &'x str,
    attributes: &'x str,
    /// Whether it is its own end tag.
    pub is_empty: bool,
    /// Place of the `<` in the text.
    pub start: usize,
}

impl<'x> Tag<'x> {
    /// Returns the attributes as they are written.
    pub fn attributes(&self) -> &'x str {
        self.attributes
    }

    /// Returns an attribute's value.
    pub fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            let (name, behind) = rest.split_once('=')?;
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|mark| "\"'".contains(*mark))?;
            let (value, behind) = behind[1..].split_once(quote)?;
            if name.trim() == wanted {
                return Some(unescaped(value).into_owned());
            }
            rest = behind;
        }
    }
}

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'x> {
    /// Its start tag.
    pub tag: Tag<'x>,
    /// What stands between its tags, as written.
    pub inner: &'x str,
}

impl<'x> Element<'x> {
    /// Returns the text: references resolved, CDATA as it stands, markup of other elements kept as it is written.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.inner;
        while let Some(place) = rest.find("<![CDATA[") {
            text.push_str(&unescaped(&rest[..place]));
            let data = &rest[place + 9..];
            let end = data.find("]]>").unwrap_or(data.len());
            text.push_str(&data[..end]);
            rest = data.get(end + 3..).unwrap_or_default();
        }
        text.push_str(&unescaped(rest));
        text
    }

    /// Returns the elements within.
    ///
    /// # Errors
    /// [`Unfinished`] when one of them does not end.
    pub fn children(&self) -> Result<Vec<Element<'x>>, Unfinished> {
        let mut scanner = Scanner::new(self.inner);
        let mut children = Vec::new();
        while let Some(tag) = scanner.next_tag() {
            children.push(scanner.element(tag)?);
        }
        Ok(children)
    }
}

/// Walks through a text, from start tag to start tag.
#[derive(Debug, Clone)]
pub struct Scanner<'x> {
    text: &'x str,
    place: usize,
}

impl<'x> Scanner<'x> {
    /// Begins at the beginning.
    pub fn new(text: &'x str) -> Self {
        Self { text, place: 0 }
    }

    /// Returns the next start tag, whatever it is in; `None` when no whole one follows.
    pub fn next_tag(&mut self) -> Option<Tag<'x>> {
        loop {
            match self.next_markup()? {
                Markup::Start(tag) => return Some(tag),
                Markup::End(_) | Markup::Other | Markup::Odd => {}
            }
        }
    }

    /// Takes the whole element a start tag begins; the next tag is the one behind it.
    ///
    /// Elements within count only where they have the same name, so that markup left open within does no harm.
    ///
    /// # Errors
    /// [`Unfinished`] when its end tag is not there; then the next tag is the one behind the start tag.
    pub fn element(&mut self, tag: Tag<'x>) -> Result<Element<'x>, Unfinished> {
        let begin = self.place;
        let found = self.until_end(tag, true);
        if found.is_err() {
            self.place = begin;
        }
        found
    }

    /// Takes the whole element a start tag begins, which holds none of its own name.
    ///
    /// # Errors
    /// [`Unfinished`] when another of its name begins before it ends, which is the next tag then, or the text is over.
    pub fn record(&mut self, tag: Tag<'x>) -> Result<Element<'x>, Unfinished> {
        self.until_end(tag, false)
    }

    fn until_end(&mut self, tag: Tag<'x>, may_nest: bool) -> Result<Element<'x>, Unfinished> {
        let begin = self.place;
        if tag.is_empty {
            return Ok(Element { tag, inner: "" });
        }
        let mut depth = 1_usize;
        while let Some(before) = self.next_open() {
            let Some(markup) = self.next_markup() else {
                break;
            };
            match markup {
                Markup::Start(inner) if inner.name == tag.name && !inner.is_empty => {
                    if !may_nest {
                        self.place = before;
                        return Err(Unfinished);
                    }
                    depth += 1;
                }
                Markup::End(name) if name == tag.name => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let inner = &self.text[begin..before];
                return Ok(Element { tag, inner });
            }
        }
        self.place = self.text.len();
        Err(Unfinished)
    }

    /// Returns how far the text was walked through.
    pub fn place(&self) -> usize {
        self.place
    }

    fn rest(&self) -> &'x str {
        &self.text[self.place..]
    }

    fn next_open(&self) -> Option<usize> {
        Some(self.place + self.rest().find('<')?)
    }

    /// Takes what the next `<` begins.
    fn next_markup(&mut self) -> Option<Markup<'x>> {
        let start = self.next_open()?;
        let markup = &self.text[start..];
        let behind = |opening: usize, closing: &str| {
            let end = markup.get(opening..)?.find(closing)?;
            Some(start + opening + end + closing.len())
        };
        let (found, place) = if markup.starts_with("<!--") {
            (Markup::Other, behind(4, "-->")?)
        } else if markup.starts_with("<![CDATA[") {
            (Markup::Other, behind(9, "]]>")?)
        } else if markup.starts_with("<?") {
            (Markup::Other, behind(2, "?>")?)
        } else if markup.starts_with("<!") {
            (Markup::Odd, start + declaration_length(markup)?)
        } else if markup.starts_with("</") {
            let place = behind(2, ">")?;
            let name = self.text[start + 2..place - 1].trim_end_matches(is_blank);
            (Markup::End(name), place)
        } else if !markup[1..].starts_with(is_name_start) {
            (Markup::Odd, start + 1)
        } else {
            let length = tag_length(markup)?;
            let inner = &markup[1..length - 1];
            let is_empty = inner.ends_with('/');
            let inner = inner.strip_suffix('/').unwrap_or(inner);
            let end = inner.find(is_blank).unwrap_or(inner.len());
            let tag = Tag {
                name: &inner[..end],
                attributes: &inner[end..],
                is_empty,
                start,
            };
            (Markup::Start(tag), start + length)
        };
        self.place = place;
        Some(found)
    }
}

enum Markup<'x> {
    Start(Tag<'x>),
    End(&'x str),
    Other,
    /// A declaration, or a `<` that begins nothing: what it is differs from reader to reader.
    Odd,
}

/// Returns whether every element of a document ends, in order, and any reader would say so.
pub fn is_whole(text: &str) -> bool {
    let is_plain = |name: &str| {
        name.chars()
            .all(|letter| letter.is_alphanumeric() || ":_-.".contains(letter))
    };
    let mut scanner = Scanner::new(text);
    let mut open = Vec::new();
    while scanner.next_open().is_some() {
        match scanner.next_markup() {
            Some(Markup::Start(tag)) if !is_plain(tag.name) => return false,
            Some(Markup::Start(tag)) if tag.is_empty => {}
            Some(Markup::Start(tag)) => open.push(tag.name),
            Some(Markup::End(name)) if open.pop() == Some(name) => {}
            Some(Markup::Other) => {}
            Some(Markup::End(_) | Markup::Odd) | None => return false,
        }
    }
    open.is_empty()
}

/// Returns the first element's name, where a text is XML.
pub fn root(text: &str) -> Option<&str> {
    text.trim_start().starts_with('<').then_some(())?;
    Scanner::new(text).next_tag().map(|tag| tag.name)
}

/// Returns whether XML takes a letter for a blank.
fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

fn is_name_start(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

/// Returns the length of a tag with its `>`, of which those in quotes are none.
fn tag_length(markup: &str) -> Option<usize> {
    let mut quote = None;
    for (place, byte) in markup.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(place + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Returns the length of a declaration with all it declares between brackets.
fn declaration_length(markup: &str) -> Option<usize> {
    let (mut quote, mut depth) = (None, 0_usize);
    for (place, byte) in markup.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'[') => depth += 1,
            (None, b']') => depth = depth.saturating_sub(1),
            (None, b'>') if depth == 0 => return Some(place + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn first(text: &str) -> Result<Element<'_>, Unfinished> {
        let mut scanner = Scanner::new(text);
        let tag = scanner.next_tag().ok_or(Unfinished)?;
        scanner.element(tag)
    }

    #[test]
    fn elements_have_attributes_text_and_children() {
        let element =
            first("<?xml version='1.0'?><a x='1' y = \"&lt;2>\"><b>c &amp; &#100;</b><b/></a>")
                .expect("it is whole");
        assert_eq!(element.tag.attribute("y").as_deref(), Some("<2>"));
        assert_eq!(element.tag.attribute("z"), None);
        let children = element.children().expect("they are whole");
        let texts: Vec<String> = children.iter().map(Element::text).collect();
        assert_eq!(texts, ["c & d", ""]);
    }

    #[test]
    fn elements_of_one_name_may_stand_within_each_other() {
        let element =
            first("<a><a><!-- </a> --></a><![CDATA[</a>]]></a><a/>").expect("it is whole");
        assert_eq!(element.inner, "<a><!-- </a> --></a><![CDATA[</a>]]>");
        assert_eq!(
            first("<a><![CDATA[<x> & ]]>y</a>").map(|a| a.text()),
            Ok("<x> & y".to_owned())
        );
    }

    #[test]
    fn what_is_cut_is_unfinished() {
        for text in ["<a><b></b>", "<a>x</a", "<a", "<!-- <a></a>", ""] {
            assert_eq!(first(text), Err(Unfinished), "{text}");
        }
    }

    #[test]
    fn a_document_is_whole_when_all_of_its_elements_end() {
        for text in [
            "<?xml version='1.0'?><a><!-- <c> --><b x='>'/></a>",
            "<a>1 &lt; 2</a>",
        ] {
            assert!(is_whole(text), "{text}");
        }
        for text in [
            "<a><b></a></b>",
            "<a><b/>",
            "<a>1 < 2</a>",
            "<a></ a>",
            "<a></a\u{3000}>",
            "<!DOCTYPE a><a/>",
            "<a/><b",
        ] {
            assert!(!is_whole(text), "{text}");
        }
    }

    #[test]
    fn a_record_that_never_ends_costs_only_itself() {
        let mut scanner = Scanner::new("<a><b></a><a>c<a>d</a>");
        let mut found = Vec::new();
        while let Some(tag) = scanner.next_tag() {
            found.push(scanner.record(tag).map(|record| record.inner));
        }
        assert_eq!(found, [Ok("<b>"), Err(Unfinished), Ok("d")]);
    }

    #[test]
    fn entities_of_the_document_are_not_expanded() {
        let text = "<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;>\">]><a>&m;&m;</a>";
        assert_eq!(root(text), Some("a"));
        assert_eq!(first(text).map(|a| a.text()), Ok("&m;&m;".to_owned()));
    }

    proptest! {
        #[test]
        fn nothing_near_xml_makes_it_panic(text in "[<>/!?\\-\\[\\]CDAT\"'&;=ab あ]{0,60}") {
            let _ = root(&text);
            let mut scanner = Scanner::new(&text);
            while let Some(tag) = scanner.next_tag() {
                let _ = tag.attribute("a");
                if let Ok(element) = scanner.element(tag) {
                    let _ = (element.text(), element.children());
                }
            }
        }
    }
}
