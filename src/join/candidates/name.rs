//! A person's name in all the ways an account may show it.

use crate::join::normalise::{is_kanji, name, sound_key};

/// Fewest letters of a name in the common alphabet; kanji count two letters.
const FEWEST_LETTERS: usize = 5;

/// One name of a person, ready to compare.
#[derive(Debug, Clone, Default)]
pub(super) struct Name {
    /// Family and given name as written, in match keys; one part where the name is not split.
    pub written: Vec<String>,
    /// How they sound, part by part; a part without a reading as it is written.
    pub readings: Vec<String>,
}

impl Name {
    /// Splits a name and its reading.
    ///
    /// This is the one place that depends on how names are split. A reading in one piece of a name in two is left out: it may
    /// be that of one part.
    pub fn new(written: &str, reading: Option<&str>) -> Self {
        let key = name(Some(written), reading);
        let has_parts = !key.given.is_empty();
        let readings = if has_parts && key.given_reading.is_empty() {
            vec![sound_key(&key.family), sound_key(&key.given)]
        } else if has_parts || key.family_reading.is_empty() {
            let sound = |reading: String, written: &str| match reading.is_empty() {
                true => sound_key(written),
                false => reading,
            };
            vec![
                sound(key.family_reading, &key.family),
                sound(key.given_reading, &key.given),
            ]
        } else {
            vec![key.family_reading, key.given_reading]
        };
        let known = |parts: Vec<String>| parts.into_iter().filter(|part| !part.is_empty());
        Self {
            written: known(vec![key.family, key.given]).collect(),
            readings: known(readings).collect(),
        }
    }

    /// Returns the whole name as written, in either order.
    pub fn written_forms(&self) -> Vec<String> {
        let mut forms = joined(&self.written);
        forms.retain(|form| is_long(form));
        forms
    }

    /// Returns the whole name as it sounds: each part as written or by its reading, in either order.
    pub fn sounding_forms(&self) -> Vec<String> {
        let mut forms = Vec::new();
        match (self.written.as_slice(), self.readings.as_slice()) {
            ([family, given], [family_reading, given_reading]) => {
                for family in [family, family_reading] {
                    for given in [given, given_reading] {
                        forms.push(format!("{family}{given}"));
                        forms.push(format!("{given}{family}"));
                    }
                }
            }
            (written, readings) => {
                forms.extend(joined(written));
                forms.extend(joined(readings));
            }
        }
        distinct(forms.iter().map(|form| sound_key(form)).collect())
    }

    /// Returns the whole name in Latin letters, in either order; none without a reading.
    pub fn latin_forms(&self) -> Vec<String> {
        match self.latin() {
            Some(_) => {
                let forms = joined(&self.readings);
                distinct(forms.iter().map(|form| sound_key(form)).collect())
            }
            None => vec![],
        }
    }

    /// Returns one part in full with the initial of the other, before or after it.
    pub fn initial_forms(&self) -> Vec<String> {
        let Some([family, given]) = self.latin() else {
            return vec![];
        };
        let written = |place: usize| self.written.get(place).map_or("", String::as_str);
        let mut forms = Vec::new();
        for (whole, short, short_written) in
            [(family, given, written(1)), (given, family, written(0))]
        {
            for initial in initials(short, short_written) {
                let joined = [format!("{initial}{whole}"), format!("{whole}{initial}")];
                // An initial that reads as a long vowel (`torino` + `h`) leaves the bare part, which is no evidence.
                let folded = joined.iter().map(|form| sound_key(form));
                forms.extend(folded.filter(|form| form.len() > whole.len()));
            }
        }
        distinct(forms)
    }

    /// Returns the parts of a split name, in every form, that an account may show alone.
    pub fn part_forms(&self) -> Vec<String> {
        let mut forms: Vec<String> = Vec::new();
        if self.written.len() == 2 {
            forms.extend(self.written.iter().map(|part| sound_key(part)));
        }
        if self.readings.len() == 2 {
            forms.extend(self.readings.iter().cloned());
        }
        forms.retain(|form| form.chars().count() >= 2);
        forms.sort();
        forms.dedup();
        forms
    }

