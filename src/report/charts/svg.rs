//! A canvas as an SVG document that scales, can be read aloud and follows the page's theme.

use super::canvas::{Canvas, Medium, WIDTH};
use super::palette;
use plotters::prelude::SVGBackend;
use std::fmt::Write as _;

/// Writes a canvas as one `<svg>` element.
///
/// plotters writes fixed sizes and colours; this gives the root a `viewBox` and an accessible name instead of a size, and
/// adds to every colour the class of its role.
pub(super) fn render(
    canvas: &Canvas,
    id: &str,
    title: &str,
    description: &str,
) -> Result<String, String> {
    let height = canvas.height.ceil().clamp(1.0, 1e5) as u32;
    let mut raw = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut raw, (WIDTH as u32, height));
        canvas.paint(&mut backend, Medium::SVG)?;
    }
    let mut svg = String::with_capacity(raw.len());
    let (name, about) = (escape(title), escape(description));
    // Writing to a String cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"koe-chart koe-chart-{id}\" viewBox=\"0 0 {WIDTH} {height}\" \
         role=\"img\" aria-label=\"{about}\" font-family=\"&quot;M PLUS 1&quot;, sans-serif\">\n<title>{name}</title>\n"
    );
    let mut is_in_text = false;
    for line in raw.lines() {
        match line {
            _ if line.starts_with("<svg") => {}
            "</text>" => {
                svg.push_str("</text>\n");
                is_in_text = false;
            }
            _ if is_in_text => svg.push_str(line),
            _ if line.starts_with('<') && !line.starts_with("</") => {
                is_in_text = line.starts_with("<text");
                push_tag(&mut svg, line);
                if !is_in_text {
                    svg.push('\n');
                }
            }
            _ => {
                svg.push_str(line);
                svg.push('\n');
            }
        }
    }
    Ok(svg)
}

/// Copies a tag: without what is the default anyway, with the class of its colour.
fn push_tag(svg: &mut String, tag: &str) {
    let is_closed = tag.ends_with("/>");
    let inner = tag
        .trim_start_matches('<')
        .trim_end_matches('>')
        .trim_end_matches('/');
    let (name, mut rest) = inner.split_once(' ').unwrap_or((inner, ""));
    svg.push('<');
    svg.push_str(name);
    while let Some((key, after)) = rest.split_once("=\"") {
        let Some((value, next)) = after.split_once('"') else {
            break;
        };
        rest = next.trim_start();
        let key = key.trim();
        match (key, value) {
            ("opacity", "1") | ("stroke", "none") | ("font-family", _) => continue,
            ("stroke-width", _) if name == "circle" => continue,
            _ => {}
        }
        let value = match key {
            "font-size" => value
                .parse::<f64>()
                .map_or_else(|_| value.to_owned(), |v| format!("{}", v.round())),
            _ => value.trim_end().to_owned(),
        };
        let _ = write!(svg, " {key}=\"{value}\"");
        let role = palette::class_of_hex(&value);
        match (key, role) {
            ("fill", Some(class)) => {
                let _ = write!(svg, " class=\"f-{class}\"");
            }
            ("stroke", Some(class)) => {
                let _ = write!(svg, " class=\"s-{class}\" stroke-linejoin=\"round\"");
            }
            _ => {}
        }
    }
    svg.push_str(if is_closed { "/>" } else { ">" });
}

/// Escapes a text for content and attributes of XML; control characters become spaces.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::canvas::Anchor;
    use crate::report::charts::palette::Ink;

    #[test]
    fn markup_in_texts_stays_text() {
        let mut canvas = Canvas::new();
        canvas.text(
            10.0,
            50.0,
            20.0,
            Ink::Text,
            Anchor::Start,
            "<b>\"A\" & 'B'</b>\n<text>",
        );
        let svg = render(&canvas, "x", "<t>", "\"d\"").unwrap();
        assert!(!svg.contains("<b>"));
        assert_eq!(svg.matches("<text").count(), 1);
        assert!(svg.contains("<title>&lt;t&gt;</title>"));
        assert!(svg.contains("aria-label=\"&quot;d&quot;\""));
    }

    #[test]
    fn colours_carry_the_class_of_their_role() {
        let mut canvas = Canvas::new();
        canvas.rect(0.0, 0.0, 10.0, 10.0, Ink::Main);
        canvas.line(vec![(0.0, 0.0), (10.0, 10.0)], Ink::Bad, 3.0);
        let svg = render(&canvas, "x", "t", "d").unwrap();
        assert!(svg.contains("class=\"f-main\"") && svg.contains("class=\"s-bad\""));
        assert!(!svg.contains(" width=\"1600\" height=\"112\" viewBox"));
    }
}
