use super::*;
use crate::report::charts::charts;
use crate::report::figures::{KpiKind, OrderGapKind};
use crate::report::findings::fixture::{empty, figures, of_a_month, with_targets, without_orders};

fn page(figures: &Figures, lang: Lang) -> String {
    html(&Page {
        figures,
        charts: &charts(figures, lang),
        lang,
        sections: &[],
        own: None,
    })
    .unwrap()
}

#[test]
fn markup_in_any_text_of_the_data_is_escaped() {
    let mut figures = figures();
    let evil = "<script>alert('x')</script>\"><img src=x onerror=y>";
    figures.brand = evil.to_owned();
    figures.segments[0].name = evil.to_owned();
    figures.segments[0].action = evil.to_owned();
    figures.voice.rising_words[0].word = evil.to_owned();
    figures.voice.aspects[0].aspect = evil.to_owned();
    if let Some(alert) = figures.alerts.first_mut() {
        alert.words = vec![evil.to_owned()];
    }
    figures.campaigns[0].campaign = evil.to_owned();
    figures.data.files[0].layout = evil.to_owned();
    for lang in [Lang::Ja, Lang::En] {
        let text = page(&figures, lang);
        assert!(!text.contains("<script>alert"), "{lang}");
        assert!(!text.contains("<img"), "{lang}");
        assert_eq!(text.matches("<script>").count(), 1, "{lang}");
        assert!(text.contains("&lt;script&gt;alert"), "{lang}");
    }
}

#[test]
fn values_within_elements_stand_between_quotation_marks() {
    let desk = ("desk.html", include_str!("../desk/desk.html"));
    for (name, source) in TEMPLATES.into_iter().chain([desk]) {
        let at = crate::report::own::unquoted(source);
        let found = at.and_then(|at| source[at..].lines().next());
        assert_eq!(found, None, "{name}");
    }
    assert!(crate::report::own::unquoted("<p title={{ name }}>").is_some());
}

#[test]
fn names_that_try_to_add_attributes_stay_texts() {
    let mut figures = figures();
    // In an attribute without quotation marks these need no angle bracket.
    let evil = "x onmouseover=alert(1) \" autofocus onfocus=alert(2) ' onclick=alert(3) `a`";
    figures.brand = evil.to_owned();
    for segment in &mut figures.segments {
        segment.name = evil.to_owned();
        segment.action = evil.to_owned();
    }
    figures.alerts[0].words = vec![evil.to_owned()];
    figures.voice.topics[0].label = evil.to_owned();
    for lang in [Lang::Ja, Lang::En] {
        let text = page(&figures, lang);
        for element in text.split('<').skip(1) {
            let element = element.split('>').next().unwrap();
            let outside: String = element.split('"').step_by(2).collect();
            for handler in ["onmouseover", "onfocus", "onclick", "autofocus"] {
                assert!(!outside.contains(handler), "{lang}: <{element}>");
            }
        }
    }
}

#[test]
fn without_all_orders_no_number_of_them_is_green_red_met_or_missed() {
    for kind in [OrderGapKind::Missing, OrderGapKind::Early] {
        let text = page(&without_orders(kind, None), Lang::Ja);
        let notice = text
            .find("href=\"#sales\">\n<span class=\"mark\">注文データ")
            .unwrap();
        let tiles = text.find("class=\"tiles").unwrap();
        assert!(notice < tiles);
        for name in ["売上", "購入者", "離反の見込み", "12か月の見込み価値"] {
            let tile = text
                .split(&format!("class=\"name\">{name}<"))
                .nth(1)
                .unwrap();
            let tile = tile.split("</li>").next().unwrap();
            assert!(tile.contains("change is-flat"), "{tile}");
            assert!(tile.contains("注文は9月20日(日)まで"), "{tile}");
            assert!(
                !tile.contains("is-met") && !tile.contains("is-missed"),
                "{tile}"
            );
        }
        let changed = text.split("class=\"changes\"").nth(1).unwrap();
        let changed = changed.split("</ul>").next().unwrap();
        assert!(!changed.contains("届いて"), "{changed}");
        let above = text.split("<ul class=\"contacts\">").next().unwrap();
        assert!(above.contains("その後に購入された方"));
    }
    let whole = page(&figures(), Lang::Ja);
    assert!(!whole.contains("注文データ") && !whole.contains("その後に購入された方"));
}

