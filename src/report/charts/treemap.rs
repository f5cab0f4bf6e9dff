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

impl Canvas {
    /// Fills a cell and writes as many lines into its upper left corner as it has room for: the first large, the others small.
    pub(super) fn tile(&mut self, cell: Cell, (ink, on): (Ink, Ink), lines: &[String]) {
        let (left, top) = (cell.left + GAP / 2.0, cell.top + GAP / 2.0);
        let (right, bottom) = (
            cell.left + cell.width - GAP / 2.0,
            cell.top + cell.height - GAP / 2.0,
        );
        if right <= left || bottom <= top {
            return;
        }
        self.rect(left, top, right, bottom, ink);
        let width = right - left - 24.0;
        let mut y = top + 10.0;
        for (i, line) in lines.iter().enumerate() {
            let size = if i == 0 { LABEL } else { NOTE };
            // A letter and the mark of the cut at least.
            if y + size * 1.35 > bottom - 4.0 || width < size * 2.0 {
                return;
            }
            let line = font::shorten(line, size, width);
            self.text_at(
                left + 12.0,
                y + size * 0.675,
                size,
                on,
                Anchor::Start,
                &line,
            );
            y += size * 1.35;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
