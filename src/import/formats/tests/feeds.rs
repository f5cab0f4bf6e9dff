//! Feeds of every kind, WordPress exports, and documents that are cut, broken or meant to do harm.

use super::import;
use crate::import::rejects::Reason;
use crate::import::values::ValueError;

fn rows(text: &str) -> String {
    let outcome = import(text.as_bytes(), None).expect("recognised");
    assert_eq!(outcome.layout, "feed");
    assert!(outcome.rejects.is_empty(), "{:?}", outcome.rejects);
    outcome.rendered()
}

#[test]
fn atom_is_read_with_its_kinds_of_text() {
    let found = rows(
        r#"<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>torinokoe_coffee</a:title><a:author><a:name>店主</a:name></a:author>
        <a:entry><a:id>tag:1</a:id><a:title type="html">&lt;b&gt;新豆&lt;/b&gt;</a:title><a:updated>2024-07-02T00:00:00Z</a:updated>
          <a:published>2024-07-01T00:00:00Z</a:published><a:link rel="self" href="https://example.com/self"/><a:link href="https://example.com/1"/>
          <a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>一</p><p>二 &amp; 三</p></div></a:content><a:category term="豆"/></a:entry>
        <a:entry><a:id>tag:2</a:id><a:title>試飲会</a:title><a:updated>2024-07-03T00:00:00Z</a:updated><a:author><a:name>はな</a:name><a:uri>https://example.com/hana</a:uri></a:author>
          <a:content type="image/png" src="https://example.com/a.png"/><a:summary>楽しかった</a:summary></a:entry></a:feed>"#,
    );
    for part in [
        "post_id=tag:1 | account_id=店主 | posted_at=2024-07-01T00:00:00Z | text=新豆⏎一⏎二 & 三 | kind=article",
        "urls=[https://example.com/1]",
        r#""category":["豆"]"#,
        "post_id=tag:2 | account_id=はな | posted_at=2024-07-03T00:00:00Z | text=試飲会⏎楽しかった",
        "url=https://example.com/hana",
    ] {
        assert!(found.contains(part), "{part} in {found}");
    }
    // The blog's title is the shop's.
    assert_eq!(found.matches("is_outbound=true").count(), 2);
}

#[test]
fn old_rss_is_read() {
    let found = rows(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>日記</title></channel>
        <item rdf:about="https://example.com/1"><title>一日目</title><link>https://example.com/1</link><description>晴れ</description><dc:date>2024-07-01T09:00+09:00</dc:date></item></rdf:RDF>"#,
    );
    assert!(
        found.contains(
            "post_id=https://example.com/1 | posted_at=2024-07-01T00:00:00Z | text=一日目⏎晴れ"
        ),
        "{found}"
    );
    let found = rows(
        "<rss version=\"0.91\"><channel><generator>phpBB</generator><item><title>題</title><pubDate>2024-07-01</pubDate></item></channel></rss>",
    );
    assert!(found.contains("kind=forum"), "{found}");
}

#[test]
fn wordpress_exports_give_articles_and_approved_comments() {
    let item = |kind: &str, status: &str, number: u8, comments: &str| {
        format!(
            "<item><title>記事{number}</title><link>https://example.com/{number}/</link><pubDate>Mon, 01 Jul 2024 00:00:00 +0000</pubDate>\
             <dc:creator>staff</dc:creator><guid isPermaLink=\"false\">https://example.com/?p={number}</guid><content:encoded><![CDATA[本文{number}]]></content:encoded>\
             <wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status>{comments}</item>"
        )
    };
    let comment = |number: u8, approved: &str, kind: &str, parent: u8| {
        format!(
            "<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author><![CDATA[はな]]></wp:comment_author><wp:comment_author_email>hana@example.com</wp:comment_author_email>\
             <wp:comment_date>2024-07-02 09:00:00</wp:comment_date><wp:comment_date_gmt>2024-07-02 00:00:00</wp:comment_date_gmt><wp:comment_content><![CDATA[感想{number}\nです]]></wp:comment_content>\
             <wp:comment_approved>{approved}</wp:comment_approved><wp:comment_type>{kind}</wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent>\
             <wp:commentmeta><wp:meta_key>rating</wp:meta_key><wp:meta_value>4</wp:meta_value></wp:commentmeta></wp:comment>"
        )
    };
    let comments = [
        comment(1, "1", "", 0),
        comment(2, "spam", "comment", 0),
        comment(3, "1", "pingback", 0),
        comment(4, "1", "comment", 1),
    ]
    .concat();
    let text = format!(
        "<rss version=\"2.0\" xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>店のブログ</title>{}{}{}{}</channel></rss>",
        item("post", "publish", 1, &comments),
        item("post", "draft", 2, ""),
        item("attachment", "inherit", 3, ""),
        item("product", "publish", 4, &comment(5, "1", "review", 0)),
    );
    let outcome = import(text.as_bytes(), None).expect("recognised");
    assert_eq!(outcome.counts.read, 4);
    let found = outcome.rendered();
    for part in [
        "post_id=https://example.com/?p=1 | account_id=staff",
        "post_id=https://example.com/1/#comment-1 | account_id=はな | posted_at=2024-07-02T00:00:00Z | text=感想1⏎です | kind=comment | reply_to_post_id=https://example.com/?p=1",
        "post_id=https://example.com/1/#comment-4",
        "reply_to_post_id=https://example.com/1/#comment-1 ",
        "post_id=https://example.com/4/#comment-5",
        "kind=review",
    ] {
        assert!(found.contains(part), "{part} in {found}");
    }
    assert_eq!(found.matches("posts ").count(), 4, "{found}");
}

