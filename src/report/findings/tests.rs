use std::collections::BTreeSet;

use super::*;
use crate::report::figures::{Counted, KpiUnit, OrderGapKind, SalesChange, UnreadFigure};
use crate::report::findings::fixture::{figures, without_orders};
use crate::store::FilePlace;

fn keys(figures: &Figures) -> Vec<&'static str> {
    findings(figures, Lang::En)
        .iter()
        .map(|finding| finding.key)
        .collect()
}

fn with_kpi(kind: KpiKind, value: f64, previous: f64, is_rise_good: bool) -> Figures {
    let mut figures = figures();
    let unit = KpiUnit::Share;
    figures.kpis.retain(|kpi| kpi.kind != kind);
    figures.kpis.push(Kpi {
        kind,
        unit,
        value: Some(value),
        is_withheld: false,
        is_incomplete: false,
        previous: Some(previous),
        is_rise_good: Some(is_rise_good),
        target: None,
        is_met: None,
        history: vec![],
    });
    figures
}

fn severity(figures: &Figures, key: &str) -> Severity {
    findings(figures, Lang::En)
        .into_iter()
        .find(|finding| finding.key == key)
        .unwrap()
        .severity
}

#[test]
fn sentences_agree_in_sign_with_the_numbers() {
    let cases = [
        (KpiKind::Sales, "sales_up", "sales_down", 200.0, 100.0, true),
        (
            KpiKind::Buyers,
            "buyers_up",
            "buyers_down",
            200.0,
            100.0,
            true,
        ),
        (
            KpiKind::RepeatRate,
            "repeat_up",
            "repeat_down",
            0.6,
            0.4,
            true,
        ),
        (
            KpiKind::ChurnRate,
            "churn_up",
            "churn_down",
            0.6,
            0.4,
            false,
        ),
        (
            KpiKind::NegativeShare,
            "negative_up",
            "negative_down",
            0.6,
            0.4,
            false,
        ),
        (KpiKind::Posts, "posts_up", "posts_down", 200.0, 100.0, true),
    ];
    for (kind, up, down, high, low, is_rise_good) in cases {
        let risen = with_kpi(kind, high, low, is_rise_good);
        let fallen = with_kpi(kind, low, high, is_rise_good);
        assert!(
            keys(&risen).contains(&up) && !keys(&risen).contains(&down),
            "{kind:?}"
        );
        assert!(
            keys(&fallen).contains(&down) && !keys(&fallen).contains(&up),
            "{kind:?}"
        );
        if kind != KpiKind::Posts {
            let good = if is_rise_good {
                (&risen, up)
            } else {
                (&fallen, down)
            };
            let bad = if is_rise_good {
                (&fallen, down)
            } else {
                (&risen, up)
            };
            assert_eq!(severity(good.0, good.1), Severity::Good, "{kind:?}");
            assert_eq!(severity(bad.0, bad.1), Severity::Watch, "{kind:?}");
        }
    }
}

#[test]
fn orders_that_are_missing_are_told_first_and_no_fall_of_sales() {
    let cases = [
        (OrderGapKind::Missing, None, "orders_missing"),
        (OrderGapKind::Early, None, "orders_early"),
        (OrderGapKind::Early, Some("ec"), "orders_early_of"),
    ];
    let silent = [
        "sales_up",
        "sales_down",
        "sales_only",
        "cause_up",
        "cause_down",
        "buyers_up",
        "repeat_down",
        "churn_up",
        "lapsed_up",
        "moved_down",
        "segment_grew",
    ];
    for (kind, source, key) in cases {
        let figures = without_orders(kind, source);
        let languages = [
            (Lang::Ja, "ファイルが1件"),
            (Lang::En, "could not be read: 1"),
        ];
        for (lang, counted) in languages {
            let found = findings(&figures, lang);
            assert_eq!(headline(&found, 4)[0].key, key);
            assert_eq!(found[0].key, key);
            let text = &found[0].text;
            assert!(text.contains(counted) && !text.contains('{'), "{text}");
            assert!(text.contains("2026"), "{text}");
            let is_named = text.contains("「ec」") || text.contains("“ec”");
            assert_eq!(is_named, source.is_some(), "{text}");
            let told = |key: &str| found.iter().any(|one| one.key == key);
            // One silent shop system is told, and what the others sold as ever.
            assert_eq!(told("orders_doubt"), source.is_none());
            assert_eq!(contact_doubt(&found).is_some(), source.is_none());
            // No model is blamed for orders that are missing.
            let is_judged =
                |one: &Finding| one.key.starts_with("tracking_") || one.key.ends_with("calibrated");
            assert_eq!(found.iter().any(is_judged), source.is_some());
            assert_eq!(told("orders_doubt_of"), source.is_some());
            assert_eq!(told("sales_up"), source.is_some());
            let is_silent = found.iter().all(|one| !silent.contains(&one.key));
            assert_eq!(is_silent, source.is_none(), "{key}");
            assert!(found.iter().any(|one| one.key == "unread"));
        }
    }
}

