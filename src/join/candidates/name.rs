//! A person's name in all the ways an account may show it.

use super::fold::{Folder, is_kanji, spelled};

/// Fewest letters of a name in the common alphabet; kanji count two letters.
const FEWEST_LETTERS: usize = 5;

/// One name of a person, ready to compare.
#[derive(Debug, Clone, Default)]
pub(super) struct Name {
    /// Family and given name as written, variants folded; one part where the name is not split.
    pub written: Vec<String>,
    /// Their readings in the common alphabet; the folded written form where no reading is known.
    pub readings: Vec<String>,
}

impl Name {
    /// Splits a name and its reading at spaces.
    ///
    /// This is the one place that depends on how names are split and folded.
    pub fn new(written: &str, reading: Option<&str>, folder: &mut Folder) -> Self {
        let split = |text: &str| -> Vec<String> {
            let is_between = |letter: char| {
                letter.is_whitespace() || matches!(letter, ',' | '，' | '、' | '・' | '･')
            };
            let mut parts = text.split(is_between).filter(|part| !part.is_empty());
            let first = parts.next().map(str::to_owned);
            let rest: String = parts.collect();
            first
                .into_iter()
                .chain((!rest.is_empty()).then_some(rest))
                .collect()
        };
        let parts = split(written);
        let mut sounds = reading.map(split).unwrap_or_default();
        if sounds.len() != parts.len() {
            sounds = parts.clone();
        }
        Self {
            written: parts.iter().map(|part| folder.plain(part)).collect(),
            readings: sounds.iter().map(|part| folder.folded(part)).collect(),
        }
    }

    /// Returns the whole name as written, in either order.
    pub fn written_forms(&self) -> Vec<String> {
        let forms = match self.written.as_slice() {
            [whole] => vec![whole.clone()],
            [family, given] => vec![format!("{family}{given}"), format!("{given}{family}")],
            _ => vec![],
        };
        forms.into_iter().filter(|form| is_long(form)).collect()
    }

    /// Returns the whole name in the common alphabet: each part as written or by its reading, in either order.
    pub fn sounding_forms(&self, folder: &mut Folder) -> Vec<String> {
        let written: Vec<String> = self
            .written
            .iter()
            .map(|part| folder.folded(part))
            .collect();
        let mut forms = Vec::new();
        match (written.as_slice(), self.readings.as_slice()) {
            ([whole], [reading]) => forms.extend([whole.clone(), reading.clone()]),
            ([family, given], [family_reading, given_reading]) => {
                for family in [family, family_reading] {
                    for given in [given, given_reading] {
                        forms.push(spelled(&format!("{family}{given}")));
                        forms.push(spelled(&format!("{given}{family}")));
                    }
                }
            }
            _ => {}
        }
        distinct(forms)
    }

    /// Returns the whole name in Latin letters, in either order; none without a reading.
    pub fn latin_forms(&self) -> Vec<String> {
        match self.latin() {
            Some([family, given]) => distinct(vec![
                spelled(&format!("{family}{given}")),
                spelled(&format!("{given}{family}")),
            ]),
            None => vec![],
        }
    }

    /// Returns one part in full with the initial of the other, before or after it.
    pub fn initial_forms(&self) -> Vec<String> {
        let Some([family, given]) = self.latin() else {
            return vec![];
        };
        let mut forms = Vec::new();
        for (whole, short) in [(family, given), (given, family)] {
            for initial in initials(short) {
                let joined = [format!("{initial}{whole}"), format!("{whole}{initial}")];
                // An initial that reads as a long vowel (`torino` + `h`) leaves the bare part, which is no evidence.
                let folded = joined.iter().map(|form| spelled(form));
                forms.extend(folded.filter(|form| form.len() > whole.len()));
            }
        }
        distinct(forms)
    }

    /// Returns the parts of a split name, in every form, that an account may show alone.
    pub fn part_forms(&self, folder: &mut Folder) -> Vec<String> {
        if self.written.len() < 2 {
            return vec![];
        }
        let mut forms: Vec<String> = self
            .written
            .iter()
            .map(|part| folder.folded(part))
            .collect();
        forms.extend(self.readings.iter().cloned());
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

/// Returns the letters a folded part may begin with when spelled otherwise.
fn initials(part: &str) -> Vec<char> {
    let first = part.chars().next();
    let other = match part.as_bytes() {
        [b't', b'i' | b'y', ..] => Some('c'),
        [b'z', b'i' | b'y', ..] => Some('j'),
        [b'h', b'u', ..] => Some('f'),
        _ => None,
    };
    first.into_iter().chain(other).collect()
}

/// Whether a form is long enough to mean a name.
pub(super) fn is_long(form: &str) -> bool {
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
