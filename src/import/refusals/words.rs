//! What headings, names of files and cells say of refusals, by the words of the [`vocabulary`](crate::import::vocabulary).

use crate::import::head::fold;
use crate::import::values::widths::narrow;
use crate::import::values::{ValueError, dates};
use crate::import::vocabulary::{Answer, Kind, Part, answers, has, is_turned, parts};
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

/// Whether something is refused whatever else is said: `配信停止日`, `unsubscribed_at`.
fn is_telling(parts: &[Part]) -> bool {
    let telling = [Kind::Stops, Kind::OptOut, Kind::Leaves];
    telling.iter().any(|kind| has(parts, *kind))
}

/// Whether a text is of what customers agree to or refuse, also of one without a table: a sheet, a line of notes.
pub(in crate::import) fn is_of_answers(text: &str) -> bool {
    let parts = parts(text);
    is_telling(&parts) || has(&parts, Kind::Answers)
}

/// Whether a heading asks what a customer does not want, so that yes refuses: `メルマガ停止`, `DM不可`, `email_opt_out`.
pub(in crate::import) fn is_of_refusals(heading: &str) -> bool {
    let parts = parts(heading);
    is_telling(&parts) || is_unwanted(&parts)
}

/// Whether customers may refuse something under a heading that nobody asked for: it tells so, says that they left, or names
/// what they do not want: `配信停止日`, `退会希望`, `DM不可`, but neither `返品不可` nor `販売停止日`.
pub(in crate::import) fn may_refuse(heading: &str) -> bool {
    let parts = parts(heading);
    is_refusing_heading(&parts) || is_of_state(&parts)
}

/// Whether a heading asks how it stands with a customer, who may have left: `会員ステータス`.
fn is_of_state(parts: &[Part]) -> bool {
    let is_of_customers = has(parts, Kind::Listed) && has(parts, Kind::States);
    let is_known =
        |part: &Part| part.is(Kind::Listed) || part.is(Kind::States) || part.is(Kind::Plain);
    is_of_customers && parts.iter().all(is_known)
}

/// Whether customers may refuse to be written to or called under a heading of orders, of which much else is stopped.
pub(in crate::import) fn may_refuse_contact(heading: &str) -> bool {
    let parts = parts(heading);
    is_refusing_heading(&parts) && is_of_contact(&parts)
}

fn is_refusing_heading(parts: &[Part]) -> bool {
    let is_of_contact = is_of_contact(parts) || has(parts, Kind::Consent);
    let is_of_other = has(parts, Kind::Other) && !is_of_contact;
    let is_of_all = has(parts, Kind::OptOut) || has(parts, Kind::Leaves);
    is_of_all || (has(parts, Kind::Stops) && !is_of_other) || (is_unwanted(parts) && is_of_contact)
}

/// Whether something named is not wanted, or stands behind a no: `no_email`, but not `email_no`.
fn is_unwanted(parts: &[Part]) -> bool {
    let refuses_next = |pair: &[Part]| pair[0].is(Kind::Before) && is_named_contact(&pair[1]);
    has(parts, Kind::Unwanted) || parts.windows(2).any(refuses_next)
}

/// Whether a heading names how customers are written to or called.
fn is_of_contact(parts: &[Part]) -> bool {
    parts.iter().any(is_named_contact)
}

fn is_named_contact(part: &Part) -> bool {
    let kinds = part.kinds().iter();
    kinds.copied().any(|kind| {
        matches!(
            kind,
            Kind::Purpose(_)
                | Kind::Contact
                | Kind::Elsewhere
                | Kind::Marketing
                | Kind::Advertising
        )
    })
}

/// Whether the name of a file tells that those in it refuse something, or that of its folder or sheet: `配信停止リスト.csv`,
/// `optout.csv`, `退会者.xlsx`, `電話NG.csv`.
pub(in crate::import) fn is_named_so(name: &str) -> bool {
    name.split('/').any(|component| {
        let parts = parts(component);
        let lists = |pair: &[Part]| pair[0].is(Kind::Unwanted) && pair[1].is(Kind::Listed);
        is_refusing_heading(&parts)
            || has(&parts, Kind::Names)
            || has(&parts, Kind::Withdraws)
            || parts.windows(2).any(lists)
    })
}

