//! Readings in one alphabet: every romanisation of a Japanese sound comes to the same letters.
//!
//! Hepburn, Kunrei, Nihon and passport spellings meet, and so does kana. Long vowels are dropped (`Ono` for Ohno and
//! Oono), `n` stands before every consonant, ッ is written ツ (`tu`), キヨ is read as キョ.

use super::{MOST_ROUNDS, kana};

/// Returns a reading (kana, Latin letters, folded as in [`super::fold`]) in its one spelling.
pub(super) fn reading(text: &str) -> String {
    let mut latin = String::with_capacity(text.len());
    kana::push_latin(text, &mut latin);
    settled(latin).0
}

/// Returns a text without kana in its one spelling, and whether that is spelled as it is.
pub(super) fn settled(latin: String) -> (String, bool) {
    let mut key = latin.into_bytes();
    let is_settled = settle(&mut key, &mut Vec::new());
    let key = String::from_utf8(key).expect("only ASCII letters are changed");
    (key, is_settled)
}

/// Spells a text without kana until it no longer changes, and answers whether it came to that; `room` is overwritten.
pub(super) fn settle(key: &mut Vec<u8>, room: &mut Vec<u8>) -> bool {
    room.reserve(key.len() + 4);
    for _ in 0..=MOST_ROUNDS {
        room.clear();
        spell(key, room);
        if room == key {
            return true;
        }
        std::mem::swap(key, room);
    }
    false
}

/// Whether two texts that no longer change stay so side by side: spellings hang on neighbouring letters only.
pub(super) fn stay_apart(left: &str, right: &str) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    !is_letter(left.as_bytes().last()) || !is_letter(right.as_bytes().first())
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

fn is_consonant(letter: u8) -> bool {
    letter.is_ascii_lowercase() && !is_vowel(letter)
}

fn spell(letters: &[u8], out: &mut Vec<u8>) {
    let mut place = 0;
    while let Some(&letter) = letters.get(place) {
        let at = |ahead: usize| letters.get(place + ahead).copied().unwrap_or(0);
        place += match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' => vowel(letter, out),
            b't' | b's' | b'k' | b'p' => unvoiced(letter, at(1), at(2), out),
            b'c' => written_c(at(1), at(2), out),
            b'j' | b'd' => voiced(letter, at(1), out),
            b'n' | b'm' => nasal(letter, at(1), out),
            b'y' => glide(at(1), out),
            _ => other(letter, at(1), out),
        };
    }
}

/// Long vowels are dropped, but for `ii`, which no spelling shortens.
fn vowel(letter: u8, out: &mut Vec<u8>) -> usize {
    let is_long = match (out.last(), letter) {
        (Some(b'o'), b'u') => true,
        (Some(&last), _) => last == letter && letter != b'i',
        _ => false,
    };
    if !is_long {
        out.push(letter);
    }
    1
}

fn unvoiced(letter: u8, next: u8, after: u8, out: &mut Vec<u8>) -> usize {
    match (letter, next) {
        (b't', b'c') if after == b'h' => out.extend(b"tu"),
        _ if next == letter => out.extend(b"tu"),
        (b't', b's') if after == b'u' => {
            out.push(b't');
            return 2;
        }
        (b't', b's') if is_vowel(after) => {
            out.extend(b"tu");
            return 2;
        }
        (b's', b'h') if is_vowel(after) => {
            palatal(b's', after, out);
            return 2;
        }
        _ => out.push(letter),
    }
    1
}

/// Adds シ, チ or ジ with the sound that follows.
fn palatal(letter: u8, vowel: u8, out: &mut Vec<u8>) {
    out.push(letter);
    match vowel {
        b'i' => {}
        b'e' => out.push(b'i'),
        _ => out.push(b'y'),
    }
}