#[test]
fn ways_to_count_who_left_are_told_apart_where_they_are_met() {
    let words = |lang: Lang, keys: &[&str]| -> Vec<String> {
        let key = |key: &&str| lang.words().get(key).to_owned();
        keys.iter().map(key).collect()
    };
    for (lang, terms) in [
        (
            Lang::Ja,
            [
                "「離反の見込み」は",
                "「離れかけ」は",
                "「離反率」は",
                "「離脱」は",
            ],
        ),
        (
            Lang::En,
            ["Probably gone:", "Lapsed:", "Churn:", "Inactive:"],
        ),
    ] {
        let text = page(&figures(), lang);
        let note = format!("note-line\">{}<", lang.words().get("kpi.churn_note"));
        assert!(text.contains(&note), "{note}");
        let define = lang.words().get("define.lost");
        for term in terms {
            assert!(define.contains(term), "{term}");
        }
        let (name, _) = define.split_once('|').unwrap();
        assert!(text.contains(&format!("<dt>{name}</dt>")), "{name}");
        // One name for one measure.
        for [term, other] in [
            ["kpi.churn_rate", "order_stage.lapsed"],
            ["order_stage.lapsed", "cpm_state.lapsed"],
            ["cpm_state.lapsed", "column.churn_rate"],
        ] {
            let pair = words(lang, &[term, other]);
            assert_ne!(pair[0], pair[1]);
        }
    }
}

#[test]
fn that_more_speak_is_never_green() {
    let tone = |value: f64, is_rise_good: Option<bool>| {
        let mut figures = figures();
        let posts = figures.kpis.iter_mut();
        for kpi in posts.filter(|kpi| kpi.kind == KpiKind::Posts) {
            (kpi.value, kpi.previous) = (Some(value), Some(100.0));
            kpi.is_rise_good = is_rise_good;
        }
        let text = page(&figures, Lang::Ja);
        let tile = text.split("class=\"name\">声の件数").nth(1).unwrap();
        let change = tile.split("change is-").nth(1).unwrap();
        change.split('"').next().unwrap().to_owned()
    };
    assert_eq!(tone(200.0, KpiKind::Posts.is_rise_good()), "flat");
    assert_eq!(tone(200.0, Some(false)), "bad");
    assert_eq!(tone(50.0, Some(false)), "flat");
    assert_eq!(tone(50.0, None), "flat");
}

#[test]
fn a_number_that_is_held_back_says_so_and_tells_nothing() {
    let mut figures = figures();
    for kpi in &mut figures.kpis {
        if matches!(kpi.kind, KpiKind::Buyers | KpiKind::AverageOrder) {
            (kpi.value, kpi.is_withheld) = (None, true);
            kpi.history.clear();
        }
    }
    let text = page(&figures, Lang::En);
    assert_eq!(
        text.matches("<span class=\"value\">withheld</span>")
            .count(),
        2
    );
    let summary = crate::report::summary(&figures, Lang::En, &[]);
    for name in ["Buyers", "Average order"] {
        let is_told = |line: &str| line.starts_with(name) && line.contains("withheld");
        assert!(summary.lines().any(is_told), "{name} in {summary}");
    }
}

