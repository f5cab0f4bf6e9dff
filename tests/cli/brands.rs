//! Several brands, their products and competitors, and what is searched for.

use crate::support::Shop;

const SETTINGS: &str = r#"
[[brand]]
name = "とりのこえ"
keywords = ["とりのこえ"]
products = ["定期便|サブスク"]
competitors = ["星珈琲"]

[[brand]]
name = "ふくろう堂"
keywords = ["ふくろう堂"]

[score.aspects]
"ギフト" = ["包装"]
"#;

const SEARCHES: &str = "source,query,day,clicks,impressions\n\
    search_console,とりのこえ 定期便,2026-09-20,4,40\n\
    search_console,天気,2026-09-20,0,5\n";

/// Returns an export of posts of these texts, numbered from 1, each by an author of its own.
fn posts(texts: &[&str]) -> String {
    (1..)
        .zip(texts)
        .map(|(number, text)| {
            format!(
                "{{\"id\":\"180000000000000000{number}\",\"text\":\"{text}\",\"created_at\":\"2026-09-2{number}T03:00:00.000Z\",\
                 \"author_id\":\"7{number}\",\"conversation_id\":\"180000000000000000{number}\",\"public_metrics\":\
                 {{\"like_count\":0,\"reply_count\":0,\"retweet_count\":0,\"quote_count\":0}}}}\n"
            )
        })
        .collect()
}

#[test]
fn each_brand_has_its_posts_and_its_share_of_voice() {
    let posts = posts(&[
        "とりのこえのサブスクがおいしい",
        "ふくろう堂の包装がひどい",
        "星珈琲が最高",
        "電車が遅れた",
    ]);
    let shop = Shop::with(&[
        ("posts.jsonl", posts.as_bytes()),
        ("searches.csv", SEARCHES.as_bytes()),
    ]);
    shop.write("koe.toml", SETTINGS.as_bytes());
    shop.ok(&["run", "--as-of", "2026-09-27"]);
    let told: Vec<Option<String>> = shop
        .query("SELECT brand FROM post_scores ORDER BY post_id")
        .iter()
        .map(|row| row["brand"].as_str().map(str::to_owned))
        .collect();
    let told: Vec<Option<&str>> = told.iter().map(Option::as_deref).collect();
    assert_eq!(told, [Some("とりのこえ"), Some("ふくろう堂"), None, None]);
    let hours = shop.query("SELECT DISTINCT brand FROM hour_counts");
    assert_eq!(hours.len(), 2, "{hours:?}");
    let rows = shop.query(
        "SELECT brand, kind, name, post_count, positive_count, share, negative_aspects, search_count FROM voice_shares \
         ORDER BY period_start DESC, brand, kind",
    );
    assert_eq!(rows.len(), 8, "{rows:?}");
    let newest = |name: &str| {
        let mut newest = rows[..4].iter().filter(|row| row["name"] == name);
        newest.next().unwrap_or_else(|| panic!("{name}: {rows:?}"))
    };
    let own = newest("とりのこえ");
    assert_eq!(own["post_count"], 1);
    assert_eq!(own["share"].as_f64(), Some(0.5));
    assert_eq!(own["search_count"], 40);
    let product = newest("定期便");
    assert_eq!(product["post_count"], 1);
    assert_eq!(product["search_count"], 40);
    let competitor = newest("星珈琲");
    assert_eq!(competitor["positive_count"], 1);
    assert_eq!(competitor["search_count"], 0);
    let second = newest("ふくろう堂");
    assert_eq!(second["share"].as_f64(), Some(1.0));
    assert!(
        second["negative_aspects"].to_string().contains("ギフト"),
        "{second}"
    );
    assert!(
        rows[4..]
            .iter()
            .all(|row| row["post_count"] == 0 && row["search_count"].is_null())
    );
}