#[test]
fn a_day_on_which_few_bought_is_told_by_its_week_wherever_it_stands() {
    let mut figures = without_orders(OrderGapKind::Early, None);
    let gap = figures.order_gap.as_mut().unwrap();
    (gap.newest, gap.is_of_week) = ("2026-09-14".to_owned(), true);
    let found = findings(&figures, Lang::Ja);
    let week = "2026年9月14日(月)の週";
    for key in ["orders_early", "contact_doubt"] {
        let told = found.iter().find(|one| one.key == key).unwrap();
        assert!(told.text.contains(week), "{}", told.text);
    }
    let found = findings(&figures, Lang::En);
    let told = "until a day in the week of Mon 14 Sep 2026 only";
    assert!(found[0].text.contains(told), "{}", found[0].text);
}

#[test]
fn a_quiet_shop_is_told_since_when_and_that_this_is_usual() {
    let figures = without_orders(OrderGapKind::Usual, None);
    let found = findings(&figures, Lang::Ja);
    assert_eq!(found[0].key, "orders_usual");
    assert_eq!(found[0].severity, Severity::Neutral);
    assert!(
        found
            .iter()
            .all(|one| one.key != "orders_doubt" && one.key != "sales_up")
    );
    assert!(order_notice(&found).is_none());
    // It is news like others.
    assert_ne!(headline(&found, 9)[0].key, "orders_usual");
    assert!(
        headline(&found, 99)
            .iter()
            .any(|one| one.key == "orders_usual")
    );
    assert!(found[0].text.contains("これまでにもありました"));
    let mut figures = figures;
    let gap = figures.order_gap.as_mut().unwrap();
    gap.longest_days = Some(12);
    for (lang, longest) in [(Lang::Ja, "最長12日"), (Lang::En, "12 at most")] {
        let found = findings(&figures, lang);
        assert_eq!(found[0].key, "orders_usual_longer");
        assert!(found[0].text.contains(longest), "{}", found[0].text);
        assert!(!found[0].text.contains("これまでにも"));
    }
}

#[test]
fn files_that_could_not_be_read_are_counted_over_all_places() {
    let mut figures = figures();
    let files = |place: FilePlace, file_count: u64| UnreadFigure { place, file_count };
    figures.data.unread = vec![files(FilePlace::Exports, 2), files(FilePlace::Elsewhere, 3)];
    let found = findings(&figures, Lang::Ja);
    let unread = found.iter().find(|one| one.key == "unread").unwrap();
    assert!(unread.text.contains("ファイルが5件"), "{}", unread.text);
    assert!(headline(&found, 9).iter().any(|one| one.key == "unread"));
}

#[test]
fn who_passes_for_the_shop_heads_the_section_of_people() {
    let found = findings(&figures(), Lang::Ja);
    let mut people = found.iter().filter(|one| one.section == Section::People);
    assert_eq!(people.next().map(|one| one.key), Some("impersonators"));
}

