//! Postal addresses.

mod building;
mod japanese;
mod kyoto;
pub(super) mod numerals;
mod prefectures;
mod western;

pub(in crate::join) use prefectures::{PREFECTURES, without_suffix};

use super::fold::{folded, is_kanji};
use super::{MOST_ROUNDS, kana};

/// An address in match keys. Fields are empty where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// The Japanese prefecture with its suffix (東京都), or the state as written, folded.
    pub prefecture: String,
    /// What stands before the numbers, without spaces; of a Western address every word in order.
    pub town: String,
    /// Block, house and room numbers in order, without leading zeros.
    pub numbers: Vec<String>,
    /// What stands after the numbers of a Japanese address: the building, with its room.
    pub building: String,
}

impl Address {
    /// Returns town, numbers and building in one text, which comes apart the same way.
    pub fn joined(&self) -> String {
        let numbers = self.numbers.join("-");
        let mut text =
            String::with_capacity(self.town.len() + numbers.len() + self.building.len() + 2);
        for part in [&*self.town, &*numbers, &*self.building] {
            if !part.is_empty() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(part);
            }
        }
        text
    }
}

/// Returns the parts of an address in match keys.
///
/// ```
/// use koe::join::normalise::address;
/// let left = address(Some("東京都"), Some("渋谷区神宮前一丁目2番3号 メゾン鳥 203号室"));
/// let right = address(None, Some("東京都渋谷区神宮前１－２－３　ﾒｿﾞﾝ鳥203"));
/// assert_eq!(left, right);
/// assert_eq!(left.numbers, ["1", "2", "3"]);
/// ```
pub fn address(prefecture: Option<&str>, address: Option<&str>) -> Address {
    let given = folded(prefecture.unwrap_or_default());
    let given = given.trim();
    let known = prefectures::of(given);
    let text = folded(address.unwrap_or_default());
    let mut found = taken_apart(&text);
    // An ASCII address comes to rest at once.
    let rounds = if text.is_ascii() { 0 } else { MOST_ROUNDS };
    for _ in 0..rounds {
        let mut next = taken_apart(&folded(&found.joined()));
        if next.prefecture.is_empty() {
            next.prefecture.clone_from(&found.prefecture);
        }
        if next == found {
            break;
        }
        found = next;
    }
    if let Some(known) = known {
        found.prefecture = known.to_owned();
    } else if found.prefecture.is_empty() {
        found.prefecture = given.to_owned();
    }
    found
}

fn taken_apart(text: &str) -> Address {
    let is_japanese = !text.is_ascii()
        && text
            .chars()
            .any(|letter| is_kanji(letter) || (kana::is_kana(letter) && letter != 'ー'));
    if is_japanese {
        japanese::taken_apart(text)
    } else {
        western::taken_apart(text)
    }
}
