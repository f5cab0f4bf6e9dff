//! What was said, and who said it.

use super::*;

#[test]
fn what_enough_persons_say_is_told_and_nobody_is_named() {
    let found = figures(&shop(), &config(SETTINGS), &as_of(), DataFigures::default()).unwrap();
    let voice = &found.voice;
    // Nobody said the second pair together.
    assert_eq!(voice.network.links.len(), 1);
    assert_eq!(voice.network.links[0].other_word, "遅延");
    let words: Vec<(&str, u64)> = voice
        .network
        .words
        .iter()
        .map(|word| (word.word.as_str(), word.post_count))
        .collect();
    assert_eq!(words, [("届く", 4), ("遅延", 4)]);
    // Two of the four accounts are one person's.
    assert_eq!(voice.sayings.len(), 1);
    assert_eq!(voice.sayings[0].text, "まだ届きません");
    assert_eq!(
        (voice.sayings[0].author_count, voice.sayings[0].post_count),
        (3, 4)
    );
    let complain = voice
        .journey
        .iter()
        .find(|one| one.stage == "complain")
        .unwrap();
    assert_eq!((complain.post_count, complain.previous_post_count), (3, 0));
    let text = crate::report::json(&found).unwrap();
    assert!(!text.contains("bee") && !text.contains("Shop"));
}

/// The shop in a flare-up or another rise of a state, with praise of the taste and a recommendation in it and before it.
fn praised(kind: &str, compare: &str) -> Figures {
    let (before, within) = (at("2026-09-24T03:00:00Z"), at("2026-09-25T03:00:00Z"));
    let earlier = at("2026-09-05T03:00:00Z");
    let mut scores = df!(
        "source" => ["x"; 4],
        "post_id" => ["1", "2", "3", "4"],
        "platform" => ["x"; 4],
        "account_id" => ["a", "b", "c", "d"],
        "posted_at" => [before, within, within, earlier],
        "brand" => ["鳥"; 4],
        "is_opinion" => [true; 4],
    )
    .unwrap();
    let stages: [&[&str]; 4] = [
        &["recommend"],
        &["recommend"],
        &["complain"],
        &["recommend"],
    ];
    let aspects: [&[&str]; 4] = [&["taste"], &["taste"], &[], &[]];
    for (name, lists) in [("journey", stages), ("positive_aspects", aspects)] {
        let column = texts_of(&lists).with_name(name.into()).into_column();
        scores.with_column(column).unwrap();
    }
    let input = Input {
        post_scores: filled(&post_scores::TABLE, scores),
        alerts: filled(
            &alerts::TABLE,
            df!(
                "alert_id" => ["one"],
                "brand" => ["鳥"],
                "kind" => [kind],
                "state" => ["cooling"],
                "started_at" => [at("2026-09-25T00:00:00Z")],
                "ended_at" => [at("2026-09-25T06:00:00Z")],
            )
            .unwrap(),
        ),
        ..nothing()
    };
    let settings = format!("{SETTINGS}[report]\ncompare = \"{compare}\"\n");
    figures(&input, &config(&settings), &as_of(), DataFigures::default()).unwrap()
}

#[test]
fn what_sounds_like_praise_in_a_flare_up_is_not_counted_as_praise() {
    let counts = |kind: &str| {
        let found = praised(kind, "");
        let taste = found.voice.aspects.iter().find(|one| one.aspect == "taste");
        let mut stages = found.voice.journey.iter();
        let recommend = stages.find(|one| one.stage == "recommend");
        let complain = found.voice.journey.last().unwrap();
        assert_eq!(
            (complain.stage.as_str(), complain.post_count),
            ("complain", 1)
        );
        (taste.unwrap().positive_count, recommend.unwrap().post_count)
    };
    assert_eq!(counts("volume"), (2, 2));
    assert_eq!(counts("flare_up"), (1, 1));
}