#[test]
fn who_comes_back_the_next_month_is_one_figure_in_text_and_picture() {
    let mut figures = figures();
    let mut cell = figures.cohorts[0].clone();
    // Twenty months, of which the map shows the newest 13: of these 23 of 100 came back, of the older ones all.
    figures.cohorts = (0..20u32)
        .map(|month| {
            cell.cohort = format!("{}-{:02}", 2025 + month / 12, month % 12 + 1);
            cell.age_months = 1;
            cell.person_count = 100;
            cell.active_count = Some(if month < 7 { 100 } else { 23 });
            cell.retention = cell.active_count.map(|count| count as f64 / 100.0);
            cell.clone()
        })
        .collect();
    for (lang, text) in [
        (Lang::Ja, "直近13か月の初回購入者の平均で23.0%です。"),
        (Lang::En, "last 13 months, 23.0% bought"),
    ] {
        let found = findings(&figures, lang);
        let told = found.iter().find(|one| one.key == "retention").unwrap();
        assert!(told.text.contains(text), "{}", told.text);
        let charts = crate::report::charts::charts(&figures, lang);
        let chart = charts.iter().find(|chart| chart.id == "cohorts").unwrap();
        assert!(chart.svg.contains("23.0%"), "{lang}");
    }
}

#[test]
fn a_steady_or_unknown_past_claims_no_change() {
    assert!(keys(&with_kpi(KpiKind::Sales, 100.4, 100.0, true)).contains(&"sales_same"));
    assert!(keys(&with_kpi(KpiKind::Sales, 100.0, 0.0, true)).contains(&"sales_only"));
    assert!(
        !keys(&with_kpi(KpiKind::ChurnRate, 0.5, 0.5, false))
            .iter()
            .any(|key| key.starts_with("churn"))
    );
}

fn change(total: i64, parts: [i64; 8]) -> SalesChange {
    SalesChange {
        total_minor: total,
        new_minor: parts[0],
        back_minor: parts[1],
        lost_minor: parts[2],
        frequency_minor: parts[3],
        order_value_minor: parts[4],
        merged_minor: parts[5],
        returns_minor: parts[6],
        unnamed_minor: parts[7],
    }
}

fn causes(change: SalesChange) -> Vec<String> {
    let figures = Figures {
        sales_change: Some(change),
        ..figures()
    };
    let found = findings(&figures, Lang::Ja).into_iter();
    found
        .filter(|finding| finding.key.starts_with("cause"))
        .map(|finding| finding.text)
        .collect()
}

#[test]
fn the_cause_named_pulls_the_same_way_as_the_total() {
    let told = causes(change(100_000, [400_000, 0, -500_000, 200_000, 0, 0, 0, 0]));
    assert_eq!(
        told,
        [
            "増加分10.0万円の最大の要因は、はじめて購入した方の売上(+40.0万円)です。",
            "一方で、購入が途絶えた方の分は−50.0万円と、逆の動きをしています。",
        ]
    );
    let told = causes(change(-300_000, [0, 0, -300_000, 10_000, -10_000, 0, 0, 0]));
    assert_eq!(
        told,
        ["減少分30.0万円の最大の要因は、購入が途絶えた方の分(−30.0万円)です。"]
    );
    assert_eq!(causes(change(0, [0; 8])), Vec::<String>::new());
}

#[test]
fn campaigns_claim_an_effect_only_when_the_interval_leaves_zero() {
    let mut figures = figures();
    figures.campaigns.truncate(1);
    for (lower, upper, key) in [
        (1.0, 9.0, "campaign_up"),
        (-9.0, -1.0, "campaign_down"),
        (-1.0, 9.0, "campaign_open"),
    ] {
        let campaign = &mut figures.campaigns[0];
        campaign.lift_minor = (lower + upper) / 2.0;
        (campaign.lift_lower_minor, campaign.lift_upper_minor) = (lower, upper);
        assert!(keys(&figures).contains(&key), "{key}");
    }
    figures.campaigns[0].control_count = 29;
    let keys = keys(&figures);
    assert!(keys.contains(&"campaign_small") && !keys.contains(&"campaign_open"));
}

