//! Who is held out: by a keyed hash, the asked share of each stratum.

use std::collections::BTreeMap;

/// Whether a person is contacted or held out to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arm {
    /// Contacted.
    Treated,
    /// Held out.
    Control,
}

impl Arm {
    /// Returns the word in the table `assignments`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Treated => "treated",
            Self::Control => "control",
        }
    }
}

/// A person who is to be drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn<'a> {
    pub person_id: &'a str,
    pub stratum: &'a str,
    /// The arm drawn before, which stays.
    pub before: Option<Arm>,
}

/// Persons of a stratum that were drawn in the campaign before and are not drawn now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Earlier {
    pub persons: u64,
    pub control: u64,
}

/// Returns the arm of each person.
///
/// In every stratum, with those of earlier runs of the campaign, the share held out is `share` rounded to whole persons, as
/// far as arms that were drawn before allow. Of those not drawn before, the ones with the lowest hashes are held out: the
/// hash is of the person's id, which stays when records are added.
pub(super) fn draw(
    persons: &[Drawn<'_>],
    earlier: &BTreeMap<String, Earlier>,
    share: f64,
    hash: &dyn Fn(&str) -> String,
) -> Vec<Arm> {
    let mut arms: Vec<Arm> = persons
        .iter()
        .map(|person| person.before.unwrap_or(Arm::Treated))
        .collect();
    if share <= 0.0 {
        return arms;
    }
    let mut strata: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, person) in persons.iter().enumerate() {
        strata.entry(person.stratum).or_default().push(place);
    }
    for (stratum, places) in strata {
        let before = earlier.get(stratum).copied().unwrap_or_default();
        let count = before.persons + places.len() as u64;
        let wanted = (share * count as f64).round() as u64;
        let held = places
            .iter()
            .filter(|place| persons[**place].before == Some(Arm::Control))
            .count() as u64;
        let missing = wanted.saturating_sub(before.control + held);
        let mut open: Vec<(String, &str, usize)> = places
            .iter()
            .filter(|place| persons[**place].before.is_none())
            .map(|place| {
                let id = persons[*place].person_id;
                (hash(id), id, *place)
            })
            .collect();
        open.sort();
        for (_, _, place) in open
            .iter()
            .take(usize::try_from(missing).unwrap_or(usize::MAX))
        {
            arms[*place] = Arm::Control;
        }
    }
    arms
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hash(id: &str) -> String {
        blake3::hash(id.as_bytes()).to_hex().to_string()
    }

    fn drawn<'a>(ids: &'a [(String, String)], before: &BTreeMap<&str, Arm>) -> Vec<Drawn<'a>> {
        ids.iter()
            .map(|(id, stratum)| Drawn {
                person_id: id,
                stratum,
                before: before.get(id.as_str()).copied(),
            })
            .collect()
    }

    proptest! {
        #[test]
        fn each_stratum_has_its_share_and_arms_stay_when_persons_come(
            first in prop::collection::btree_map("[a-z]{1,6}", 0_u8..3, 0..60),
            more in prop::collection::btree_map("[A-Z]{1,6}", 0_u8..3, 0..60),
            percent in 0_u32..=90,
        ) {
            let share = f64::from(percent) / 100.0;
            let named = |(id, stratum): (&String, &u8)| (id.clone(), stratum.to_string());
            let people: Vec<(String, String)> = first.iter().map(named).collect();
            let arms = draw(&drawn(&people, &BTreeMap::new()), &BTreeMap::new(), share, &hash);
            for stratum in ["0", "1", "2"] {
                let of: Vec<Arm> = people.iter().zip(&arms)
                    .filter(|((_, of), _)| of == stratum).map(|(_, arm)| *arm).collect();
                let control = of.iter().filter(|arm| **arm == Arm::Control).count() as f64;
                prop_assert!((control - share * of.len() as f64).abs() <= 0.5 + 1e-9);
            }
            // In whatever order they stand.
            let mut turned = people.clone();
            turned.reverse();
            let mut again = draw(&drawn(&turned, &BTreeMap::new()), &BTreeMap::new(), share, &hash);
            again.reverse();
            prop_assert_eq!(&again, &arms);
            // Who comes later changes nobody's arm, and the share holds of all together.
            let before: BTreeMap<&str, Arm> =
                people.iter().zip(&arms).map(|((id, _), arm)| (id.as_str(), *arm)).collect();
            let mut all = people.clone();
            all.extend(more.iter().map(named));
            let later = draw(&drawn(&all, &before), &BTreeMap::new(), share, &hash);
            for ((id, _), arm) in all.iter().zip(&later) {
                if let Some(was) = before.get(id.as_str()) {
                    prop_assert_eq!(was, arm);
                }
            }
            // Or with those before counted only.
            let mut earlier: BTreeMap<String, Earlier> = BTreeMap::new();
            for ((_, stratum), arm) in people.iter().zip(&arms) {
                let one = earlier.entry(stratum.clone()).or_default();
                one.persons += 1;
                one.control += u64::from(*arm == Arm::Control);
            }
            let newcomers: Vec<(String, String)> = more.iter().map(named).collect();
            let alone = draw(&drawn(&newcomers, &BTreeMap::new()), &earlier, share, &hash);
            prop_assert_eq!(&alone[..], &later[people.len()..]);
            for stratum in ["0", "1", "2"] {
                let of: Vec<Arm> = all.iter().zip(&later)
                    .filter(|((_, of), _)| of == stratum).map(|(_, arm)| *arm).collect();
                let control = of.iter().filter(|arm| **arm == Arm::Control).count() as f64;
                prop_assert!((control - share * of.len() as f64).abs() <= 0.5 + 1e-9);
            }
        }
    }

    #[test]
    fn without_a_share_nobody_is_held_out_anew() {
        let people = [
            ("a".to_owned(), "s".to_owned()),
            ("b".to_owned(), "s".to_owned()),
        ];
        let before = BTreeMap::from([("a", Arm::Control)]);
        let arms = draw(&drawn(&people, &before), &BTreeMap::new(), 0.0, &hash);
        assert_eq!(arms, [Arm::Control, Arm::Treated]);
    }
}
