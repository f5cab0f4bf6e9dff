//! Words by which customers refuse: of headings, of names of files, and of cells under such headings.

use crate::import::head::fold;
use crate::import::mapping::words;
use crate::import::values::{ValueError, dates};
use crate::schema::consents;

/// What a cell says under a heading of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Said {
    /// Nobody refuses anything; nobody agrees to anything either.
    Nothing,
    /// The customer refuses.
    Refusal,
    /// One or the other.
    Unclear,
}

const NO: &[&str] = &[
    "false",
    "no",
    "n",
    "off",
    "いいえ",
    "しない",
    "なし",
    "無し",
    "無",
    "ー",
    "null",
    "none",
    "n/a",
    "[]",
];
const YES: &[&str] = &[
    "true", "yes", "y", "t", "1", "on", "○", "〇", "◯", "●", "✓", "✔", "レ", "有", "あり", "はい",
    "する", "済", "済み",
];
/// What somebody says of a wish.
const WISHED: &[&str] = &["希望", "希望する", "希望あり"];
/// Words that are a no elsewhere, and a mark as well.
const MARKS: &[&str] = &["×", "✕"];
/// What turns a word of refusal round.
const NEGATIONS: &[&str] = &[
    "ない",
    "なし",
    "無",
    "未",
    "非",
    "ません",
    "再開",
    "停止解除",
    "拒否解除",
    "not ",
    "no ",
    "non",
];

/// Returns a heading as it is compared, with blanks for `_`.
fn spaced(text: &str) -> String {
    fold(&text.replace('_', " "))
}

fn has(word: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| word.contains(part))
}

/// Whether a heading tells of refusals whatever stands below it, also a day or a reason: `配信停止日`, `unsubscribed_at`.
pub(in crate::import) fn tells(heading: &str) -> bool {
    const PARTS: &[&str] = &[
        "停止",
        "拒否",
        "解除",
        "オプトアウト",
        "opt-out",
        "opt out",
        "optout",
        "opted out",
        "opted-out",
        "optedout",
        "unsub",
        "suppress",
        "do not ",
        "donot",
    ];
    has(&spaced(heading), PARTS)
}

/// Whether a heading asks what a customer does not want, so that yes refuses: `メルマガ停止`, `DM不可`, `email_opt_out`.
pub(in crate::import) fn is_of_refusals(heading: &str) -> bool {
    const PARTS: &[&str] = &[
        "不要",
        "不可",
        "除外",
        "退会",
        "ブロック",
        "希望なし",
        "しない",
    ];
    let word = fold(heading);
    let is_no_good = word.strip_suffix("ng").is_some_and(|rest| {
        let before = rest.chars().next_back();
        before.is_none_or(|letter| !letter.is_ascii_alphabetic())
    });
    is_no_good || has(&word, PARTS) || tells(heading)
}

/// Whether customers may refuse something under a heading that nobody asked for: it tells so, says that they left, or names
/// what they do not want: `配信停止日`, `退会希望`, `DM不可`, but not `返品不可`.
pub(in crate::import) fn may_refuse(heading: &str) -> bool {
    const OF_CONTACT: &[&str] = &[
        "配信",
        "連絡",
        "案内",
        "送付",
        "送信",
        "受信",
        "お知らせ",
        "contact",
        "mailing",
    ];
    let word = spaced(heading);
    let is_of_contact = || words::purpose(&word).is_some() || has(&word, OF_CONTACT);
    tells(heading) || word.contains("退会") || (is_of_refusals(heading) && is_of_contact())
}

/// Whether the name of a file tells that those in it refuse something: `配信停止リスト.csv`, `optout.csv`, `退会者.xlsx`.
pub(in crate::import) fn is_named_so(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "除外",
        "撤回",
        "ブラックリスト",
        "blacklist",
        "blocklist",
        "revoke",
        "teishi",
        "taikai",
    ];
    may_refuse(name) || has(&spaced(name), PARTS)
}

