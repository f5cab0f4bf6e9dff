//! A rectangle divided among values, squarified (Bruls, Huizing and van Wijk 2000).

use super::canvas::{Anchor, Canvas};
use super::font;
use super::frame::{LABEL, NOTE};
use super::heat::{Cell, GAP};
use super::palette::Ink;

/// Divides a rectangle among values above nil; the squarer, the better they are sorted, the largest first.
///
/// Areas are in proportion to the values; the cells come in the order of the values.
pub(super) fn squarify(values: &[f64], whole: Cell) -> Vec<Cell> {
    let total: f64 = values.iter().sum();
    let unit = whole.width * whole.height / total;
    let areas: Vec<f64> = values.iter().map(|value| value * unit).collect();
    let mut cells = Vec::with_capacity(areas.len());
    let mut rest = whole;
    let mut start = 0;
    while start < areas.len() {
        let side = rest.width.min(rest.height);
        let mut end = start + 1;
        while end < areas.len()
            && worst_ratio(&areas[start..=end], side) <= worst_ratio(&areas[start..end], side)
        {
            end += 1;
        }
        rest = place(&areas[start..end], rest, &mut cells);
        start = end;
    }
    cells
}

/// The longest side over the shortest, of the worst cell of a row along a side.
fn worst_ratio(areas: &[f64], side: f64) -> f64 {
    let sum: f64 = areas.iter().sum();
    areas
        .iter()
        .map(|area| {
            let ratio = side * side * area / (sum * sum);
            ratio.max(1.0 / ratio)
        })
        .fold(0.0, f64::max)
}

/// Lays a row along the shorter side; returns what is left.
fn place(areas: &[f64], rest: Cell, cells: &mut Vec<Cell>) -> Cell {
    let sum: f64 = areas.iter().sum();
    let mut at = 0.0;
    if rest.width >= rest.height {
        let width = (sum / rest.height).min(rest.width);
        for area in areas {
            let height = rest.height * area / sum;
            cells.push(Cell {
                left: rest.left,
                top: rest.top + at,
                width,
                height,
            });
            at += height;
        }
        return Cell {
            left: rest.left + width,
            width: rest.width - width,
            ..rest
        };
    }
    let height = (sum / rest.width).min(rest.height);
    for area in areas {
        let width = rest.width * area / sum;
        cells.push(Cell {
            left: rest.left + at,
            top: rest.top,
            width,
            height,
        });
        at += width;
    }
    Cell {
        top: rest.top + height,
        height: rest.height - height,
        ..rest
    }
}

/// Sizes that a line of a tile may have, the one it has where there is room first.
const SIZES: [f64; 3] = [LABEL, NOTE, SMALL];
/// Smallest letters of a tile.
const SMALL: f64 = 18.0;
/// Height of a line over the size of its letters.
const LEADING: f64 = 1.35;
/// Lines that a text of a tile is broken into at most.
const MOST_LINES: usize = 3;

/// Returns a text in as few lines as can be, the letters as large as can be, none larger than `most`; nothing where it does not fit
/// whole.
fn fitted(text: &str, most: f64, width: f64, height: f64) -> Option<(f64, Vec<String>)> {
    let letters = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let sizes = move || SIZES.into_iter().filter(move |size| *size <= most);
    (1..=MOST_LINES)
        .flat_map(|count| sizes().map(move |size| (count, size)))
        .find_map(|(count, size)| {
            let lines = font::wrap(text, size, width, count);
            let fits = lines.iter().all(|line| font::width(line, size) <= width)
                && lines.len() as f64 * size * LEADING <= height;
            (fits && letters(&lines.concat()) == letters(text)).then_some((size, lines))
        })
}