fn written_c(next: u8, after: u8, out: &mut Vec<u8>) -> usize {
    match next {
        b'h' if is_vowel(after) => palatal(b't', after, out),
        b'h' => out.push(b'k'),
        b'c' if after == b'h' => {
            out.extend(b"tu");
            return 1;
        }
        b'c' | b'k' => return 1,
        b'e' | b'i' | b'y' => {
            out.push(b's');
            return 1;
        }
        _ => {
            out.push(b'k');
            return 1;
        }
    }
    2
}

fn voiced(letter: u8, next: u8, out: &mut Vec<u8>) -> usize {
    match (letter, next) {
        (b'd', b'z' | b'j') => {}
        (b'd', b'i' | b'u' | b'y') => out.push(b'z'),
        (b'd', _) => out.push(b'd'),
        (_, b'y') => out.push(b'z'),
        (_, b'a' | b'e' | b'i' | b'o' | b'u') => palatal(b'z', next, out),
        _ => out.extend(b"zi"),
    }
    1
}

fn nasal(letter: u8, next: u8, out: &mut Vec<u8>) -> usize {
    let is_n = letter == b'n' || matches!(next, b'p' | b'b' | b'v' | b'm');
    if !is_n {
        out.push(b'm');
    } else if out.last() != Some(&b'n') {
        out.push(b'n');
    }
    1
}

fn glide(next: u8, out: &mut Vec<u8>) -> usize {
    match (out.as_slice(), next) {
        ([.., before, b'i'], b'a' | b'u' | b'o') if is_consonant(*before) => {
            out.pop();
            out.push(b'y');
        }
        ([.., b's' | b't' | b'z'], b'e') => out.push(b'i'),
        _ => out.push(b'y'),
    }
    1
}

fn other(letter: u8, next: u8, out: &mut Vec<u8>) -> usize {
    match letter {
        // Satoh, Ohno, Yuhki: a long vowel.
        b'h' if !is_vowel(next) && matches!(out.last(), Some(b'o' | b'u')) => {}
        b'f' if next == b'f' => {}
        b'f' if next == b'u' => out.push(b'h'),
        b'f' => out.extend(b"hu"),
        b'l' if next == b'l' => {}
        b'l' => out.push(b'r'),
        b'v' => out.push(b'b'),
        b'q' => out.push(b'k'),
        b'x' => out.extend(b"ks"),
        b'w' if next == b'o' => {}
        _ => out.push(letter),
    }
    1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_sound_meet() {
        for spellings in [
            &["ono", "ohno", "oono", "オオノ", "オノ", "おうの"][..],
            &["satoh", "satou", "satoo", "sato", "サトウ"],
            &["shinichi", "sinniti", "shinnichi", "シンイチ"],
            &["junichi", "zyuniti", "jyunichi", "ジュンイチ", "ジユンイチ"],
            &["tsuchiya", "tutiya", "ツチヤ"],
            &["hattori", "ハットリ", "ハツトリ"],
            &["kyoko", "kyouko", "キョウコ", "キヨウコ"],
            &["homma", "honma", "ホンマ"],
            &["fujii", "huzii", "フジイ", "フヂイ"],
            &["macchi", "matchi", "マッチ", "マツチ"],
        ] {
            for other in spellings {
                assert_eq!(reading(spellings[0]), reading(other), "{other}");
            }
        }
        assert_ne!(reading("sato"), reading("saito"));
        assert_ne!(reading("iida"), reading("ida"));
    }

    #[test]
    fn letters_side_by_side_may_change() {
        assert!(!stay_apart("sato", "ono"));
        assert!(stay_apart("sato", "小野"));
        assert!(stay_apart("85", "ono"));
    }

    proptest! {
        #[test]
        fn what_stays_apart_reads_the_same_side_by_side(
            left in "[a-z]{0,6}[0-9鳥]{0,2}[a-z]{0,3}",
            right in "[a-z]{0,3}[0-9鳥]{0,2}[a-z]{0,6}",
        ) {
            let (left, right) = (reading(&left), reading(&right));
            let joined = format!("{left}{right}");
            if stay_apart(&left, &right) {
                prop_assert_eq!(reading(&joined), joined);
            }
        }
    }
}