#[test]
fn nothing_is_loaded_from_the_network() {
    let text = page(&figures(), Lang::Ja);
    for attribute in [
        "src=\"",
        "srcset=",
        "@import",
        "<link",
        "<iframe",
        "url(http",
        "href=\"http",
        "fetch(",
        "//cdn",
    ] {
        assert!(!text.contains(attribute), "{attribute}");
    }
    let outside = text.replace("http://www.w3.org/2000/svg", "");
    assert!(!outside.contains("http://") && !outside.contains("https://"));
    assert!(text.contains("default-src 'none'"));
    assert!(text.contains("data-filter=\"絞り込み\""));
    assert!(text.contains("data-sideways=\"横に動かすと、続きの列が見えます。\""));
}

#[test]
fn every_section_has_its_anchor_once_and_the_contents_lead_there() {
    for lang in [Lang::Ja, Lang::En] {
        for figures in [figures(), empty()] {
            let text = page(&figures, lang);
            for section in Section::ALL {
                let anchor = section.anchor();
                assert_eq!(
                    text.matches(&format!("id=\"{anchor}\"")).count(),
                    1,
                    "{anchor}"
                );
                assert!(text.contains(&format!("href=\"#{anchor}\"")), "{anchor}");
            }
        }
    }
}

#[test]
fn only_the_sections_wanted_are_there_and_every_link_leads_somewhere() {
    let figures = figures();
    let text = html(&Page {
        figures: &figures,
        charts: &charts(&figures, Lang::Ja),
        lang: Lang::Ja,
        sections: &[Section::Value, Section::Campaigns],
        own: None,
    })
    .unwrap();
    assert_eq!(text.matches("class=\"topic-section\"").count(), 2);
    assert!(text.contains("id=\"chart-abc\"") && !text.contains("id=\"chart-voice_days\""));
    for link in text.split("href=\"#").skip(1) {
        let anchor = link.split('"').next().unwrap();
        let id = format!("id=\"{anchor}\"");
        assert_eq!(text.matches(&id).count(), 1, "{anchor}");
    }
}

#[test]
fn missing_parts_say_what_to_add() {
    let text = page(&empty(), Lang::Ja);
    let words = Lang::Ja.words();
    for key in [
        "sales_change",
        "deciles",
        "cohorts",
        "tracking",
        "aspects",
        "words",
        "hours",
        "stages",
        "together",
        "journey",
        "influence",
    ] {
        assert!(text.contains(words.get(&format!("missing.{key}"))), "{key}");
    }
    for key in [
        "sales",
        "rfm",
        "posts",
        "value_voice",
        "segments",
        "campaigns",
        "consents",
    ] {
        assert!(
            text.contains(&values::with_code(words.get(&format!("missing.{key}")))),
            "{key}"
        );
    }
    assert!(text.contains(words.get("lifetime_absent.too_few_repeaters")));
    assert!(text.contains(words.get("missing.previous")));
    assert!(!text.contains(words.get("overview.changed_empty")));
    assert!(!text.contains("class=\"tiles "));
    assert!(!text.contains("<figure"));
    assert!(!text.contains("<tbody>\n</tbody>"));
}

#[test]
fn an_unknown_reason_for_a_missing_forecast_has_a_sentence_too() {
    let figures = Figures {
        lifetime_absent: Some("moon".to_owned()),
        ..empty()
    };
    assert!(page(&figures, Lang::En).contains(Lang::En.words().get("lifetime_absent.other")));
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    assert_eq!(page(&figures(), Lang::En), page(&figures(), Lang::En));
}

#[test]
fn language_is_declared_and_every_slot_is_filled() {
    for lang in [Lang::Ja, Lang::En] {
        let text = page(&figures(), lang);
        assert!(text.starts_with("<!doctype html>"));
        assert!(text.contains(&format!("<html lang=\"{lang}\">")));
        assert!(!text.contains(FONT_SLOT));
        assert!(!text.contains("{{") && !text.contains("{%"));
    }
}

