//! Words shops write for what koe has one word for, where a section does not say otherwise.

use crate::import::head::fold;
use crate::import::order::{CANCELLED, PLACED, RETURNED};
use crate::import::values::{ValueError, numbers};
use crate::import::vocabulary::{Answer, answers};

pub(in crate::import) use crate::import::vocabulary::purpose;

/// Whether a customer refuses something by one of koe's words.
pub(in crate::import) fn is_refusal(word: &str) -> bool {
    ["denied", "revoked", "unsubscribed"].contains(&word)
}

/// Reads stars of a review: a number, or that many `★`.
pub(super) fn stars(text: &str) -> Result<Option<f64>, ValueError> {
    let shown = text.matches('★').count();
    if shown > 0 && text.chars().all(|letter| "★☆ ".contains(letter)) {
        return Ok(Some(shown as f64));
    }
    numbers::float(text)
}

/// Returns whether a word says yes or no.
pub(super) fn flag(text: &str) -> Option<bool> {
    let word = fold(text);
    if answers(&word, Answer::Granted) {
        Some(true)
    } else if answers(&word, Answer::Denied) {
        Some(false)
    } else {
        None
    }
}

/// Returns what a word says of a consent.
pub(in crate::import) fn consent(text: &str) -> Option<&'static str> {
    let word = fold(text);
    if answers(&word, Answer::Revoked) {
        return Some("revoked");
    }
    flag(text).map(|yes| if yes { "granted" } else { "denied" })
}

/// Returns the status of an order; anything that is neither cancelled nor returned is placed.
pub(super) fn order_status(text: &str) -> &'static str {
    let word = fold(text);
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["partial", "一部", "not "]) {
        PLACED
    } else if has(&[
        "返品",
        "返金",
        "払戻",
        "払い戻し",
        "refund",
        "return",
        "chargeback",
    ]) {
        RETURNED
    } else if has(&[
        "キャンセル",
        "取消",
        "取り消し",
        "無効",
        "不成立",
        "決済失敗",
        "決済エラー",
        "振替不能",
        "cancel",
        "void",
        "declined",
        "payment failed",
    ]) || word == "failed"
    {
        CANCELLED
    } else {
        PLACED
    }
}

/// Returns a gender as koe writes it; `None` for no answer.
pub(super) fn gender(text: &str) -> Option<&'static str> {
    match fold(text).as_str() {
        "女" | "女性" | "f" | "female" | "woman" | "w" => Some("female"),
        "男" | "男性" | "m" | "male" | "man" => Some("male"),
        "other" | "その他" | "non-binary" => Some("other"),
        _ => None,
    }
}

/// Returns the word of a column's set that a word of a file stands for, if it is plain.
pub(in crate::import) fn of_set(
    column: &str,
    set: &'static str,
    text: &str,
) -> Option<&'static str> {
    let word = fold(text);
    let same = set
        .split(", ")
        .find(|known| *known == word || known.replace('_', " ") == word);
    same.or_else(|| {
        let found = match (column, word.as_str()) {
            ("gender", _) => gender(text)?,
            ("status", _) if set.contains("granted") => consent(text)?,
            ("status", _) if set.contains("placed") => order_status(text),
            ("purpose" | "channel", _) => return purpose(text).filter(|found| is_in(set, found)),
            ("state", _) => contact_state(&word)?,
            ("kind", "投稿" | "tweet" | "ツイート" | "ポスト") => "post",
            ("kind", "返信" | "リプライ") => "reply",
            ("kind", "リポスト" | "リツイート" | "retweet" | "share" | "シェア") => {
                "repost"
            }
            ("kind", "引用" | "quote tweet") => "quote",
            ("kind", "レビュー" | "口コミ" | "クチコミ" | "評価") => "review",
            ("kind", "コメント") => "comment",
            ("kind", "チャット" | "line" | "message") => "chat",
            ("kind", "電話" | "phone" | "tel") => "call",
            ("kind", "メール" | "mail" | "e-mail") => "email",
            (
                "kind",
                "問い合わせ" | "お問い合わせ" | "問合せ" | "フォーム" | "web" | "web form"
                | "inquiry",
            ) => "ticket",
            ("kind", "記事" | "ニュース" | "news" | "blog" | "ブログ") => "article",
            ("kind", "掲示板" | "フォーラム") => "forum",
            ("arm", "対象" | "配信" | "施策" | "treatment" | "test") => "treated",
            ("arm", "対照" | "非配信" | "ホールドアウト" | "holdout" | "hold-out") => {
                "control"
            }
            ("method", "会員登録" | "登録") => "signup",
            ("method", "ログイン" | "連携") => "login",
            ("method", "フォーム" | "アンケート" | "survey") => "form",
            _ => return None,
        };
        is_in(set, found).then_some(found)
    })
}

/// Returns what became of a message, by a folded word.
fn contact_state(word: &str) -> Option<&'static str> {
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    // Longer words first: `undelivered` has `delivered` in it, `配信停止` has `配信`.
    Some(if has(&["予定", "予約", "schedul", "queued", "planned"]) {
        "planned"
    } else if has(&["配信停止", "解除", "unsubscrib", "opt out", "opt-out"]) {
        "unsubscribed"
    } else if has(&[
        "エラー",
        "不達",
        "失敗",
        "ブロック",
        "bounce",
        "fail",
        "undeliver",
        "not delivered",
        "reject",
        "error",
        "dropped",
    ]) {
        "bounced"
    } else if has(&["迷惑メール", "complain", "spam"]) {
        // A filter that takes it for spam bounces it; who does complains.
        "unsubscribed"
    } else if has(&["クリック", "click"]) {
        "clicked"
    } else if has(&["未開封", "unopened", "not opened", "未読"]) {
        "sent"
    } else if has(&["開封", "既読", "open", "read"]) {
        "opened"
    } else if has(&["未配信", "未送信", "対象外", "除外", "not sent", "unsent"]) {
        return None;
    } else if has(&["送信", "配信", "送達", "到達", "sent", "deliver", "success"]) || word == "成功"
    {
        "sent"
    } else {
        return None;
    })
}

fn is_in(set: &str, word: &str) -> bool {
    set.split(", ").any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{consents, contacts, orders};

    #[test]
    fn words_met_in_the_wild_are_known() {
        for (text, expected) in [
            ("キャンセル済", CANCELLED),
            ("Voided", CANCELLED),
            ("返品受付", RETURNED),
            ("refunded", RETURNED),
            ("partially_refunded", PLACED),
            ("unpaid", PLACED),
            ("発送済み", PLACED),
        ] {
            assert_eq!(order_status(text), expected, "{text}");
            assert_eq!(of_set("status", orders::STATUS.unit, text), Some(expected));
        }
        for (text, expected) in [
            ("希望する", Some("granted")),
            ("希望しない", Some("denied")),
            ("配信停止", Some("revoked")),
            ("たぶん", None),
        ] {
            assert_eq!(of_set("status", consents::STATUS.unit, text), expected);
        }
        assert_eq!(
            of_set("channel", contacts::CHANNEL.unit, "メルマガ"),
            Some("email")
        );
        for text in ["Spam report", "complained", "迷惑メール報告", "配信停止"] {
            let state = of_set("state", contacts::STATE.unit, text);
            assert_eq!(state, Some("unsubscribed"), "{text}");
        }
        let state = of_set("state", contacts::STATE.unit, "Dropped: spam content");
        assert_eq!(state, Some("bounced"));
        assert_eq!(purpose("LINE配信"), Some("line"));
        assert_eq!(purpose("オンライン会員"), None);
    }
}
