//! Numbers in kanji: 二十三番, 二〇三号室, 昭和五十五年.

/// Longest run taken for a number.
const LONGEST: usize = 8;

fn digit(letter: char) -> Option<u64> {
    Some(match letter {
        '〇' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

fn unit(letter: char) -> Option<u64> {
    Some(match letter {
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

fn is_numeral(letter: char) -> bool {
    matches!(
        letter,
        '〇' | '零'
            | '一'
            | '二'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
            | '百'
            | '千'
    )
}

/// Returns a number written with units (二十三) or digit by digit (二〇三) in ASCII digits.
fn value(run: &[char]) -> Option<String> {
    if run.len() > LONGEST {
        return None;
    }
    if run.iter().all(|&letter| digit(letter).is_some()) {
        return Some(
            run.iter()
                .filter_map(|&letter| char::from_digit(digit(letter)? as u32, 10))
                .collect(),
        );
    }
    let (mut whole, mut ahead) = (0, None);
    for &letter in run {
        match (digit(letter), unit(letter)) {
            (Some(digit), _) => ahead = Some(ahead.unwrap_or(0) * 10 + digit),
            (_, Some(unit)) => whole += ahead.take().unwrap_or(1) * unit,
            _ => return None,
        }
    }
    Some((whole + ahead.unwrap_or(0)).to_string())
}

/// Puts digits where kanji stand for a number of a block, a house, a floor or a room; names keep theirs (三鷹, 八王子).
pub(super) fn to_digits(letters: Vec<char>) -> Vec<char> {
    if !letters.iter().any(|&letter| is_numeral(letter)) {
        return letters;
    }
    let mut out: Vec<char> = Vec::with_capacity(letters.len());
    let mut place = 0;
    while place < letters.len() {
        if !is_numeral(letters[place]) {
            out.push(letters[place]);
            place += 1;
            continue;
        }
        let length = letters[place..]
            .iter()
            .take_while(|&&letter| is_numeral(letter))
            .count();
        let run = &letters[place..place + length];
        let rest = &letters[place + length..];
        let is_stroke = *run == ['一'] && ends_in_digit(&out) && starts_with_digit(rest);
        if is_stroke {
            out.push('-');
        } else if let Some(value) = value(run).filter(|_| is_counted(rest) || is_linked(&out, rest))
        {
            out.extend(value.chars());
        } else {
            out.extend(run);
        }
        place += length;
    }
    out
}

fn ends_in_digit(before: &[char]) -> bool {
    before.last().is_some_and(char::is_ascii_digit)
}

fn starts_with_digit(rest: &[char]) -> bool {
    rest.first().is_some_and(char::is_ascii_digit)
}

/// Whether what follows a numeral counts it.
fn is_counted(rest: &[char]) -> bool {
    let is_open = |next: Option<&char>, also: &[char]| {
        next.is_none_or(|&next| !super::is_kanji(next) || is_numeral(next) || also.contains(&next))
    };
    match rest {
        ['丁', '目', ..] | ['番', '地', ..] | ['地', '割', ..] | ['条' | '階' | '線', ..] => {
            true
        }
        ['丁', rest @ ..] => is_open(rest.first(), &[]),
        ['番', rest @ ..] => is_open(rest.first(), &['町', '丁', '通', '館']),
        ['号', rest @ ..] => is_open(rest.first(), &['室', '棟', '館', '線', '地']),
        _ => false,
    }
}

/// Whether a numeral stands in a chain: 一ノ二, 1-二.
fn is_linked(before: &[char], rest: &[char]) -> bool {
    let is_link = |letter: char| matches!(letter, '-' | 'ー' | 'ノ');
    let ahead = matches!(rest, [link, next, ..]
        if is_link(*link) && (is_numeral(*next) || next.is_ascii_digit()));
    let behind = matches!(before, [.., last, link]
        if is_link(*link) && last.is_ascii_digit())
        && rest.first().is_none_or(|&next| !super::is_kanji(next));
    ahead || behind
}

/// Returns a date with its kanji numerals as digits.
pub(in crate::join::normalise) fn dates(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut place = 0;
    while place < letters.len() {
        let length = letters[place..]
            .iter()
            .take_while(|&&letter| is_numeral(letter))
            .count();
        match value(&letters[place..place + length]) {
            Some(value) if length > 0 => {
                out.push_str(&value);
                place += length;
            }
            _ => {
                out.push(letters[place]);
                place += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> String {
        to_digits(text.chars().collect()).into_iter().collect()
    }

    #[test]
    fn numerals_become_digits_where_they_count_and_nowhere_else() {
        for (text, expected) in [
            ("三鷹市下連雀三丁目", "三鷹市下連雀3丁目"),
            ("二十三番地", "23番地"),
            ("百二番", "102番"),
            ("二〇三号室", "203号室"),
            ("八王子市八日町", "八王子市八日町"),
            ("一番町", "1番町"),
            ("三ノ輪", "三ノ輪"),
            ("一ノ二ノ三", "1ノ2ノ3"),
            ("千駄ケ谷五丁目", "千駄ケ谷5丁目"),
            ("1一2一3", "1-2-3"),
            ("八丁堀", "八丁堀"),
            ("六本木", "六本木"),
        ] {
            assert_eq!(digits(text), expected);
        }
    }
}
