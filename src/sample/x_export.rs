//! The X export: API v2 answers, one page of up to a hundred posts per line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::rc::Rc;

use serde::Serialize;

use super::accounts::Author;
use super::feed::{Counts, Link, Post};
use super::seed::{Domain, hash};
use super::story::Story;
use super::talk::{cut, is_long};

/// Posts on one page.
const PAGE: usize = 100;

#[derive(Serialize)]
struct Page {
    data: Vec<Tweet>,
    includes: Includes,
    meta: Meta,
}

#[derive(Serialize)]
struct Includes {
    users: Vec<User>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tweets: Vec<Tweet>,
}

#[derive(Serialize)]
struct Meta {
    oldest_id: String,
    newest_id: String,
    result_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
struct Tweet {
    id: String,
    text: String,
    created_at: String,
    author_id: String,
    conversation_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to_user_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    referenced_tweets: Vec<Reference>,
    public_metrics: Metrics,
    lang: &'static str,
    #[serde(skip_serializing_if = "Entities::is_empty")]
    entities: Entities,
    possibly_sensitive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    note_tweet: Option<Note>,
}

#[derive(Serialize)]
struct Note {
    text: String,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
}

#[derive(Serialize)]
struct Metrics {
    retweet_count: u64,
    reply_count: u64,
    like_count: u64,
    quote_count: u64,
    bookmark_count: u64,
    impression_count: u64,
}

impl From<Counts> for Metrics {
    fn from(counts: Counts) -> Self {
        Self {
            retweet_count: counts.reposts,
            reply_count: counts.replies,
            like_count: counts.likes,
            quote_count: counts.quotes,
            bookmark_count: counts.bookmarks,
            impression_count: counts.impressions,
        }
    }
}

#[derive(Serialize, Default, Debug, PartialEq)]
struct Entities {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashtags: Vec<Tag>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<Mention>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    urls: Vec<Url>,
}

impl Entities {
    fn is_empty(&self) -> bool {
        self.hashtags.is_empty() && self.mentions.is_empty() && self.urls.is_empty()
    }
}

#[derive(Serialize, Debug, PartialEq)]
struct Tag {
    start: usize,
    end: usize,
    tag: String,
}

#[derive(Serialize, Debug, PartialEq)]
struct Mention {
    start: usize,
    end: usize,
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

#[derive(Serialize, Debug, PartialEq)]
struct Url {
    start: usize,
    end: usize,
    url: String,
    expanded_url: String,
    display_url: String,
}

#[derive(Serialize)]
struct User {
    id: String,
    username: String,
    name: String,
    created_at: String,
    description: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    location: String,
    verified: bool,
    protected: bool,
    public_metrics: UserMetrics,
}

#[derive(Serialize)]
struct UserMetrics {
    followers_count: u64,
    following_count: u64,
    tweet_count: u64,
    listed_count: u64,
}

/// Writes `x_posts.jsonl`.
pub(super) struct Pages<'a> {
    story: &'a Story,
    file: BufWriter<File>,
    posts: Vec<Rc<Post>>,
}

impl<'a> Pages<'a> {
    /// Creates the file.
    pub(super) fn create(story: &'a Story, folder: &Path) -> io::Result<Self> {
        let file = File::create(folder.join("x_posts.jsonl"))?;
        let file = BufWriter::with_capacity(1 << 17, file);
        Ok(Self {
            story,
            file,
            posts: Vec::with_capacity(PAGE),
        })
    }

    /// Adds a post.
    pub(super) fn write(&mut self, post: Rc<Post>) -> io::Result<()> {
        if self.posts.len() == PAGE {
            self.page(true)?;
        }
        self.posts.push(post);
        Ok(())
    }

