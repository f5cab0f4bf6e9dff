//! Broken rows are rejected with their line and column, and every record is accounted for.

use super::import;
use crate::error::Error;
use crate::import::rejects::Reason;
use crate::import::values::ValueError;
use crate::schema::consents;

fn rejected(text: &str, forced: Option<&str>) -> (Vec<(u64, String, Reason)>, u64, String) {
    let outcome = import(text.as_bytes(), forced).expect("the layout is recognised");
    assert_eq!(outcome.counts.rejected, outcome.rejects.len() as u64);
    let rows = outcome.rendered();
    let rejects = outcome
        .rejects
        .into_iter()
        .map(|reject| (reject.line, reject.column, reject.reason))
        .collect();
    (rejects, outcome.counts.read, rows)
}

fn at(line: u64, column: &str, reason: Reason) -> (u64, String, Reason) {
    (line, column.to_owned(), reason)
}

const ORDERS: &str = "注文ID,会員ID,小計,値引き,送料,対応状況(名称),受注日,価格,個数\n";

#[test]
fn an_order_is_taken_whole_or_not_at_all() {
    let text = format!(
        "{ORDERS}1,7,300,0,0,新規受付,2024-01-01,100,1\n1,7,300,0,0,新規受付,2024-01-01,時価,2\n\
         2,7,100,0,0,新規受付,2024-01-02,100,1\n3,7,100,0,0,新規受付,2024-02-30,100,1\n\n4,7,100,0\n"
    );
    let (rejects, read, rows) = rejected(&text, None);
    assert_eq!(
        rejects,
        [
            at(2, "", Reason::OrderRejected),
            at(3, "価格", Reason::Value(ValueError::NotMoney)),
            at(5, "受注日", Reason::Value(ValueError::NotADate)),
            at(7, "", Reason::TooFewCells),
        ]
    );
    assert_eq!(read, 5);
    assert_eq!(
        rows.lines()
            .filter(|row| row.starts_with("orders "))
            .count(),
        1,
        "{rows}"
    );
    assert_eq!(
        rows.lines()
            .filter(|row| row.starts_with("order_lines "))
            .count(),
        1,
        "{rows}"
    );
}

#[test]
fn amounts_that_are_codes_are_rejected_as_read_or_multiplied() {
    let text = format!(
        "{ORDERS}1,7,1000000000000001,0,0,新規受付,2024-01-01,100,1\n\
         2,7,100,0,0,新規受付,2024-01-02,1000000000000,2000\n\
         3,7,100,0,0,新規受付,2024-01-03,100,4901234567894123\n\
         4,7,100,0,0,新規受付,2024-01-04,100,1\n"
    );
    let (rejects, _, rows) = rejected(&text, None);
    assert_eq!(
        rejects,
        [
            at(2, "小計", Reason::Value(ValueError::OutOfRange)),
            at(3, "価格", Reason::Overflow),
            at(4, "価格", Reason::Overflow),
        ]
    );
    assert!(
        rows.contains("order_id=4") && !rows.contains("order_id=1"),
        "{rows}"
    );
}

#[test]
fn sums_of_amounts_are_bounded_too() {
    // Each is an amount, and four of them are none.
    let row = |order: u8| format!("{order},7,2024-01-01,400000000000000,豆,鎌倉\n");
    let text = format!(
        "注文番号,会員ID,日付,金額,商品名,店舗\n{}{}{}{}2,7,2024-01-02,100,豆,鎌倉\n",
        row(1),
        row(1),
        row(1),
        row(1)
    );
    let (rejects, _, rows) = rejected(&text, None);
    assert!(
        rejects
            .iter()
            .any(|(_, _, reason)| *reason == Reason::Overflow),
        "{rejects:?}"
    );
    assert!(
        rows.contains("order_id=2") && !rows.contains("order_id=1"),
        "{rows}"
    );
}

#[test]
fn an_open_quote_spoils_its_order_but_not_the_rest_of_the_file() {
    let text = format!(
        "{ORDERS}\"1,7,300,0,0,新規受付,2024-01-01,100,1\n1,7,300,0,0,新規受付,2024-01-01,100,2\n\
         2,7,100,0,0,新規受付,2024-01-02,100,1\n"
    );
    let (rejects, read, rows) = rejected(&text, None);
    assert_eq!(
        rejects,
        [
            at(2, "", Reason::OpenQuote),
            at(3, "", Reason::OrderRejected)
        ]
    );
    assert_eq!(read, 3);
    assert!(
        rows.contains("order_id=2") && !rows.contains("order_id=1"),
        "{rows}"
    );
}

#[test]
fn rows_of_an_order_that_come_back_later_are_rejected() {
    let row = |id: u8| format!("{id},7,100,0,0,新規受付,2024-01-01,100,1\n");
    let (rejects, ..) = rejected(&format!("{ORDERS}{}{}{}", row(1), row(2), row(1)), None);
    assert_eq!(rejects, [at(4, "注文ID", Reason::OrderScattered)]);
}

