//! Headings as they are compared: what differs only in writing is the same.

use crate::import::head::fold;
use crate::import::values::widths::narrow;

/// Kana that one writer puts behind a Chinese character and another leaves out: `申し込み日`, `申込日`.
const OKURIGANA: &str = "いりきしわみげけえ";
/// Writings of the same.
const VARIANTS: &[(&str, &str)] = &[
    ("寄附", "寄付"),
    ("合せ", "合"),
    ("ふりがな", "フリガナ"),
    ("よみがな", "ヨミガナ"),
    ("かな", "カナ"),
    ("ユーザー", "ユーザ"),
    ("客さま", "客様"),
    ("ナンバー", "番号"),
];
/// Endings of the same meaning.
const ENDINGS: &[(&str, &str)] = &[
    ("no", "番号"),
    ("cd", "コード"),
    ("名称", "名"),
    ("日付", "日"),
    ("年月日", "日"),
];
/// Endings that mean something of their own.
const KEPT: &[&str] = &["生年月日"];
/// Latin words of the same meaning.
const WORDS: &[(&str, &str)] = &[
    ("number", "no"),
    ("num", "no"),
    ("nbr", "no"),
    ("cust", "customer"),
    ("acct", "account"),
    ("amt", "amount"),
    ("curr", "currency"),
    ("txn", "transaction"),
    ("trx", "transaction"),
    ("qty", "quantity"),
    ("desc", "description"),
    ("addr", "address"),
    ("inv", "invoice"),
    ("ref", "reference"),
    ("ts", "timestamp"),
    ("canceled", "cancelled"),
];

/// What stands in brackets behind a heading and does not change what it means.
const NOTES: &[&str] = &[
    "税込",
    "円",
    "必須",
    "任意",
    "半角",
    "全角",
    "西暦",
    "和暦",
    "日本時間",
    "utc",
    "jst",
    "gmt",
    "£",
    "€",
    "$",
    "¥",
    "jpy",
    "usd",
    "eur",
    "gbp",
    "inclvat",
    "incltax",
    "inctax",
    "incvat",
];

/// Returns a heading without notes in brackets that do not change what it means: `合計（税込）`.
pub(super) fn without_notes(heading: &str) -> String {
    let plain = narrow(heading);
    let mut text = plain.trim();
    while let Some((before, note)) = text
        .strip_suffix([')', ']', '】'])
        .and_then(|text| text.rsplit_once(['(', '[', '【']))
    {
        let note: String = note
            .chars()
            .filter(|letter| !letter.is_whitespace() && !".,:み".contains(*letter))
            .collect();
        if before.is_empty() || !NOTES.contains(&note.to_lowercase().as_str()) {
            break;
        }
        text = before.trim_end();
    }
    text.to_owned()
}

/// Returns letters and digits only, in lower case and half width, Japanese in one way of writing; a heading without any
/// as it is.
pub(super) fn compact(heading: &str) -> String {
    let folded = fold(heading);
    let mut compact: String = folded
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    if folded.ends_with('#') {
        compact.push_str("no");
    }
    if compact.is_empty() {
        folded
    } else if compact.is_ascii() {
        compact
    } else {
        one_writing(&compact)
    }
}

/// Returns the words of a heading in Latin letters: `InvoiceNo` has two.
pub(super) fn tokens(heading: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in narrow(heading).chars() {
        let is_word = letter.is_ascii_alphanumeric();
        let starts = !before.is_ascii_alphanumeric()
            || (letter.is_ascii_uppercase() && before.is_ascii_lowercase());
        match tokens.last_mut() {
            Some(token) if is_word && !starts => token.push(letter.to_ascii_lowercase()),
            _ if is_word => tokens.push(letter.to_ascii_lowercase().to_string()),
            _ if letter == '#' => tokens.push("no".to_owned()),
            _ => {}
        }
        before = letter;
    }
    for token in &mut tokens {
        if let Some((_, word)) = WORDS.iter().find(|(other, _)| token == other) {
            *token = (*word).to_owned();
        }
    }
    tokens
}

fn one_writing(compact: &str) -> String {
    let mut text = without_kana(compact);
    for (other, one) in VARIANTS {
        text = text.replace(other, one);
    }
    for (other, one) in ENDINGS {
        if KEPT.iter().all(|kept| !text.ends_with(kept))
            && let Some(begin) = text.strip_suffix(other)
            && !begin.is_empty()
        {
            text = format!("{begin}{one}");
        }
    }
    text
}

/// Drops honorifics before Chinese characters and okurigana behind them.
fn without_kana(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_chinese = |place: usize| letters.get(place).copied().is_some_and(is_chinese);
    let is_dropped = |place: usize| {
        let is_begin = place == 0 || !is_hiragana(letters[place - 1]);
        match letters[place] {
            'お' | 'ご' | '御' if is_begin => is_chinese(place + 1),
            letter => place > 0 && is_chinese(place - 1) && OKURIGANA.contains(letter),
        }
    };
    (0..letters.len())
        .filter(|place| !is_dropped(*place))
        .map(|place| letters[place])
        .collect()
}

fn is_chinese(letter: char) -> bool {
    matches!(letter, '\u{4E00}'..='\u{9FFF}' | '々')
}

fn is_hiragana(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{309F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_come_apart() {
        assert_eq!(tokens("InvoiceNo"), ["invoice", "no"]);
        assert_eq!(tokens("Customer ID"), ["customer", "id"]);
        assert_eq!(tokens("order_date"), ["order", "date"]);
        assert_eq!(tokens("Cust. Number"), ["customer", "no"]);
        assert_eq!(tokens("Ticket #"), ["ticket", "no"]);
        assert_eq!(compact("合計（税込）"), "合計税込");
    }

    #[test]
    fn what_is_written_in_two_ways_is_the_same() {
        for (one, other) in [
            ("お申し込み日", "申込日"),
            ("お問い合わせ内容", "問合せ内容"),
            ("お届け先ご住所", "届先住所"),
            ("ご請求額", "請求額"),
            ("お客さま番号", "お客様№"),
            ("氏名（ふりがな）", "氏名フリガナ"),
            ("商品ＣＤ", "商品コード"),
            ("得意先名称", "得意先名"),
            ("売上年月日", "売上日付"),
            ("寄附金額", "寄付金額"),
        ] {
            assert_eq!(compact(one), compact(other), "{one}");
        }
        assert_eq!(without_notes("請求額（税込み）"), "請求額");
        assert_eq!(without_notes("Submit Date (UTC)"), "Submit Date");
        assert_eq!(without_notes("氏名（カナ）"), "氏名(カナ)");
        for kept in ["生年月日", "フリガナ", "おすすめ度", "いいね数", "年月日"]
        {
            assert_eq!(compact(kept), kept);
        }
    }
}
