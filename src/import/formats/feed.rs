//! Feeds of blogs and forums (RSS 0.9x, 1.0 and 2.0, Atom) and WordPress exports, which are RSS.
//!
//! - Entries are articles: title and words, the words without HTML. An entry that names what it answers
//!   (`thr:in-reply-to`) is a forum post, one whose link leads to a comment (`#comment-12`) is a comment.
//! - The id is `guid` or `id`, else the link, else a hash. The link is the first of the links.
//! - Authors are names. A shop's own article is told by its author or by the title of the blog, a comment by its author.
//! - Of a WordPress export, published posts and pages are articles; approved comments and product reviews are posts of
//!   their own with the ids the feed of comments gives them. Drafts, files, menus and products are no records.
//! - Whole entries are read as far as the file goes; an entry that does not end is rejected. The document type is passed
//!   over: what it declares is never expanded.

use std::io::BufRead;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::feed_entry::{Entry, PUBLISHED, local, person};
use crate::error::{Error, Result};
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::reject;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;
use crate::import::values::keys::{Repeats, stable_hash};
use crate::import::values::{dates, entities, html, numbers};
use crate::import::xml::{Element, Scanner, root};

const SOURCE: &str = "blog";
const PLATFORM: &str = "blog";
/// What makes forums, in lower case, as `generator` names it.
const FORUMS: &[&str] = &[
    "phpbb",
    "bbpress",
    "discourse",
    "vbulletin",
    "xenforo",
    "mybb",
    "vanilla",
];

/// Feeds.
pub(super) struct Feed;

impl Layout for Feed {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "ブログ・フォーラムのフィード(RSS・Atom・WordPress)",
            "feed of a blog or forum (RSS, Atom, WordPress)",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        match head {
            Head::Xml { root } => ["rss", "RDF", "feed"].contains(&local(root)),
            _ => false,
        }
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut text = String::new();
        input
            .read_to_string(&mut text)
            .map_err(|error| Error::io("read", Path::new(&context.source_file), error))?;
        let mut reader = Reader {
            context,
            about: About::default(),
            accounts: Accounts::default(),
            repeats: Repeats::default(),
        };
        reader.document(&text, sink)?;
        reader.accounts.put(sink)
    }
}

/// What a feed says of itself.
#[derive(Default)]
struct About {
    title: Option<String>,
    author: Option<String>,
    is_forum: bool,
}

/// A place in a text whose line is wanted.
struct Lines<'x> {
    text: &'x str,
    place: usize,
    line: u64,
}

impl Lines<'_> {
    /// Returns the line of a place that is not before the last one.
    fn at(&mut self, place: usize) -> u64 {
        self.line += self.text[self.place..place].matches('\n').count() as u64;
        self.place = place;
        self.line
    }
}

struct Reader<'a> {
    context: &'a Context,
    about: About,
    accounts: Accounts,
    repeats: Repeats,
}