/// Whether yes under a heading agrees to the purposes it names, and nothing else is meant: `メルマガ希望`, but neither
/// `メール会員` nor `email_verified`.
pub(in crate::import) fn is_of_agreement(heading: &str) -> bool {
    let parts = parts(heading);
    let is_linking = has(&parts, Kind::Purpose("link_social"));
    let agrees = |part: &Part| {
        let kinds = part.kinds().iter();
        kinds.copied().any(|kind| match kind {
            Kind::Contact | Kind::Consent | Kind::Marketing | Kind::Agrees => true,
            Kind::Links => is_linking,
            _ => false,
        })
    };
    let names = |part: &Part| {
        let kinds = part.kinds().iter();
        let is_named = |kind: Kind| matches!(kind, Kind::Purpose(_) | Kind::All | Kind::Flags);
        *part == Part::Break || kinds.copied().any(is_named)
    };
    let is_asked = parts.iter().any(agrees);
    let is_known = |part: &Part| {
        let is_aside = part.is(Kind::Plain) && is_asked;
        agrees(part) || names(part) || is_aside
    };
    !is_telling(&parts) && !is_unwanted(&parts) && parts.iter().all(is_known)
}

/// What a heading of refusals is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct Meant {
    /// The purposes it names; none where it names none, or all.
    pub named: Vec<&'static str>,
    /// Whether it is about being written to or called, by whatever channel.
    pub is_of_contact: bool,
    /// Whether the customer leaves, by any heading of the kind.
    pub is_leaving: bool,
    /// Whether it is about all that can be refused, analysing and linking too.
    pub is_of_all: bool,
}

impl Meant {
    pub(in crate::import) fn of(heading: &str) -> Self {
        let parts = parts(heading);
        let is_plain = |part: &Part| {
            let kinds = part.kinds();
            kinds.contains(&Kind::OptOut)
                || kinds.contains(&Kind::Plain)
                || kinds.contains(&Kind::Flags)
        };
        let is_bare = has(&parts, Kind::OptOut) && parts.iter().all(is_plain);
        let is_leaving =
            has(&parts, Kind::Leaves) || has(&parts, Kind::Data) || is_of_state(&parts);
        Self {
            named: named(&parts),
            is_of_contact: is_of_contact(&parts),
            is_leaving,
            is_of_all: is_leaving || is_bare || has(&parts, Kind::Withdraws),
        }
    }
}

/// Returns the purposes that a heading of refusals names, in koe's order; none where it names none, or all, or something
/// among them that is unknown.
fn named(parts: &[Part]) -> Vec<&'static str> {
    let mut pieces = parts.split(|part| *part == Part::Break);
    let is_one = !parts.contains(&Part::Break);
    let is_open = |piece: &[Part]| {
        let is_more = |part: &Part| {
            *part == Part::Unknown || part.is(Kind::Contact) || part.is(Kind::Elsewhere)
        };
        !is_one && !names_purpose(piece) && piece.iter().any(is_more)
    };
    if has(parts, Kind::All) || pieces.any(is_open) {
        return Vec::new();
    }
    let is_named = |purpose: &&'static str| {
        has(parts, Kind::Purpose(purpose)) || (*purpose == "link_social" && has(parts, Kind::Links))
    };
    let named: Vec<&'static str> = consents::PURPOSE
        .unit
        .split(", ")
        .filter(is_named)
        .collect();
    // Advertising goes by every channel.
    match named.as_slice() {
        ["ads"] if has(parts, Kind::Advertising) => Vec::new(),
        _ => named,
    }
}

fn names_purpose(piece: &[Part]) -> bool {
    let mut kinds = piece.iter().flat_map(Part::kinds);
    kinds.any(|kind| matches!(kind, Kind::Purpose(_) | Kind::Links))
}

/// Returns every purpose by which customers are reached.
pub(super) fn every_channel() -> impl Iterator<Item = &'static str> {
    let purposes = consents::PURPOSE.unit.split(", ");
    purposes.filter(|purpose| !["link_social", "analyse"].contains(purpose))
}

/// What is asked under a heading of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct Question {
    /// Whether somebody wishes to refuse.
    is_wish: bool,
    /// Whether the heading itself says no: `メール希望しない`.
    is_denied: bool,
    /// Why or how somebody refused, in whatever words.
    is_why: bool,
    /// Until when something is refused.
    is_until: bool,
    /// How it stands with a customer, of which only to have left says anything.
    is_state: bool,
}

