//! The table `conversations`: who waits for an answer, who got one and how soon.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::support::Shop;

/// A shop whose posts were scored; tests only read it.
static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let shop = Shop::sample(400);
    shop.ok(&["import"]);
    shop.ok(&["score"]);
    shop
});

fn count(condition: &str) -> f64 {
    SHOP.number(&format!(
        "SELECT COUNT(*) AS n FROM conversations WHERE {condition}"
    ))
}

#[test]
fn posts_and_chats_are_conversations_answered_or_not() {
    let rows = SHOP.query("SELECT DISTINCT platform FROM conversations");
    let platforms: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| row["platform"].as_str())
        .collect();
    assert!(
        platforms.contains("x") && platforms.contains("line"),
        "{platforms:?}"
    );
    let all = count("conversation_id IS NOT NULL");
    assert!(all >= 20.0, "{all} conversations");
    let answered = count("first_response_at IS NOT NULL");
    assert!(answered > 0.0 && answered < all, "{answered} of {all}");
    assert_eq!(
        count("platform = 'line' AND answered_by IS NULL AND first_response_at IS NOT NULL"),
        0.0
    );
}

#[test]
fn business_minutes_are_never_more_than_those_of_the_clock() {
    let wrong =
        "first_response_minutes < 0 OR first_response_minutes > first_response_wall_minutes + 0.01";
    assert_eq!(count(wrong), 0.0);
    assert_eq!(count("is_open_complaint AND waiting_since_at IS NULL"), 0.0);
    assert_eq!(
        count("state = 'unanswered'"),
        count(
            "state = 'unanswered' AND waiting_since_at IS NOT NULL AND first_response_at IS NULL"
        )
    );
}

#[test]
fn a_closing_day_of_the_shop_does_not_count() {
    let shop = Shop::sample(150);
    shop.ok(&["import"]);
    shop.ok(&["score"]);
    let sum = "SELECT SUM(waited_minutes) AS n FROM conversations";
    let before = shop.number(sum);
    let days: String = (1..=27)
        .map(|day| format!("closing,2026-09-{day:02},臨時休業\n"))
        .collect();
    let days = format!("source,day,name\n{days}");
    shop.write("exports/holidays.csv", days.as_bytes());
    shop.ok(&["import"]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM holidays"), 27.0);
    shop.ok(&["score"]);
    assert!(before > 0.0 && shop.number(sum) < before);
}
