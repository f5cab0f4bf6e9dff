//! Letters as pixels, each of a size outlined once: on a chart the same ones come again and again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use plotters::prelude::{Color, DrawingBackend, FontDesc, FontFamily, FontStyle, RGBAColor};

use super::canvas::said;
use super::font;

/// The letters of one chart.
#[derive(Default)]
pub(super) struct Letters {
    /// By letter and the bits of its size.
    known: HashMap<(char, u64), Letter>,
}

/// A letter of a size.
struct Letter {
    /// Space between the pen and its left edge, in whole pixels.
    bearing: f64,
    /// From its pen to that of the next one, in pixels.
    width: f64,
    dabs: Vec<Dab>,
}

/// A pixel of a letter, counted from its upper left corner.
struct Dab {
    x: i32,
    y: i32,
    /// Part of the pixel that is covered, above 0.
    cover: f32,
}

impl Letters {
    /// Draws a letter of a size, in pixels per em, with the pen at the left and top of a place, and returns the pen for the next one.
    pub(super) fn draw<DB: DrawingBackend>(
        &mut self,
        backend: &mut DB,
        letter: char,
        size: f64,
        (pen, top): (f64, i32),
        colour: RGBAColor,
    ) -> Result<f64, String> {
        let letter = self.outlined(letter, size)?;
        let left = (pen.round() + letter.bearing).clamp(-1e6, 1e6) as i32;
        for dab in &letter.dabs {
            let colour = colour.mix(f64::from(dab.cover)).to_backend_color();
            said(backend.draw_pixel((left + dab.x, top + dab.y), colour))?;
        }
        Ok(pen + letter.width)
    }

    fn outlined(&mut self, letter: char, size: f64) -> Result<&Letter, String> {
        let outlined: &Letter = match self.known.entry((letter, size.to_bits())) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Letter::outlined(letter, size)?),
        };
        Ok(outlined)
    }
}

impl Letter {
    fn outlined(letter: char, size: f64) -> Result<Self, String> {
        let text = letter.to_string();
        let width = font::width(&text, size);
        let mut dabs = Vec::new();
        if !letter.is_whitespace() {
            let line_height = size * font::LINE_HEIGHT_EM;
            let family = FontFamily::Name(font::FAMILY);
            let font = FontDesc::new(family, line_height, FontStyle::Normal);
            let drawn = font.draw(&text, (0, 0), |x, y, cover| {
                if cover > 0.0 {
                    dabs.push(Dab { x, y, cover });
                }
                Ok::<(), String>(())
            });
            drawn.map_err(|error| error.to_string())??;
        }
        Ok(Self {
            bearing: (font::bearing_em(letter) * size).floor(),
            width,
            dabs,
        })
    }
}

#[cfg(test)]
mod tests {
    use plotters::prelude::BitMapBackend;
    use plotters::style::TextStyle;
    use plotters::style::text_anchor::{HPos, Pos, VPos};

    use super::*;

    const SIDE: u32 = 90;

    fn painted(paint: impl FnOnce(&mut BitMapBackend<'_>)) -> Vec<u8> {
        let mut pixels = vec![255_u8; (SIDE * SIDE * 3) as usize];
        {
            let mut backend = BitMapBackend::with_buffer(&mut pixels, (SIDE, SIDE));
            paint(&mut backend);
        }
        pixels
    }

    #[test]
    fn a_letter_is_what_the_drawing_library_draws_however_often_it_was_drawn() {
        let (size, pen, top) = (34.0, 20.4, 17);
        let mut letters = Letters::default();
        // The last ones run out of the picture.
        for (pen, top) in [(pen, top), (pen, top), (74.0, 70), (-9.0, -9)] {
            for letter in ['珈', 'g', '8', '「', ' '] {
                let colour = RGBAColor(200, 30, 90, 1.0);
                let found = painted(|backend| {
                    let next = letters.draw(backend, letter, size, (pen, top), colour);
                    let width = font::width(&letter.to_string(), size);
                    assert_eq!(next, Ok(pen + width));
                });
                let expected = painted(|backend| {
                    let height = size * font::LINE_HEIGHT_EM;
                    let family = FontFamily::Name(font::FAMILY);
                    let mut style: TextStyle<'_> =
                        FontDesc::new(family, height, FontStyle::Normal).color(&colour);
                    style.pos = Pos::new(HPos::Left, VPos::Top);
                    let bearing = (font::bearing_em(letter) * size).floor();
                    let place = ((pen.round() + bearing) as i32, top);
                    backend
                        .draw_text(&letter.to_string(), &style, place)
                        .unwrap();
                });
                assert!(found == expected, "{letter} at {pen}, {top}");
            }
        }
        assert_eq!(letters.known.len(), 5);
    }
}