impl Canvas {
    /// Fills a cell and writes into its upper left corner those lines that have room whole: the first large, the others small. Where the
    /// first has none, nobody could tell what the others are about, and the cell stays empty. Returns whether it had room.
    pub(super) fn tile(&mut self, cell: Cell, (ink, on): (Ink, Ink), lines: &[String]) -> bool {
        let (left, top) = (cell.left + GAP / 2.0, cell.top + GAP / 2.0);
        let (right, bottom) = (
            cell.left + cell.width - GAP / 2.0,
            cell.top + cell.height - GAP / 2.0,
        );
        if right <= left || bottom <= top {
            return false;
        }
        self.rect(left, top, right, bottom, ink);
        let width = right - left - 24.0;
        let mut y = top + 10.0;
        for (i, line) in lines.iter().enumerate() {
            let most = if i == 0 { LABEL } else { NOTE };
            let Some((size, lines)) = fitted(line, most, width, bottom - 4.0 - y) else {
                if i == 0 {
                    return false;
                }
                continue;
            };
            for line in lines {
                let middle = y + size * LEADING / 2.0;
                self.text_at(left + 12.0, middle, size, on, Anchor::Start, &line);
                y += size * LEADING;
            }
        }
        true
    }

    /// Writes a number into the middle of a cell, where it has room.
    pub(super) fn tile_number(&mut self, cell: Cell, on: Ink, number: usize) {
        let text = number.to_string();
        let fits = |size: &f64| {
            size * LEADING <= cell.height - GAP && font::width(&text, *size) <= cell.width - GAP
        };
        if let Some(size) = SIZES.into_iter().find(fits) {
            let (x, y) = (cell.left + cell.width / 2.0, cell.top + cell.height / 2.0);
            self.text_at(x, y, size, on, Anchor::Middle, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::canvas::Shape;

    const WHOLE: Cell = Cell {
        left: 0.0,
        top: 0.0,
        width: 6.0,
        height: 4.0,
    };

    #[test]
    fn the_example_of_the_paper_is_laid_out_as_there() {
        let cells = squarify(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], WHOLE);
        let places: Vec<(f64, f64)> = cells
            .iter()
            .map(|cell| {
                let rounded = |value: f64| (value * 100.0).round() / 100.0;
                (rounded(cell.width), rounded(cell.height))
            })
            .collect();
        // Two of 3 x 2 at the left, then 4 and 3 above the rest (figure 5).
        assert_eq!(places[..2], [(3.0, 2.0), (3.0, 2.0)]);
        assert_eq!(places[2..4], [(1.71, 2.33), (1.29, 2.33)]);
    }

    #[test]
    fn areas_are_in_proportion_and_stay_inside() {
        let values = [50.0, 20.0, 9.0, 9.0, 5.0, 1.0, 0.001];
        let cells = squarify(&values, WHOLE);
        let total: f64 = values.iter().sum();
        for (cell, value) in cells.iter().zip(values) {
            assert!((cell.width * cell.height - 24.0 * value / total).abs() < 1e-6);
            assert!(cell.left >= -1e-9 && cell.left + cell.width <= 6.0 + 1e-9);
            assert!(cell.top >= -1e-9 && cell.top + cell.height <= 4.0 + 1e-9);
        }
        assert!(squarify(&[], WHOLE).is_empty());
    }

    /// What stands in a tile of a size, without blanks.
    fn told(width: f64, height: f64, lines: &[String]) -> String {
        let mut canvas = Canvas::new();
        let cell = Cell {
            left: 0.0,
            top: 0.0,
            width,
            height,
        };
        canvas.tile(cell, (Ink::Main, Ink::OnHigh), lines);
        let texts = canvas.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect::<String>().replace(' ', "")
    }

    #[test]
    fn no_line_of_a_tile_is_cut() {
        let lines = ["優良×離反予兆", "10.3万円 (4%)", "109人"].map(str::to_owned);
        let all = lines.concat().replace(' ', "");
        assert_eq!(told(400.0, 300.0, &lines), all);
        // Broken into lines where the tile is narrow and high.
        assert_eq!(told(130.0, 300.0, &lines), all);
        assert_eq!(told(400.0, 60.0, &lines), "優良×離反予兆");
        assert_eq!(told(40.0, 300.0, &lines), "");
        for width in 1..40 {
            for height in 1..20 {
                let told = told(f64::from(width) * 10.0, f64::from(height) * 10.0, &lines);
                let rest = lines.iter().fold(told, |rest, line| {
                    rest.replacen(&line.replace(' ', ""), "", 1)
                });
                assert_eq!(rest, "", "{width} x {height}");
            }
        }
    }
}
