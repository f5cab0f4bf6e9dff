//! Plain tables: posts and purchases are never taken for each other.

use super::import;
use crate::import::layout::layouts;
use crate::import::rejects::Reason;

fn layout(headings: &str) -> Option<&'static str> {
    let text = format!(
        "{headings}\n{}\n",
        headings.replace(|letter| letter != ',', "")
    );
    import(text.as_bytes(), None)
        .ok()
        .map(|outcome| outcome.layout)
}

#[test]
fn posts_and_purchases_are_told_apart_by_their_headings() {
    for (headings, expected) in [
        ("id,created_at,text,likes", Some("posts_table")),
        ("投稿者,投稿日時,本文", Some("posts_table")),
        ("URL,日付,コメント", Some("posts_table")),
        ("user_id,date,comment", Some("posts_table")),
        ("customer_id,date,amount,comment,id", Some("transactions")),
        (
            "会員番号,日付,金額,コメント,ユーザー名",
            Some("transactions"),
        ),
        ("会員番号,日付,口コミ,ユーザー名", Some("posts_table")),
        ("注文番号,日付,合計,コメント,名前", None),
        ("id,date,price,content", None),
        ("text,date", None),
        ("author,text", None),
    ] {
        assert_eq!(layout(headings), expected, "{headings}");
    }
}

#[test]
fn no_two_layouts_of_last_resort_take_one_file() {
    let words = [
        "customer_id",
        "user_id",
        "date",
        "amount",
        "total",
        "text",
        "comment",
        "id",
        "url",
        "author",
    ];
    for chosen in 0..1_u32 << words.len() {
        let headings: Vec<&str> = (0..words.len())
            .filter(|place| chosen >> place & 1 == 1)
            .map(|place| words[place])
            .collect();
        let head = crate::import::head::Head::of(&format!("{}\n", headings.join(",")));
        let fitting = layouts()
            .iter()
            .filter(|layout| layout.is_fallback() && layout.recognises(&head));
        assert!(fitting.count() <= 1, "{headings:?}");
    }
}

#[test]
fn a_row_without_words_or_stars_is_rejected() {
    let text = "id,date,text,rating\n1,2024-07-01,,\n2,2024-07-01,,5\n3,,a,5\n";
    let outcome = import(text.as_bytes(), None).expect("recognised");
    let rejects: Vec<(u64, &str, &Reason)> = outcome
        .rejects
        .iter()
        .map(|reject| (reject.line, reject.column.as_str(), &reject.reason))
        .collect();
    assert_eq!(
        rejects,
        [(2, "text", &Reason::Missing), (4, "date", &Reason::Missing)]
    );
}