#[test]
fn a_flare_up_of_the_period_is_heeded_however_long_ago_it_ended() {
    let settings = format!("{SETTINGS}[report]\nperiod = \"month\"\n");
    let is_rise_good = |kind: &str, state: &str, started: &str| {
        let started = at(started);
        let input = Input {
            alerts: filled(
                &alerts::TABLE,
                df!(
                    "alert_id" => ["one"],
                    "brand" => ["鳥"],
                    "kind" => [kind],
                    "state" => [state],
                    "started_at" => [started],
                    "ended_at" => [started + DAY],
                )
                .unwrap(),
            ),
            ..nothing()
        };
        let found = figures(&input, &config(&settings), &as_of(), DataFigures::default()).unwrap();
        assert_eq!(found.period.name, "2026-08");
        let mut kpis = found.kpis.iter();
        let posts = kpis.find(|kpi| kpi.kind == KpiKind::Posts).unwrap();
        posts.is_rise_good
    };
    let (july, august) = ("2026-07-30T00:00:00Z", "2026-08-03T00:00:00Z");
    assert_eq!(is_rise_good("flare_up", "over", august), Some(false));
    assert_eq!(is_rise_good("volume", "over", august), None);
    assert_eq!(is_rise_good("flare_up", "over", july), None);
    assert_eq!(is_rise_good("flare_up", "cooling", july), Some(false));
    let september = "2026-09-02T00:00:00Z";
    assert_eq!(is_rise_good("flare_up", "burning", september), None);
}

#[test]
fn stages_are_compared_with_the_period_that_was_asked_for() {
    let before = |compare: &str| {
        let found = praised("volume", compare);
        let mut stages = found.voice.journey.iter();
        let recommend = stages.find(|one| one.stage == "recommend");
        recommend.unwrap().previous_post_count
    };
    assert_eq!(before(""), 0);
    assert_eq!(before("2026-09-05"), 1);
}

#[test]
fn who_responds_to_whom_is_drawn_for_communities_that_are_large_enough() {
    let network = |settings: &str| {
        let found = figures(&shop(), &config(settings), &as_of(), DataFigures::default());
        found.unwrap().people.network
    };
    let found = network(SETTINGS);
    assert_eq!(found.communities.len(), 1);
    assert_eq!(found.communities[0].inner_link_count, 3);
    assert_eq!(found.links, [(0, 1), (0, 2), (1, 3)]);
    let sizes: Vec<u32> = found.accounts.iter().map(|one| one.size).collect();
    assert_eq!(sizes, [4, 4, 3, 1]);
    let named = network(&format!("{SETTINGS}show_handles = true\n"));
    assert_eq!(named.communities[0].handles, ["Shop"]);
    assert_eq!(named.accounts[0].handle.as_deref(), Some("Shop"));
    assert!(named.accounts[1].handle.is_none());
}

#[test]
fn an_answer_to_a_post_of_long_ago_is_one_and_an_answer_of_long_ago_is_none() {
    let posted_at = at("2026-09-25T03:00:00Z");
    let long_ago = at("2020-01-01T00:00:00Z");
    let input = Input {
        posts: filled(
            &posts::TABLE,
            df!(
                "source" => ["x"; 5],
                "post_id" => ["0", "1", "2", "3", "4"],
                "platform" => ["x"; 5],
                "account_id" => ["d", "a", "b", "c", "d"],
                "posted_at" => [long_ago, posted_at, posted_at, posted_at, posted_at],
                "reply_to_post_id" => [Some("3"), Some("0"), Some("1"), Some("1"), Some("2")],
            )
            .unwrap(),
        ),
        ..shop()
    };
    let found = figures(&input, &config(SETTINGS), &as_of(), DataFigures::default()).unwrap();
    assert_eq!(found.people.network.links, [(0, 1), (0, 2), (0, 3), (1, 3)]);
}