#[test]
fn repeat_return_and_cost_per_order_are_told_where_they_are_sure() {
    let told = |figures: &Figures| -> Vec<&'static str> {
        let keys = keys(figures).into_iter();
        keys.filter(|key| key.starts_with("campaign")).collect()
    };
    let mut figures = figures();
    figures.campaigns.truncate(1);
    assert_eq!(
        told(&figures),
        [
            "campaign_up",
            "campaign_repeat_up",
            "campaign_profit",
            "campaign_return",
            "campaign_cpo",
        ]
    );
    // It is not sure that an order was added, nor that anybody bought again.
    figures.campaigns[0].cpo_upper_minor = None;
    figures.campaigns[0].repeat_lift_lower = -0.01;
    let sure = ["campaign_up", "campaign_profit", "campaign_return"];
    assert_eq!(told(&figures), sure);
    figures.campaigns[0].repeat_lift_upper = -0.001;
    assert!(told(&figures).contains(&"campaign_repeat_down"));
    figures.campaigns[0].lift_lower_minor = -1.0;
    assert_eq!(told(&figures), ["campaign_open", "campaign_repeat_down"]);
    figures.campaigns[0].treated_count = 29;
    assert_eq!(told(&figures), ["campaign_small"]);
}

#[test]
fn a_return_says_by_its_interval_whether_sales_exceed_the_cost() {
    let mut figures = figures();
    figures.campaigns.truncate(1);
    for (lower, upper, expected) in [
        (1.1, 3.0, Severity::Good),
        (0.2, 3.0, Severity::Neutral),
        (0.2, 0.9, Severity::Watch),
    ] {
        figures.campaigns[0].return_on_spend_lower = Some(lower);
        figures.campaigns[0].return_on_spend_upper = Some(upper);
        assert_eq!(severity(&figures, "campaign_return"), expected);
    }
}

#[test]
fn a_campaign_of_too_few_persons_is_named_without_numbers() {
    let mut figures = figures();
    figures.campaigns.clear();
    figures.small_campaigns = vec!["お試し".to_owned()];
    let found = findings(&figures, Lang::Ja);
    let told = found.iter().find(|one| one.key == "campaign_hidden");
    assert_eq!(
        told.unwrap().text,
        "「お試し」は送付対象か対照群が5人に満たず、効果を比べられません。"
    );
}

#[test]
fn live_alerts_are_told_by_state() {
    let mut figures = figures();
    figures.alerts.truncate(1);
    for (state, key) in [
        ("building", "alert_building"),
        ("burning", "alert_burning"),
        ("cooling", "alert_cooling"),
        ("over", "alert_over"),
    ] {
        figures.alerts[0].state = state.to_owned();
        assert!(keys(&figures).contains(&key), "{state}");
    }
    figures.alerts.clear();
    assert!(keys(&figures).contains(&"alert_none"));
}

#[test]
fn the_cause_of_a_flare_up_and_its_spreaders_are_told_without_names() {
    let mut figures = figures();
    figures.alerts.truncate(1);
    let found = findings(&figures, Lang::Ja);
    let text = |key: &str| {
        let mut found = found.iter();
        found
            .find(|one| one.key == key)
            .map(|one| one.text.as_str())
    };
    assert_eq!(
        text("alert_cause"),
        Some("原因は商品やサービスへの苦情と見られます。")
    );
    assert_eq!(
        text("alert_spread"),
        Some(
            "主に広めたのはメディア、影響力のある方、一般の方です。投稿やリポストをした方のフォロワーは合わせて48,200人、転載は22.0%です。"
        )
    );
    figures.alerts[0].cause.clear();
    figures.alerts[0].spreaders.clear();
    assert!(
        !keys(&figures)
            .iter()
            .any(|key| ["alert_cause", "alert_spread"].contains(key))
    );
}

#[test]
fn a_share_of_voice_is_told_only_beside_competitors() {
    let mut figures = figures();
    assert_eq!(severity(&figures, "share_up"), Severity::Good);
    figures.voice.shares[0].previous_share = Some(0.7);
    assert_eq!(severity(&figures, "share_down"), Severity::Watch);
    figures.voice.shares.retain(|one| one.kind != "competitor");
    assert!(!keys(&figures).iter().any(|key| key.starts_with("share")));
}

#[test]
fn a_topic_of_complaints_comes_before_the_largest_one() {
    let mut figures = figures();
    assert_eq!(severity(&figures, "topic_negative"), Severity::Watch);
    for topic in &mut figures.voice.topics {
        topic.negative_count = 0;
    }
    assert!(keys(&figures).contains(&"topic_largest"));
}

