use super::people::Reason;
use super::*;
use crate::report::Lang;
use crate::report::fixture::{as_of, at, config, empty, filled};
use crate::schema::{
    alerts, complaint_priorities, conversations, links, orders, person_segments, person_values,
    person_voices, post_scores, posts, segments,
};
use crate::store::FilePlace;

fn nobody() -> Input {
    Input {
        account_scores: empty(&account_scores::TABLE),
        alerts: empty(&alerts::TABLE),
        complaint_priorities: empty(&complaint_priorities::TABLE),
        conversations: empty(&conversations::TABLE),
        customers: empty(&customers::TABLE),
        persons: empty(&persons::TABLE),
        person_segments: empty(&person_segments::TABLE),
        person_values: empty(&person_values::TABLE),
        person_voices: empty(&person_voices::TABLE),
        segments: empty(&segments::TABLE),
        links: empty(&links::TABLE),
        orders: empty(&orders::TABLE),
        posts: empty(&posts::TABLE),
        post_scores: empty(&post_scores::TABLE),
        unread: Vec::new(),
    }
}

/// A complaint of a known customer, and one of an account of whom nobody knows who it is.
fn shop() -> Input {
    let since = at("2026-09-26T01:00:00Z");
    Input {
        complaint_priorities: filled(
            &complaint_priorities::TABLE,
            df!(
                "conversation_id" => ["x:2", "x:1"],
                "position" => [2i64, 1],
                "source" => ["x", "x"],
                "platform" => ["x", "x"],
                "root_post_id" => ["2", "1"],
                "person_id" => [None, Some("p")],
                "segment" => [None, Some("優良×不満")],
                "ltv_minor" => [None, Some(48_000i64)],
                "waiting_since_at" => [since, since],
                "due_at" => [at("2026-09-28T04:00:00Z"), at("2026-09-26T05:00:00Z")],
            )
            .unwrap(),
        ),
        conversations: filled(
            &conversations::TABLE,
            df!(
                "conversation_id" => ["x:1", "x:2"],
                "account_id" => ["77", "88"],
                "answered_by" => [Some("shop"), None],
                "waited_minutes" => [300.0, 120.0],
            )
            .unwrap(),
        ),
        customers: filled(
            &customers::TABLE,
            df!("source" => ["ec"], "customer_id" => ["C1"], "name" => ["山田 花子"]).unwrap(),
        ),
        persons: filled(
            &persons::TABLE,
            df!("source" => ["ec"], "customer_id" => ["C1"], "person_id" => ["p"]).unwrap(),
        ),
        account_scores: filled(
            &account_scores::TABLE,
            df!("platform" => ["x"], "account_id" => ["88"], "handle" => ["neko"]).unwrap(),
        ),
        posts: filled(
            &posts::TABLE,
            df!(
                "source" => ["x", "x", "x", "x"],
                "platform" => ["x", "x", "x", "x"],
                "post_id" => ["1", "2", "3", "9"],
                "account_id" => ["77", "88", "77", "shop"],
                "posted_at" => [since - 60_000_000, since, since, since - 1_000_000],
                "text" => ["届かない", "<b>味が落ちた</b>", "返事がない", "すみません"],
                "is_outbound" => [false, false, false, true],
            )
            .unwrap(),
        ),
        ..nobody()
    }
}

#[test]
fn files_that_could_not_be_read_are_named_of_many_the_first() {
    let file = |number: usize| UnreadFile {
        file: format!("[LINE] {number}さんとのトーク.txt"),
        place: FilePlace::Elsewhere,
        identity: None,
    };
    let of = |count: usize, lang: Lang| {
        let input = Input {
            unread: (1..=count).map(file).collect(),
            ..nobody()
        };
        let desk = gather(&input, &config(""), &as_of()).unwrap();
        html(&desk, lang).unwrap()
    };
    let page = of(5, Lang::Ja);
    assert!(page.contains("「フォルダの外: [LINE] 3さんとのトーク.txt」ほか2件)。"));
    assert!(!page.contains("4さん"));
    let page = of(3, Lang::En);
    assert!(page.contains("“elsewhere: [LINE] 3さんとのトーク.txt”. What"));
    for lang in [Lang::Ja, Lang::En] {
        let told = lang.words().get("desk.unread");
        let (told, _) = told.split_once('{').unwrap();
        assert!(!of(0, lang).contains(told));
    }
}

const NAMED: &str = "[report.assignees]\nx = \"佐藤\"\n";