impl Reader<'_> {
    fn document(&mut self, text: &str, sink: &mut Sink<'_>) -> Result<()> {
        let mut scanner = Scanner::new(text);
        let mut lines = Lines {
            text,
            place: 0,
            line: 1,
        };
        let root = root(text).unwrap_or_default();
        let prefix = root.strip_suffix(local(root)).unwrap_or_default();
        // Set when markup is broken outside of entries: then only entries are looked for.
        let mut is_broken = false;
        let mut is_cut = false;
        while let Some(tag) = scanner.next_tag() {
            let name = tag.name.strip_prefix(prefix).unwrap_or(tag.name);
            match name {
                "item" | "entry" => {
                    let line = lines.at(tag.start);
                    let entry = scanner.record(tag);
                    if let Ok(children) = entry.and_then(|entry| entry.children()) {
                        self.entry(line, Entry::of(children, prefix), sink)?;
                        continue;
                    }
                    is_cut = scanner.place() == text.len();
                    let row = &text[tag.start..scanner.place()];
                    sink.read_rows(1);
                    sink.reject(reject(line, "", "", Reason::NotXml, row))?;
                }
                "rss" | "RDF" | "rdf:RDF" | "feed" | "channel" => {}
                _ if is_broken => {}
                _ => match scanner.element(tag) {
                    Ok(element) => self.about(name, &element),
                    Err(_) => is_broken = true,
                },
            }
        }
        let is_whole = !root.is_empty() && text.contains(&format!("</{root}"));
        if !is_whole && !is_cut && !text.trim().is_empty() {
            let line = lines.at(scanner.place().max(lines.place));
            sink.read_rows(1);
            sink.reject(reject(line, "", "", Reason::NotXml, &text[lines.place..]))?;
        }
        Ok(())
    }

    /// Takes what stands beside the entries.
    fn about(&mut self, name: &str, element: &Element<'_>) {
        let text = || Some(html::text_of_any(&element.text())).filter(|text| !text.is_empty());
        match name {
            "title" if self.about.title.is_none() => self.about.title = text(),
            "author" | "dc:creator" if self.about.author.is_none() => {
                self.about.author = person(element).0;
            }
            "generator" => {
                let made_by = element.text().to_lowercase();
                self.about.is_forum = FORUMS.iter().any(|name| made_by.contains(name));
            }
            _ => {}
        }
    }

    fn entry(&mut self, line: u64, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<()> {
        let status = entry.text(&["wp:status"]);
        if status.is_some_and(|status| status != "publish") {
            return Ok(());
        }
        let kind = entry.text(&["wp:post_type"]);
        let link = entry.link();
        let id = entry
            .text(&["guid", "id"])
            .or_else(|| link.clone())
            .unwrap_or_else(|| {
                let said = entry.said().unwrap_or_default();
                let dated = entry.text(PUBLISHED).unwrap_or_default();
                self.repeats.id(stable_hash(&[&dated, &said]))
            });
        if kind.is_none_or(|kind| ["post", "page"].contains(&kind.as_str())) {
            sink.read_rows(1);
            match entry.instant(self.context) {
                Ok(posted_at) => {
                    let post = self.article(line, &entry, &id, link.as_deref(), posted_at);
                    post.put(line, sink)?;
                }
                Err((column, value, reason)) => {
                    sink.reject(reject(line, column, &value, reason, &entry.raw()))?;
                }
            }
        }
        for comment in entry.all("wp:comment") {
            self.comment(line, comment, &id, link.as_deref(), sink)?;
        }
        Ok(())
    }

    fn article(
        &mut self,
        line: u64,
        entry: &Entry<'_>,
        id: &str,
        link: Option<&str>,
        posted_at: Timestamp,
    ) -> Post {
        let said = entry.said();
        let reply = |attribute: &str| entry.one("thr:in-reply-to")?.tag.attribute(attribute);
        let answered = reply("ref").or_else(|| reply("href"));
        let page = link.and_then(|link| Some(link.split_once("#comment-")?.0.to_owned()));
        let kind = if answered.is_some() || self.about.is_forum {
            "forum"
        } else if page.is_some() {
            "comment"
        } else {
            "article"
        };
        let (mut author, url) = entry
            .one("author")
            .or_else(|| entry.one("dc:creator"))
            .map(person)
            .unwrap_or_default();
        if kind == "article" && author.is_none() {
            author = self.about.author.clone();
        }
        let is_official = |name: &Option<String>| {
            name.as_deref()
                .is_some_and(|name| self.context.is_official(name))
        };
        let is_own = is_official(&author);
        let is_outbound = is_own || kind == "article" && is_official(&self.about.title);
        if let Some(name) = &author {
            let account = self.account(name, url, is_own, None);
            self.accounts.add(account, posted_at, line);
        }
        let mut urls: Vec<String> = link.into_iter().map(str::to_owned).collect();
        for url in entities::urls(said.as_deref().unwrap_or_default()) {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        Post {
            source: self.context.source_or(SOURCE).to_owned(),
            platform: PLATFORM,
            post_id: id.to_owned(),
            account_id: author,
            posted_at,
            text: said,
            kind,
            // The page all comments on an article lead to.
            conversation_id: reply("href")
                .or_else(|| answered.clone())
                .or(page)
                .or_else(|| Some(link.unwrap_or(id).to_owned())),
            reply_to: answered,
            urls: Some(urls),
            replies: entry
                .text(&["slash:comments", "thr:total"])
                .and_then(|count| numbers::integer(&count).ok().flatten()),
            is_outbound,
            extra: self.extra(entry),
            ..Post::default()
        }
    }

    fn extra(&self, entry: &Entry<'_>) -> Option<String> {
        let mut object = Map::new();
        if let Some(title) = &self.about.title {
            object.insert("feed".to_owned(), Value::from(title.as_str()));
        }
        let categories: Vec<Value> = entry
            .all("category")
            .chain(entry.all("dc:subject"))
            .map(|category| {
                category
                    .tag
                    .attribute("term")
                    .unwrap_or_else(|| category.text())
            })
            .filter(|category| !category.trim().is_empty())
            .map(|category| Value::from(category.trim()))
            .collect();
        if !categories.is_empty() {
            object.insert("category".to_owned(), Value::from(categories));
        }
        (!object.is_empty()).then(|| Value::Object(object).to_string())
    }

    fn account(
        &self,
        name: &str,
        url: Option<String>,
        is_official: bool,
        extra: Option<String>,
    ) -> Account {
        Account {
            source: self.context.source_or(SOURCE).to_owned(),
            platform: PLATFORM,
            account_id: name.to_owned(),
            display_name: Some(name.to_owned()),
            url,
            is_official,
            extra,
            ..Account::default()
        }
    }

    /// Reads a comment within an item of a WordPress export; spam, and what shops note down for themselves, is none.
    fn comment(
        &mut self,
        line: u64,
        comment: &Element<'_>,
        article: &str,
        link: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let Ok(children) = comment.children() else {
            sink.read_rows(1);
            return sink.reject(reject(line, "", "", Reason::NotXml, comment.inner));
        };
        let comment = Entry::of(children, "");
        let text = |name: &str| comment.text(&[&format!("wp:comment_{name}")]);
        let kind = match text("type").as_deref() {
            None | Some("comment") => "comment",
            Some("review") => "review",
            Some(_) => return Ok(()),
        };
        if text("approved").is_some_and(|approved| approved != "1") {
            return Ok(());
        }
        sink.read_rows(1);
        let dated = [
            text("date_gmt").map(|date| format!("{date} +0000")),
            text("date"),
        ];
        let instants = dated.iter().flatten();
        let read = instants
            .map(|date| dates::instant(date, &self.context.time_zone).ok().flatten())
            .find_map(|instant| instant);
        let (Some(posted_at), Some(number)) = (read, text("id")) else {
            let column = if read.is_none() {
                "wp:comment_date"
            } else {
                "wp:comment_id"
            };
            let row = comment.raw();
            return sink.reject(reject(line, column, "", Reason::Missing, &row));
        };
        let id = |number: &str| format!("{}#comment-{number}", link.unwrap_or(article));
        let author = text("author");
        let is_official = author
            .as_deref()
            .is_some_and(|name| self.context.is_official(name));
        if let Some(name) = &author {
            let email =
                text("author_email").map(|email| serde_json::json!({ "email": email }).to_string());
            let account = self.account(name, text("author_url"), is_official, email);
            self.accounts.add(account, posted_at, line);
        }
        let post = Post {
            source: self.context.source_or(SOURCE).to_owned(),
            platform: PLATFORM,
            post_id: id(&number),
            account_id: author,
            posted_at,
            text: text("content").map(|said| html::text_of_any(&said)),
            kind,
            reply_to: Some(match text("parent").filter(|parent| parent != "0") {
                Some(parent) => id(&parent),
                None => article.to_owned(),
            }),
            conversation_id: Some(link.unwrap_or(article).to_owned()),
            rating: comment
                .meta("rating")
                .filter(|stars| (1.0..=5.0).contains(stars)),
            is_outbound: is_official,
            ..Post::default()
        };
        post.put(line, sink)
    }
}