/// The shop with an alert, two topics and communities whose words are said by all, by one, or by two of one person.
fn spoken() -> Input {
    let mut input = shop();
    let with = |table: &'static Table, frame: DataFrame, lists: &[(&str, &[&[&str]])]| {
        let mut frame = frame;
        for (name, rows) in lists {
            let lists = texts_of(rows).with_name((*name).into()).into_column();
            frame.with_column(lists).unwrap();
        }
        filled(table, frame)
    };
    let own: &[&str] = &["届く", "自作語"];
    let all: &[&str] = &["届く"];
    let both: &[&str] = &["届く", "二人語"];
    let scores = df!(
        "source" => ["x"; 4],
        "post_id" => ["1", "2", "3", "4"],
        "platform" => ["x"; 4],
        "account_id" => ["a", "b", "c", "d"],
        "posted_at" => [at("2026-09-25T03:00:00Z"); 4],
        "brand" => ["鳥"; 4],
        "is_opinion" => [true; 4],
        "is_copy" => [false; 4],
        "sentiment" => [-0.5; 4],
    )
    .unwrap();
    // `b` and `c` are one person's.
    let words = [own, both, both, all];
    input.post_scores = with(&post_scores::TABLE, scores, &[("words", &words)]);
    let alert = df!(
        "alert_id" => ["one"],
        "brand" => ["鳥"],
        "kind" => ["volume"],
        "state" => ["over"],
        "started_at" => [at("2026-09-25T00:00:00Z")],
        "ended_at" => [at("2026-09-25T06:00:00Z")],
        "peak_at" => [at("2026-09-25T03:00:00Z")],
        "post_count" => [4i64],
        "author_count" => [2i64],
        "reach" => [12_345i64],
    )
    .unwrap();
    let told: &[&str] = &["自作語", "届く", "二人語"];
    let spreaders: &[&str] = &["b", "c", "d"];
    input.alerts = with(
        &alerts::TABLE,
        alert,
        &[("words", &[told]), ("spreaders", &[spreaders])],
    );
    let topics = df!(
        "brand" => ["鳥", "鳥"],
        "topic" => [1i64, 2],
        "topic_label" => ["自作語・届く", "届く"],
        "post_count" => [4i64, 1],
    )
    .unwrap();
    input.topics = with(&topics::TABLE, topics, &[("words", &[told, all])]);
    // The second topic is one author's, though its word is everybody's.
    input.post_topics = filled(
        &post_topics::TABLE,
        df!(
            "brand" => ["鳥"; 5],
            "source" => ["x"; 5],
            "post_id" => ["1", "2", "3", "4", "1"],
            "topic" => [1i64, 1, 1, 1, 2],
        )
        .unwrap(),
    );
    let communities = df!("community" => [1i64], "platform" => ["x"], "account_count" => [4i64]);
    input.communities = with(
        &communities::TABLE,
        communities.unwrap(),
        &[("words", &[told])],
    );
    input
}

#[test]
fn words_of_one_author_stand_in_no_alert_topic_or_community() {
    let found = figures(
        &spoken(),
        &config(SETTINGS),
        &as_of(),
        DataFigures::default(),
    )
    .unwrap();
    assert_eq!(found.alerts[0].words, ["届く"]);
    assert_eq!(found.people.communities[0].words, ["届く"]);
    assert_eq!(found.people.network.communities[0].words, ["届く"]);
    let topics: Vec<(&str, &[String])> = found
        .voice
        .topics
        .iter()
        .map(|topic| (topic.label.as_str(), topic.words.as_slice()))
        .collect();
    assert_eq!(topics, [("届く", &["届く".to_owned()][..])]);
    let text = crate::report::json(&found).unwrap();
    assert!(
        !text.contains("自作語") && !text.contains("二人語"),
        "{text}"
    );
}

#[test]
fn the_shop_does_not_spread_what_is_said_of_it() {
    let mut input = spoken();
    let mut alert = df!(
        "alert_id" => ["one"],
        "brand" => ["鳥"],
        "kind" => ["flare_up"],
        "state" => ["over"],
        "started_at" => [at("2026-09-25T00:00:00Z")],
        "ended_at" => [at("2026-09-25T06:00:00Z")],
        "peak_at" => [at("2026-09-25T03:00:00Z")],
    )
    .unwrap();
    // The account `a` is the shop's.
    let accounts: &[&str] = &["a", "b", "c", "d"];
    let lists = texts_of(&[accounts]).with_name("spreaders".into());
    alert.with_column(lists.into_column()).unwrap();
    input.alerts = filled(&alerts::TABLE, alert);
    let found = figures(&input, &config(SETTINGS), &as_of(), DataFigures::default()).unwrap();
    let roles: Vec<&str> = found.alerts[0]
        .spreaders
        .iter()
        .map(|one| one.role.as_str())
        .collect();
    assert_eq!(roles, ["peer"]);
}

#[test]
fn how_few_wrote_or_spread_an_alert_is_not_counted_out() {
    let found = figures(
        &spoken(),
        &config(&SETTINGS.replace('3', "4")),
        &as_of(),
        DataFigures::default(),
    )
    .unwrap();
    let alert = &found.alerts[0];
    assert_eq!((alert.post_count, alert.author_count), (4, Counted::Few));
    // Of few it would be one's number of followers.
    assert_eq!(alert.reach, None);
    let spreaders: Vec<(&str, Counted)> = alert
        .spreaders
        .iter()
        .map(|one| (one.role.as_str(), one.account_count))
        .collect();
    assert_eq!(spreaders, [("peer", Counted::Withheld)]);
}
