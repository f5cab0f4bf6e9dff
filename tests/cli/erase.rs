//! Posts whose authors took them back: nothing of their words stays, their count does.

use std::fs;

use crate::support::{Shop, text};

const POSTS: &str = r#"{"id":"1800000000000000001","text":"とりのこえの豆、ひみつの焙煎室で買った","created_at":"2026-09-20T03:00:00.000Z","author_id":"77","conversation_id":"1800000000000000001","public_metrics":{"like_count":3,"reply_count":0,"retweet_count":1,"quote_count":0}}
{"id":"1800000000000000002","text":"RT @hana: とりのこえの豆、ひみつの焙煎室で買った","created_at":"2026-09-20T04:00:00.000Z","author_id":"78","conversation_id":"1800000000000000002","referenced_tweets":[{"type":"retweeted","id":"1800000000000000001"}],"public_metrics":{"like_count":0,"reply_count":0,"retweet_count":1,"quote_count":0}}
{"id":"1800000000000000003","text":"とりのこえの深煎りはおいしい","created_at":"2026-09-21T03:00:00.000Z","author_id":"79","conversation_id":"1800000000000000003","public_metrics":{"like_count":1,"reply_count":0,"retweet_count":0,"quote_count":0}}
"#;
const SECRET: &str = "ひみつの焙煎室";

fn shop() -> Shop {
    let shop = Shop::with(&[("posts.jsonl", POSTS.as_bytes())]);
    shop.write(
        "koe.toml",
        "[brand]\nname = \"とりのこえ\"\nkeywords = [\"とりのこえ\"]\n".as_bytes(),
    );
    shop
}

fn erase(shop: &Shop, as_of: &str) -> String {
    let list = shop.file("ids.txt");
    fs::write(
        &list,
        "# taken back\nhttps://x.com/hana/status/1800000000000000001\n",
    )
    .expect("a file");
    let path = list.to_str().expect("a path").to_owned();
    shop.told(&["import", "--as-of", as_of, "--deleted", &path])
}

/// Returns the texts and words of every table, history included.
fn said(shop: &Shop) -> String {
    let files = shop.files("store").into_keys();
    files
        .filter(|name| name.ends_with(".parquet"))
        .map(|name| shop.cells(&format!("store/{name}")))
        .collect()
}

#[test]
fn what_a_deleted_post_said_is_erased_everywhere_and_its_count_is_kept() {
    let shop = shop();
    shop.ok(&["run", "--as-of", "2026-09-21"]);
    shop.ok(&["run", "--as-of", "2026-09-27"]);
    assert!(said(&shop).contains(SECRET) && said(&shop).contains("焙煎"));
    let counted = "SELECT COUNT(*) AS n FROM post_scores WHERE brand IS NOT NULL";
    let before = shop.number(counted);
    let told = erase(&shop, "2026-09-27");
    assert!(
        told.contains("posts.jsonl"),
        "the user's own file is named: {told}"
    );
    let left = said(&shop);
    assert!(!left.contains(SECRET) && !left.contains("焙煎"), "{left}");
    assert!(left.contains("とりのこえの深煎りはおいしい"));
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM posts"), 3.0);
    shop.ok(&["run", "--as-of", "2026-09-27"]);
    assert_eq!(shop.number(counted), before);
    for (name, bytes) in shop.files("out") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(SECRET), "{name}");
    }
    let status = shop.koe(&["status", "--lang", "en"]);
    assert!(text(&status.stderr).contains("the store is whole"));
}

#[test]
fn what_a_run_remembers_goes_with_a_deleted_post_of_which_no_word_was_counted() {
    let shop = shop();
    // It is about another thing than the brand.
    let posts = POSTS.replace("とりのこえの豆、", "");
    shop.write("exports/posts.jsonl", posts.as_bytes());
    shop.ok(&["run", "--as-of", "2026-09-27"]);
    shop.write("store/memory/score", SECRET.as_bytes());
    erase(&shop, "2026-09-27");
    assert!(!shop.file("store/memory/score").exists());
}

#[test]
fn an_export_that_still_has_it_does_not_bring_it_back() {
    let shop = shop();
    erase(&shop, "2026-09-26");
    shop.ok(&["import", "--as-of", "2026-09-27"]);
    assert!(!said(&shop).contains(SECRET));
    shop.write(
        "exports/again.jsonl",
        POSTS
            .replace("\"like_count\":3", "\"like_count\":9")
            .as_bytes(),
    );
    shop.ok(&["import", "--as-of", "2026-09-28"]);
    assert!(!said(&shop).contains(SECRET));
    assert_eq!(
        shop.number("SELECT MAX(like_count) AS n FROM posts WHERE post_id = '1800000000000000001'"),
        9.0
    );
}

#[test]
fn an_export_is_not_taken_for_a_list_of_deleted_posts() {
    let shop = shop();
    shop.ok(&["import"]);
    let path = shop.file("exports/posts.jsonl");
    let path = path.to_str().expect("a path");
    let output = shop.koe(&["import", "--deleted", path, "--lang", "en"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is no list of deleted posts"));
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM posts"), 3.0);
}
