//! What becomes of a conversation.

use super::super::table::frame;
use super::*;
use crate::schema::conversations;

fn minutes(micros: Option<i64>) -> Option<i64> {
    micros.map(|micros| micros / MINUTE)
}

#[test]
fn a_chat_is_answered_by_somebody_in_business_time_and_settled_by_thanks() {
    let posts = [
        Said {
            sentiment: Some(-0.5),
            ..chat("1", "hana", "2026-07-03T17:00", "届かないのですが")
        },
        Said {
            staff: Some("担当 A"),
            ..by_shop(chat("2", "", "2026-07-06T10:00", "本日お届けします"))
        },
        Said {
            sentiment: Some(0.4),
            utterance: Some(Kind::Praise),
            ..chat("3", "hana", "2026-07-06T10:05", "ありがとうございます！")
        },
    ];
    let found = collected(&posts);
    let [row] = &found.rows[..] else {
        panic!("{:?}", found.rows)
    };
    assert_eq!((row.id.as_str(), row.account_id), ("line:1", "hana"));
    assert_eq!(row.state, State::Resolved);
    assert_eq!(minutes(row.first_response), Some(120));
    assert_eq!(row.first_response_at, Some(at("2026-07-06T10:00")));
    assert_eq!(row.answered_by, Some("担当 A"));
    assert_eq!(row.is_within_target, Some(true));
    assert_eq!(row.resolved_at, row.first_response_at);
    assert_eq!(minutes(row.resolution), Some(120));
    assert_eq!((row.inbound_count, row.outbound_count), (2, 1));
    assert_eq!(
        (row.sentiment_before, row.sentiment_after),
        (Some(-0.5), Some(0.4))
    );
    assert_eq!((row.waiting_since, row.due_at, row.reach), (None, None, 0));
}

#[test]
fn an_unanswered_complaint_is_due_after_the_target_and_late_thereafter() {
    let complaint = |id, when| Said {
        sentiment: Some(-0.8),
        follower_count: Some(890),
        repost_count: Some(100),
        ..post(id, id, when, Kind::Complaint)
    };
    // Thursday, the 30th of July, is the last open day before the run.
    let posts = [
        complaint("late", "2026-07-29T17:00"),
        complaint("due", "2026-07-30T16:00"),
    ];
    let found = collected(&posts);
    let (due, late) = (&found.rows[0], &found.rows[1]);
    assert_eq!(
        (due.root_post_id.letters(), late.root_post_id.letters()),
        ("due", "late")
    );
    assert_eq!(
        (due.state, late.state),
        (State::Unanswered, State::Unanswered)
    );
    assert_eq!(
        (due.is_within_target, late.is_within_target),
        (None, Some(false))
    );
    assert_eq!(late.due_at, Some(at("2026-07-30T12:00")));
    assert_eq!(due.due_at, Some(at("2026-07-31T11:00")));
    assert_eq!(late.waited.map(|(open, _)| open / MINUTE), Some(60 + 540));
    assert_eq!(due.waited.map(|(_, wall)| wall / HOUR), Some(8));
    assert_eq!((due.severity, due.reach), (0.8, 990));
    // 0.8 log10(10 + 990)
    assert_eq!(due.priority, 2.4);
    assert!(due.is_open_complaint && due.sentiment_after.is_none());
}

#[test]
fn unanswered_complaints_are_ranked_by_severity_times_reach() {
    let complaint = |id, sentiment, followers| Said {
        sentiment: Some(sentiment),
        follower_count: Some(followers),
        ..post(id, id, "2026-07-30T16:00", Kind::Complaint)
    };
    let question = Said {
        follower_count: Some(10_000_000),
        ..post("question", "q", "2026-07-30T16:00", Kind::Question)
    };
    let posts = [
        complaint("mild and far", -0.4, 999_990),
        complaint("grave and near", -1.0, 0),
        complaint("grave and far", -1.0, 990),
        question,
        complaint("answered", -1.0, 10_000_000),
        by_shop(reply(
            post("answer", "", "2026-07-30T17:00", Kind::Report),
            "answered",
        )),
    ];
    let found = collected(&posts);
    let mut open: Vec<&Conversation<'_>> = found
        .rows
        .iter()
        .filter(|row| row.is_open_complaint)
        .collect();
    open.sort_by(|left, right| right.priority.total_cmp(&left.priority));
    let order: Vec<&str> = open.iter().map(|row| row.root_post_id.letters()).collect();
    assert_eq!(order, ["grave and far", "mild and far", "grave and near"]);
}

