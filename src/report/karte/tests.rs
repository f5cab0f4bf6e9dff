use super::*;

const EVIL: &str =
    "<script>alert('x')</script>\"><img src=x onerror=y> =cmd|' /C calc'!A0 \u{202e}";

fn moment(day: &str) -> Moment {
    Moment {
        day: day.to_owned(),
        time: Some("12:34".to_owned()),
    }
}

fn event(day: &str, what: What) -> Event {
    Event {
        at: format!("{day}T03:34:00Z"),
        when: moment(day),
        what,
    }
}

fn post() -> PostFact {
    PostFact {
        source: "x".to_owned(),
        post_id: "901".to_owned(),
        platform: "x".to_owned(),
        post_kind: "post".to_owned(),
        posted_at: "2026-09-20T03:34:00Z".to_owned(),
        when: moment("2026-09-20"),
        text: "豆は良いけど接客がひどい".to_owned(),
        rating: None,
        sentiment: Some(-0.5),
        label: Some("negative".to_owned()),
        utterance: Some("complaint".to_owned()),
        deciding_words: vec!["-ひどい".to_owned()],
        positive_aspects: vec!["product".to_owned()],
        negative_aspects: vec!["service".to_owned()],
    }
}

fn karte() -> Karte {
    let consent = |purpose: &str, status: &str| ConsentFact {
        purpose: purpose.to_owned(),
        status: status.to_owned(),
        since: None,
        since_day: Some("2025-04-01".to_owned()),
        expires: None,
        expires_day: None,
        evidence: Some("consents.csv:4".to_owned()),
    };
    Karte {
        brand: "とりのこえ".to_owned(),
        as_of: "2026-09-27".to_owned(),
        currency: "JPY".to_owned(),
        person_id: "188fb7ef4899b04e".to_owned(),
        records: vec![RecordFact {
            source: "eccube".to_owned(),
            customer_id: "12".to_owned(),
            name: Some("鳥越 真帆".to_owned()),
            name_kana: Some("トリゴエ マホ".to_owned()),
            email: Some("maho@example.jp".to_owned()),
            phone: None,
            prefecture: Some("愛知県".to_owned()),
            registered_on: Some("2024-12-30".to_owned()),
            points: Some(73),
            matched_by: Some("self".to_owned()),
            match_prob: Some(1.0),
        }],
        consents: vec![
            consent("link_social", "granted"),
            consent("email", "revoked"),
        ],
        is_analysed: true,
        accounts: vec![AccountFact {
            platform: "x".to_owned(),
            account_id: "880077001".to_owned(),
            handle: Some("maho_t99".to_owned()),
            method: Some("signup".to_owned()),
            declared_on: Some("2025-04-01".to_owned()),
            consented_on: Some("2025-04-01".to_owned()),
            evidence: Some("declared.csv:2; consents.csv:4".to_owned()),
            role: Some("advocate".to_owned()),
            follower_count: Some(1_234),
        }],
        unlinked_count: 1,
        value: Some(ValueFact {
            computed_on: Some("2026-09-27".to_owned()),
            first_purchased_on: Some("2024-12-30".to_owned()),
            last_purchased_on: Some("2026-09-16".to_owned()),
            days_since_last_purchase: Some(11),
            order_count: Some(19),
            purchase_day_count: Some(18),
            return_count: Some(1),
            spend_minor: Some(61_610),
            recency_score: Some(5),
            frequency_score: Some(4),
            monetary_score: Some(5),
            rfm_segment: Some("champions".to_owned()),
            decile: Some(1),
            model: Some("BG/NBD".to_owned()),
            alive_prob: Some(0.9579),
            expected_purchase_count: Some(12.57),
            purchases_low: Some(1),
            purchases_high: Some(22),
            next_purchase_days: Some(17.7),
            ltv_minor: Some(24_354),
            ltv_low_minor: Some(1_380),
            ltv_high_minor: Some(47_374),
            ..ValueFact::default()
        }),
        segment: Some(SegmentFact {
            segment: "優良×不満".to_owned(),
            previous_segment: Some("優良×推奨".to_owned()),
            position: Some(1),
            rule_count: 22,
            condition: Some("value_group = 'high' AND voice_group = 'negative'".to_owned()),
            values: vec![
                RuleValue {
                    column: "value_group".to_owned(),
                    value: Some(Datum::Text("high".to_owned())),
                },
                RuleValue {
                    column: "voice_group".to_owned(),
                    value: Some(Datum::Text("negative".to_owned())),
                },
            ],
            action: Some("責任者からご連絡します".to_owned()),
            urgency: Some("now".to_owned()),
            order_stage: Some("lapsed".to_owned()),
            lapse_reason: Some("visit_cycle".to_owned()),
            reachable_by: vec!["line".to_owned()],
            ..SegmentFact::default()
        }),
        is_outdated: false,
        voice: VoiceFact {
            post_count: 2,
            negative_count: 1,
            sentiment_mean: Some(-0.25),
            recent_days: 90,
            recent_post_count: 1,
            recent_sentiment_mean: Some(-0.5),
            aspects: vec![AspectFact {
                aspect: "service".to_owned(),
                positive_count: 0,
                negative_count: 1,
            }],
            waiting_count: 1,
            open_complaint_count: 1,
            posts: vec![post()],
            other_post_count: 3,
            ..VoiceFact::default()
        },
        events: vec![
            event(
                "2026-10-01",
                What::Contact {
                    channel: "line".to_owned(),
                    campaign: "autumn".to_owned(),
                    state: "planned".to_owned(),
                },
            ),
            event(
                "2026-09-21",
                What::Answered {
                    source: "x".to_owned(),
                    post_id: "902".to_owned(),
                    platform: "x".to_owned(),
                    text: "申し訳ございません".to_owned(),
                    minutes: Some(95.0),
                    answered_by: Some("佐藤".to_owned()),
                },
            ),
            event(
                "2026-09-20",
                What::Said {
                    source: "x".to_owned(),
                    post_id: "901".to_owned(),
                    platform: "x".to_owned(),
                    post_kind: "post".to_owned(),
                    text: post().text,
                    sentiment: Some(-0.5),
                    label: Some("negative".to_owned()),
                },
            ),
            event(
                "2026-09-16",
                What::Order {
                    source: "square".to_owned(),
                    order_id: "S-9".to_owned(),
                    status: "placed".to_owned(),
                    spend_minor: Some(1_250),
                    currency: Some("USD".to_owned()),
                    channel: Some("store".to_owned()),
                    store: None,
                    coupon: Some("AKI10".to_owned()),
                    products: vec!["夜のふくろう 200g ×2".to_owned()],
                },
            ),
            event(
                "2026-09-01",
                What::Assigned {
                    audience: Some("aki".to_owned()),
                    campaign: "autumn".to_owned(),
                    arm: "control".to_owned(),
                },
            ),
            event(
                "2025-04-01",
                What::Linked {
                    platform: "x".to_owned(),
                    account: "@maho_t99".to_owned(),
                    method: Some("signup".to_owned()),
                },
            ),
            event(
                "2024-12-30",
                What::Registered {
                    source: "eccube".to_owned(),
                    customer_id: "12".to_owned(),
                },
            ),
        ],
        older_event_count: 2,
    }
}

