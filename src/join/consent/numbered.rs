//! Texts that are kept once, and numbers in their place.

use std::collections::HashMap;

use crate::beginning::beginning;

/// Ids of persons in order: hundreds of thousands, put there once and then looked up.
#[derive(Debug, Default, PartialEq)]
pub(super) struct People {
    /// The beginning of each id.
    beginnings: Vec<u128>,
    /// The ids, one behind the other.
    letters: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl People {
    /// Takes the next id, and returns its number. They come in their order.
    pub(super) fn push(&mut self, id: &str) -> u32 {
        self.beginnings.push(beginning(id));
        self.letters.push_str(id);
        self.ends.push(self.letters.len());
        (self.ends.len() - 1) as u32
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the id of a number.
    pub(super) fn id(&self, number: u32) -> &str {
        let place = number as usize;
        let begins = match place {
            0 => 0,
            place => self.ends[place - 1],
        };
        &self.letters[begins..self.ends[place]]
    }

    /// Returns the number of an id.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        let wanted = beginning(id);
        let first = self.beginnings.partition_point(|known| *known < wanted);
        let alike = self.beginnings[first..]
            .iter()
            .take_while(|known| **known == wanted);
        let mut numbers = (first as u32..).zip(alike).map(|(number, _)| number);
        numbers.find(|number| self.id(*number) == id)
    }
}

/// Names of which there are few: of files, of states.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Names {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// The number asked for last; it is mostly asked for again.
    last: u32,
}

impl Names {
    /// Returns the number of a name, and keeps the name if it is new.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        let last = self.names.get(self.last as usize);
        if last.is_none_or(|last| last != name) {
            self.last = match self.numbers.get(name) {
                Some(number) => *number,
                None => self.push(name),
            };
        }
        self.last
    }

    fn push(&mut self, name: &str) -> u32 {
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Returns the name of a number.
    pub(super) fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_is_found_by_its_number_and_the_other_way_round() {
        let ids = [
            "",
            "0000000000000001",
            "0000000000000001 b",
            "0000000000000001 c",
            "00ff000000000000",
            "f",
        ];
        let mut people = People::default();
        for (number, id) in (0..).zip(ids) {
            assert_eq!(people.push(id), number);
        }
        assert_eq!(people.len(), ids.len());
        for (number, id) in (0..).zip(ids) {
            assert_eq!(people.id(number), id);
            assert_eq!(people.number(id), Some(number));
        }
        for unknown in ["0", "0000000000000001 a", "00ff000000000001", "g"] {
            assert_eq!(people.number(unknown), None);
        }
        assert_eq!(People::default().number(""), None);
    }

    #[test]
    fn a_name_keeps_its_number() {
        let mut names = Names::default();
        let numbers =
            ["a.csv", "a.csv", "b.csv", "a.csv", "", "b.csv"].map(|name| names.number(name));
        assert_eq!(numbers, [0, 0, 1, 0, 2, 1]);
        assert_eq!(
            [0, 1, 2].map(|number| names.name(number)),
            ["a.csv", "b.csv", ""]
        );
    }
}
