//! Characters that are written for one another in Japanese names and addresses.

use std::sync::LazyLock;

/// Groups of variants, one a line; the first character stands for all in match keys.
const GROUPS: &str = include_str!("variants.txt");

/// The part of the first plane in which variants lie.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

struct Table {
    /// By code point from [`FIRST`]; 0 where a character stands for itself.
    near: Vec<u16>,
    /// All others, sorted.
    far: Vec<(char, char)>,
}

impl Table {
    fn read() -> Self {
        let mut table = Self {
            near: vec![0; (LAST - FIRST + 1) as usize],
            far: Vec::new(),
        };
        for group in groups() {
            let mut letters = group.chars();
            let Some(head) = letters.next() else { continue };
            for letter in letters {
                let place = (letter as u32).wrapping_sub(FIRST) as usize;
                match (table.near.get_mut(place), u16::try_from(head as u32)) {
                    (Some(entry), Ok(head)) => *entry = head,
                    _ => table.far.push((letter, head)),
                }
            }
        }
        table.far.sort_unstable();
        table
    }
}

fn groups() -> impl Iterator<Item = &'static str> {
    GROUPS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Returns the character that stands for `letter` in match keys.
pub(super) fn folded(letter: char) -> char {
    let code = letter as u32;
    if code < FIRST {
        return letter;
    }
    let table = &*TABLE;
    match table.near.get((code - FIRST) as usize) {
        Some(0) => letter,
        Some(&head) => char::from_u32(u32::from(head)).unwrap_or(letter),
        None => table
            .far
            .binary_search_by_key(&letter, |pair| pair.0)
            .map_or(letter, |place| table.far[place].1),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn every_character_is_in_one_group_and_heads_are_at_rest() {
        let mut seen = HashSet::new();
        let mut count = 0;
        for group in groups() {
            count += 1;
            assert!(group.chars().count() > 1, "{group}");
            for letter in group.chars() {
                assert!(seen.insert(letter), "{letter} is in two groups");
            }
            let head = group.chars().next().unwrap();
            assert_eq!(folded(head), head);
            assert!(head.nfkc().eq([head]), "{head}");
            for letter in group.chars() {
                assert_eq!(folded(letter), head, "{group}");
            }
        }
        assert!(count > 400, "{count}");
    }
}
