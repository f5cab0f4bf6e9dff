//! LINE talks in other languages and vintages, and broken ones.

use super::import;
use crate::error::Error;
use crate::import::rejects::Reason;
use crate::import::values::ValueError;

/// Returns the instants and texts of a talk's rows.
fn said(text: &str) -> Vec<(String, String)> {
    let outcome = import(text.as_bytes(), None).expect("recognised");
    assert_eq!(outcome.layout, "line_talk");
    assert!(outcome.rejects.is_empty(), "{:?}", outcome.rejects);
    let rows = outcome.rendered();
    let cell = |row: &str, name: &str| {
        let found = row
            .split(" | ")
            .find_map(|cell| cell.strip_prefix(name)?.strip_prefix('='));
        found.unwrap_or_default().to_owned()
    };
    let posts = rows.lines().filter(|row| row.starts_with("posts "));
    posts
        .map(|row| (cell(row, "posted_at"), cell(row, "text")))
        .collect()
}

#[test]
fn days_are_read_in_every_form_met() {
    for day in [
        "2024/07/02(火)",
        "2024/7/2(火)",
        "2024/07/02 火曜日",
        "2024.07.02 火曜日",
        "2024年7月2日(火)",
        "2024年7月2日火曜日",
        "2024/07/02(Tue)",
        "2024.07.02 Tuesday",
        "Tue, 7/2/2024",
        "Tue, 02/07/2024",
    ] {
        let text = format!(
            "[LINE] 花子とのトーク履歴\n保存日時：2024/07/31 23:00\n\n{day}\n9:05\t花子\tはい\n"
        );
        assert_eq!(
            said(&text),
            [("2024-07-02T00:05:00Z".to_owned(), "はい".to_owned())],
            "{day}"
        );
    }
}

#[test]
fn a_talk_of_which_nothing_can_be_read_is_not_taken_for_an_empty_one() {
    let title = "[LINE] 花子とのトーク履歴\n保存日時：2024/07/31 23:00\n\n";
    assert!(said(title).is_empty());
    for damaged in ["aGVsbG8gd29ybGQ=\n", "\n%%%%\n", "配信停止してください\n"] {
        let refused = import(format!("{title}{damaged}").as_bytes(), None);
        assert!(
            matches!(
                refused,
                Err(Error::Malformed {
                    line: Some(4 | 5),
                    ..
                })
            ),
            "{damaged}"
        );
    }
    // What stands above the first day of a talk that can be read does no harm.
    let text = format!("{title}お知らせ\n2024/07/02(火)\n9:05\t花子\tはい\n");
    assert_eq!(said(&text).len(), 1);
}

#[test]
fn english_talks_are_read() {
    let text = "[LINE] Chat history with Jordan\nSaved on: 9/26/2026, 11:00\n\nFri, 9/25/2026\n\
                09:03PM\tJordan\tWhat time?\n9:05 PM\tAlex\t[Sticker]\n9:06 PM\tAlex unsent a message.\n\
                9:07 PM\tYou unsent a message.\n9:08 PM\tAlex joined the chat.\n";
    let at = |minute: u8, text: &str| (format!("2026-09-25T12:0{minute}:00Z"), text.to_owned());
    assert_eq!(
        said(text),
        [
            at(3, "What time?"),
            at(5, "[Sticker]"),
            at(6, ""),
            at(7, "")
        ]
    );
    let rows = import(text.as_bytes(), None)
        .expect("recognised")
        .rendered();
    assert!(rows.contains("observed_at=2026-09-26T02:00:00Z"), "{rows}");
}

#[test]
fn what_cannot_be_placed_is_rejected() {
    let text = "[LINE] 花子とのトーク履歴\n8:00\t花子\t日付なし\n2024/02/30(金)\n8:01\t花子\ta\n\
                Sun, 6/7/2024\n8:02\t花子\tb\n2024/07/02(火)\n迷い行\n99:00\t花子\tc\nd\n8:03\t花子\te\n";
    let outcome = import(text.as_bytes(), None).expect("recognised");
    let rejects: Vec<(u64, &str, &Reason)> = outcome
        .rejects
        .iter()
        .map(|reject| (reject.line, reject.column.as_str(), &reject.reason))
        .collect();
    let not_a_date = Reason::Value(ValueError::NotADate);
    assert_eq!(
        rejects,
        [
            (2, "日付", &Reason::Missing),
            (4, "日付", &not_a_date),
            (6, "日付", &not_a_date),
            (8, "", &Reason::TooFewCells),
            (9, "時刻", &not_a_date),
        ]
    );
    assert_eq!(outcome.counts.read, 6);
}

#[test]
fn a_day_that_could_be_either_is_not_guessed() {
    // 3 February and 2 March 2024 are both Saturdays.
    let text =
        "[LINE] Chat history with A\nSat, 2/3/2024\n8:00\tA\ta\nSat, 2/24/2024\n8:00\tA\tb\n";
    let outcome = import(text.as_bytes(), None).expect("recognised");
    assert_eq!(outcome.rejects.len(), 1);
    assert_eq!(outcome.rejects[0].value, "Sat, 2/3/2024");
    assert_eq!(
        outcome.rejects[0].reason,
        Reason::Value(ValueError::AmbiguousDate)
    );
}

#[test]
fn friends_with_a_row_of_field_ids_are_read_and_user_ids_are_told() {
    let id = "U0123456789abcdef0123456789abcdef";
    let text = format!(
        "登録ID,表示名,LINE登録名,友だち情報_1,\nID,表示名,LINE登録名,事務所名,LINEユーザーID\n7,花,はな,鎌倉,{id}\n8,次,次郎,,none\n"
    );
    let outcome = import(text.as_bytes(), None).expect("recognised");
    assert_eq!((outcome.layout, outcome.counts.read), ("lstep_friends", 2));
    let rows = outcome.rendered();
    assert!(
        rows.contains(&format!("account_id={id} ")) && rows.contains("account_id=8 "),
        "{rows}"
    );
    assert!(
        rows.contains(r#"extra={"ID":"7","表示名":"花","事務所名":"鎌倉"}"#),
        "{rows}"
    );
}