#[test]
fn nothing_gives_an_empty_desk() {
    let desk = gather(&nobody(), &config(""), &as_of()).unwrap();
    assert!(desk.rows.is_empty() && desk.complaints.is_empty() && desk.voices.is_empty());
    for lang in [Lang::Ja, Lang::En] {
        let page = html(&desk, lang).unwrap();
        for key in [
            "complaints_none",
            "nobody_now",
            "nobody_week",
            "voices_none",
        ] {
            assert!(
                page.contains(lang.words().get(&format!("desk.{key}"))),
                "{key}"
            );
        }
    }
}

#[test]
fn complaints_stand_in_their_order_with_deadline_assignee_and_what_waits() {
    let desk = gather(&shop(), &config(NAMED), &as_of()).unwrap();
    let [first, second] = desk.complaints.as_slice() else {
        panic!("{:?}", desk.complaints);
    };
    assert_eq!((first.who.name.as_str(), first.position), ("山田 花子", 1));
    assert_eq!(first.who.customer, "ec:C1");
    assert_eq!(first.quote, "返事がない");
    // The shop's own account is no assignee.
    assert_eq!(first.assignee, "佐藤");
    assert_eq!(
        (first.due.as_str(), first.is_past),
        ("2026-09-26 14:00", true)
    );
    assert_eq!(first.waiting_since, "2026-09-26 10:00");
    assert_eq!((second.who.name.as_str(), second.is_past), ("", false));
    assert_eq!((second.post.as_str(), second.ltv_minor), ("x:2", None));
}

#[test]
fn handles_are_told_where_the_settings_say_so_and_nothing_is_markup() {
    let hidden = gather(&shop(), &config(NAMED), &as_of()).unwrap();
    let page = html(&hidden, Lang::Ja).unwrap();
    assert!(!page.contains("neko") && !page.contains("<b>味"));
    assert!(page.contains("&lt;b&gt;味") && page.contains(Lang::Ja.words().get("desk.past")));
    // On narrow screens a row is a card, whose cells say what they are.
    let label = format!("data-label=\"{}\"", Lang::Ja.words().get("desk.reason"));
    assert!(page.contains(&label), "{label}");
    let settings = format!("{NAMED}[privacy]\nshow_handles = true\n");
    let shown = gather(&shop(), &config(&settings), &as_of()).unwrap();
    assert!(html(&shown, Lang::Ja).unwrap().contains("@neko"));
    let list = String::from_utf8(complaints_csv(&shown, Lang::En)).unwrap();
    assert_eq!(list.lines().count(), 3);
    // A handle is no formula.
    assert!(list.contains("'@neko"));
}

#[test]
fn where_orders_are_missing_who_bought_since_may_be_on_the_list() {
    let page = |silent_days: i64| {
        let noon = at("2026-09-27T03:00:00Z");
        let ordered_at: Vec<i64> = (0..60)
            .map(|back| noon - (silent_days + back) * DAY)
            .collect();
        let ids: Vec<String> = (0..60).map(|number| number.to_string()).collect();
        let input = Input {
            orders: filled(
                &orders::TABLE,
                df!("source" => vec!["ec"; 60], "order_id" => ids, "ordered_at" => ordered_at)
                    .unwrap(),
            ),
            ..nobody()
        };
        let desk = gather(&input, &config(""), &as_of()).unwrap();
        html(&desk, Lang::Ja).unwrap()
    };
    let told = page(14);
    assert!(told.contains("2026年9月13日(日)より後の注文が届いていません"));
    assert!(!page(0).contains("より後の注文"));
}

#[test]
fn addresses_and_numbers_of_private_messages_are_no_handles() {
    let of = |kind: &str| Who::of("", "", ["", "hanako@example.jp", kind], true).name;
    for kind in PRIVATE {
        assert_eq!(of(kind), "", "{kind}");
    }
    assert_eq!(of("post"), "hanako@example.jp");
    // A known customer is named all the same.
    let known = Who::of("山田 花子", "ec:C1", ["", "0312345678", "call"], true);
    assert_eq!(known.name, "山田 花子");
}

#[test]
fn who_does_not_want_to_be_analysed_is_on_no_list_whatever_the_segments_say() {
    let pressing = |is_analysed: bool| {
        let input = Input {
            persons: filled(
                &persons::TABLE,
                df!(
                    "source" => ["ec"],
                    "customer_id" => ["C1"],
                    "person_id" => ["p"],
                    "is_analysed" => [is_analysed],
                )
                .unwrap(),
            ),
            person_segments: filled(
                &person_segments::TABLE,
                df!("person_id" => ["p"], "segment" => ["優良×不満"]).unwrap(),
            ),
            segments: filled(
                &segments::TABLE,
                df!("segment" => ["優良×不満"], "position" => [1i64], "urgency" => ["now"])
                    .unwrap(),
            ),
            ..shop()
        };
        gather(&input, &config(""), &as_of()).unwrap()
    };
    let listed = pressing(true);
    assert_eq!(listed.rows.len(), 1);
    assert_eq!(listed.rows[0].name, "山田 花子");
    let declined = pressing(false);
    assert!(declined.rows.is_empty());
    assert_eq!(declined.complaints.len(), 2);
    assert!(
        declined
            .complaints
            .iter()
            .all(|one| one.who.name.is_empty())
    );
}