#[test]
fn a_mere_mention_is_no_conversation_unless_the_shop_answers_it() {
    let posts = [
        post("alone", "a", "2026-07-01T10:00", Kind::Report),
        post("met", "b", "2026-07-01T10:00", Kind::Praise),
        by_shop(reply(
            post("answer", "", "2026-07-01T11:00", Kind::Praise),
            "met",
        )),
        by_shop(post("news", "", "2026-07-02T10:00", Kind::Report)),
    ];
    let found = collected(&posts);
    assert_eq!(found.rows.len(), 1);
    let row = &found.rows[0];
    assert_eq!(
        (row.root_post_id.letters(), row.needs_answer),
        ("met", false)
    );
    assert_eq!(minutes(row.first_response), Some(60));
    assert_eq!((row.is_within_target, row.state), (None, State::Resolved));
    assert_eq!(left_out(&found, "talk_needs_no_answer"), 1);
    assert_eq!(left_out(&found, "shop_post_to_nobody"), 1);
}

#[test]
fn each_customer_of_a_thread_has_a_conversation_of_its_own() {
    let in_thread = |post: Said<'static>| Said {
        conversation: Some(id_hash("news")),
        ..post
    };
    let posts = [
        in_thread(by_shop(post("news", "", "2026-07-01T09:00", Kind::Report))),
        in_thread(reply(
            post("a1", "a", "2026-07-01T10:00", Kind::Complaint),
            "news",
        )),
        in_thread(reply(
            post("b1", "b", "2026-07-01T10:30", Kind::Complaint),
            "news",
        )),
        in_thread(by_shop(reply(
            post("s1", "", "2026-07-01T11:00", Kind::Report),
            "a1",
        ))),
        // Goes on from the shop's own answer to the same customer.
        in_thread(by_shop(reply(
            post("s2", "", "2026-07-01T11:01", Kind::Report),
            "s1",
        ))),
    ];
    let found = collected(&posts);
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| (row.account_id, row.state, row.outbound_count))
        .collect();
    assert_eq!(
        rows,
        [("a", State::Resolved, 2), ("b", State::Unanswered, 0)]
    );
    assert_eq!(left_out(&found, "shop_post_to_nobody"), 1);
}

#[test]
fn a_customer_who_asks_again_waits_for_us() {
    let posts = [
        post("1", "a", "2026-07-30T10:00", Kind::Question),
        by_shop(reply(post("2", "", "2026-07-30T11:00", Kind::Report), "1")),
        reply(post("3", "a", "2026-07-30T12:00", Kind::Complaint), "2"),
        reply(post("4", "a", "2026-07-30T13:00", Kind::Question), "3"),
    ];
    let found = collected(&posts);
    let row = &found.rows[0];
    assert_eq!((found.rows.len(), row.state), (1, State::WaitingForUs));
    assert_eq!(row.waiting_since, Some(at("2026-07-30T12:00")));
    assert_eq!(row.due_at, Some(at("2026-07-30T16:00")));
    assert_eq!((row.is_within_target, row.resolved_at), (Some(true), None));
    assert!(row.is_open_complaint);
}

#[test]
fn an_answer_is_the_last_word_only_after_a_long_silence() {
    let answered = |when_asked, when| {
        let posts = [
            post("1", "a", when_asked, Kind::Question),
            by_shop(reply(post("2", "", when, Kind::Report), "1")),
        ];
        let found = collected(&posts);
        (found.rows[0].state, found.rows[0].resolved_at.is_some())
    };
    assert_eq!(
        answered("2026-07-28T23:00", "2026-07-29T00:00"),
        (State::Answered, false)
    );
    assert_eq!(
        answered("2026-07-27T23:00", "2026-07-28T00:00"),
        (State::Resolved, true)
    );
}

#[test]
fn a_chat_is_cut_by_silence_but_not_while_somebody_waits() {
    let posts = [
        by_shop(chat(
            "0",
            "",
            "2026-06-01T10:00",
            "友だち追加ありがとうございます",
        )),
        chat("1", "hana", "2026-07-06T10:00", "在庫はありますか"),
        by_shop(chat("2", "", "2026-07-06T11:00", "ございます")),
        chat("3", "hana", "2026-07-10T10:00", "送料はいくらですか"),
        // Eighty hours later, and a reminder after as many again: the same matter.
        by_shop(chat("4", "", "2026-07-13T18:00", "五百円です")),
        chat("5", "hana", "2026-07-14T10:00", "沖縄へは"),
        chat("6", "hana", "2026-07-18T10:00", "まだでしょうか"),
    ];
    let found = collected(&posts);
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| (row.root_post_id.letters(), row.inbound_count, row.state))
        .collect();
    assert_eq!(
        rows,
        [("1", 1, State::Resolved), ("3", 3, State::WaitingForUs)]
    );
    // The greeting of a month before.
    assert_eq!(left_out(&found, "shop_post_to_nobody"), 1);
}

