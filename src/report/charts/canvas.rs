//! A sheet of shapes in drawing units, painted onto any plotters backend.
//!
//! Charts put shapes on a [`Canvas`]; [`Canvas::paint`] replays them on a backend, so that the SVG and the PNG of a chart
//! come from the same drawing, and tests can look at every label before it is painted.

use super::font;
use super::letters::Letters;
use super::palette::Ink;
use plotters::prelude::{DrawingBackend, FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle};
use plotters::style::TextStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width of every chart in drawing units.
pub(super) const WIDTH: f64 = 1600.0;

/// Empty border around a chart.
pub(super) const MARGIN: f64 = 56.0;

/// Where a text lies against its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Begins there.
    Start,
    /// Is centred there.
    Middle,
    /// Ends there.
    End,
}

/// One shape of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A filled rectangle.
    Rect {
        left: f64,
        top: f64,
        right: f64,
        bottom: f64,
        ink: Ink,
    },
    /// A line through points.
    Line {
        points: Vec<(f64, f64)>,
        ink: Ink,
        stroke: f64,
    },
    /// A filled disc.
    Dot {
        x: f64,
        y: f64,
        radius: f64,
        ink: Ink,
    },
    /// A text on its baseline.
    Text {
        x: f64,
        baseline: f64,
        size: f64,
        ink: Ink,
        anchor: Anchor,
        text: String,
    },
}

/// The shapes of one chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Canvas {
    /// Shapes, the lowest first.
    pub(super) shapes: Vec<Shape>,
    /// Height in drawing units.
    pub(super) height: f64,
}

/// How a backend wants sizes and text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Medium {
    /// Pixels per drawing unit.
    pub(super) zoom: f64,
    /// Size to ask for per em: backends differ in what they call a font size.
    pub(super) size_per_em: f64,
    /// Distance from the anchor of a top-anchored text down to its baseline, in em.
    pub(super) ascent_em: f64,
    /// Whether the backend keeps lines and texts as such.
    ///
    /// plotters' own painting of pixels fills the outline of a thick line, which breaks at sharp turns, and leaves out the
    /// side bearings of letters; lines are then drawn piece by piece and texts letter by letter.
    pub(super) is_vector: bool,
}

impl Medium {
    /// plotters-svg writes sizes divided by 1.24 and shifts top-anchored text down by 0.76 em.
    pub(super) const SVG: Medium = Medium {
        zoom: 1.0,
        size_per_em: 1.24,
        ascent_em: 0.76,
        is_vector: true,
    };

    /// The bitmap backend takes line heights and puts the baseline half a line height below the anchor.
    pub(super) fn bitmap(zoom: u32) -> Medium {
        Medium {
            zoom: f64::from(zoom),
            size_per_em: font::LINE_HEIGHT_EM,
            ascent_em: font::LINE_HEIGHT_EM / 2.0,
            is_vector: false,
        }
    }

    /// Pixels of a length or place in drawing units.
    fn px(self, units: f64) -> i32 {
        (units * self.zoom).round().clamp(-1e6, 1e6) as i32
    }
}

impl Canvas {
    /// An empty sheet.
    pub(super) fn new() -> Canvas {
        Canvas {
            shapes: Vec::new(),
            height: MARGIN * 2.0,
        }
    }

    /// Draws a filled rectangle between two corners; nothing when it has no area.
    pub(super) fn rect(&mut self, left: f64, top: f64, right: f64, bottom: f64, ink: Ink) {
        let (left, right) = (left.min(right), left.max(right));
        let (top, bottom) = (top.min(bottom), top.max(bottom));
        if right - left > 0.0 && bottom - top > 0.0 {
            self.shapes.push(Shape::Rect {
                left,
                top,
                right,
                bottom,
                ink,
            });
        }
    }