/// Returns every text of a sheet.
fn told(sheet: &Sheet) -> String {
    serde_json::to_string_pretty(sheet).unwrap()
}

#[test]
fn a_card_tells_who_what_it_is_worth_and_why_in_japanese() {
    let sheet = sheet(&karte(), Lang::Ja);
    assert_eq!((&*sheet.name, &*sheet.kana), ("鳥越 真帆", "トリゴエ マホ"));
    let text = told(&sheet);
    for part in [
        "R5 F4 M5 最優良",
        "1(1が最上位)",
        "24,354円(90%区間 1,380円〜47,374円)",
        "12か月に12.6回(90%区間 1〜22回)",
        "95.8%",
        "約18日後(2026年10月15日(木)ごろ)",
        "上から1番目(全22個)の規則に当てはまります: 価値の区分が「高」、かつ声の区分が「否定的」",
        "価値の区分 高、声の区分 否定的",
        "離れかけ、ご本人の購入の間隔を過ぎた",
        "会員登録で申告、2025年4月1日(火)",
        "応援してくださる方、フォロワー1,234人",
        "−0.50 否定的、不満",
        "-ひどい",
        "称賛: 商品、不満: 接客",
        "営業時間で1.6時間後",
        "$12.50",
        "クーポン AKI10",
        "施策の対照群",
        "配信予定",
        "ほかに申告されたアカウントが1件",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let years: Vec<(&str, usize)> = sheet
        .years
        .iter()
        .map(|year| (&*year.year, year.events.len()))
        .collect();
    assert_eq!(years, [("2026", 5), ("2025", 1), ("2024", 1)]);
}

#[test]
fn every_word_of_a_card_is_of_its_language() {
    let mut bare = karte();
    bare.value = None;
    bare.segment = None;
    bare.voice = VoiceFact::default();
    bare.events.clear();
    let mut outdated = bare.clone();
    outdated.is_outdated = true;
    let mut denied = bare.clone();
    denied.is_analysed = false;
    let mut gone = karte();
    if let Some(segment) = &mut gone.segment {
        segment.position = None;
    }
    if let Some(value) = &mut gone.value {
        value.next_purchase_days = None;
        value.computed_on = Some("2026-09-20".to_owned());
    }
    for lang in [Lang::Ja, Lang::En] {
        for karte in [
            karte(),
            bare.clone(),
            outdated.clone(),
            denied.clone(),
            gone.clone(),
        ] {
            let text = told(&sheet(&karte, lang));
            assert!(!text.contains("karte"), "{text}");
            for slot in ["{count}", "{value}", "{date}", "{column}", "{low}"] {
                assert!(!text.contains(slot), "{slot} in {text}");
            }
        }
    }
}

#[test]
fn of_who_is_not_analysed_only_who_it_is_is_told() {
    let mut karte = karte();
    karte.is_analysed = false;
    let sheet = sheet(&karte, Lang::En);
    let anchors: Vec<&str> = sheet
        .sections
        .iter()
        .map(|section| section.anchor)
        .collect();
    assert_eq!(anchors, ["person"]);
}

#[test]
fn the_page_escapes_asks_nothing_of_the_network_and_prints() {
    let mut karte = karte();
    karte.brand = EVIL.to_owned();
    karte.records[0].name = Some(EVIL.to_owned());
    karte.accounts[0].handle = Some(EVIL.to_owned());
    karte.voice.posts[0].text = EVIL.to_owned();
    karte.voice.posts[0].deciding_words = vec![EVIL.to_owned()];
    karte.events[0].what = What::Contact {
        channel: EVIL.to_owned(),
        campaign: EVIL.to_owned(),
        state: EVIL.to_owned(),
    };
    for lang in [Lang::Ja, Lang::En] {
        let page = html(&karte, lang).unwrap();
        assert!(page.starts_with("<!doctype html>"));
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        assert!(!page.contains("<script") && !page.contains("<img"));
        assert!(page.contains("&lt;script&gt;alert"));
        assert!(!page.contains("http://") && !page.contains("https://"));
        assert!(!page.contains("{{") && !page.contains("{%"));
        for part in [
            "default-src 'none'",
            "prefers-color-scheme: dark",
            "@media print",
            "@font-face",
            "id=\"timeline\"",
        ] {
            assert!(page.contains(part), "{part}");
        }
    }
}

#[test]
fn the_same_card_gives_the_same_bytes_and_long_texts_are_cut() {
    let mut karte = karte();
    karte.voice.posts[0].text = "あ".repeat(1_000_000);
    let first = html(&karte, Lang::Ja).unwrap();
    assert_eq!(first, html(&karte, Lang::Ja).unwrap());
    assert!(first.len() < 500_000, "{}", first.len());
    assert!(first.contains('…'));
    assert_eq!(shortened("ab\u{1b}c", 3), "ab …");
    assert_eq!(shortened("abc", 3), "abc");
}