#[test]
fn no_sentence_is_left_with_an_open_slot() {
    for lang in [Lang::Ja, Lang::En] {
        for finding in findings(&figures(), lang) {
            assert!(
                !finding.text.contains('{'),
                "{}: {}",
                finding.key,
                finding.text
            );
            assert!(!finding.text.starts_with("finding."), "{}", finding.text);
        }
    }
}

#[test]
fn findings_stand_in_the_order_of_the_page() {
    let sections: Vec<Section> = findings(&figures(), Lang::Ja)
        .iter()
        .map(|finding| finding.section)
        .collect();
    assert!(sections.is_sorted());
}

#[test]
fn sections_come_in_the_order_of_the_page_and_all_when_none_is_named() {
    assert_eq!(Section::shown(&[]), Section::ALL);
    assert_eq!(
        Section::shown(&[Section::Voice, Section::Sales, Section::Voice]),
        [Section::Sales, Section::Voice]
    );
    for section in Section::ALL {
        let written = serde_json::to_value(section).unwrap();
        assert_eq!(written, section.key());
    }
}

#[test]
fn the_headline_begins_with_sales_and_keeps_its_length() {
    let found = findings(&figures(), Lang::Ja);
    let head = headline(&found, 4);
    assert!(head.len() <= 4);
    assert_eq!(head[0].section, Section::Sales);
    assert!(head.iter().all(|finding| finding.is_change));
    // Each section is heard once before any is heard twice.
    let others: Vec<Section> = head
        .iter()
        .map(|finding| finding.section)
        .filter(|section| *section != Section::Sales)
        .collect();
    let distinct: BTreeSet<Section> = others.iter().copied().collect();
    assert!(distinct.len() >= 2 && distinct.len() == others.len());
}

#[test]
fn contact_counts_are_those_of_the_segment() {
    let mut figures = figures();
    figures.segments.truncate(1);
    figures.segments[0].urgency = crate::report::figures::Urgency::Now;
    figures.segments[0].person_count = 23;
    figures.segments[0].reachable_count = Counted::Told(17);
    let found = findings(&figures, Lang::Ja);
    let contact = found
        .iter()
        .find(|finding| finding.key.starts_with("contact"))
        .unwrap();
    assert!(contact.text.contains("23人") && contact.text.contains("17人"));
    assert_eq!(contact.severity, Severity::Urgent);
}

#[test]
fn what_is_held_back_is_told_by_no_sentence() {
    let mut figures = figures();
    figures.segments.truncate(1);
    figures.segments[0].reachable_count = Counted::Few;
    figures.alerts.truncate(1);
    figures.alerts[0].reach = None;
    figures.data.linked_account_count = Counted::Withheld;
    figures.data.excluded[0].count = Counted::Few;
    for consent in &mut figures.data.consents {
        consent.missing_count = Counted::Withheld;
    }
    if let Some(lifetime) = &mut figures.lifetime {
        lifetime.alive_count = None;
    }
    for (lang, few) in [
        (Lang::Ja, "ご連絡できる方は5人未満です。"),
        (Lang::En, "fewer than 5 of them"),
    ] {
        let found = findings(&figures, lang);
        let text = |key: &str| {
            let mut found = found.iter();
            found.find(|one| one.key == key).map(|one| one.text.clone())
        };
        assert!(text("contact_stake").unwrap().contains(few));
        // The next reason that is counted out.
        assert!(text("left_out").unwrap().contains("41"));
        assert!(text("alert_spread_few").is_some() && text("alert_spread").is_none());
        assert!(text("ltv_total_only").is_some() && text("ltv_total").is_none());
        assert!(text("coverage_declared").unwrap().contains("312"));
        assert!(text("consent_gap").is_none() && text("coverage").is_none());
    }
    figures.segments[0].reachable_count = Counted::Withheld;
    let found = findings(&figures, Lang::Ja);
    assert!(!found.iter().any(|one| one.text.contains("ご連絡できる方")));
}

#[test]
fn numbers_that_are_not_finite_are_not_told() {
    let figures = with_kpi(KpiKind::Sales, f64::NAN, 1.0, true);
    assert!(!keys(&figures).iter().any(|key| key.starts_with("sales")));
}