impl Question {
    /// Returns what a heading asks.
    pub(in crate::import) fn of(heading: &str) -> Self {
        let parts = parts(heading);
        let heading = narrow(heading);
        let denials = ["希望なし", "希望しない", "希望しません", "希望無"];
        Self {
            is_wish: heading.contains("希望"),
            is_denied: denials.iter().any(|denial| heading.contains(denial)),
            is_why: has(&parts, Kind::Why),
            is_until: has(&parts, Kind::Until),
            is_state: is_of_state(&parts) && !is_refusing_heading(&parts),
        }
    }

    /// Returns what a cell that is filled says.
    pub(in crate::import) fn said(self, cell: &str) -> Said {
        let folded = fold(cell);
        let word = whole(&folded);
        if self.is_state {
            let has_left = has(&parts(word), Kind::Leaves) && !is_turned(word);
            return match has_left {
                true => Said::Refusal,
                false => Said::Nothing,
            };
        }
        // The address of a page answers nothing: `unsubscribe_url`.
        let is_page = ["http://", "https://", "mailto:"]
            .iter()
            .any(|begin| word.starts_with(begin));
        if is_page && !self.is_why {
            return Said::Nothing;
        }
        let asks_wish = self.is_wish && !self.is_denied;
        let is_silent = answers(word, Answer::Silent) && !(self.is_denied && word == "しない");
        let is_unwished = asks_wish && answers(word, Answer::Unwished);
        if is_silent || is_unwished || is_nil(word) {
            return Said::Nothing;
        }
        match never(word) {
            Some(Never::Begun) => return Said::Nothing,
            Some(Never::Ends) if self.is_until => return Said::Refusal,
            Some(Never::Ends) => return Said::Nothing,
            None => {}
        }
        let is_wished = asks_wish && answers(word, Answer::Wished);
        match is_wished || is_refusing(word) || is_day(cell, word) || self.is_why {
            true => Said::Refusal,
            false => Said::Unclear,
        }
    }
}

/// Returns a number without the zeros that a program has put behind its point: `1` for `1.0`.
fn whole(word: &str) -> &str {
    match word.split_once('.') {
        Some((whole, zeros))
            if !whole.is_empty()
                && !zeros.is_empty()
                && whole.bytes().all(|digit| digit.is_ascii_digit())
                && zeros.bytes().all(|digit| digit == b'0') =>
        {
            whole
        }
        _ => word,
    }
}

/// Whether nothing but zeros stands there, or a dash: `0`, `0000-00-00`.
fn is_nil(word: &str) -> bool {
    word.chars().all(|letter| "0-/.: ".contains(letter))
}

/// A day that stands for none.
enum Never {
    /// Before there was any: `1900/1/0`, `1970-01-01`, `0001-01-01`.
    Begun,
    /// After the last: `9999-12-31`.
    Ends,
}

/// Returns which day that programs write for none a cell has, if it has one.
fn never(word: &str) -> Option<Never> {
    if !is_of_days(word) {
        return None;
    }
    let groups = word.split(|letter: char| !letter.is_ascii_digit());
    let mut groups = groups.filter(|group| !group.is_empty());
    let first = groups.next()?;
    let day: Vec<&str> = match first.len() {
        8 => vec![&first[..4], &first[4..6], &first[6..]],
        _ => [Some(first), groups.next(), groups.next()]
            .into_iter()
            .flatten()
            .collect(),
    };
    let year = day.iter().position(|group| group.len() == 4)?;
    let mut others = day.iter().enumerate().filter(|(place, _)| *place != year);
    let is_first = |day: &str| ["0", "00", "1", "01"].contains(&day);
    match day[year] {
        _ if day.len() < 3 => None,
        "0000" | "0001" | "1753" | "1899" => Some(Never::Begun),
        "1900" | "1970" => others.all(|(_, day)| is_first(day)).then_some(Never::Begun),
        "2099" => others
            .all(|(_, day)| ["12", "31"].contains(day))
            .then_some(Never::Ends),
        "2999" | "9999" => Some(Never::Ends),
        _ => None,
    }
}

fn is_refusing(word: &str) -> bool {
    let is_open = answers(word, Answer::Mark) || word.starts_with('未');
    let is_own = answers(word, Answer::Denied) || answers(word, Answer::Revoked);
    answers(word, Answer::Refuses)
        || (is_own && !is_open)
        || (!is_turned(word) && tells_refusal(word))
}

/// Whether a cell tells in its own words that something is refused.
fn tells_refusal(word: &str) -> bool {
    let parts = parts(word);
    is_telling(&parts) || has(&parts, Kind::Unwanted)
}