#[test]
fn an_opinion_of_after_the_moment_is_no_quote() {
    let said = |posted_at: i64| {
        let input = Input {
            person_segments: filled(
                &person_segments::TABLE,
                df!("person_id" => ["p"], "segment" => ["優良×不満"]).unwrap(),
            ),
            segments: filled(
                &segments::TABLE,
                df!("segment" => ["優良×不満"], "position" => [1i64], "urgency" => ["now"]).unwrap(),
            ),
            links: filled(
                &links::TABLE,
                df!("person_id" => ["p"], "platform" => ["x"], "provider" => [""], "account_id" => ["77"])
                    .unwrap(),
            ),
            post_scores: filled(
                &post_scores::TABLE,
                df!(
                    "source" => ["x"],
                    "post_id" => ["1"],
                    "platform" => ["x"],
                    "provider" => [""],
                    "account_id" => ["77"],
                    "posted_at" => [posted_at],
                    "is_opinion" => [true],
                    "label" => ["negative"],
                )
                .unwrap(),
            ),
            ..shop()
        };
        let desk = gather(&input, &config(""), &as_of()).unwrap();
        desk.rows[0].quote.clone()
    };
    assert_eq!(said(at("2026-09-26T03:00:00Z")), "届かない");
    assert_eq!(said(at("2026-09-28T03:00:00Z")), "");
}

#[test]
fn every_reason_is_a_sentence_in_both_languages() {
    let mut desk = gather(&nobody(), &config(""), &as_of()).unwrap();
    let lapsed = |by: &str| Reason::Lapsed {
        by: by.to_owned(),
        days: 81,
        cycle: Some(30.0),
    };
    desk.rows.push(DeskRow {
        is_now: true,
        name: "=cmd|x".to_owned(),
        customer: "ec:C1".to_owned(),
        segment: "優良".to_owned(),
        action: "お便り".to_owned(),
        reasons: vec![
            Reason::OpenComplaint,
            Reason::Negative { count: 2, posts: 3 },
            lapsed("visit_cycle"),
            lapsed("shop_cycle"),
            lapsed("alive_prob"),
            Reason::Stake(48_000),
        ],
        channels: Vec::new(),
        last_purchased_on: "2026-07-08".to_owned(),
        ltv_minor: Some(60_000),
        sentiment: Some(-0.4),
        quote: String::new(),
    });
    for lang in [Lang::Ja, Lang::En] {
        let page = html(&desk, lang).unwrap();
        assert!(
            !page.contains("desk.why") && !page.contains("{days}"),
            "{lang}"
        );
        assert!(page.contains("81") && page.contains("30"), "{lang}");
    }
    let list = String::from_utf8(csv(&desk, Lang::Ja)).unwrap();
    assert!(list.contains("'=cmd|x"));
}

#[test]
fn the_opinions_that_stand_out_are_quoted_negative_ones_first() {
    let posted = at("2026-09-25T03:00:00Z");
    let input = Input {
        post_scores: filled(
            &post_scores::TABLE,
            df!(
                "source" => ["x", "x", "x", "x"],
                "post_id" => ["1", "2", "3", "4"],
                "platform" => ["x", "x", "x", "x"],
                "account_id" => ["77", "88", "77", "88"],
                "posted_at" => [posted, posted, posted - 30 * super::DAY, posted],
                "is_opinion" => [true, true, true, false],
                "label" => ["positive", "negative", "negative", "negative"],
                "sentiment" => [0.7, -0.5, -0.9, -0.9],
            )
            .unwrap(),
        ),
        ..shop()
    };
    let desk = gather(&input, &config(""), &as_of()).unwrap();
    let quotes: Vec<&str> = desk
        .voices
        .iter()
        .map(|voice| voice.quote.as_str())
        .collect();
    assert_eq!(quotes, ["<b>味が落ちた</b>", "届かない"]);
    assert_eq!(desk.voices[0].at, "2026-09-25 12:00");
}