/// Returns the purposes that a heading of refusals names; none where it names none, or all.
pub(super) fn named(heading: &str) -> Vec<&'static str> {
    // Advertising goes by every channel.
    let word = spaced(heading).replace("marketing", "").replace("広告", "");
    let is_all = word.split(' ').any(|part| part == "all");
    if is_all || has(&word, &["全", "一切", "すべて", "等"]) {
        return Vec::new();
    }
    let mut named: Vec<&'static str> = words::purposes(&word).collect();
    if word.contains("dm") {
        named.retain(|purpose| *purpose != "postal");
        named.extend(["postal", "social_dm"]);
    }
    if word.contains("ショート") {
        named.push("sms");
    }
    if named.contains(&"link_social") {
        named.push("social_dm");
    }
    if word.contains("連携") {
        named.push("link_social");
    }
    named
}

/// Returns every purpose by which customers are reached.
pub(super) fn every_channel() -> impl Iterator<Item = &'static str> {
    let purposes = consents::PURPOSE.unit.split(", ");
    purposes.filter(|purpose| !["link_social", "analyse"].contains(purpose))
}

/// Returns what a cell that is filled says under a heading of refusals.
pub(in crate::import) fn said(heading: &str, cell: &str) -> Said {
    let word = fold(cell);
    let is_wish = heading.contains("希望");
    let is_denied = has(heading, &["希望なし", "希望しない", "希望無"]);
    let is_no = NO.contains(&word.as_str()) && !(is_denied && word == "しない");
    let is_wished = is_wish && !is_denied && WISHED.contains(&word.as_str());
    if is_no || is_nil(&word) {
        Said::Nothing
    } else if is_wished || is_refusing(&word) || is_day(cell, &word) || asks_why(heading) {
        Said::Refusal
    } else {
        Said::Unclear
    }
}

/// Whether nothing but zeros stands there, or a dash: `0`, `0000-00-00`.
fn is_nil(word: &str) -> bool {
    word.chars().all(|letter| "0-/.: ".contains(letter))
}

fn is_refusing(word: &str) -> bool {
    let own = words::consent(word);
    let is_open = MARKS.contains(&word) || word.starts_with('未');
    let is_own = own.is_some_and(|own| own != "granted") && !is_open;
    let tells = tells(word) || has(word, &["退会", "不要", "不可"]);
    let is_turned = has(&spaced(word), NEGATIONS);
    YES.contains(&word) || is_own || (tells && !is_turned)
}

/// Whether a day is meant, however it is written.
fn is_day(cell: &str, word: &str) -> bool {
    let is_of_days =
        |letter: char| letter.is_ascii_digit() || "-/.:年月日時分秒 tz+,".contains(letter);
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 4 && word.chars().all(is_of_days))
        || matches!(
            dates::moment(cell),
            Ok(Some(_)) | Err(ValueError::AmbiguousDate)
        )
}