fn is_of_days(word: &str) -> bool {
    let is_of_days =
        |letter: char| letter.is_ascii_digit() || "-/.:年月日時分秒 tz+,".contains(letter);
    word.chars().all(is_of_days)
}

/// Whether a day is meant, however it is written.
fn is_day(cell: &str, word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 4 && is_of_days(word))
        || matches!(
            dates::moment(cell),
            Ok(Some(_)) | Err(ValueError::AmbiguousDate)
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_refusals_are_told_from_those_of_answers_and_of_other_things() {
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
            "配信停止日",
            "unsubscribed_at",
            "HasOptedOutOfEmail",
            "do_not_contact",
            "donotemail",
            "オプトアウト理由",
            "オプト・アウト",
            "opt.out",
            "退会日",
            "退会希望",
            "同意撤回日",
            "revoked_at",
            "consent_withdrawn_at",
            "unlinked_at",
            "メールNGフラグ",
            "電話NG日",
            "連絡NG区分",
            "NG_メール",
            "email_ng_flag",
            "DM禁止",
            "DMお断り",
            "営業電話禁止",
            "メルマガ解約日",
            "メルマガ同意撤回",
            "配信中止日",
            "配信STOP",
            "メール配信対象外",
            "メールを希望しません",
            "メール希望無",
            "no_email",
            "no_contact",
            "nomail",
            "dont_email",
            "DNC",
            "email_blocked",
            "email_blacklisted",
            "紙DM不要",
            "お客様DM不可",
            "TEL不可",
            "FAX不要",
            "郵便不要",
            "通知不要",
            "ブロック日時",
            "商品案内停止",
        ] {
            assert!(may_refuse(heading), "{heading}");
            assert!(is_of_refusals(heading), "{heading}");
            assert!(!is_of_agreement(heading), "{heading}");
        }
        for heading in [
            "返品不可",
            "販売停止日",
            "送料停止",
            "商品停止",
            "定期停止",
            "ロック解除日",
            "制限解除",
            "メール便不可",
            "入会日",
            "long",
            "ranking",
            "song",
            "strong",
            "offer",
            "乗り換え",
            "配信曲名",
            "配信日",
            "stop_name",
            "stop_address",
            "address",
            "TEL No",
            "email_no",
            "オフィス電話番号",
            "オンラインストップウォッチ",
            "メール配信(希望する・しない)",
            "DM可・不可",
            "メール配信OK/NG",
            "yes/no email",
            "メール配信ON/OFF",
            "メルマガ",
            "LINE",
            "Accepts Marketing",
            "Mailing",
            "配信希望",
            "DM可",
            "NGO会員",
        ] {
            assert!(!may_refuse(heading), "{heading}");
        }
    }

    #[test]
    fn among_orders_only_what_is_said_of_contact_refuses() {
        for heading in ["メルマガ拒否", "DM不可", "email_opt_out", "配信停止日"] {
            assert!(may_refuse_contact(heading), "{heading}");
        }
        for heading in [
            "販売停止日",
            "停止日",
            "解除日",
            "退会日",
            "返品不可",
            "opt_out",
        ] {
            assert!(!may_refuse_contact(heading), "{heading}");
        }
    }

    #[test]
    fn yes_agrees_only_under_headings_of_which_every_word_is_known() {
        for heading in [
            "メルマガ",
            "メルマガフラグ",
            "メールマガジン受信",
            "メルマガ配信希望",
            "LINE配信",
            "DM送付",
            "購買履歴の分析利用",
            "SNS連携",
            "Email Opt In",
            "sms_opt_in",
            "Accepts Marketing",
            "email_marketing_consent",
            "電話・メール可",
        ] {
            assert!(is_of_agreement(heading), "{heading}");
        }
        for heading in [
            "LINE会員",
            "LINE連携",
            "メール会員",
            "メール有無",
            "has_email",
            "email_verified",
            "email_bounced",
            "メール不達",
            "email_not_ok",
        ] {
            assert!(!is_of_agreement(heading), "{heading}");
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
            "退会者/2026.csv",
            "会員.xlsx/メール拒否",
            "電話NG.csv",
            "メールNG.csv",
            "NGリスト.csv",
            "2026/DM不可.csv",
            "顧客_DM不要.csv",
            "連絡禁止.csv",
            "解約者.csv",
            "配信対象外.csv",
            "stop_list.csv",
            "haishin_teishi.csv",
            "taikai.csv",
            "除外.csv",
            "blacklist.csv",
            "ブラックリスト.xlsx",
            "revoked.csv",
            "withdrawn.csv",
        ] {
            assert!(is_named_so(name), "{name}");
        }
        for name in [
            "会員一覧.csv",
            "customers.csv",
            "members_2026-01.csv",
            "会員一覧_返品不可.csv",
            "販売停止商品.csv",
            "ranking.csv",
            "songs_strong.csv",
            "配信曲.csv",
            "オフィス会員.csv",
        ] {
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
            ("ショートメール拒否", &["sms"]),
            ("電話・メール停止", &["email", "voice"]),
            ("DM不可", &["postal", "social_dm"]),
            ("連携解除日", &["link_social"]),
            ("unlinked_at", &["link_social"]),
            ("広告・メール停止", &["email", "ads"]),
            ("広告・分析の停止", &["analyse", "ads"]),
            ("ads_opt_out", &["ads"]),
            ("メール・郵便停止", &["email", "postal"]),
            ("メルマガ・葉書拒否", &["email", "postal"]),
            ("メール・TEL停止", &["email", "voice"]),
            ("DM・TEL拒否", &["postal", "social_dm", "voice"]),
            ("メルマガ・アプリ通知拒否", &["email", "push"]),
            ("email_and_text_opt_out", &["email", "sms"]),
            ("メールと電話の停止", &["email", "voice"]),
            ("メール配信停止・解除日", &["email"]),
            ("店舗メール停止", &["email"]),
            ("メール・回覧板停止", &[]),
            ("メール・FAX停止", &[]),
            ("メルマガなど配信停止", &[]),
            ("配信停止日", &[]),
            ("広告停止", &[]),
            ("マーケティング停止", &[]),
            ("marketing_opt_out", &[]),
            ("unsubscribed_from_all_email", &[]),
            ("unsubscribed_automatically", &[]),
            ("callback_opt_out", &[]),
            ("leads_opt_out", &[]),
            ("admin_unsubscribed_at", &[]),
            ("decline_opt_out", &[]),
            ("opt_out_timeline", &[]),
            ("do_not_contact", &[]),
        ] {
            assert_eq!(Meant::of(heading).named, expected, "{heading}");
        }
        let all: Vec<&str> = every_channel().collect();
        assert!(all.contains(&"email") && all.contains(&"ads"), "{all:?}");
        assert!(!all.contains(&"analyse") && !all.contains(&"link_social"));
    }

    #[test]
    fn who_leaves_or_takes_consent_back_refuses_all_there_is() {
        for heading in [
            "退会日",
            "利用停止日",
            "同意撤回日",
            "revoked_at",
            "do_not_process",
            "opt_out",
            "オプトアウト日",
        ] {
            assert!(Meant::of(heading).is_of_all, "{heading}");
        }
        for heading in ["配信停止日", "unsubscribed_at", "do_not_contact", "解除日"] {
            assert!(!Meant::of(heading).is_of_all, "{heading}");
        }
        assert!(Meant::of("退会日").is_leaving && !Meant::of("同意撤回日").is_leaving);
    }

    #[test]
    fn cells_refuse_or_not_or_it_is_not_clear() {
        for (heading, cell, expected) in [
            ("配信停止日", "2026-08-20", Said::Refusal),
            ("配信停止日", "2026/8/20 10:00", Said::Refusal),
            ("配信停止日", "20260820", Said::Refusal),
            ("配信停止日", "1/2/2026", Said::Refusal),
            ("配信停止日", "令和8年8月20日", Said::Refusal),
            ("配信停止日", "0000-00-00 00:00:00", Said::Nothing),
            ("配信停止日", "9999-12-31", Said::Nothing),
            ("配信停止日", "99991231", Said::Nothing),
            ("配信停止日", "1900/1/0", Said::Nothing),
            ("配信停止日", "1900-01-00", Said::Nothing),
            ("配信停止日", "1899-12-30", Said::Nothing),
            ("配信停止日", "0001-01-01", Said::Nothing),
            ("配信停止日", "1970-01-01 09:00:00", Said::Nothing),
            ("配信停止日", "1970-01-01T00:00:00Z", Said::Nothing),
            ("配信停止日", "1970-02-01", Said::Refusal),
            ("配信停止期限", "9999-12-31", Said::Refusal),
            ("配信停止日", "-", Said::Nothing),
            ("配信停止日", "\\N", Said::Nothing),
            ("配信停止日", "NaN", Said::Nothing),
            ("配信停止日", "#N/A", Said::Nothing),
            ("email_opt_out", "TRUE", Said::Refusal),
            ("email_opt_out", "1", Said::Refusal),
            ("email_opt_out", "1.0", Said::Refusal),
            ("email_opt_out", "t", Said::Refusal),
            ("email_opt_out", "0", Said::Nothing),
            ("email_opt_out", "0.0", Said::Nothing),
            ("email_opt_out", "f", Said::Nothing),
            ("email_opt_out", "False", Said::Nothing),
            ("email_opt_out", "2", Said::Unclear),
            ("email_opt_out", "2.0", Said::Unclear),
            ("メルマガ拒否", "はい", Said::Refusal),
            ("メルマガ拒否", "拒否", Said::Refusal),
            ("メルマガ拒否", "受信しない", Said::Refusal),
            ("メルマガ拒否", "いいえ", Said::Nothing),
            ("メルマガ拒否", "しない", Said::Nothing),
            ("メルマガ拒否", "×", Said::Unclear),
            ("メルマガ拒否", "希望する", Said::Unclear),
            ("配信停止", "配信停止中", Said::Refusal),
            ("配信停止", "停止中", Said::Refusal),
            ("配信停止", "配信中", Said::Nothing),
            ("配信停止", "受信中", Said::Nothing),
            ("配信停止", "購読中", Said::Nothing),
            ("配信停止", "未停止", Said::Nothing),
            ("配信停止", "停止なし", Said::Nothing),
            ("配信停止", "停止していない", Said::Nothing),
            ("配信停止", "停止しない", Said::Unclear),
            ("配信停止", "停止解除", Said::Unclear),
            ("配信停止", "未登録", Said::Unclear),
            ("suppressions", "NOT_SUPPRESSED", Said::Unclear),
            ("退会希望", "希望する", Said::Refusal),
            ("退会希望", "しない", Said::Nothing),
            ("退会希望", "希望しない", Said::Nothing),
            ("配信停止希望", "希望なし", Said::Nothing),
            ("配信停止希望", "希望無し", Said::Nothing),
            ("配信停止希望", "不要", Said::Nothing),
            ("メール希望しない", "しない", Said::Refusal),
            ("メール希望しない", "希望しない", Said::Refusal),
            ("停止理由", "多すぎる", Said::Refusal),
            ("停止理由", "なし", Said::Nothing),
            ("donotemail", "note", Said::Unclear),
        ] {
            assert_eq!(
                Question::of(heading).said(cell),
                expected,
                "{heading}: {cell}"
            );
        }
    }

    #[test]
    fn who_has_left_by_the_state_of_a_customer_refuses_and_nobody_else() {
        for heading in ["会員ステータス", "会員ステータス(名称)", "顧客状態"] {
            assert!(may_refuse(heading), "{heading}");
            let said = |cell: &str| Question::of(heading).said(cell);
            assert_eq!(said("退会"), Said::Refusal, "{heading}");
            assert_eq!(said("退会済み"), Said::Refusal, "{heading}");
            for cell in ["本会員", "仮会員", "3", "active", "未退会", "2026-01-01"] {
                assert_eq!(said(cell), Said::Nothing, "{heading}: {cell}");
            }
        }
        for heading in ["注文ステータス", "会員ランク", "ステータス", "会員状況メモ"]
        {
            assert!(!may_refuse(heading), "{heading}");
        }
    }

    #[test]
    fn addresses_of_pages_and_days_far_away_refuse_nothing() {
        let said = |heading: &str, cell: &str| Question::of(heading).said(cell);
        let page = "https://example.jp/unsubscribe?t=1";
        assert_eq!(said("unsubscribe_url", page), Said::Nothing);
        assert_eq!(said("退会日", "2099-12-31"), Said::Nothing);
        assert_eq!(said("退会日", "2099-06-01"), Said::Refusal);
        assert_eq!(said("退会日", "1753-01-01"), Said::Nothing);
        assert_eq!(said("退会区分", "会員"), Said::Nothing);
        assert_eq!(said("配信停止", "配信する"), Said::Nothing);
    }

    #[test]
    fn files_of_those_who_are_left_are_no_lists_of_refusals() {
        for name in ["会員一覧(退会者除く).csv", "顧客_オプトアウト除く.csv"] {
            assert!(!is_named_so(name), "{name}");
        }
        assert!(is_named_so("退会者.csv"));
    }
}
