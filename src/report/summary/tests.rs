use super::*;
use crate::report::figures::{Counted, ExcludedFigure, OrderGapKind};
use crate::report::findings::fixture::{empty, figures, of_a_month, with_targets, without_orders};

fn lines(figures: &Figures, lang: Lang) -> Vec<String> {
    let open = ["out/2026-09-27/report.html".to_owned()];
    let text = summary(figures, lang, &open);
    assert!(text.ends_with('\n'));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn no_line_is_wider_than_a_mail_program_shows() {
    let mut long = of_a_month();
    long.brand = "とても長い名前の店".repeat(20);
    long.segments[0].name = "名".repeat(200);
    long.segments[0].action = "word ".repeat(100);
    for figures in [figures(), empty(), with_targets(), of_a_month(), long] {
        for lang in [Lang::Ja, Lang::En] {
            for line in lines(&figures, lang) {
                assert!(columns(&line) <= WIDTH, "{line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

#[test]
fn the_first_line_is_a_subject() {
    let subject = lines(&with_targets(), Lang::Ja)[0].clone();
    assert!(
        subject.starts_with("坂の上珈琲 2026/9/21〜9/27 / 売上 184万円 (8.7%増) / "),
        "{subject}"
    );
    let month = lines(&of_a_month(), Lang::En)[0].clone();
    assert!(month.contains("Aug 2026 / "), "{month}");
    assert_eq!(lines(&empty(), Lang::En)[1], "");
}

#[test]
fn numbers_stand_with_their_change_and_their_goal() {
    let lines = lines(&with_targets(), Lang::En);
    let sales = lines
        .iter()
        .find(|line| line.starts_with("Sales "))
        .unwrap();
    assert!(sales.contains("¥1.84M"), "{sales}");
    assert!(sales.contains("up 8.7%"), "{sales}");
    assert!(sales.ends_with("target ¥1.80M met"), "{sales}");
    let sentiment = lines
        .iter()
        .find(|line| line.starts_with("Sentiment"))
        .unwrap();
    assert!(sentiment.ends_with("target +0.20, no value"), "{sentiment}");
    assert!(lines.contains(&"1 of 3 targets met".to_owned()));
}

#[test]
fn orders_that_are_missing_are_told_before_the_numbers_and_once() {
    let told = lines(&without_orders(OrderGapKind::Missing, None), Lang::Ja);
    assert!(
        told[0].contains("売上 不明 (注文は9月20日(日)まで)"),
        "{}",
        told[0]
    );
    let text = told.join("");
    let at = |part: &str| text.find(part).unwrap();
    assert!(
        at("より後の注文が届いていない") < at("お店の状況"),
        "{text}"
    );
    let notice = "より後の注文が届いていないため、この期間の売上は";
    assert_eq!(text.matches(notice).count(), 1, "{text}");
    let sales = told.iter().find(|line| line.starts_with("売上 "));
    let sales = sales.unwrap();
    assert!(
        sales.contains("不明") && sales.contains("未確定"),
        "{sales}"
    );
    assert!(!sales.contains('%'), "{sales}");
    let early = lines(&without_orders(OrderGapKind::Early, None), Lang::En);
    assert!(
        early[0].contains("Sales ¥1.84M (orders until Sun 20 Sep)"),
        "{}",
        early[0]
    );
}

#[test]
fn without_all_orders_nothing_is_said_to_be_unchanged_and_contacts_are_doubted() {
    let mut figures = without_orders(OrderGapKind::Missing, None);
    let text = lines(&figures, Lang::Ja).join("");
    let [head, doubt, first] = [
        "連絡したいお客様",
        "その後に購入された方",
        figures.segments[0].name.as_str(),
    ]
    .map(|part| text.find(part).unwrap());
    assert!(head < doubt && doubt < first, "{text}");
    let gap = figures.order_gap.take();
    let text = lines(&figures, Lang::Ja).join("");
    assert!(!text.contains("その後に購入された方"), "{text}");
    let mut quiet = empty();
    quiet.order_gap = gap;
    let text = lines(&quiet, Lang::Ja).join("");
    let unknown = Lang::Ja.words().get("overview.changed_unknown");
    assert!(text.contains(unknown), "{text}");
}

#[test]
fn what_is_compared_with_is_named() {
    let ja = lines(&of_a_month(), Lang::Ja).join("\n");
    assert!(ja.contains("比較 2025年8月、"), "{ja}");
    assert!(ja.contains("(2025年8月との比較)"), "{ja}");
    assert!(!ja.contains("前の期間") && !ja.contains("前期"), "{ja}");
}

#[test]
fn whom_to_contact_is_told_by_counts_and_small_groups_without() {
    let mut figures = figures();
    let held = figures.segments.remove(0);
    figures
        .small_segments
        .push(crate::report::figures::SmallSegment {
            name: held.name.clone(),
            action: held.action.clone(),
            urgency: crate::report::figures::Urgency::Now,
        });
    let text = lines(&figures, Lang::Ja).join("\n");
    let text = text.split("連絡したいお客様\n").nth(1).unwrap();
    let at = text.find(&format!("「{}」", held.name)).unwrap();
    let line = text[at..].lines().next().unwrap();
    assert!(line.contains("人数は非表示"), "{line}");
    assert!(!line.contains(char::is_numeric), "{line}");
}

#[test]
fn nothing_of_the_data_breaks_out_of_its_line() {
    let mut figures = figures();
    figures.brand = "x\r\nBcc: all@example.com\u{2028}y".to_owned();
    figures.segments[0].name = "a\nb".to_owned();
    let lines = lines(&figures, Lang::En);
    assert!(lines[0].starts_with("x  Bcc: all@example.com y "));
    assert!(
        !lines
            .iter()
            .any(|line| line.starts_with("Bcc:") || line == "b")
    );
    assert!(lines.iter().all(|line| !line.contains(char::is_control)));
}

#[test]
fn an_empty_report_says_what_is_missing_and_where_to_read_on() {
    let text = lines(&empty(), Lang::En).join("\n");
    let flat = text.replace("\n", " ");
    assert!(
        flat.contains("There are no orders in this period."),
        "{text}"
    );
    assert!(text.contains("- out/2026-09-27/report.html"), "{text}");
    assert!(!text.contains('`'));
    assert_eq!(
        summary(&empty(), Lang::Ja, &[])
            .matches("report.html")
            .count(),
        0
    );
}

#[test]
fn refusals_of_nobody_known_are_to_be_looked_into() {
    let heading = Lang::En.words().get("summary.check");
    assert!(!lines(&figures(), Lang::En).contains(&heading.to_owned()));
    let mut unknown = figures();
    unknown.data.excluded.push(ExcludedFigure {
        reason: UNKNOWN_CUSTOMER.to_owned(),
        count: Counted::Few,
    });
    let lines = lines(&unknown, Lang::En);
    assert!(lines.contains(&heading.to_owned()));
    let words: Vec<&str> = lines
        .iter()
        .flat_map(|line| line.split_whitespace())
        .collect();
    let text = words.join(" ");
    assert!(text.contains("(fewer than 5) reach nobody"), "{text}");
}
