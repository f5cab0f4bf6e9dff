//! Small shops, each with one kind of account.

use polars::prelude::*;

use super::*;
use crate::schema::{Column as Owned, Table, account_scores, accounts, communities};
use crate::score::heard::Heard;
use crate::score::hours::Posts;
use crate::score::posts::{Facts, Row, Scored};
use crate::score::said::Said;
use crate::text::{Kind, Label};

/// 2024-06-01 in microseconds.
const UNTIL: i64 = 1_717_200_000_000_000;
const HOUR: i64 = 3_600_000_000;

fn brand() -> BrandConfig {
    BrandConfig {
        name: "トリノコエ".into(),
        keywords: Vec::new(),
        exclusions: Vec::new(),
        official: Vec::new(),
        products: Vec::new(),
        competitors: Vec::new(),
    }
}

/// An opinion without a mood, so many hours before the as-of instant.
fn post(id: &str, author: &str, hours: i64) -> Scored {
    Scored {
        row: Row {
            source: "x".into(),
            platform: "x".into(),
            post_id: id.into(),
            account_id: author.into(),
            posted_at: UNTIL - hours * HOUR,
            text: format!("{id}という投稿をしました"),
            kind: "post".into(),
            ..Row::default()
        },
        brand: Some(0),
        is_opinion: true,
        copy: crate::score::copied::Copy::default(),
        said: Some(said(None)),
        facts: Facts::default(),
    }
}

fn said(sentiment: Option<f64>) -> Said {
    let label = |value: f64| match value {
        value if value > 0.0 => Label::Positive,
        value if value < 0.0 => Label::Negative,
        _ => Label::Neutral,
    };
    Said {
        language: None,
        sentiment,
        label: sentiment.map(label),
        negative_strength: None,
        is_hearsay: false,
        utterance: Kind::Chatter,
        utterances: Vec::new(),
        emotions: Vec::new(),
        journey: Vec::new(),
        positive_aspects: Vec::new(),
        negative_aspects: Vec::new(),
        deciding_words: Vec::new(),
        speech_words: Vec::new(),
        words: vec!["豆".into()],
    }
}

fn felt(sentiment: f64, mut post: Scored) -> Scored {
    post.said = Some(said(Some(sentiment)));
    post
}

fn reply(to: &str, mut post: Scored) -> Scored {
    post.row.kind = "reply".into();
    post.row.reply_to = Some(to.into());
    post
}

fn repost(of: &str, mut post: Scored) -> Scored {
    post.row.kind = "repost".into();
    post.row.reposted = Some(of.into());
    post.is_opinion = false;
    post.said = None;
    post
}

fn naming(name: &str, mut post: Scored) -> Scored {
    post.row.mentions = vec![name.into()];
    post
}

/// Id, handle, name shown, followers, whether it is the shop's.
type Seen<'a> = (&'a str, &'a str, &'a str, i64, bool);