    /// Writes the last page.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if !self.posts.is_empty() {
            self.page(false)?;
        }
        self.file.flush()
    }

    fn page(&mut self, has_next: bool) -> io::Result<()> {
        let posts = std::mem::take(&mut self.posts);
        let mut others: BTreeMap<u64, &Rc<Post>> = BTreeMap::new();
        let mut authors: BTreeSet<Author> = BTreeSet::new();
        for post in &posts {
            authors.insert(post.author);
            if let Some((_, other)) = &post.link {
                authors.insert(other.author);
                others.insert(other.id, other);
            }
        }
        let (Some(first), Some(last)) = (posts.first(), posts.last()) else {
            return Ok(());
        };
        let token = hash(self.story.options.seed, Domain::Hour, last.id, 1);
        let page = Page {
            meta: Meta {
                oldest_id: first.id.to_string(),
                newest_id: last.id.to_string(),
                result_count: posts.len(),
                next_token: has_next.then(|| format!("b26v89c19zqg8o3f{token:016x}")),
            },
            data: posts.iter().map(|p| self.tweet(p)).collect(),
            includes: Includes {
                users: authors.into_iter().map(|a| self.user(a)).collect(),
                tweets: others.into_values().map(|p| self.tweet(p)).collect(),
            },
        };
        serde_json::to_writer(&mut self.file, &page)?;
        self.file.write_all(b"\n")
    }

    fn tweet(&self, post: &Post) -> Tweet {
        let seed = self.story.options.seed;
        let mut text = post.text.clone();
        let mut reply_to = None;
        let mut references = Vec::new();
        let mut quoted = None;
        if let Some((link, other)) = &post.link {
            let kind = match link {
                Link::Reply => "replied_to",
                Link::Quote => "quoted",
                Link::Repost => "retweeted",
            };
            references.push(Reference {
                kind,
                id: other.id.to_string(),
            });
            match link {
                Link::Reply => reply_to = Some(other.author.id(seed).to_string()),
                Link::Quote => {
                    let short = format!(
                        "https://t.co/{}",
                        short_code(hash(seed, Domain::Reaction, post.id, 1))
                    );
                    text = format!("{text} {short}");
                    let handle = self.story.handle(other.author);
                    quoted = Some((short, format!("https://x.com/{handle}/status/{}", other.id)));
                }
                Link::Repost => {}
            }
        }
        let note = (is_long(&text) && quoted.is_none()).then(|| Note { text: text.clone() });
        let text = if note.is_some() { cut(&text) } else { text };
        Tweet {
            id: post.id.to_string(),
            created_at: self.story.calendar.utc_stamp(post.at),
            author_id: post.author.id(seed).to_string(),
            conversation_id: post.conversation.to_string(),
            in_reply_to_user_id: reply_to.clone(),
            referenced_tweets: references,
            public_metrics: post.counts.into(),
            lang: "ja",
            entities: entities(&text, reply_to, quoted),
            possibly_sensitive: false,
            note_tweet: note,
            text,
        }
    }

    fn user(&self, author: Author) -> User {
        let profile = self.story.profile(author);
        User {
            id: profile.id,
            username: profile.handle,
            name: profile.name,
            created_at: self.story.calendar.utc_stamp(profile.created_at),
            description: profile.bio,
            location: profile.location,
            verified: profile.verified,
            protected: false,
            public_metrics: UserMetrics {
                followers_count: profile.followers,
                following_count: profile.following,
                tweet_count: profile.tweets,
                listed_count: profile.followers / 90,
            },
        }
    }
}

/// Spells a number as the ten letters and digits of a short link.
fn short_code(mut number: u64) -> String {
    const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..10)
        .map(|_| {
            let letter = LETTERS[(number % 62) as usize];
            number /= 62;
            char::from(letter)
        })
        .collect()
}

/// Finds hashtags, mentions and the quoted link; positions count code points.
fn entities(text: &str, reply_to: Option<String>, quoted: Option<(String, String)>) -> Entities {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Entities::default();
    let mut reply_to = reply_to;
    let word = |from: usize, keep: fn(char) -> bool| -> String {
        chars[from..].iter().take_while(|c| keep(**c)).collect()
    };
    for (start, c) in chars.iter().enumerate() {
        match c {
            '#' | '＃' => {
                let tag = word(start + 1, |c| c.is_alphanumeric() || c == '_' || c == 'ー');
                if !tag.is_empty() {
                    let end = start + 1 + tag.chars().count();
                    found.hashtags.push(Tag { start, end, tag });
                }
            }
            '@' | '＠' => {
                let username = word(start + 1, |c| c.is_ascii_alphanumeric() || c == '_');
                if !username.is_empty() {
                    let end = start + 1 + username.len();
                    let id = if start == 0 { reply_to.take() } else { None };
                    found.mentions.push(Mention {
                        start,
                        end,
                        username,
                        id,
                    });
                }
            }
            _ => {}
        }
    }
    if let Some((url, expanded_url)) = quoted {
        let end = chars.len();
        let start = end.saturating_sub(url.chars().count());
        let display_url = expanded_url.trim_start_matches("https://").to_owned();
        found.urls.push(Url {
            start,
            end,
            url,
            expanded_url,
            display_url,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_found_where_they_stand() {
        let found = entities("@a_b おいしい #とりのこえ珈琲 です", Some("9".into()), None);
        assert_eq!(found.mentions[0].username, "a_b");
        assert_eq!(found.mentions[0].id.as_deref(), Some("9"));
        assert_eq!(found.hashtags[0].tag, "とりのこえ珈琲");
        assert_eq!((found.hashtags[0].start, found.hashtags[0].end), (10, 18));
        assert!(found.urls.is_empty());
    }

    #[test]
    fn short_codes_have_ten_letters() {
        assert_eq!(short_code(0), "aaaaaaaaaa");
        assert_eq!(short_code(u64::MAX).len(), 10);
    }
}
