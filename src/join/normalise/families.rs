//! Family names, to cut names that are written without a space.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::is_kanji;
use super::honorifics;
use super::name::{Name, name};

/// Given names are no longer than this where a name is cut.
const LONGEST_GIVEN: usize = 5;
/// A family name counts when so many records have it.
const LEAST_COUNT: u32 = 2;

/// The most common family names, with their readings.
static COMMON: LazyLock<HashMap<String, Family>> = LazyLock::new(|| {
    let mut common: HashMap<String, Family> = HashMap::new();
    for line in include_str!("families.tsv").lines() {
        let mut cells = line.split('\t');
        let Some(written) = cells.next().filter(|cell| !cell.starts_with('#')) else {
            continue;
        };
        let family = common.entry(name(Some(written), None).family).or_default();
        for reading in cells {
            family.count += LEAST_COUNT;
            family.learn_reading(&name(None, Some(reading)).family_reading, 1);
        }
    }
    common
});

#[derive(Debug, Clone, Default)]
struct Family {
    count: u32,
    readings: Vec<(String, u32)>,
}

impl Family {
    fn learn_reading(&mut self, reading: &str, count: u32) {
        if reading.is_empty() {
            return;
        }
        match self.readings.iter_mut().find(|(known, _)| known == reading) {
            Some((_, known)) => *known = known.saturating_add(count),
            None => self.readings.push((reading.to_owned(), count)),
        }
    }

    fn is_read(&self, reading: &str) -> bool {
        self.readings.iter().any(|(known, _)| known == reading)
    }
}

/// Family names known from names that are cut, and the most common ones.
#[derive(Debug, Clone, Default)]
pub struct Families {
    learnt: HashMap<String, Family>,
}

impl Families {
    /// Learns from a name that has both parts.
    ///
    /// ```
    /// use koe::join::normalise::{Families, name};
    /// let mut families = Families::default();
    /// for given in ["花子", "太郎"] {
    ///     families.learn(&name(Some(&format!("鳥居坂 {given}")), None));
    /// }
    /// let mut unsplit = name(Some("鳥居坂空"), None);
    /// families.split(&mut unsplit);
    /// assert_eq!((&*unsplit.family, &*unsplit.given), ("鳥居坂", "空"));
    /// ```
    pub fn learn(&mut self, name: &Name) {
        if name.given.is_empty() || !name.family.starts_with(is_kanji) {
            return;
        }
        if !self.learnt.contains_key(&name.family) {
            self.learnt.insert(name.family.clone(), Family::default());
        }
        if let Some(family) = self.learnt.get_mut(&name.family) {
            family.count = family.count.saturating_add(1);
            if !name.given_reading.is_empty() {
                family.learn_reading(&name.family_reading, 1);
            }
        }
    }

    /// Returns how many names with this family name were learnt.
    pub fn count(&self, family: &str) -> u32 {
        self.learnt.get(family).map_or(0, |family| family.count)
    }

    /// Cuts an unsplit name after the longest family name known, and its reading after a reading of that name.
    ///
    /// A name that is itself a family name, or starts with none, stays whole.
    pub fn split(&self, name: &mut Name) {
        if name.given.is_empty() {
            let Some(at) = self.cut(name) else { return };
            name.given = name.family.split_off(at);
            if honorifics::is_title(&name.given, false) {
                name.given.clear();
                return;
            }
            name.share_reading();
        }
        if name.given_reading.is_empty()
            && let Some(at) = self.cut_reading(&name.family, &name.family_reading)
        {
            name.given_reading = name.family_reading.split_off(at);
        }
    }

    fn entries<'a>(&'a self, family: &str) -> impl Iterator<Item = &'a Family> + use<'a> {
        [self.learnt.get(family), COMMON.get(family)]
            .into_iter()
            .flatten()
    }

    fn is_known(&self, family: &str) -> bool {
        self.entries(family)
            .any(|family| family.count >= LEAST_COUNT)
    }

    /// The place where the given name begins.
    fn cut(&self, name: &Name) -> Option<usize> {
        let whole = &*name.family;
        if !whole.starts_with(is_kanji) || self.is_known(whole) {
            return None;
        }
        let fits = |family: &str| {
            let is_reading_fit = name.family_reading.is_empty()
                || self.entries(family).any(|known| {
                    if name.given_reading.is_empty() {
                        known.readings.iter().any(|(reading, _)| {
                            name.family_reading.len() > reading.len()
                                && name.family_reading.starts_with(&**reading)
                        })
                    } else {
                        known.is_read(&name.family_reading)
                    }
                });
            (is_reading_fit, family.len())
        };
        let length = whole.chars().count();
        whole
            .char_indices()
            .enumerate()
            .filter(|(place, _)| *place > 0 && length - place <= LONGEST_GIVEN)
            .map(|(_, (at, _))| at)
            .filter(|&at| self.is_known(&whole[..at]))
            .max_by_key(|&at| fits(&whole[..at]))
    }

    /// The place where the reading of the given name begins: after the longest reading known of the family name.
    fn cut_reading(&self, family: &str, reading: &str) -> Option<usize> {
        self.entries(family)
            .flat_map(|family| &family.readings)
            .map(|(known, _)| &**known)
            .filter(|known| {
                let rest = reading.strip_prefix(known).unwrap_or_default();
                !rest.is_empty() && !honorifics::is_title(rest, false)
            })
            .map(str::len)
            .max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(families: &Families, written: &str, reading: Option<&str>) -> Name {
        let mut name = name(Some(written), reading);
        families.split(&mut name);
        name
    }

    #[test]
    fn a_name_seen_once_is_not_enough_to_cut_another() {
        let mut families = Families::default();
        families.learn(&name(Some("鳥居坂 花子"), Some("とりいざか はなこ")));
        assert_eq!(split(&families, "鳥居坂空", None).given, "");
        families.learn(&name(Some("鳥居坂 太郎"), Some("とりいざか たろう")));
        assert_eq!(families.count("鳥居坂"), 2);
        let cut = split(&families, "鳥居坂空", Some("とりいざかそら"));
        assert_eq!((&*cut.given, &*cut.given_reading), ("空", "sora"));
    }

    #[test]
    fn the_reading_tells_which_of_two_families_it_is() {
        let mut families = Families::default();
        for given in ["花子", "太郎"] {
            families.learn(&name(
                Some(&format!("大和 {given}")),
                Some(&format!("やまと {given}")),
            ));
        }
        assert_eq!(split(&families, "大和田翔", None).family, "大和田");
        let cut = split(&families, "大和田翔", Some("やまとでんしょう"));
        assert_eq!((&*cut.family, &*cut.given), ("大和", "田翔"));
    }

    #[test]
    fn one_part_teaches_nothing() {
        let mut families = Families::default();
        families.learn(&name(Some("鳥居坂花子"), None));
        families.learn(&name(Some("Smith John"), None));
        assert_eq!(
            (families.count("鳥居坂花子"), families.count("smith")),
            (0, 0)
        );
    }

    #[test]
    fn every_common_family_has_a_reading_in_latin_letters() {
        assert!(COMMON.len() > 300, "{}", COMMON.len());
        for (written, family) in COMMON.iter() {
            assert!(!family.readings.is_empty(), "{written}");
            for (reading, _) in &family.readings {
                assert!(
                    reading.bytes().all(|letter| letter.is_ascii_lowercase()),
                    "{written}"
                );
            }
        }
    }
}