fn observed(seen: &[Seen<'_>]) -> DataFrame {
    let mut frame = DataFrame::full_null(&accounts::TABLE.schema(), seen.len());
    let text = |column: Owned, value: fn(&Seen<'_>) -> String| {
        Column::new(
            column.small_name(),
            seen.iter().map(value).collect::<Vec<String>>(),
        )
    };
    let columns = [
        text(accounts::SOURCE, |_| "x".to_owned()),
        text(accounts::PLATFORM, |_| "x".to_owned()),
        text(accounts::PROVIDER, |_| String::new()),
        text(accounts::ACCOUNT_ID, |seen| seen.0.to_owned()),
        text(accounts::HANDLE, |seen| seen.1.to_owned()),
        text(accounts::DISPLAY_NAME, |seen| seen.2.to_owned()),
        Column::new(
            accounts::FOLLOWER_COUNT.small_name(),
            seen.iter().map(|seen| seen.3).collect::<Vec<i64>>(),
        ),
        Column::new(
            accounts::IS_OFFICIAL.small_name(),
            seen.iter().map(|seen| seen.4).collect::<Vec<bool>>(),
        ),
    ];
    for column in columns {
        frame.with_column(column).unwrap();
    }
    frame
}

/// Returns posts as they are kept.
fn kept(scored: &[Scored]) -> Voices {
    let mut voices = Voices::new(&jiff::tz::TimeZone::UTC);
    for post in scored {
        let mut post = post.clone();
        let text = (!post.row.is_repost()).then(|| text_hash(&post.row.text));
        post.facts.text = text.flatten();
        voices.extend(std::slice::from_ref(&post));
    }
    voices
}

/// All that is found out about accounts.
struct Found {
    account_scores: DataFrame,
    accounts: Accounts,
}

impl std::ops::Deref for Found {
    type Target = Accounts;

    fn deref(&self) -> &Accounts {
        &self.accounts
    }
}

fn measured_for(scored: &[Scored], seen: &[Seen<'_>], brand: &BrandConfig) -> Found {
    let settings = AccountSettings {
        brands: std::slice::from_ref(brand),
        window_days: 90,
        until: UNTIL,
    };
    let voices = kept(scored);
    let places = Places::new(&voices);
    let mut account_scores = DataFrame::empty_with_schema(&account_scores::TABLE.schema());
    let seen = observed(seen);
    let accounts = measure(&voices, &places, &seen, &settings, &mut |rows| {
        account_scores.vstack_mut(&rows).map(|_| ())
    });
    Found {
        accounts: accounts.unwrap(),
        account_scores,
    }
}

fn measured(scored: &[Scored], seen: &[Seen<'_>]) -> Found {
    measured_for(scored, seen, &brand())
}

/// A row of `account_scores`.
struct Told<'a> {
    frame: &'a DataFrame,
    row: usize,
}

impl Told<'_> {
    fn text(&self, column: Owned) -> Option<&str> {
        let column = self.frame.column(column.name).unwrap();
        column.str().unwrap().get(self.row)
    }

    fn whole(&self, column: Owned) -> Option<i64> {
        let column = self.frame.column(column.name).unwrap();
        column.i64().unwrap().get(self.row)
    }

    fn float(&self, column: Owned) -> Option<f64> {
        let column = self.frame.column(column.name).unwrap();
        column.f64().unwrap().get(self.row)
    }

    fn texts(&self, column: Owned) -> Vec<String> {
        texts(self.frame, column, self.row)
    }
}

fn texts(frame: &DataFrame, column: Owned, row: usize) -> Vec<String> {
    let column = frame.column(column.name).unwrap();
    let list = column.list().unwrap().get_as_series(row).unwrap();
    let texts = list.str().unwrap();
    texts.iter().flatten().map(str::to_owned).collect()
}

impl Found {
    fn find(&self, account_id: &str) -> Option<Told<'_>> {
        let frame = &self.account_scores;
        let ids = frame.column(account_scores::ACCOUNT_ID.name).unwrap();
        let row = ids
            .str()
            .unwrap()
            .iter()
            .position(|id| id == Some(account_id))?;
        Some(Told { frame, row })
    }

    fn of(&self, account_id: &str) -> Told<'_> {
        self.find(account_id).expect("a row of the account")
    }

    fn count(&self, reason: &str) -> u64 {
        let found = self.left_out.iter().find(|(name, _)| *name == reason);
        found.map_or(0, |(_, count)| *count)
    }
}