    fn latin(&self) -> Option<[&str; 2]> {
        let is_latin =
            |part: &&String| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase());
        match self.readings.as_slice() {
            [family, given] if is_latin(&family) && is_latin(&given) => Some([family, given]),
            _ => None,
        }
    }
}

/// Returns the parts of a name in one text, in either order.
fn joined(parts: &[String]) -> Vec<String> {
    match parts {
        [whole] => vec![whole.clone()],
        [family, given] => vec![format!("{family}{given}"), format!("{given}{family}")],
        _ => vec![],
    }
}

/// Returns the letters a part may begin with when spelled otherwise, and the one it does where it is written in Latin letters.
fn initials(reading: &str, written: &str) -> Vec<char> {
    let first = |text: &str| text.chars().next();
    let other = match reading.as_bytes() {
        [b't', b'i' | b'y', ..] => Some('c'),
        [b'z', b'i' | b'y', ..] => Some('j'),
        [b'h', b'u', ..] => Some('f'),
        _ => None,
    };
    let own = first(written).filter(char::is_ascii_lowercase);
    let mut initials: Vec<char> = [first(reading), other, own].into_iter().flatten().collect();
    initials.sort_unstable();
    initials.dedup();
    initials
}

/// Whether a form is long enough to mean a name.
pub(super) fn is_long(form: &str) -> bool {
    // No character has more than four bytes.
    if form.len() >= 4 * FEWEST_LETTERS {
        return true;
    }
    let letters: usize = form
        .chars()
        .map(|letter| if is_kanji(letter) { 2 } else { 1 })
        .sum();
    letters >= FEWEST_LETTERS
}

fn distinct(mut forms: Vec<String>) -> Vec<String> {
    forms.retain(|form| is_long(form));
    forms.sort();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_in_two_parts_serves_a_name_in_one() {
        let name = Name::new("鳥野花子", Some("トリノ ハナコ"));
        assert_eq!(name.written, ["鳥野花子"]);
        assert_eq!(name.readings, ["torino", "hanako"]);
        assert!(name.sounding_forms().contains(&"hanakotorino".to_owned()));
        assert!(name.initial_forms().contains(&"htorino".to_owned()));
    }

    #[test]
    fn a_reading_in_one_part_of_a_name_in_two_is_left_out() {
        let name = Name::new("鳥野 花子", Some("トリノ"));
        assert_eq!(name.readings, ["鳥野", "花子"]);
        assert_eq!(name.latin_forms(), Vec::<String>::new());
    }

    #[test]
    fn parts_that_sound_by_themselves_need_no_reading() {
        let name = Name::new("鳥野 はなこ 様", None);
        assert_eq!(name.written, ["鳥野", "ハナコ"]);
        assert_eq!(name.readings, ["鳥野", "hanako"]);
        assert!(name.sounding_forms().contains(&"鳥野hanako".to_owned()));
    }

    #[test]
    fn long_is_what_has_five_letters_or_three_kanji() {
        for form in [
            "torin",
            "鳥野花",
            "鳥野a",
            "aaaaaaaaaaaaaaaaaaaaa",
            "𠮷𠮷𠮷𠮷𠮷",
        ] {
            assert!(is_long(form), "{form}");
        }
        for form in ["", "tori", "鳥野", "鳥ab"] {
            assert!(!is_long(form), "{form}");
        }
    }

    #[test]
    fn initials_are_those_of_any_spelling() {
        assert_eq!(initials("tika", "千佳"), ['c', 't']);
        assert_eq!(initials("rinda", "linda"), ['l', 'r']);
        assert_eq!(initials("hanako", "花子"), ['h']);
    }

    #[test]
    fn a_name_without_letters_has_no_forms() {
        let name = Name::new("★", None);
        assert_eq!((name.written.len(), name.readings.len()), (0, 0));
        assert_eq!(name.sounding_forms(), Vec::<String>::new());
    }
}
