//! Handles and the local parts of e-mail addresses: tokens, digits, leet, and how surprising they are.

use crate::join::normalise::{letters_key, sound_key};

/// Fewest letters of a run of tokens that is compared by itself.
const FEWEST_LETTERS: usize = 5;
/// Most tokens in a run.
const MOST_TOKENS: usize = 3;
/// Local parts that belong to a role, not to a person (RFC 2142 and common shop addresses).
const ROLES: [&str; 20] = [
    "abuse",
    "admin",
    "contact",
    "hello",
    "help",
    "hostmaster",
    "info",
    "mail",
    "marketing",
    "noreply",
    "office",
    "order",
    "orders",
    "postmaster",
    "sales",
    "service",
    "shop",
    "staff",
    "support",
    "webmaster",
];

/// A handle or local part, ready to compare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Handle {
    /// Letters and digits in lower case, separators dropped.
    pub whole: String,
    /// Letters in the common alphabet, digits at the ends dropped, those within read as the letters they resemble.
    pub stems: Vec<String>,
    /// Runs of neighbouring tokens that are not the whole.
    pub runs: Vec<String>,
    /// Digits after the last letter; empty where there are none.
    pub digits: String,
}

impl Handle {
    /// Reads a handle with or without `@`.
    pub fn new(text: &str) -> Self {
        let tokens: Vec<String> = text
            .split(|letter: char| !letter.is_alphanumeric())
            .map(letters_key)
            .filter(|token| !token.is_empty())
            .collect();
        let whole: String = tokens.concat();
        let digits: String = {
            let letters = whole.trim_end_matches(|letter: char| letter.is_ascii_digit());
            whole[letters.len()..].to_owned()
        };
        let mut runs = Vec::new();
        for first in 0..tokens.len() {
            for last in first..tokens.len().min(first + MOST_TOKENS) {
                let run = &tokens[first..=last];
                let length: usize = run.iter().map(String::len).sum();
                if (FEWEST_LETTERS..whole.len()).contains(&length) {
                    runs.push(run.concat());
                }
            }
        }
        runs.sort();
        runs.dedup();
        Self {
            stems: stems(&whole),
            digits: if digits.len() == whole.len() {
                String::new()
            } else {
                digits
            },
            whole,
            runs,
        }
    }

    /// Whether the local part is a role's rather than a person's.
    pub fn is_role(&self) -> bool {
        let letters = self
            .whole
            .trim_end_matches(|letter: char| letter.is_ascii_digit());
        ROLES.contains(&letters)
    }
}

/// Returns the letters of a handle with the digits at its ends dropped, and with all digits read as letters.
pub(super) fn stems(whole: &str) -> Vec<String> {
    let inner = whole.trim_matches(|letter: char| letter.is_ascii_digit());
    if inner.is_empty() {
        return Vec::new();
    }
    // Without digits at the ends they are one.
    let count = if inner.len() < whole.len() { 2 } else { 1 };
    let mut stems: Vec<String> = [inner, whole][..count]
        .iter()
        .map(|text| {
            let mut letters = String::with_capacity(text.len());
            letters.extend(text.chars().map(unleet));
            sound_key(&letters)
        })
        .filter(|stem| stem.chars().count() >= FEWEST_LETTERS)
        .collect();
    stems.dedup();
    stems
}

fn unleet(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        _ => letter,
    }
}

/// Symbols of the model: letters, digits, any other letter, the ends.
const SYMBOLS: usize = 38;
const OTHER: usize = 36;
const END: usize = 37;
/// Added to each count of a transition, so that none is impossible.
const SMOOTHING: f64 = 0.5;

/// How surprising a handle is: a Markov chain of its letters, learnt from the handles at hand (Perito et al. 2011).
#[derive(Debug, Clone)]
pub(super) struct Surprise {
    counts: Vec<u32>,
    totals: Vec<u32>,
}

impl Surprise {
    /// Learns from handles in lower case.
    pub fn learn<'a>(handles: impl Iterator<Item = &'a str>) -> Self {
        let mut model = Self {
            counts: vec![0; SYMBOLS * SYMBOLS],
            totals: vec![0; SYMBOLS],
        };
        for handle in handles {
            for (left, right) in transitions(handle) {
                model.counts[left * SYMBOLS + right] += 1;
                model.totals[left] += 1;
            }
        }
        model
    }

    /// Returns the surprisal of a handle in bits.
    pub fn bits(&self, handle: &str) -> f64 {
        transitions(handle)
            .map(|(left, right)| {
                let seen = f64::from(self.counts[left * SYMBOLS + right]) + SMOOTHING;
                let of = f64::from(self.totals[left]) + SMOOTHING * SYMBOLS as f64;
                -(seen / of).log2()
            })
            .sum()
    }
}

fn transitions(handle: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let symbols = handle.chars().map(|letter| match letter {
        'a'..='z' => letter as usize - 'a' as usize,
        '0'..='9' => letter as usize - '0' as usize + 26,
        _ => OTHER,
    });
    let ends = symbols.clone().chain(std::iter::once(END));
    std::iter::once(END).chain(symbols).zip(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle(text: &str) -> Handle {
        Handle::new(text)
    }

    #[test]
    fn separators_digits_and_leet_are_seen_through() {
        let stem = "torinohanako".to_owned();
        for text in [
            "@torino_hanako",
            "Torino.Hanako85",
            "t0rin0-h4nak0",
            "1985torinohanako",
        ] {
            assert!(handle(text).stems.contains(&stem), "{text}");
        }
        assert_eq!(handle("torino_hanako1985").digits, "1985");
        assert_eq!(handle("20251124").digits, "");
        assert!(handle("20251124").stems.is_empty());
        assert!(
            handle("hanako_torino_jp")
                .runs
                .contains(&"hanakotorino".to_owned())
        );
    }

    #[test]
    fn roles_are_nobody() {
        assert!(handle("info").is_role());
        assert!(handle("support-01").is_role());
        assert!(!handle("hanako.t").is_role());
    }

    #[test]
    fn what_many_have_surprises_less() {
        let model = Surprise::learn(["hanako", "hanabi", "hana", "tanaka"].into_iter());
        assert!(model.bits("hana") < model.bits("zq7x"));
        assert!(model.bits("hanakohanako") > model.bits("hanako"));
    }
}
