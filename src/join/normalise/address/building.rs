//! Buildings: メゾン鳥 ２０３号室 and メゾン鳥203 are one.

/// Returns a building without spaces, long marks and the words that follow a number.
pub(super) fn key(letters: &[char]) -> String {
    let mut key = String::with_capacity(letters.len() * 3);
    let mut place = 0;
    while place < letters.len() {
        let rest = &letters[place..];
        let letter = rest[0];
        place += match rest {
            ['地', '下', next, ..] if next.is_ascii_digit() => {
                key.push('b');
                2
            }
            ['ビ', 'ル', 'デ' | 'ヂ', 'ィ' | 'イ', 'ン', 'グ', ..] => {
                key.push_str("ビル");
                6
            }
            ['ビ', 'ル', 'ヂ', 'ン', 'グ', ..] => {
                key.push_str("ビル");
                5
            }
            _ if letter.is_ascii_digit() => number(rest, &mut key),
            _ => {
                if letter.is_alphanumeric() && letter != 'ー' {
                    key.push(letter);
                }
                1
            }
        };
    }
    key
}

/// Adds a number and answers how many characters it takes with the words after it.
fn number(rest: &[char], key: &mut String) -> usize {
    let length = rest
        .iter()
        .take_while(|letter| letter.is_ascii_digit())
        .count();
    if key.ends_with(|last: char| last.is_ascii_digit()) {
        key.push('-');
    }
    key.extend(&rest[..length]);
    length
        + match &rest[length..] {
            ['号', '室', ..] => 2,
            ['号' | '室', ..] => 1,
            ['階', ..] => {
                key.push('f');
                1
            }
            _ => 0,
        }
}

/// Whether what follows a number makes it part of a building: 5F, 2階, 3号棟.
pub(super) fn is_begun(after: &[char]) -> bool {
    match after {
        ['f', rest @ ..] => !rest.first().is_some_and(char::is_ascii_alphabetic),
        ['階' | '棟' | '館', ..] => true,
        ['号' | '番', '棟' | '館', ..] => true,
        _ => false,
    }
}