#[test]
fn every_key_named_in_templates_and_code_has_its_words() {
    let sources = [
        include_str!("templates/page.html"),
        include_str!("templates/parts.html"),
        include_str!("templates/join.html"),
        include_str!("templates/karte.html"),
        include_str!("mod.rs"),
        include_str!("overview.rs"),
        include_str!("sections.rs"),
        include_str!("../desk/page.rs"),
        include_str!("../markdown.rs"),
        include_str!("../telling.rs"),
        include_str!("../against.rs"),
        include_str!("../summary/mod.rs"),
        include_str!("../findings/campaigns.rs"),
        include_str!("../findings/customers.rs"),
        include_str!("../findings/people.rs"),
        include_str!("../findings/voices.rs"),
        include_str!("../findings/ways.rs"),
        include_str!("../findings/worth.rs"),
        include_str!("../join/mod.rs"),
        include_str!("../join/overview.rs"),
        include_str!("../join/sections.rs"),
        include_str!("../karte/rule/mod.rs"),
        include_str!("../karte/sheet/mod.rs"),
        include_str!("../karte/sheet/person.rs"),
        include_str!("../karte/sheet/said.rs"),
        include_str!("../karte/sheet/timeline.rs"),
        include_str!("../karte/sheet/worth.rs"),
        include_str!("../workbook/mod.rs"),
    ];
    let mut count = 0;
    for source in sources {
        for opening in ["t(\"", "get(\"", "fill(\""] {
            for (at, _) in source.match_indices(opening) {
                let key = source[at + opening.len()..].split('"').next().unwrap();
                if key.contains('.') && !key.contains("html") {
                    count += 1;
                    assert!(Lang::Ja.words().find(key).is_some(), "{key}");
                    assert!(Lang::En.words().find(key).is_some(), "{key}");
                }
            }
        }
    }
    assert!(count > 40, "{count} keys found");
}

#[test]
fn a_live_alert_stands_above_everything_and_a_past_one_does_not() {
    let mut figures = figures();
    figures.alerts.truncate(1);
    figures.alerts[0].state = "burning".to_owned();
    assert!(page(&figures, Lang::Ja).contains("class=\"banner\""));
    figures.alerts[0].state = "over".to_owned();
    assert!(!page(&figures, Lang::Ja).contains("class=\"banner\""));
}

#[test]
fn goals_stand_under_their_numbers_in_words_and_not_by_colour_alone() {
    let text = page(&with_targets(), Lang::En);
    for part in [
        "<span class=\"goal is-met\">target ¥1.80M met</span>",
        "<span class=\"goal is-missed\">target 2.0 h missed by 1.6 h</span>",
        "<span class=\"goal is-unknown\">target +0.20, no value</span>",
        "1 of 3 targets met",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let without = page(&figures(), Lang::En);
    assert!(!without.contains("class=\"goal") && !without.contains("targets met"));
    assert_eq!(without.matches("class=\"tile\"").count(), 12);
}

#[test]
fn every_change_says_what_it_is_compared_with() {
    let ja = page(&of_a_month(), Lang::Ja);
    for part in [
        "対象期間 2026年8月、2026年8月1日(土)〜8月31日(月)(31日間)",
        "比較 2025年8月、2025年8月1日(金)〜8月31日(日)",
        "8.7%増(2025年8月比)",
        "2025年8月との比較",
        "2026年度の売上 912万円(前年同期比 +14.0%)",
        "増えている言葉(2025年8月比)",
    ] {
        assert!(ja.contains(part), "{part}");
    }
    assert!(!ja.contains("前の期間") && !ja.contains("前期"));
    let en = page(&of_a_month(), Lang::En);
    assert!(en.contains("up 8.7% on Aug 2025") && en.contains("FY2026 sales"));
    assert!(!en.contains("the period before"));
}

#[test]
fn the_days_before_are_told_as_ever() {
    let ja = page(&figures(), Lang::Ja);
    assert!(ja.contains("前の7日間との比較") && ja.contains("8.7%増<"));
}
