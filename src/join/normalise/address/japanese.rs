//! Japanese addresses: prefecture, town, numbers, building.

use super::{Address, building, is_kanji, kana, kyoto, numerals, prefectures};

/// Takes a folded Japanese address apart.
pub(super) fn taken_apart(text: &str) -> Address {
    let letters = numerals::to_digits(spelled(text));
    let mut rest = without_postal_code(&letters);
    let mut prefecture = "";
    while let Some((name, length)) = prefectures::at_start(rest) {
        prefecture = name;
        rest = trimmed(&rest[length..]);
    }
    let (town, rest) = town(rest);
    let (numbers, rest) = numbers(rest);
    Address {
        prefecture: prefecture.to_owned(),
        town: kyoto::without_directions(town).into_iter().collect(),
        numbers,
        building: building::key(rest),
    }
}

/// The letters in one spelling: katakana, repeated kanji written out, one form of the ヶ and ツ between kanji.
fn spelled(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().map(kana::katakana).collect();
    for place in 1..letters.len() {
        let before = letters[place - 1];
        if !is_kanji(before) {
            continue;
        }
        let is_between = letters.get(place + 1).is_some_and(|&next| is_kanji(next));
        letters[place] = match letters[place] {
            '々' => before,
            '之' if is_between => 'ノ',
            'ケ' | 'ヶ' | 'ガ' | 'カ' | 'ヵ' if is_between => 'ケ',
            'ッ' if is_between => 'ツ',
            letter => letter,
        };
    }
    letters
}

fn trimmed(text: &[char]) -> &[char] {
    let blanks = text.iter().take_while(|&&letter| letter == ' ').count();
    &text[blanks..]
}

fn without_postal_code(text: &[char]) -> &[char] {
    let text = trimmed(text);
    let (is_marked, code) = match text {
        ['〒', rest @ ..] => (true, trimmed(rest)),
        _ => (false, text),
    };
    let mut digits = 0;
    let length = code
        .iter()
        .take_while(|&&letter| {
            digits += usize::from(letter.is_ascii_digit());
            letter.is_ascii_digit() || (letter == '-' && digits == 3)
        })
        .count();
    let rest = &code[length..];
    let is_code = digits == 7 && !matches!(rest, ['丁' | '番' | '号', ..]);
    if is_code && (is_marked || trimmed(rest).first().is_some_and(|&next| is_kanji(next))) {
        return trimmed(rest);
    }
    text
}

/// Returns what stands before the numbers, and the rest from the first number on.
fn town(text: &[char]) -> (Vec<char>, &[char]) {
    let mut town: Vec<char> = Vec::with_capacity(text.len());
    let mut place = 0;
    while place < text.len() {
        let rest = &text[place..];
        let letter = rest[0];
        if letter.is_ascii_digit() {
            let length = run(rest);
            if !is_named(&rest[length..]) {
                break;
            }
            town.extend(unpadded(&rest[..length]));
            place += length;
            continue;
        }
        place += match rest {
            ['(', ..] => rest
                .iter()
                .position(|&letter| letter == ')')
                .map_or(1, |end| end + 1),
            ['大', '字', ..] => 2,
            ['字', ..] if is_section(&town) => 1,
            _ => {
                if letter.is_alphanumeric() && letter != 'ー' {
                    town.push(letter);
                }
                1
            }
        };
    }
    (town, &text[place..])
}

/// Whether a 字 is the mark of a section rather than part of a name (文字, 十字街).
fn is_section(before: &[char]) -> bool {
    !matches!(
        before.last(),
        None | Some('文' | '十' | '習' | '数' | '漢' | '名' | '太' | '赤')
    )
}

/// Whether a number belongs to the name of a town: 北1条, 1番町, 第5地割.
fn is_named(after: &[char]) -> bool {
    matches!(
        after,
        ['条' | '線' | '区' | '町' | '軒' | '通', ..]
            | ['地', '割', ..]
            | ['街' | '工', '区', ..]
            | ['号', '線', ..]
            | ['番', '町' | '丁' | '通' | '街', ..]
    )
}

fn run(text: &[char]) -> usize {
    text.iter()
        .take_while(|letter| letter.is_ascii_digit())
        .count()
}

fn unpadded(digits: &[char]) -> &[char] {
    let zeros = digits.iter().take_while(|&&digit| digit == '0').count();
    &digits[zeros.min(digits.len().saturating_sub(1))..]
}

/// Returns the numbers at the start of a text, and what follows them.
fn numbers(text: &[char]) -> (Vec<String>, &[char]) {
    let mut numbers = Vec::new();
    let mut rest = text;
    loop {
        let mut length = run(rest);
        if length == 0 || (!numbers.is_empty() && building::is_begun(&rest[length..])) {
            return (numbers, rest);
        }
        let digits = unpadded(&rest[..length]);
        let mut number: String = digits.iter().collect();
        if let [letter @ 'a'..='z', after @ ..] = &rest[length..]
            && !building::is_begun(&rest[length..])
            && !after.first().is_some_and(|next| next.is_alphanumeric())
        {
            number.push(*letter);
            length += 1;
        }
        numbers.push(number);
        let (after, is_linked) = link(&rest[length..]);
        rest = after;
        if !is_linked {
            return (numbers, rest);
        }
    }
}

/// Goes past what joins a number to the next; answers the rest and whether the next number follows.
fn link(text: &[char]) -> (&[char], bool) {
    let mut rest = text;
    let mut is_linked = false;
    // Spaces part a number from a room, but not 1丁目 2番 or 1 - 2.
    let mut is_open = false;
    loop {
        let (length, opens) = match rest {
            ['丁', '目', ..] => (2, true),
            ['番', '地', 'ノ', next, ..] if next.is_ascii_digit() => (3, true),
            ['番', '地', '先', ..] => (3, false),
            ['番', '地', ..] | ['地', '先', ..] => (2, false),
            ['番', ..] => (1, true),
            ['号', '室', ..] => (2, false),
            ['号', ..] => (1, false),
            ['丁', next, ..] if next.is_ascii_digit() || *next == '-' => (1, true),
            ['丁'] => (1, true),
            ['-' | 'ー', ..] => (1, true),
            ['ノ', next, ..] if next.is_ascii_digit() => (1, true),
            [' ', ..] => {
                let ahead = trimmed(rest);
                let is_hyphen = matches!(ahead, ['-', ..]);
                if !is_open && !is_hyphen {
                    return (rest, false);
                }
                (rest.len() - ahead.len(), is_open)
            }
            _ => return (rest, is_linked && run(rest) > 0),
        };
        is_linked = is_linked || length > 0 && rest[0] != ' ';
        is_open = opens;
        rest = &rest[length..];
    }
}