    /// Draws a line through points.
    pub(super) fn line(&mut self, points: Vec<(f64, f64)>, ink: Ink, stroke: f64) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line {
                points,
                ink,
                stroke,
            });
        }
    }

    /// Draws a level line.
    pub(super) fn level(&mut self, left: f64, right: f64, y: f64, ink: Ink, stroke: f64) {
        self.rect(left, y - stroke / 2.0, right, y + stroke / 2.0, ink);
    }

    /// Draws a level line of dashes.
    pub(super) fn dashes(&mut self, left: f64, right: f64, y: f64, ink: Ink) {
        let mut x = left;
        while x < right {
            self.level(x, (x + 10.0).min(right), y, ink, 2.0);
            x += 18.0;
        }
    }

    /// Draws an upright line.
    pub(super) fn upright(&mut self, x: f64, top: f64, bottom: f64, ink: Ink, stroke: f64) {
        self.rect(x - stroke / 2.0, top, x + stroke / 2.0, bottom, ink);
    }

    /// Draws a disc.
    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, ink: Ink) {
        self.shapes.push(Shape::Dot { x, y, radius, ink });
    }

    /// Writes a text on a baseline.
    pub(super) fn text(
        &mut self,
        x: f64,
        baseline: f64,
        size: f64,
        ink: Ink,
        anchor: Anchor,
        text: &str,
    ) {
        let text: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        if !text.trim().is_empty() {
            self.shapes.push(Shape::Text {
                x,
                baseline,
                size,
                ink,
                anchor,
                text,
            });
        }
    }

    /// Writes a text whose middle height is `y`.
    pub(super) fn text_at(
        &mut self,
        x: f64,
        y: f64,
        size: f64,
        ink: Ink,
        anchor: Anchor,
        text: &str,
    ) {
        self.text(x, y + size * 0.37, size, ink, anchor, text);
    }

    /// Replays the shapes on a backend, over a background of paper, which a bitmap is from the start.
    pub(super) fn paint<DB: DrawingBackend>(
        &self,
        backend: &mut DB,
        medium: Medium,
    ) -> Result<(), String> {
        said(backend.ensure_prepared())?;
        if medium.is_vector {
            let corner = (medium.px(WIDTH), medium.px(self.height));
            said(backend.draw_rect((0, 0), corner, &filled(Ink::Paper), true))?;
        }
        let mut letters = Letters::default();
        for shape in &self.shapes {
            shape.paint(backend, medium, &mut letters)?;
        }
        said(backend.present())
    }
}

impl Shape {
    fn paint<DB: DrawingBackend>(
        &self,
        backend: &mut DB,
        medium: Medium,
        letters: &mut Letters,
    ) -> Result<(), String> {
        match self {
            Shape::Rect {
                left,
                top,
                right,
                bottom,
                ink,
            } => {
                // What is there at all is at least a pixel.
                let (x0, y0) = (medium.px(*left), medium.px(*top));
                let (x1, y1) = (
                    medium.px(*right).max(x0 + 1),
                    medium.px(*bottom).max(y0 + 1),
                );
                said(backend.draw_rect((x0, y0), (x1, y1), &filled(*ink), true))
            }
            Shape::Line {
                points,
                ink,
                stroke,
            } => {
                let mut pixels: Vec<(i32, i32)> = points
                    .iter()
                    .map(|p| (medium.px(p.0), medium.px(p.1)))
                    .collect();
                pixels.dedup();
                if pixels.len() < 2 {
                    return Ok(());
                }
                let width = medium.px(*stroke).max(1) as u32;
                let style = filled(*ink).stroke_width(width);
                if medium.is_vector {
                    return said(backend.draw_path(pixels, &style));
                }
                for pair in pixels.windows(2) {
                    said(backend.draw_path([pair[0], pair[1]], &style))?;
                    said(backend.draw_circle(pair[1], (width / 2).max(1), &style, true))?;
                }
                Ok(())
            }
            Shape::Dot { x, y, radius, ink } => {
                let radius = medium.px(*radius).max(1) as u32;
                let centre = (medium.px(*x), medium.px(*y));
                said(backend.draw_circle(centre, radius, &filled(*ink), true))
            }
            Shape::Text {
                x,
                baseline,
                size,
                ink,
                anchor,
                text,
            } => {
                let pixels = size * medium.zoom;
                let top = medium.px(baseline - size * medium.ascent_em);
                if medium.is_vector {
                    let style = text_style(pixels * medium.size_per_em, *ink, *anchor);
                    return said(backend.draw_text(text, &style, (medium.px(*x), top)));
                }
                let width = font::width(text, pixels);
                let mut pen = x * medium.zoom
                    - match anchor {
                        Anchor::Start => 0.0,
                        Anchor::Middle => width / 2.0,
                        Anchor::End => width,
                    };
                for letter in text.chars() {
                    pen = letters.draw(backend, letter, pixels, (pen, top), colour(*ink))?;
                }
                Ok(())
            }
        }
    }
}

/// Turns a backend's error into what it says: each backend has its own type.
pub(super) fn said<E: std::fmt::Display>(result: Result<(), E>) -> Result<(), String> {
    result.map_err(|error| error.to_string())
}

fn colour(ink: Ink) -> RGBAColor {
    let (red, green, blue) = ink.rgb();
    RGBAColor(red, green, blue, 1.0)
}

fn filled(ink: Ink) -> ShapeStyle {
    ShapeStyle {
        color: colour(ink),
        filled: true,
        stroke_width: 1,
    }
}

fn text_style(size: f64, ink: Ink, anchor: Anchor) -> TextStyle<'static> {
    let h_pos = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let font = FontDesc::new(FontFamily::Name(font::FAMILY), size, FontStyle::Normal);
    let mut style = font.color(&colour(ink));
    style.pos = Pos::new(h_pos, VPos::Top);
    style
}
