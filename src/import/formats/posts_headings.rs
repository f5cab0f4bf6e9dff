//! The names under which tables of posts keep what they hold, and those of platforms.

use crate::import::head::fold;

/// What was said.
pub(super) const TEXT: &[&str] = &[
    "本文",
    "投稿内容",
    "投稿本文",
    "投稿文",
    "コメント本文",
    "コメント内容",
    "コメント",
    "口コミ本文",
    "口コミ内容",
    "口コミ",
    "クチコミ本文",
    "クチコミ内容",
    "クチコミ",
    "レビュー本文",
    "レビュー内容",
    "レビュー",
    "感想",
    "自由記述",
    "ご意見",
    "メッセージ",
    "内容",
    "テキスト",
    "text",
    "full text",
    "full_text",
    "post text",
    "body",
    "content",
    "message",
    "comment text",
    "comment_text",
    "comment",
    "review text",
    "review_text",
    "review body",
    "review_body",
    "review",
];
/// When.
pub(super) const DATE: &[&str] = &[
    "投稿日時",
    "投稿日",
    "口コミ投稿日",
    "クチコミ投稿日",
    "レビュー投稿日",
    "レビュー日",
    "コメント日時",
    "作成日時",
    "作成日",
    "公開日時",
    "公開日",
    "回答日時",
    "回答日",
    "受信日時",
    "日時",
    "日付",
    "posted_at",
    "posted at",
    "created_at",
    "created at",
    "published_at",
    "published at",
    "published",
    "review date",
    "review_date",
    "comment date",
    "comment_date",
    "datetime",
    "timestamp",
    "date",
];
/// Who, by name.
pub(super) const AUTHOR: &[&str] = &[
    "投稿者名",
    "投稿者",
    "レビュアー名",
    "レビュアー",
    "ユーザー名",
    "ユーザ名",
    "ユーザー",
    "アカウント名",
    "アカウント",
    "ニックネーム",
    "ハンドルネーム",
    "名前",
    "author",
    "author name",
    "author_name",
    "username",
    "user name",
    "user_name",
    "user",
    "screen_name",
    "handle",
    "nickname",
    "reviewer",
    "reviewer name",
    "reviewer_name",
];
/// Who, by id.
pub(super) const AUTHOR_ID: &[&str] = &[
    "投稿者ID",
    "ユーザーID",
    "アカウントID",
    "author_id",
    "author id",
    "user_id",
    "user id",
    "account_id",
];
/// The platform's id.
pub(super) const ID: &[&str] = &[
    "投稿ID",
    "コメントID",
    "口コミID",
    "クチコミID",
    "レビューID",
    "post_id",
    "post id",
    "comment_id",
    "comment id",
    "review_id",
    "review id",
    "id",
];
/// Where it stands.
pub(super) const URL: &[&str] = &[
    "投稿URL",
    "URL",
    "リンク",
    "link",
    "permalink",
    "post url",
    "post_url",
];
/// Its title.
pub(super) const TITLE: &[&str] = &[
    "タイトル",
    "レビュータイトル",
    "口コミタイトル",
    "件名",
    "題名",
    "見出し",
    "title",
    "subject",
    "review title",
    "review_title",
    "headline",
];
/// Stars.
pub(super) const RATING: &[&str] = &[
    "評価",
    "総合評価",
    "レビュー評価",
    "星評価",
    "星",
    "星の数",
    "評点",
    "満足度",
    "rating",
    "stars",
    "star rating",
    "star_rating",
];
/// Likes.
pub(super) const LIKES: &[&str] = &[
    "いいね数",
    "いいね",
    "いいね！数",
    "like_count",
    "likes",
    "like count",
    "favorite_count",
    "favorites",
];
/// Replies.
pub(super) const REPLIES: &[&str] = &[
    "返信数",
    "コメント数",
    "reply_count",
    "replies",
    "comment_count",
    "comments",
];
/// Reposts.
pub(super) const REPOSTS: &[&str] = &[
    "リポスト数",
    "リツイート数",
    "シェア数",
    "repost_count",
    "reposts",
    "retweet_count",
    "retweets",
    "share_count",
    "shares",
];
/// Views.
pub(super) const VIEWS: &[&str] = &[
    "表示回数",
    "閲覧数",
    "再生回数",
    "インプレッション数",
    "view_count",
    "views",
    "impressions",
];
/// The platform's name.
pub(super) const PLATFORM: &[&str] = &[
    "プラットフォーム",
    "媒体",
    "媒体名",
    "掲載サイト",
    "サイト名",
    "サイト",
    "SNS",
    "platform",
    "site",
];
/// What it answers.
pub(super) const ANSWERED: &[&str] = &[
    "返信先ID",
    "返信先",
    "親コメントID",
    "reply_to",
    "in_reply_to",
    "in reply to",
    "parent_id",
    "parent id",
];
/// The customer who said it.
pub(super) const CUSTOMER: &[&str] = &[
    "顧客ID",
    "顧客番号",
    "会員ID",
    "会員番号",
    "customer_id",
    "customer id",
];
/// What sort of utterance it is.
pub(super) const KIND: &[&str] = &["種別", "種類", "kind", "type"];
/// Headings of money, which posts do not have.
pub(super) const MONEY: &[&str] = &[
    "金額",
    "合計",
    "合計金額",
    "小計",
    "単価",
    "価格",
    "売上",
    "amount",
    "total",
    "subtotal",
    "price",
    "unit price",
    "unitprice",
];
/// What stands for people who give no name.
pub(super) const NOBODY: &[&str] = &[
    "匿名",
    "名無し",
    "名無しさん",
    "ゲスト",
    "anonymous",
    "Anonymous",
    "guest",
    "Guest",
];
/// Platforms by the names people give them, and by where links lead.
const PLATFORMS: &[(&str, &[&str], &[&str])] = &[
    (
        "x",
        &[
            "x",
            "twitter",
            "x(twitter)",
            "x (twitter)",
            "x(旧twitter)",
            "ツイッター",
        ],
        &["x.com", "twitter.com"],
    ),
    (
        "instagram",
        &["instagram", "インスタ", "インスタグラム"],
        &["instagram.com"],
    ),
    (
        "facebook",
        &["facebook", "フェイスブック"],
        &["facebook.com"],
    ),
    (
        "threads",
        &["threads", "スレッズ"],
        &["threads.net", "threads.com"],
    ),
    (
        "youtube",
        &["youtube", "ユーチューブ"],
        &["youtube.com", "youtu.be"],
    ),
    ("tiktok", &["tiktok"], &["tiktok.com"]),
    ("line", &["line"], &[]),
    (
        "google",
        &[
            "google",
            "googleマップ",
            "google maps",
            "google map",
            "グーグル",
        ],
        &["maps.app.goo.gl"],
    ),
    (
        "amazon",
        &["amazon", "アマゾン"],
        &["amazon.co.jp", "amazon.com"],
    ),
    (
        "rakuten",
        &["rakuten", "楽天", "楽天市場"],
        &["rakuten.co.jp"],
    ),
    (
        "yahoo",
        &["yahoo", "yahoo!", "yahoo!ショッピング", "ヤフー"],
        &["shopping.yahoo.co.jp"],
    ),
    ("tabelog", &["tabelog", "食べログ"], &["tabelog.com"]),
    (
        "hotpepper",
        &[
            "hotpepper",
            "ホットペッパー",
            "ホットペッパーグルメ",
            "ホットペッパービューティー",
        ],
        &["hotpepper.jp"],
    ),
    (
        "tripadvisor",
        &["tripadvisor", "トリップアドバイザー"],
        &["tripadvisor.jp", "tripadvisor.com"],
    ),
    ("kakaku", &["kakaku", "価格.com"], &["kakaku.com"]),
    (
        "cosme",
        &["cosme", "@cosme", "アットコスメ"],
        &["cosme.net"],
    ),
    ("note", &["note"], &["note.com"]),
    ("blog", &["blog", "ブログ"], &[]),
];

/// Returns the platform of a name.
pub(super) fn known_platform(name: &str) -> Option<&'static str> {
    let name = fold(name);
    let mut known = PLATFORMS.iter();
    known
        .find(|(_, names, _)| names.iter().any(|known| fold(known) == name))
        .map(|(platform, ..)| *platform)
}

/// Returns the platform a link leads to.
pub(super) fn platform_of(url: &str) -> Option<&'static str> {
    let host = url
        .split_once("://")?
        .1
        .split(['/', '?', '#', ':'])
        .next()?;
    let host = host.to_lowercase();
    let is_of = |domain: &&str| {
        host.strip_suffix(*domain)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let mut known = PLATFORMS.iter();
    known
        .find(|(_, _, domains)| domains.iter().any(is_of))
        .map(|(platform, ..)| *platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_known_by_name_and_by_link() {
        assert_eq!(known_platform("Ｘ（Twitter）"), Some("x"));
        assert_eq!(known_platform("online"), None);
        assert_eq!(platform_of("https://www.tabelog.com/1"), Some("tabelog"));
        assert_eq!(platform_of("https://nox.com/1"), None);
        assert_eq!(platform_of("x.com"), None);
    }
}
