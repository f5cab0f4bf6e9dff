//! Characters that are written for one another in Japanese names.

/// Groups of variants; the first stands for all in match keys.
const GROUPS: &[&str] = &[
    "高髙",
    "崎﨑嵜埼",
    "吉𠮷",
    "辺邉邊",
    "斉斎齋齊",
    "沢澤",
    "浜濱濵",
    "桜櫻",
    "国國",
    "広廣",
    "関關",
    "滝瀧",
    "島嶋嶌",
    "黒黑",
    "真眞",
    "恵惠",
    "竜龍",
    "桧檜",
    "富冨",
    "柳栁",
    "徳德",
    "隆隆",
    "塚塚",
    "瀬瀨",
    "頼賴",
    "蔵藏",
    "鉄鐵",
    "栄榮",
    "円圓",
    "万萬",
    "豊豐",
    "宝寶寳",
    "条條",
    "児兒",
    "亀龜",
    "静靜",
    "昭昭",
    "渡渡",
    "福福",
    "祐祐",
    "穂穗",
    "薮藪籔",
    "曽曾",
    "槙槇",
    "晋晉",
    "与與",
    "実實",
    "寿壽",
    "桑桒",
    "彦彥",
    "園薗",
    "蓮蓮",
    "館舘",
    "淵渕渊",
    "峰峯",
    "畑畠",
    "梅楳",
    "凛凜",
    "遥遙",
    "竈竃",
    "鴎鷗",
    "秋穐",
    "涼凉",
    "駒駒",
    "芦蘆",
    "杉杦",
];

/// Returns the character that stands for `letter` in match keys.
pub(super) fn folded(letter: char) -> char {
    GROUPS
        .iter()
        .find(|group| !letter.is_ascii() && group.contains(letter))
        .and_then(|group| group.chars().next())
        .unwrap_or(letter)
}

/// Whether a character only selects how another is drawn.
pub(super) fn is_variation_selector(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}
