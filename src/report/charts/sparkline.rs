//! The tiny line beside a number.

use std::fmt::Write as _;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 32.0;
const PAD: f64 = 4.0;

/// Draws a history as a tiny inline SVG in the colour of the text around it, the last value marked.
///
/// Missing values leave gaps, a value alone is a dot, a flat history lies half way up; with no value at all the string is
/// empty. It is hidden from screen readers, since the number stands beside it.
#[must_use]
pub fn sparkline(history: &[Option<f64>]) -> String {
    let values = || history.iter().flatten().copied().filter(|v| v.is_finite());
    let Some(low) = values().reduce(f64::min) else {
        return String::new();
    };
    let high = values().fold(low, f64::max);
    let step = (WIDTH - 2.0 * PAD) / (history.len().max(2) - 1) as f64;
    let at = |i: usize, v: f64| {
        let share = if high > low {
            // Halves keep the difference of two huge values finite.
            (v / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
        } else {
            0.5
        };
        let x = if history.len() == 1 {
            WIDTH - PAD
        } else {
            PAD + step * i as f64
        };
        (x, HEIGHT - PAD - share * (HEIGHT - 2.0 * PAD))
    };
    let mut path = String::new();
    let mut is_pen_down = false;
    let mut last = None;
    for (i, value) in history.iter().enumerate() {
        match value.filter(|v| v.is_finite()) {
            Some(value) => {
                let (x, y) = at(i, value);
                let command = if is_pen_down { 'L' } else { 'M' };
                // Writing to a String cannot fail.
                let _ = write!(path, "{command}{x:.1} {y:.1}");
                is_pen_down = true;
                last = Some((x, y));
            }
            None => is_pen_down = false,
        }
    }
    let dot = last.map_or_else(String::new, |(x, y)| {
        format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"currentColor\"/>")
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"koe-sparkline\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         aria-hidden=\"true\" focusable=\"false\"><path d=\"{path}\" fill=\"none\" stroke=\"currentColor\" \
         stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>{dot}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_known_draws_nothing() {
        assert_eq!(sparkline(&[]), "");
        assert_eq!(sparkline(&[None, Some(f64::NAN)]), "");
    }

    #[test]
    fn gaps_lift_the_pen_and_the_last_value_is_marked() {
        let svg = sparkline(&[Some(1.0), Some(2.0), None, Some(4.0), Some(1.0), None]);
        assert_eq!(svg.matches('M').count(), 2);
        assert!(svg.contains("<circle cx=\"93.6\" cy=\"28.0\""), "{svg}");
    }

    #[test]
    fn huge_and_flat_values_stay_in_the_box() {
        for history in [
            vec![Some(f64::MAX), Some(f64::MIN)],
            vec![Some(3.0), Some(3.0)],
            vec![Some(-1.0)],
        ] {
            let svg = sparkline(&history);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
