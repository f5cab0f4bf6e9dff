//! Numbers as people write them in ratings, and what they make of five stars.

/// The most stars.
pub(super) const MOST: f64 = 5.0;

/// Returns the number that stands for itself: 3, 4.5, 三, 八十五, ひとつ, ゼロ; none for what is no number.
pub(super) fn read(text: &str) -> Option<f64> {
    let counted = match text {
        "ゼロ" | "ぜろ" => Some(0.0),
        "ひとつ" => Some(1.0),
        "ふたつ" => Some(2.0),
        "みっつ" => Some(3.0),
        "よっつ" => Some(4.0),
        "いつつ" => Some(5.0),
        _ => None,
    };
    if counted.is_some() {
        return counted;
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (mut sum, mut digit) = (0.0, None);
    for c in text.chars() {
        let unit = match c {
            '十' => 10.0,
            '百' => 100.0,
            _ if digit.is_some() => return None,
            _ => {
                digit = Some(kanji(c)?);
                continue;
            }
        };
        sum += digit.take().unwrap_or(1.0) * unit;
    }
    Some(sum + digit.unwrap_or(0.0))
}

fn kanji(c: char) -> Option<f64> {
    Some(match c {
        '零' => 0.0,
        '一' => 1.0,
        '二' => 2.0,
        '三' => 3.0,
        '四' => 4.0,
        '五' => 5.0,
        '六' => 6.0,
        '七' => 7.0,
        '八' => 8.0,
        '九' => 9.0,
        _ => return None,
    })
}

/// Returns the stars that step `given` of `steps` is, the first step being one star.
pub(super) fn of_steps(given: f64, steps: f64) -> Option<f64> {
    let holds = steps > 1.0 && (1.0..=steps).contains(&given);
    holds.then_some(1.0 + (MOST - 1.0) * (given - 1.0) / (steps - 1.0))
}

/// Returns the stars that `given` marks of `most` are, no mark being no star; more than all is all.
pub(super) fn of_marks(given: f64, most: f64) -> f64 {
    (MOST * given / most).clamp(0.0, MOST)
}

/// Returns the stars of a number that tells its scale by its size: to 5, to 10, to 100.
pub(super) fn of_size(given: f64) -> Option<f64> {
    let most = [MOST, 10.0, 100.0].into_iter().find(|most| given <= *most);
    most.map(|most| of_marks(given, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_written() {
        for (text, number) in [
            ("3", 3.0),
            ("4.5", 4.5),
            ("三", 3.0),
            ("十", 10.0),
            ("百", 100.0),
            ("八十五", 85.0),
            ("百二十", 120.0),
            ("二百", 200.0),
            ("ひとつ", 1.0),
            ("ゼロ", 0.0),
        ] {
            assert_eq!(read(text), Some(number), "{text}");
        }
        assert_eq!(read("三四"), None);
        assert_eq!(read("つ"), None);
    }

    #[test]
    fn scales_come_to_five_stars() {
        assert_eq!(of_steps(3.0, 5.0), Some(3.0));
        assert_eq!(of_steps(2.0, 3.0), Some(3.0));
        assert_eq!(of_steps(0.0, 5.0), None);
        assert_eq!(of_marks(80.0, 100.0), 4.0);
        assert_eq!(of_marks(120.0, 100.0), 5.0);
        assert_eq!(of_size(4.0), Some(4.0));
        assert_eq!(of_size(8.0), Some(4.0));
        assert_eq!(of_size(60.0), Some(3.0));
        assert_eq!(of_size(800.0), None);
    }
}