#[test]
fn opinions_count_however_old_and_responses_within_the_window() {
    let mut unscored = post("c2", "c", 3);
    unscored.is_opinion = false;
    let scored = [
        felt(0.5, post("a1", "a", 24 * 200)),
        felt(0.5, post("a2", "a", 24 * 201)),
        felt(0.2, post("a3", "a", 24 * 202)),
        felt(-0.5, post("b1", "b", 10)),
        felt(-0.3, post("b2", "b", 11)),
        post("c1", "c", 4),
        unscored,
        repost("a1", post("d1", "d", 2)),
        repost("a1", post("d2", "d", 24 * 150)),
        reply("b1", post("e1", "e", 1)),
    ];
    let found = measured(&scored, &[]);
    assert_eq!(found.account_scores.height(), 5);
    let role = |account: &str| {
        let told = found.of(account);
        told.text(account_scores::ROLE).unwrap().to_owned()
    };
    assert_eq!(
        ["a", "b", "c", "d", "e"].map(role),
        ["advocate", "detractor", "peer", "peer", "peer"]
    );
    let a = found.of("a");
    assert_eq!(a.whole(account_scores::POST_COUNT), Some(3));
    assert_eq!(a.float(account_scores::SENTIMENT_MEAN), Some(0.4));
    assert_eq!(a.whole(account_scores::RESPONSE_COUNT), Some(2));
    assert_eq!(a.whole(account_scores::REPOST_COUNT), Some(1));
    assert_eq!(
        a.texts(account_scores::ROLE_REASONS),
        ["advocate:positive_opinions"]
    );
    let b = found.of("b");
    assert_eq!(b.whole(account_scores::NEGATIVE_COUNT), Some(2));
    assert_eq!(b.whole(account_scores::REPLY_COUNT), Some(1));
    assert_eq!(b.float(account_scores::INFLUENCE), None);
    let d = found.of("d");
    assert_eq!(d.whole(account_scores::POST_COUNT), Some(0));
    assert_eq!(d.float(account_scores::SENTIMENT_MEAN), None);
    let last = found
        .account_scores
        .column(account_scores::LAST_POSTED_AT.name);
    let last = last.unwrap().datetime().unwrap();
    assert_eq!(last.phys.get(d.row), None);
    assert_eq!(last.phys.get(b.row), Some(UNTIL - 10 * HOUR));
    assert_eq!(found.of("c").whole(account_scores::COMMUNITY), None);
}

#[test]
fn an_impersonator_is_found_and_so_is_what_is_said_to_it() {
    let scored = [
        post("1", "2", 5),
        naming("T0rinokoe", post("2", "3", 4)),
        reply("1", post("3", "3", 3)),
        post("4", "3", 2),
    ];
    let seen = [
        ("1", "torinokoe", "トリノコエ【公式】", 3_000, true),
        ("2", "t0rinokoe", "トリノコエ", 90, false),
        ("3", "hana", "はな", 120, false),
        ("4", "kenji", "けん", 80, false),
    ];
    let found = measured(&scored, &seen);
    let passing = found.of("2");
    assert_eq!(passing.text(account_scores::IMPERSONATES), Some("1"));
    assert!(passing.float(account_scores::IMPERSONATION_SCORE) >= Some(0.5));
    let reasons = passing.texts(account_scores::IMPERSONATION_REASONS);
    assert!(
        reasons.contains(&"handle_looks_alike".to_owned()),
        "{reasons:?}"
    );
    assert_eq!(found.of("3").text(account_scores::IMPERSONATES), None);
    assert!(found.find("4").is_none(), "it neither spoke nor passes");
    assert_eq!(found.of("1").text(account_scores::ROLE), Some("official"));
    assert_eq!(found.of("1").whole(account_scores::POST_COUNT), Some(0));
    let impersonators = &found.impersonators;
    assert!(impersonators.has_account("x", "2") && !impersonators.has_account("x", "3"));
    assert!(impersonators.has_handle("x", "@T0rinokoe"));
    assert!(!impersonators.has_handle("x", "torinokoe"));
    let voices = kept(&scored);
    let places = Places::new(&voices);
    let heard = Heard::new(&voices, &places, &observed(&seen), 0, impersonators).unwrap();
    let flags: Vec<bool> = (0..heard.post_count())
        .filter_map(|place| heard.get(place))
        .map(|post| post.by_impersonator)
        .collect();
    assert_eq!(flags, [true, true, true, false]);
}

#[test]
fn official_is_whom_the_settings_name_or_who_speaks_for_the_shop() {
    let mut own = post("1", "9", 5);
    own.row.is_outbound = true;
    own.is_opinion = false;
    let settings = BrandConfig {
        official: vec!["@Torinokoe".into(), "77".into()],
        ..brand()
    };
    let seen = [
        ("5", "torinokoe", "", 1, false),
        ("77", "", "", 1, false),
        ("6", "tori_no_koe", "", 1, false),
    ];
    let found = measured_for(std::slice::from_ref(&own), &seen, &settings);
    for account in ["9", "5", "77"] {
        assert_eq!(
            found.of(account).text(account_scores::ROLE),
            Some("official"),
            "{account}"
        );
    }
    assert_eq!(found.of("9").whole(account_scores::POST_COUNT), Some(1));
    assert_eq!(
        found.of("6").text(account_scores::IMPERSONATES),
        Some("5"),
        "the id where it is known"
    );
    let unseen = measured_for(&[], &seen[2..], &settings);
    assert_eq!(
        unseen.of("6").text(account_scores::IMPERSONATES),
        Some("Torinokoe")
    );
}

