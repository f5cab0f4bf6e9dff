//! What exports of listening tools share: the platform of a mention, its id, its author.
//!
//! - The platform is what the tool names, else the host of the link.
//! - A post of X keeps its own number, from its column or from the link; anything else is known by the hash of its link,
//!   and without a link by the hash of author, instant and text.
//! - Authors elsewhere than on X are known by name only. As equal names on two platforms are two people, their account
//!   is `<platform>:<name>`.

use crate::import::account::Account;
use crate::import::context::Context;
use crate::import::head::fold;
use crate::import::values::keys::stable_hash;

/// Words of tools and hosts for a platform, what is said there being a post unless the kind says otherwise.
const PLATFORMS: &[(&str, &str, &[&str])] = &[
    ("x", "post", &["x", "twitter", "x.com", "twitter.com"]),
    (
        "facebook",
        "post",
        &["facebook", "facebook_public", "facebook.com"],
    ),
    (
        "instagram",
        "post",
        &["instagram", "instagram_public", "instagram.com"],
    ),
    (
        "threads",
        "post",
        &["threads", "threads.net", "threads.com"],
    ),
    ("bluesky", "post", &["bluesky", "bsky.app"]),
    ("tiktok", "post", &["tiktok", "tik tok", "tiktok.com"]),
    (
        "youtube",
        "post",
        &["youtube", "video", "youtube.com", "youtu.be"],
    ),
    ("linkedin", "post", &["linkedin", "linkedin.com"]),
    ("pinterest", "post", &["pinterest", "pinterest.com"]),
    ("tumblr", "post", &["tumblr", "tumblr.com"]),
    ("vk", "post", &["vk", "vk.com"]),
    ("reddit", "forum", &["reddit", "reddit.com"]),
    (
        "forum",
        "forum",
        &["forum", "forums", "message boards", "qa"],
    ),
    (
        "review",
        "review",
        &["review", "reviews", "product reviews"],
    ),
    (
        "blog",
        "article",
        &["blog", "blogs", "ameblo.jp", "note.com"],
    ),
    (
        "news",
        "article",
        &[
            "news",
            "online news",
            "magazine",
            "newspaper",
            "press release",
            "print",
        ],
    ),
    (
        "podcast",
        "article",
        &["podcast", "radio", "tv", "broadcast"],
    ),
];

/// Where a mention was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub platform: &'static str,
    pub kind: &'static str,
}

impl Place {
    /// Returns whether a mention has a title of its own, not one the tool made of its author.
    pub(super) fn has_titles(self) -> bool {
        self.kind != "post" || self.platform == "youtube"
    }

    /// Returns the place by the first of the tool's words that is known, else by the host of the link, else `web`.
    pub(super) fn of(words: &[Option<&str>], url: Option<&str>, other: Self) -> Self {
        let host = url.and_then(host);
        let named = words.iter().flatten().find_map(|word| known(&fold(word)));
        named
            .or_else(|| {
                let host = host?;
                known(&host).or_else(|| host.split_once('.').and_then(|(_, above)| known(above)))
            })
            .unwrap_or(other)
    }
}

fn known(word: &str) -> Option<Place> {
    PLATFORMS
        .iter()
        .find(|(_, _, words)| words.contains(&word))
        .map(|(platform, kind, _)| Place { platform, kind })
}

/// Returns the host of a link in lower case, without `www.`.
fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?.to_lowercase();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

/// Returns the number of a post of X: as its column has it, else from the link.
pub(super) fn x_post_id(cell: Option<&str>, url: Option<&str>) -> Option<String> {
    let is_number =
        |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let own = cell
        .map(|text| text.trim_matches(['"', '\'']))
        .filter(is_number);
    let linked = || {
        let (_, rest) = url?.split_once("/status")?;
        rest.trim_start_matches("es")
            .trim_start_matches('/')
            .split(|letter: char| !letter.is_ascii_digit())
            .next()
            .filter(is_number)
    };
    own.or_else(linked).map(str::to_owned)
}

/// Returns what a repost repeats, without `RT @name: ` before it.
pub(super) fn repeated(text: &str) -> &str {
    let rest = text
        .strip_prefix("RT @")
        .and_then(|rest| rest.split_once(": "));
    match rest {
        Some((name, rest)) if !name.contains(char::is_whitespace) => rest,
        _ => text,
    }
}

/// Returns what tells a post apart that has no number of its own.
pub(super) fn hashed(url: Option<&str>, others: &[&str]) -> String {
    match url {
        Some(url) => stable_hash(&[url]),
        None => stable_hash(others),
    }
}

/// Returns the account of an author; `None` where nobody is named.
///
/// On X `id` is the account's number and `handle` its name; elsewhere `name` is all there is.
pub(super) fn author(
    source: &str,
    platform: &'static str,
    id: Option<&str>,
    handle: Option<&str>,
    name: Option<&str>,
    context: &Context,
) -> Option<Account> {
    let bare = |text: &str| text.trim_start_matches(['@', '＠']).to_owned();
    let handle = handle.map(bare).filter(|handle| !handle.is_empty());
    let account_id = match (id, &handle, name) {
        (Some(id), ..) => id.to_owned(),
        (None, Some(handle), _) if platform == "x" => handle.clone(),
        (None, Some(handle), _) => format!("{platform}:{handle}"),
        (None, None, Some(name)) => format!("{platform}:{name}"),
        (None, None, None) => return None,
    };
    let is_official = [Some(account_id.as_str()), handle.as_deref(), name]
        .into_iter()
        .flatten()
        .any(|name| context.is_official(name));
    Some(Account {
        source: source.to_owned(),
        platform,
        account_id,
        handle,
        display_name: name.map(str::to_owned),
        is_official,
        ..Account::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: Place = Place {
        platform: "web",
        kind: "article",
    };

    #[test]
    fn places_are_known_by_word_or_link() {
        for (word, url, expected) in [
            (Some("Twitter"), None, "x"),
            (Some("X"), None, "x"),
            (
                Some("コーヒー新聞"),
                Some("https://www.instagram.com/p/1"),
                "instagram",
            ),
            (None, Some("https://m.youtube.com/watch?v=1"), "youtube"),
            (None, Some("https://news.example.com/1"), "web"),
            (Some("facebook_public"), None, "facebook"),
        ] {
            assert_eq!(
                Place::of(&[word], url, WEB).platform,
                expected,
                "{word:?} {url:?}"
            );
        }
    }

    #[test]
    fn posts_of_x_keep_their_number() {
        let id = |cell, url| x_post_id(cell, url);
        assert_eq!(id(Some("\"123\""), None).as_deref(), Some("123"));
        // A spreadsheet spoiled the column.
        let url = Some("https://twitter.com/hana/statuses/1358700000000000001?s=20");
        assert_eq!(
            id(Some("1.3587E+18"), url).as_deref(),
            Some("1358700000000000001")
        );
        assert_eq!(id(None, Some("https://x.com/hana")), None);
    }

    #[test]
    fn reposts_repeat_the_text_without_the_mark() {
        assert_eq!(repeated("RT @hana: うまい: 最高"), "うまい: 最高");
        assert_eq!(repeated("RT @hana うまい: 最高"), "RT @hana うまい: 最高");
    }
}