#[test]
fn a_greeting_shortly_before_opens_the_chat() {
    let posts = [
        by_shop(chat(
            "0",
            "",
            "2026-07-06T09:00",
            "友だち追加ありがとうございます",
        )),
        chat("1", "hana", "2026-07-06T10:00", "在庫はありますか"),
    ];
    let found = collected(&posts);
    let row = &found.rows[0];
    assert_eq!((row.id.as_str(), row.outbound_count), ("line:1", 1));
    assert_eq!((row.state, row.first_response), (State::Unanswered, None));
    assert_eq!(row.started_at, at("2026-07-06T09:00"));
}

#[test]
fn chats_without_a_conversation_id_are_told_apart_by_customer() {
    let loose = |said: Said<'static>| Said {
        conversation: None,
        ..said
    };
    let posts = [
        loose(chat("1", "hana", "2026-07-06T10:00", "在庫はありますか")),
        loose(by_shop(chat("2", "", "2026-07-06T11:00", "ございます"))),
        loose(chat("3", "ken", "2026-07-06T12:00", "送料はいくらですか")),
    ];
    let found = collected(&posts);
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| (row.account_id, row.outbound_count))
        .collect();
    assert_eq!(rows, [("hana", 1), ("ken", 0)]);
}

#[test]
fn a_ticket_has_the_course_its_help_desk_tells() {
    let opened = at("2024-07-01T10:20");
    let read = |extra: &str| Ticket::read(extra, opened, &zone("Asia/Tokyo"));
    let solved = read(
        r#"{"Status":"Closed","Solved at":"2024-07-02 15:00","Assignee":"担当 A",
            "First reply time in minutes":"35"}"#,
    );
    let pending = read(r#"{"Status":"Pending","Replies":"1","Assignee":"担当 B"}"#);
    let ticket = |id: &'static str, ticket| Said {
        source: "zendesk",
        platform: "zendesk",
        post_id: id.into(),
        conversation: Some(id_hash(id)),
        account_id: "36001",
        kind: "ticket",
        at: opened,
        ticket,
        ..Said::default()
    };
    let posts = [
        ticket("501", solved.as_ref()),
        ticket("502", None),
        ticket("503", pending.as_ref()),
    ];
    let hours = office();
    let tokyo = zone("Asia/Tokyo");
    let opening = Opening::new(
        &hours,
        &BTreeSet::new(),
        &tokyo,
        opened,
        at("2024-08-01T00:00"),
    );
    let settings = Settings {
        opening: &opening,
        session_hours: 72,
        response_target_minutes: 30,
        as_of: at("2024-08-01T00:00"),
    };
    let found = collect(&posts, &settings);
    let [solved, open, pending] = &found.rows[..] else {
        panic!("{:?}", found.rows)
    };
    assert_eq!(solved.state, State::Resolved);
    assert_eq!(minutes(solved.first_response), Some(35));
    assert_eq!(solved.is_within_target, Some(false));
    assert_eq!(solved.resolved_at, Some(at("2024-07-02T15:00")));
    // Monday from 10:20 to 18:00, Tuesday from 9:00 to 15:00.
    assert_eq!(minutes(solved.resolution), Some(460 + 360));
    assert_eq!(solved.answered_by, Some("担当 A"));
    assert_eq!((solved.inbound_count, solved.outbound_count), (1, 0));
    assert_eq!(open.state, State::Unanswered);
    assert_eq!(
        (pending.state, pending.is_within_target),
        (State::Answered, None)
    );
    assert_eq!(pending.answered_by, Some("担当 B"));

    // Looked at from before the answer, the ticket waits.
    let earlier = Settings {
        as_of: opened + 10 * MINUTE,
        ..settings
    };
    let found = collect(&posts[..1], &earlier);
    assert_eq!(found.rows[0].state, State::Unanswered);
}

#[test]
fn a_review_and_the_shops_answer_are_one_conversation() {
    let review = Said {
        source: "google",
        platform: "google",
        post_id: "r".into(),
        conversation: Some(id_hash("r")),
        account_id: "山田",
        at: at("2026-07-06T10:00"),
        kind: "review",
        rating: Some(1.0),
        ..Said::default()
    };
    let answer = Said {
        post_id: "r/reply".into(),
        reply_to: Some(id_hash("r")),
        kind: "reply",
        account_id: "",
        at: at("2026-07-06T12:00"),
        is_shop: true,
        rating: None,
        ..review
    };
    let posts = [review, answer];
    let found = collected(&posts);
    let row = &found.rows[0];
    assert_eq!((found.rows.len(), row.kind), (1, "review"));
    assert_eq!((row.state, row.answered_by), (State::Resolved, None));
    assert_eq!((row.severity, row.complaint_count), (1.0, 1));
}

#[test]
fn the_table_has_its_schema_with_rows_and_without() {
    let posts = [post("1", "a", "2026-07-30T10:00", Kind::Question)];
    for posts in [&posts[..], &[]] {
        let found = collected(posts);
        let table = frame(&found.rows).unwrap();
        assert_eq!(table.height(), posts.len());
        assert_eq!(table.schema().as_ref(), &conversations::TABLE.schema());
    }
}
