//! How many records a person had.

use crate::report::charts::Sketch;
use crate::report::charts::axis::Scale;
use crate::report::charts::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use crate::report::charts::frame::LABEL;
use crate::report::charts::labels::join;
use crate::report::charts::palette::Ink;
use crate::report::charts::speaker::Speaker;
use crate::report::join::JoinFigures;

const ROW: f64 = 60.0;
const BAR: f64 = 36.0;
/// Lowest and highest number of records of every bar.
const GROUPS: [(u64, u64); 9] = [
    (1, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (5, 5),
    (6, 10),
    (11, 20),
    (21, 50),
    (51, u64::MAX),
];

/// Draws the sizes; nothing where every person has one record.
pub(super) fn sketch(figures: &JoinFigures, s: &Speaker<'_>) -> Option<Sketch> {
    if figures.duplicated_person_count() == 0 {
        return None;
    }
    let largest = figures.sizes.iter().map(|size| size.record_count).max()?;
    let bars: Vec<((u64, u64), u64)> = GROUPS
        .into_iter()
        .map(|(low, high)| {
            let sizes = figures.sizes.iter();
            let own = sizes.filter(|size| (low..=high).contains(&size.record_count));
            ((low, high), own.map(|size| size.person_count).sum())
        })
        .filter(|(_, persons)| *persons > 0)
        .collect();
    let total: u64 = bars.iter().map(|(_, persons)| persons).sum();
    let single = bars.iter().find(|(group, _)| *group == (1, 1));
    let share = single.map_or(0.0, |(_, persons)| *persons as f64 / total as f64);
    let wording = join::sizes(s, share, largest);
    let (mut canvas, top) = Canvas::begin(&wording, &[]);
    let names: Vec<String> = bars
        .iter()
        .map(|((low, high), _)| join::size(s, *low, *high))
        .collect();
    let values: Vec<String> = bars
        .iter()
        .map(|(_, persons)| join::persons(s, *persons, *persons as f64 / total as f64))
        .collect();
    let left = MARGIN + Canvas::gutter(names.iter().map(String::as_str), LABEL, 320.0) + 32.0;
    let room = Canvas::gutter(values.iter().map(String::as_str), LABEL, 420.0) + 24.0;
    let most = bars.iter().map(|(_, persons)| *persons).max()? as f64;
    let scale = Scale::new(0.0, most, left, WIDTH - MARGIN - room);
    let bottom = top + ROW * bars.len() as f64;
    for (place, ((group, persons), (name, value))) in
        bars.iter().zip(names.iter().zip(&values)).enumerate()
    {
        let middle = top + ROW * (place as f64 + 0.5);
        let ink = match group.0 {
            1 => Ink::MainSoft,
            _ => Ink::Main,
        };
        canvas.text_at(MARGIN, middle, LABEL, Ink::Soft, Anchor::Start, name);
        let end = scale.at(*persons as f64).max(left + 2.0);
        canvas.rect(left, middle - BAR / 2.0, end, middle + BAR / 2.0, ink);
        canvas.text_at(end + 14.0, middle, LABEL, Ink::Text, Anchor::Start, value);
    }
    canvas.upright(left, top, bottom, Ink::Axis, 2.0);
    canvas.end(bottom);
    let rows = figures
        .sizes
        .iter()
        .map(|size| vec![size.record_count.to_string(), size.person_count.to_string()])
        .collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}