fn rejects(text: &str) -> (Vec<(u64, String, Reason)>, u64, usize) {
    let outcome = import(text.as_bytes(), None).expect("recognised");
    let posts = outcome.rendered().matches("posts ").count();
    let rejects = outcome.rejects.into_iter();
    let rejects = rejects.map(|reject| (reject.line, reject.column, reject.reason));
    (rejects.collect(), outcome.counts.read, posts)
}

const ITEM: &str = "<item><title>a</title><pubDate>2024-07-01</pubDate></item>\n";

#[test]
fn entries_are_read_as_far_as_the_file_goes() {
    let cut = |line| vec![(line, String::new(), Reason::NotXml)];
    for (text, expected) in [
        (
            format!("<rss><channel>\n{ITEM}{ITEM}<item><title>b"),
            (cut(4), 3, 2),
        ),
        (format!("<rss><channel>\n{ITEM}{ITEM}"), (cut(3), 3, 2)),
        ("<rss><channel>\n<title>cut".to_owned(), (cut(2), 1, 0)),
        (
            format!("<rss><channel>\n<item><title>b</title>\n{ITEM}</channel></rss>"),
            (cut(2), 2, 1),
        ),
        (
            format!("<rss><channel>\n<item><title>b</item>\n{ITEM}</channel></rss>"),
            (cut(2), 2, 1),
        ),
        (
            format!("<rss><channel><description>open\n{ITEM}</channel></rss>"),
            (Vec::new(), 1, 1),
        ),
    ] {
        assert_eq!(rejects(&text), expected, "{text}");
    }
}

#[test]
fn undated_entries_are_rejected_with_the_reason() {
    let text = "<rss><channel><item><title>a</title></item>\n<item><title>b</title><pubDate>昨日</pubDate></item></channel></rss>";
    let expected = vec![
        (1, "pubDate".to_owned(), Reason::Missing),
        (2, "pubDate".to_owned(), Reason::Value(ValueError::NotADate)),
    ];
    assert_eq!(rejects(text), (expected, 2, 0));
}

#[test]
fn a_bomb_is_a_text_like_any_other() {
    let mut text = "<!DOCTYPE rss [<!ENTITY a0 \"lol\">".to_owned();
    for level in 1..30 {
        let inner = format!("&a{};", level - 1).repeat(10);
        text.push_str(&format!("<!ENTITY a{level} \"{inner}\">"));
    }
    text.push_str("]><rss><channel><item><title>&a29;</title><pubDate>2024-07-01</pubDate></item></channel></rss>");
    assert!(rows(&text).contains("text=&a29; "));
    // Tags within tags, never closed, take no longer than the file is long.
    let deep = format!("<rss><channel>{}", "<x>".repeat(200_000));
    assert_eq!(rejects(&deep).1, 1);
    let items = format!("<rss><channel>{}", "<item>".repeat(50_000));
    assert_eq!(rejects(&items).1, 50_000);
}

#[test]
fn other_xml_is_not_recognised() {
    assert!(import(b"<html><body>a</body></html>", None).is_err());
    assert!(import(b"<?xml version=\"1.0\"?><orders><order/></orders>", None).is_err());
}