#[test]
fn what_a_profile_says_is_a_role_and_so_is_what_an_account_does() {
    let angry = |id: &str| felt(-0.8, post(id, "d", 9));
    let glad = |id: &str| felt(0.8, post(id, "f", 9));
    let scored = [
        angry("d1"),
        angry("d2"),
        glad("f1"),
        glad("f2"),
        glad("f3"),
        felt(-0.8, post("s1", "s", 3)),
        post("m1", "m", 3),
        post("p1", "p", 3),
        felt(-0.8, post("s2", "s", 2)),
    ];
    let seen = [
        ("s", "mika", "みか トリノコエのスタッフ", 10, false),
        ("m", "touto", "東都新聞", 10, false),
        ("p", "fan", "トリノコエの店長さんが好き", 10, false),
    ];
    let found = measured(&scored, &seen);
    let told = |account: &str| {
        let account = found.of(account);
        let role = account.text(account_scores::ROLE).map(str::to_owned);
        (
            role.unwrap_or_default(),
            account.texts(account_scores::ROLE_REASONS).join(" "),
        )
    };
    for (account, role, reasons) in [
        ("s", "staff", "staff:profile detractor:negative_opinions"),
        ("m", "media", "media:profile"),
        ("d", "detractor", "detractor:negative_opinions"),
        ("f", "advocate", "advocate:positive_opinions"),
        ("p", "peer", ""),
    ] {
        assert_eq!(told(account), (role.to_owned(), reasons.to_owned()));
    }
}

#[test]
fn a_program_is_a_bot_and_the_shop_never_is() {
    let mut scored = Vec::new();
    for hour in 1..=60 {
        for author in ["robot", "own"] {
            let mut post = post(&format!("{author}{hour}"), author, hour);
            post.row.text = "本日の珈琲豆はこちらのページからどうぞ".into();
            scored.push(post);
        }
    }
    scored.push(post("h", "human", 7));
    let found = measured(&scored, &[("own", "torinokoe", "", 10, true)]);
    let robot = found.of("robot");
    assert!(robot.float(account_scores::BOT_SCORE) > Some(0.9));
    assert_eq!(robot.text(account_scores::ROLE), Some("bot"));
    let reasons = robot.texts(account_scores::BOT_REASONS);
    assert!(
        reasons.contains(&"copies".to_owned()) && reasons.contains(&"regular_intervals".to_owned()),
        "{reasons:?}"
    );
    for account in ["own", "human"] {
        let told = found.of(account);
        assert_eq!(told.float(account_scores::BOT_SCORE), None, "{account}");
        assert!(told.texts(account_scores::BOT_REASONS).is_empty());
    }
    assert_eq!(found.of("own").text(account_scores::ROLE), Some("official"));
}

#[test]
fn circles_and_unknown_targets_are_counted_and_lead_nowhere() {
    let mut nameless = reply("r1", post("n", "", 1));
    nameless.row.account_id = String::new();
    let scored = [
        repost("r2", post("r1", "a", 5)),
        repost("r1", post("r2", "b", 4)),
        reply("nothing", post("q", "c", 3)),
        naming("nobody", post("m", "c", 2)),
        nameless,
    ];
    let found = measured(&scored, &[]);
    assert_eq!(found.count("response_to_unknown"), 4);
    assert_eq!(found.account_scores.height(), 3);
    for account in ["a", "b", "c"] {
        let told = found.of(account);
        assert_eq!(told.whole(account_scores::REPOST_COUNT), Some(0));
        assert_eq!(told.whole(account_scores::COMMUNITY), None);
    }
    assert_eq!(found.communities.height(), 0);
}

