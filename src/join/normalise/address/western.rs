//! Addresses in Latin letters and other scripts than Japanese.

use super::Address;

/// Takes a folded address apart into words and numbers, both in order.
pub(super) fn taken_apart(text: &str) -> Address {
    let mut address = Address {
        town: String::with_capacity(text.len()),
        ..Address::default()
    };
    let words = text
        .split(|letter: char| !letter.is_alphanumeric() && !is_apostrophe(letter))
        .filter(|word| !word.is_empty());
    for word in words {
        if word.contains(is_apostrophe) {
            let word: String = word
                .chars()
                .filter(|&letter| !is_apostrophe(letter))
                .collect();
            add(&word, &mut address);
        } else {
            add(word, &mut address);
        }
    }
    address
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | '`' | 'ʼ')
}

fn add(word: &str, address: &mut Address) {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = word.split_at(digits);
    let is_ordinal = matches!(ending, "st" | "nd" | "rd" | "th");
    if !number.is_empty() && !is_ordinal {
        let kept = match number.trim_start_matches('0') {
            "" => "0",
            kept => kept,
        };
        address.numbers.push([kept, ending].concat());
        return;
    }
    let letters = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let unit = short(letters);
    if letters.len() < word.len() && unit == "unit" {
        push(unit, &mut address.town);
        add(&word[letters.len()..], address);
    } else if !word.is_empty() {
        push(short(word), &mut address.town);
    }
}

fn push(word: &str, town: &mut String) {
    if !town.is_empty() {
        town.push(' ');
    }
    town.push_str(word);
}

/// Returns the one form of a word that has several.
fn short(word: &str) -> &str {
    match word {
        "street" | "str" | "saint" => "st",
        "road" => "rd",
        "avenue" | "av" | "aven" => "ave",
        "boulevard" | "boul" => "blvd",
        "drive" | "drv" => "dr",
        "lane" => "ln",
        "court" | "crt" => "ct",
        "place" => "pl",
        "square" => "sq",
        "terrace" | "terr" => "ter",
        "highway" => "hwy",
        "parkway" | "pkway" => "pkwy",
        "crescent" | "cresc" | "cr" => "cres",
        "close" => "cl",
        "circuit" | "cct" => "cir",
        "circle" => "cir",
        "center" | "centre" | "cntr" => "ctr",
        "heights" => "hts",
        "gardens" | "gdns" => "gdn",
        "grove" => "gr",
        "mount" => "mt",
        "fort" => "ft",
        "building" => "bldg",
        "floor" | "flr" => "fl",
        "north" => "n",
        "south" => "s",
        "east" => "e",
        "west" => "w",
        "northeast" => "ne",
        "northwest" => "nw",
        "southeast" => "se",
        "southwest" => "sw",
        "apartment" | "apt" | "appt" | "flat" | "suite" | "ste" | "room" | "rm" => "unit",
        _ => word,
    }
}