#[test]
fn rows_of_a_log_under_one_number_are_one_order_taken_whole_or_not_at_all() {
    let text = "注文番号,会員ID,日付,金額,商品名,店舗\n\
                1,7,2024-01-01,100,豆,鎌倉\n1,7,2024-01-01,250,ミル,鎌倉\n\n2,8,2024-01-02,5,豆,鎌倉\n\
                3,8,2024-01-03,1,豆,\n3,8,2024-01-03,x,豆,\n3,8,2024-01-03,1,豆,\n\
                1,7,2024-01-04,9,豆,\n,7,2024-01-05,9,豆,\n4,9,2024-01-06,\"1,000\",豆,\n";
    let (rejects, read, rows) = rejected(text, None);
    assert_eq!(
        rejects,
        [
            at(6, "", Reason::OrderRejected),
            at(7, "金額", Reason::Value(ValueError::NotMoney)),
            at(8, "", Reason::OrderRejected),
            at(9, "注文番号", Reason::OrderScattered),
            at(10, "注文番号", Reason::Missing),
        ]
    );
    assert_eq!(read, 9);
    let told = |row: &str| rows.contains(row);
    assert!(
        told("orders 2: source=transactions | order_id=1 | customer_id=7"),
        "{rows}"
    );
    assert!(
        told("total_minor=350 | spend_minor=350 | currency=JPY | store=鎌倉"),
        "{rows}"
    );
    assert!(
        told("order_id=1 | line_number=2 | product_name=ミル | amount_minor=250"),
        "{rows}"
    );
    assert!(told("order_id=4") && told("goods_minor=1000"), "{rows}");
    assert_eq!(
        rows.lines()
            .filter(|row| row.starts_with("orders "))
            .count(),
        3,
        "{rows}"
    );
    assert_eq!(
        rows.lines()
            .filter(|row| row.starts_with("customers "))
            .count(),
        3,
        "{rows}"
    );
}

#[test]
fn rows_of_plain_layouts_are_checked_word_by_word() {
    let text = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
                eccube,1,newsletter,granted,,,\neccube,,email,granted,,,\neccube,1,email,granted,1/2/2024,,\n\
                eccube,1,email,granted,,,,surplus\neccube,1,email,granted,,,\n";
    let (rejects, read, rows) = rejected(text, None);
    assert_eq!(
        rejects,
        [
            at(2, "purpose", Reason::NotAmong(consents::PURPOSE.unit)),
            at(3, "customer_id", Reason::Missing),
            at(4, "effective_at", Reason::Value(ValueError::AmbiguousDate)),
            at(5, "", Reason::TooManyCells),
        ]
    );
    assert_eq!((read, rows.lines().count()), (5, 1));
}

#[test]
fn refusals_of_plain_layouts_are_read_in_other_words_and_grants_are_not() {
    let text = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
                eccube,1,email,Opt-Out,,,\neccube,2,email,配信停止,,,\neccube,3,email,yes,,,\n";
    let (rejects, read, rows) = rejected(text, None);
    let reason = Reason::NotAmong(consents::STATUS.unit);
    assert_eq!(rejects, [at(4, "status", reason)]);
    assert_eq!((read, rows.lines().count()), (3, 2));
    assert!(rows.contains("status=denied"), "{rows}");
    assert!(rows.contains("status=revoked"), "{rows}");
}

#[test]
fn a_declared_link_needs_an_id_or_a_handle() {
    let text = "source,customer_id,platform,provider,account_id,handle,method,declared_at\neccube,1,x,,,,signup,\n";
    assert_eq!(
        rejected(text, None).0,
        [at(2, "account_id", Reason::Missing)]
    );
}

#[test]
fn a_broken_json_line_costs_only_itself() {
    let post = r#"{"id":"1","text":"a","created_at":"2024-01-01T00:00:00Z","author_id":"2"}"#;
    let undated = r#"{"id":"3","text":"a","created_at":"いつか","author_id":"2"}"#;
    let (rejects, read, rows) =
        rejected(&format!("{post}\n{{\"id\":\"2\",\"te\n{undated}\n"), None);
    assert_eq!(
        rejects,
        [
            at(2, "", Reason::NotJson),
            at(3, "created_at", Reason::Value(ValueError::NotADate))
        ]
    );
    assert_eq!((read, rows.lines().count()), (3, 1));
}

#[test]
fn a_document_cut_in_the_middle_is_rejected_not_dropped() {
    let (rejects, read, _) = rejected(
        "{\n\"reviews\": [{\"reviewId\": \"r1\", \"starRating\": \"FI",
        None,
    );
    assert_eq!(rejects, [at(1, "", Reason::NotJson)]);
    assert_eq!(read, 1);
}

#[test]
fn messages_say_which_part_of_the_time_is_broken() {
    let text = "アカウント名,店\nタイムゾーン,'+09:00\nダウンロード日時,2024/07/31 23:00:00\n\
                送信者タイプ,送信者名,送信日,送信時刻,内容\n\
                User,花,2024/07/01,99:00,a\nBot,花,2024/07/01,09:00,a\nUser,花,昨日,09:00,a\n";
    assert_eq!(
        rejected(text, None).0,
        [
            at(5, "送信時刻", Reason::Value(ValueError::NotADate)),
            at(6, "送信者タイプ", Reason::Value(ValueError::UnknownWord)),
            at(7, "送信日", Reason::Value(ValueError::NotADate)),
        ]
    );
}

#[test]
fn a_forced_layout_names_the_column_it_misses() {
    let Err(Error::MissingColumn { column, found, .. }) =
        import(b"a,b\n1,2\n", Some("eccube_customers"))
    else {
        panic!("the column is missing")
    };
    assert_eq!(
        (column.as_str(), found.as_slice()),
        ("会員ID", ["a".to_owned(), "b".to_owned()].as_slice())
    );
}
