//! Cells of heat maps: a block of colour with one to three lines in it.

use super::canvas::{Anchor, Canvas};
use super::font;
use super::frame::{LABEL, NOTE};
use super::palette::Ink;

/// Space between two cells.
pub(super) const GAP: f64 = 6.0;

/// A rectangle of a heat map, its gap included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Cell {
    /// Middle of the cell.
    pub(super) fn middle(&self) -> (f64, f64) {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }
}

impl Canvas {
    /// Fills a cell and centres lines in it: the first large, the others small, all cut to the cell.
    pub(super) fn heat_cell(&mut self, cell: Cell, ink: Ink, lines: &[String]) {
        self.rect(
            cell.left + GAP / 2.0,
            cell.top + GAP / 2.0,
            cell.left + cell.width - GAP / 2.0,
            cell.top + cell.height - GAP / 2.0,
            ink,
        );
        let (x, middle) = cell.middle();
        let lines: Vec<(&String, f64)> = lines
            .iter()
            .filter(|l| !l.is_empty())
            .enumerate()
            .map(|(i, l)| (l, if i == 0 { LABEL } else { NOTE }))
            .collect();
        let height: f64 = lines.iter().map(|(_, size)| size * 1.35).sum();
        let mut y = middle - height / 2.0;
        for (line, size) in lines {
            let line = font::shorten(line, size, cell.width - GAP - 12.0);
            self.text_at(
                x,
                y + size * 0.675,
                size,
                ink.on_heat(),
                Anchor::Middle,
                &line,
            );
            y += size * 1.35;
        }
    }
}