#[test]
fn a_repost_of_a_repost_counts_for_whom_it_repeats() {
    let scored = [
        post("o", "a", 9),
        repost("o", post("r1", "b", 8)),
        repost("r1", post("r2", "c", 7)),
    ];
    let seen = [
        ("a", "a", "", 10_000_000, false),
        ("b", "b", "", 10_000_000, false),
        ("c", "c", "", 10_000_000, false),
    ];
    let found = measured(&scored, &seen);
    let a = found.of("a");
    assert_eq!(a.whole(account_scores::REPOST_COUNT), Some(2));
    assert_eq!(a.whole(account_scores::REPOST_H_INDEX), Some(1));
    assert_eq!(a.whole(account_scores::REACH), Some(30_000_000));
    assert_eq!(a.whole(account_scores::FOLLOWER_COUNT), Some(10_000_000));
    let most = [("a", "a", "", i64::MAX, false), seen[1], seen[2]];
    let found = measured(&scored, &most);
    assert_eq!(found.of("a").whole(account_scores::REACH), Some(i64::MAX));
}

#[test]
fn a_post_in_two_exports_responds_once() {
    let first = reply("o", post("r", "b", 3));
    let mut second = first.clone();
    second.row.source = "x2".into();
    let scored = [post("o", "a", 9), first, second];
    let found = measured(&scored, &[]);
    assert_eq!(found.of("a").whole(account_scores::REPLY_COUNT), Some(1));
}

#[test]
fn who_talks_with_whom_is_a_community() {
    let mut scored = Vec::new();
    for author in ["a", "b", "c", "d"] {
        let mut first = felt(-0.5, post(&format!("{author}0"), author, 50));
        if author == "d" {
            first = post("d0", "d", 50);
        }
        scored.push(first);
    }
    for (at, (from, to)) in [("b", "a"), ("c", "a"), ("d", "a"), ("c", "b"), ("d", "c")]
        .into_iter()
        .enumerate()
    {
        let answer = post(&format!("{from}{to}"), from, 40 - at as i64);
        scored.push(reply(&format!("{to}0"), answer));
    }
    let seen = [
        ("a", "aki", "", 1, false),
        ("b", "ben", "", 1, false),
        ("c", "chie", "", 1, false),
    ];
    let found = measured(&scored, &seen);
    for account in ["a", "b", "c", "d"] {
        let told = found.of(account);
        assert_eq!(told.whole(account_scores::COMMUNITY), Some(1), "{account}");
        assert!(told.float(account_scores::PAGE_RANK) > Some(0.0));
    }
    let frame = &found.communities;
    assert_eq!(frame.height(), 1);
    let told = Told { frame, row: 0 };
    assert_eq!(told.whole(communities::COMMUNITY), Some(1));
    assert_eq!(told.text(communities::PLATFORM), Some("x"));
    assert_eq!(told.whole(communities::ACCOUNT_COUNT), Some(4));
    assert_eq!(told.whole(communities::POST_COUNT), Some(9));
    assert_eq!(told.float(communities::NEGATIVE_SHARE), Some(0.333_333));
    let handles = told.texts(communities::CENTRAL_HANDLES);
    assert_eq!(handles.first().map(String::as_str), Some("aki"));
    assert_eq!(handles.len(), 3, "the fourth has no handle");
}

fn is_of(frame: &DataFrame, table: &Table) {
    let found: Vec<(&str, &DataType)> = frame
        .columns()
        .iter()
        .map(|column| (column.name().as_str(), column.dtype()))
        .collect();
    let schema = table.schema();
    let expected: Vec<(&str, &DataType)> = schema
        .iter()
        .map(|(name, dtype)| (name.as_str(), dtype))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_tables_have_their_columns_with_rows_and_without() {
    let scored = [post("o", "a", 9), reply("o", post("r", "b", 8))];
    for scored in [&scored[..], &[]] {
        let found = measured(scored, &[]);
        is_of(&found.account_scores, &account_scores::TABLE);
        is_of(&found.communities, &communities::TABLE);
        assert_eq!(found.account_scores.height(), scored.len());
    }
}