/// Whether a heading asks why or how somebody refused, in whatever words.
fn asks_why(heading: &str) -> bool {
    const PARTS: &[&str] = &[
        "理由",
        "方法",
        "経路",
        "備考",
        "コメント",
        "reason",
        "comment",
        "campaign",
        "note",
    ];
    has(&spaced(heading), PARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_refusals_are_told_from_those_of_answers() {
        for heading in [
            "メルマガ停止",
            "LINE拒否",
            "電話NG",
            "DM不可",
            "メール配信希望なし",
            "Email opt-out",
            "email_opt_out",
            "Do_Not_Email",
            "Unsubscribed",
        ] {
            assert!(is_of_refusals(heading), "{heading}");
            assert!(may_refuse(heading), "{heading}");
        }
        for (heading, tells_so, may) in [
            ("配信停止日", true, true),
            ("unsubscribed_at", true, true),
            ("HasOptedOutOfEmail", true, true),
            ("do_not_contact", true, true),
            ("オプトアウト理由", true, true),
            ("退会日", false, true),
            ("退会希望", false, true),
            ("返品不可", false, false),
            ("入会日", false, false),
        ] {
            assert_eq!(tells(heading), tells_so, "{heading}");
            assert_eq!(may_refuse(heading), may, "{heading}");
        }
        for heading in [
            "メルマガ",
            "LINE",
            "Accepts Marketing",
            "Mailing",
            "配信希望",
            "DM可",
            "NGO会員",
        ] {
            assert!(!is_of_refusals(heading), "{heading}");
            assert!(!may_refuse(heading), "{heading}");
        }
    }

    #[test]
    fn names_of_files_tell_who_is_in_them() {
        for name in [
            "配信停止リスト.csv",
            "optout.csv",
            "2026/opt_out.csv",
            "unsubscribed.csv",
            "退会者_2026.xlsx",
            "会員.xlsx/メール拒否",
        ] {
            assert!(is_named_so(name), "{name}");
        }
        for name in ["会員一覧.csv", "customers.csv", "members_2026-01.csv"] {
            assert!(!is_named_so(name), "{name}");
        }
    }

    #[test]
    fn a_heading_refuses_by_the_channels_it_names_and_by_all_where_it_names_none() {
        for (heading, expected) in [
            ("メルマガ拒否", &["email"][..]),
            ("email_opt_out", &["email"]),
            ("LINE配信停止", &["line"]),
            ("SMS停止", &["sms"]),
            ("電話・メール停止", &["email", "voice"]),
            ("DM不可", &["postal", "social_dm"]),
            ("連携解除日", &["link_social"]),
            ("配信停止日", &[]),
            ("マーケティング停止", &[]),
            ("marketing_opt_out", &[]),
            ("unsubscribed_from_all_email", &[]),
            ("do_not_contact", &[]),
        ] {
            assert_eq!(named(heading), expected, "{heading}");
        }
        let all: Vec<&str> = every_channel().collect();
        assert!(all.contains(&"email") && all.contains(&"ads"), "{all:?}");
        assert!(!all.contains(&"analyse") && !all.contains(&"link_social"));
    }

    #[test]
    fn cells_refuse_or_not_or_it_is_not_clear() {
        for (heading, cell, expected) in [
            ("配信停止日", "2026-08-20", Said::Refusal),
            ("配信停止日", "2026/8/20 10:00", Said::Refusal),
            ("配信停止日", "1/2/2026", Said::Refusal),
            ("配信停止日", "令和8年8月20日", Said::Refusal),
            ("配信停止日", "0000-00-00 00:00:00", Said::Nothing),
            ("配信停止日", "-", Said::Nothing),
            ("email_opt_out", "TRUE", Said::Refusal),
            ("email_opt_out", "1", Said::Refusal),
            ("email_opt_out", "0", Said::Nothing),
            ("email_opt_out", "False", Said::Nothing),
            ("email_opt_out", "2", Said::Unclear),
            ("メルマガ拒否", "はい", Said::Refusal),
            ("メルマガ拒否", "拒否", Said::Refusal),
            ("メルマガ拒否", "受信しない", Said::Refusal),
            ("メルマガ拒否", "いいえ", Said::Nothing),
            ("メルマガ拒否", "しない", Said::Nothing),
            ("メルマガ拒否", "×", Said::Unclear),
            ("メルマガ拒否", "希望する", Said::Unclear),
            ("配信停止", "配信停止中", Said::Refusal),
            ("配信停止", "停止しない", Said::Unclear),
            ("配信停止", "配信中", Said::Unclear),
            ("配信停止", "未登録", Said::Unclear),
            ("suppressions", "NOT_SUPPRESSED", Said::Unclear),
            ("退会希望", "希望する", Said::Refusal),
            ("退会希望", "しない", Said::Nothing),
            ("メール希望しない", "しない", Said::Refusal),
            ("停止理由", "多すぎる", Said::Refusal),
        ] {
            assert_eq!(said(heading, cell), expected, "{heading}: {cell}");
        }
    }
}