#[test]
fn what_sounds_like_praise_in_a_flare_up_is_not_quoted_as_praise() {
    let quotes = |kind: &str| -> Vec<String> {
        let hour = |hour: u8| at(&format!("2026-09-25T{hour:02}:00:00Z"));
        let input = Input {
            alerts: filled(
                &alerts::TABLE,
                df!(
                    "alert_id" => ["one"],
                    "brand" => ["鳥"],
                    "kind" => [kind],
                    "state" => ["burning"],
                    "started_at" => [hour(3)],
                    "ended_at" => [hour(6)],
                )
                .unwrap(),
            ),
            post_scores: filled(
                &post_scores::TABLE,
                df!(
                    "source" => ["x"; 3],
                    "platform" => ["x"; 3],
                    "post_id" => ["1", "2", "3"],
                    "account_id" => ["77"; 3],
                    "brand" => ["鳥"; 3],
                    "posted_at" => [hour(1), hour(4), hour(4)],
                    "is_opinion" => [true; 3],
                    "label" => ["positive", "positive", "negative"],
                    "sentiment" => [0.4, 0.9, -0.8],
                )
                .unwrap(),
            ),
            ..shop()
        };
        let desk = gather(&input, &config(""), &as_of()).unwrap();
        desk.voices.into_iter().map(|voice| voice.quote).collect()
    };
    assert_eq!(
        quotes("volume"),
        ["返事がない", "<b>味が落ちた</b>", "届かない"]
    );
    assert_eq!(quotes("flare_up"), ["返事がない", "届かない"]);
}

/// A desk of so many persons to be contacted today, and this week.
fn pressing(now: usize, week: usize) -> Desk {
    let ids: Vec<String> = (0..now + week).map(|id| format!("{id:04}")).collect();
    let segment: Vec<&str> = (0..now + week)
        .map(|id| if id < now { "不満" } else { "離反予兆" })
        .collect();
    let input = Input {
        persons: filled(
            &persons::TABLE,
            df!("source" => vec!["ec"; ids.len()], "customer_id" => &ids, "person_id" => &ids)
                .unwrap(),
        ),
        person_segments: filled(
            &person_segments::TABLE,
            df!("person_id" => &ids, "segment" => segment).unwrap(),
        ),
        segments: filled(
            &segments::TABLE,
            df!(
                "segment" => ["不満", "離反予兆"],
                "position" => [1i64, 2],
                "urgency" => ["now", "week"],
            )
            .unwrap(),
        ),
        ..nobody()
    };
    gather(&input, &config(""), &as_of()).unwrap()
}

#[test]
fn of_many_who_press_the_first_are_listed_and_all_are_counted() {
    let desk = pressing(2, 1_240);
    assert_eq!(desk.rows.len(), 300);
    assert_eq!(desk.rows.iter().filter(|row| row.is_now).count(), 2);
    let page = html(&desk, Lang::Ja).unwrap();
    assert!(page.contains("<h2>今日のうちに (2)</h2>"));
    assert!(page.contains("<h2>今週中に (1,240人のうち298人を掲載)</h2>"));
    let page = html(&desk, Lang::En).unwrap();
    assert!(page.contains("<h2>Today (2)</h2>"));
    assert!(page.contains("<h2>This week (298 of 1,240 listed)</h2>"));
}

#[test]
fn nobody_is_said_to_be_absent_who_is_only_not_listed() {
    let page = html(&pressing(305, 4), Lang::En).unwrap();
    assert!(page.contains("<h2>Today (300 of 305 listed)</h2>"));
    assert!(page.contains("<h2>This week (4)</h2>"));
    let text = |key: &'static str| Lang::En.words().get(key);
    assert!(page.contains(text("desk.week_unlisted")));
    assert!(!page.contains(text("desk.nobody_week")));
}

#[test]
fn of_a_long_queue_the_first_are_listed_and_all_are_counted() {
    let count = 10_003_i64;
    let numbers: Vec<i64> = (1..=count).rev().collect();
    let ids: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let input = Input {
        complaint_priorities: filled(
            &complaint_priorities::TABLE,
            df!("conversation_id" => &ids, "root_post_id" => &ids, "position" => numbers).unwrap(),
        ),
        ..nobody()
    };
    let desk = gather(&input, &config(""), &as_of()).unwrap();
    let listed: Vec<i64> = desk.complaints.iter().map(|one| one.position).collect();
    assert_eq!(listed, (1..=10_000).collect::<Vec<_>>());
    assert_eq!(desk.waiting_count, 10_003);
    let page = html(&desk, Lang::En).unwrap();
    assert!(page.contains("9,903 more wait; the 10,000 most pressing are in desk.complaints.csv."));
    let short = gather(&shop(), &config(""), &as_of()).unwrap();
    assert_eq!((short.complaints.len(), short.waiting_count), (2, 2));
}
