//! What posts name and complain of, small enough to be held of all that count: few say something that nobody said before.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use super::Named;
use crate::score::written::{In, Out};

/// What was noted of posts by their places, eight bytes of each with anything.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Posts passed or noted.
    count: usize,
    /// Places of posts, in order, and numbers of what they name.
    noted: Vec<(u32, u32)>,
    known: Vec<Arc<Named>>,
    numbers: HashMap<Arc<Named>, u32>,
}

impl Notes {
    /// Passes a post of which nothing is noted.
    pub(super) fn pass(&mut self) {
        self.count += 1;
    }

    /// Notes what the next post names, where it names anything.
    pub(super) fn push(&mut self, named: &Named) {
        if *named != Named::default() {
            let place = u32::try_from(self.count).expect("memory holds fewer than 2^32 posts");
            let number = self.number(named);
            self.noted.push((place, number));
        }
        self.count += 1;
    }

    fn number(&mut self, named: &Named) -> u32 {
        if let Some(number) = self.numbers.get(named) {
            return *number;
        }
        let number = u32::try_from(self.known.len()).expect("memory holds fewer than 2^32 names");
        let named = Arc::new(named.clone());
        self.known.push(Arc::clone(&named));
        self.numbers.insert(named, number);
        number
    }

    /// Returns how many posts were passed or noted.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Returns what was noted from a place on.
    pub(super) fn from(&self, place: usize) -> Told<'_> {
        let first = (self.noted).partition_point(|(noted, _)| (*noted as usize) < place);
        Told {
            rest: &self.noted[first..],
            known: &self.known,
            nothing: Named::default(),
        }
    }

    /// Writes the notes down; what is noted of the same posts is the same bytes, whatever was noted before and dropped.
    pub(super) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        let mut numbers = vec![None; self.known.len()];
        let mut used: Vec<&Named> = Vec::new();
        let mut noted = Vec::with_capacity(self.noted.len());
        for (place, number) in &self.noted {
            let number = *number as usize;
            let again = *numbers[number].get_or_insert_with(|| {
                used.push(&self.known[number]);
                used.len() as u64 - 1
            });
            noted.push((u64::from(*place) << 32) | again);
        }
        out.number(self.count as u64)?;
        out.u64s(noted.into_iter())?;
        out.number(used.len() as u64)?;
        for named in used {
            let names = named.names.iter();
            out.u64s(
                names.map(|(subject, place)| (u64::from(*subject) << 32) | u64::from(*place)),
            )?;
            out.number(named.negative_aspects.len() as u64)?;
            for aspect in &named.negative_aspects {
                out.counted(aspect.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Reads notes from a place on; `None` for anything but notes.
    pub(super) fn read(place: usize, input: &mut In<'_>) -> Option<Self> {
        let mut notes = Self {
            count: usize::try_from(input.number()?).ok()?,
            ..Self::default()
        };
        let noted = input.u64s()?.into_iter();
        notes.noted = noted
            .map(|both| ((both >> 32) as u32, both as u32))
            .collect();
        for number in 0..input.count()? {
            let names = input.u64s()?.into_iter();
            let mut named = Named {
                names: names
                    .map(|both| ((both >> 32) as u32, both as u32))
                    .collect(),
                negative_aspects: Vec::new(),
            };
            for _ in 0..input.count()? {
                named.negative_aspects.push(input.text()?);
            }
            // Each is there once.
            (u64::from(notes.number(&named)) == number).then_some(())?;
        }
        let known = notes.known.len();
        let are_known = (notes.noted.iter()).all(|(_, number)| (*number as usize) < known);
        let are_sorted = notes.noted.is_sorted_by_key(|(place, _)| *place);
        (are_known && are_sorted).then_some(())?;
        notes.noted.retain(|(noted, _)| *noted as usize >= place);
        Some(notes)
    }
}

/// What was noted of posts whose places are asked for in order.
pub(super) struct Told<'n> {
    rest: &'n [(u32, u32)],
    known: &'n [Arc<Named>],
    nothing: Named,
}

impl Told<'_> {
    /// Returns what the post at a place names, of which the places behind those asked for before are left.
    pub(super) fn of(&mut self, place: usize) -> &Named {
        while let Some(((noted, number), rest)) = self.rest.split_first() {
            match (*noted as usize).cmp(&place) {
                std::cmp::Ordering::Greater => break,
                std::cmp::Ordering::Less => self.rest = rest,
                std::cmp::Ordering::Equal => {
                    self.rest = rest;
                    return match self.known.get(*number as usize) {
                        Some(named) => named,
                        None => &self.nothing,
                    };
                }
            }
        }
        &self.nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(n: u32) -> Named {
        Named {
            names: (0..n % 3).map(|place| (n % 2, place)).collect(),
            negative_aspects: (0..n % 2).map(|_| format!("a{}", n % 5)).collect(),
        }
    }

    /// Notes a hundred posts, those before a place passed.
    fn noted(from: u32) -> Notes {
        let mut notes = Notes::default();
        for n in 0..100 {
            match n < from {
                true => notes.pass(),
                false => notes.push(&named(n)),
            }
        }
        notes
    }

    fn bytes(notes: &Notes) -> Vec<u8> {
        let mut bytes = Vec::new();
        notes.write(&mut Out::new(&mut bytes)).unwrap();
        bytes
    }

    fn read(place: usize, mut bytes: &[u8]) -> Option<Notes> {
        Notes::read(place, &mut In::new(&mut bytes))
    }

    #[test]
    fn what_was_noted_is_told_by_place() {
        let notes = noted(10);
        let mut from = notes.from(20);
        for place in (20..130).step_by(3) {
            let expected = match place < 100 {
                true => named(place as u32),
                false => Named::default(),
            };
            assert_eq!(*from.of(place), expected, "{place}");
        }
        assert_eq!(notes.len(), 100);
        assert!(notes.known.len() < 30);
    }

    #[test]
    fn notes_from_a_place_on_are_as_if_the_others_had_been_passed() {
        for place in [0, 10, 57, 100] {
            let later = read(place, &bytes(&noted(0))).unwrap();
            assert_eq!(bytes(&later), bytes(&noted(place as u32)), "{place}");
        }
        let whole = bytes(&noted(0));
        assert!((0..whole.len()).all(|length| read(0, &whole[..length]).is_none()));
    }
}
