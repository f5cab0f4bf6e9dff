//! What the report can be asked for: goals, periods of the calendar, another period to compare with, the mail.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::support::{ENGLISH, Shop, UNCHANGED, says, text};

fn figures(shop: &Shop) -> Value {
    serde_json::from_str(&shop.read("out/2026-09-27/report.json")).expect("JSON")
}

fn kpi<'a>(figures: &'a Value, kind: &str) -> &'a Value {
    let kpis = figures["kpis"].as_array().expect("a list");
    kpis.iter()
        .find(|kpi| kpi["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind}"))
}

fn spend(shop: &Shop, from: &str, to: &str) -> f64 {
    shop.number(&format!(
        "SELECT SUM(spend_minor) AS n FROM purchases WHERE purchased_on BETWEEN CAST('{from}' AS DATE) AND CAST('{to}' AS DATE)"
    ))
}

/// Returns what koe says, in English, of a command that must fail for the user's settings.
fn refusal(shop: &Shop, args: &[&str]) -> String {
    let output = shop.koe(&[args, &ENGLISH[..]].concat());
    assert_eq!(output.status.code(), Some(1), "{args:?}");
    text(&output.stderr)
}

#[test]
fn goals_are_met_or_missed_in_every_form_of_the_report() {
    let shop = Shop::sample(80);
    let mut settings = shop.read("koe.toml");
    settings.push_str("\n[targets]\nsales = 1\nbuyers = 1000000\n");
    shop.write("koe.toml", settings.as_bytes());
    // So small a shop has few buyers, and their number is told only where the settings say so.
    shop.ok(&["run"]);
    let buyers = kpi(&self::figures(&shop), "buyers").clone();
    assert_eq!(
        (&buyers["value"], &buyers["is_withheld"]),
        (&Value::Null, &Value::Bool(true))
    );
    assert_eq!(buyers["is_met"], Value::Null);
    settings.push_str("\n[privacy]\nmin_group_size = 1\n");
    shop.write("koe.toml", settings.as_bytes());
    shop.ok(&["run"]);
    let figures = figures(&shop);
    let sales = kpi(&figures, "sales");
    assert_eq!(
        (&sales["target"], &sales["is_met"]),
        (&Value::from(1.0), &Value::Bool(true))
    );
    assert_eq!(kpi(&figures, "buyers")["is_met"], false);
    assert_eq!(kpi(&figures, "posts")["target"], Value::Null);
    let page = shop.read("out/latest/report.html");
    assert!(page.contains("class=\"goal is-met\"") && page.contains("class=\"goal is-missed\""));
    assert!(shop.read("out/latest/report.md").contains("| 未達 |"));
    let summary = shop.read("out/latest/summary.txt");
    assert!(summary.contains("目標 2件中 1件達成"), "{summary}");
    let told = refusal(&shop, &["report", "--set", "targets.customers=5"]);
    assert!(told.contains("`targets.customers`"), "{told}");
    assert!(told.contains("did you mean `targets.buyers`?"), "{told}");
    let told = refusal(&shop, &["report", "--set", "targets.repeat_rate=40"]);
    assert!(told.contains("a share between 0 and 1"), "{told}");
}

#[test]
fn orders_that_were_not_exported_yet_are_no_fall_of_sales() {
    let shop = Shop::sample(80);
    let settings = shop.read("koe.toml") + "\n[targets]\nsales = 1\n";
    shop.write("koe.toml", settings.as_bytes());
    shop.ok(&["run"]);
    // Weeks later nothing but a file that nobody can read has come in.
    shop.write("exports/orders_new.csv", b"colour,shape\nred,round\n");
    says(
        &shop.koe(&["run", "--as-of", "2026-11-22"]),
        1,
        &["orders_new.csv"],
    );
    let figures: Value =
        serde_json::from_str(&shop.read("out/2026-11-22/report.json")).expect("JSON");
    assert_eq!(figures["order_gap"]["kind"], "missing");
    let sales = kpi(&figures, "sales");
    assert_eq!(
        (&sales["value"], &sales["is_met"], &sales["is_incomplete"]),
        (&Value::Null, &Value::Null, &Value::Bool(true))
    );
    let summary = shop.read("out/2026-11-22/summary.txt").replace('\n', "");
    for told in [
        "より後の注文が届いていない",
        "読み取れなかったファイルが1件",
        "売上 不明",
    ] {
        assert!(summary.contains(told), "{told}: {summary}");
    }
    assert!(!summary.contains("100.0%減"), "{summary}");
    let page = shop.read("out/2026-11-22/report.html");
    assert!(page.contains("より後の注文が届いていない") && !page.contains("goal is-missed"));
    let desk = shop.read("out/2026-11-22/desk.html");
    assert!(desk.contains("より後の注文が届いていません"), "{desk}");
    assert!(desk.contains("orders_new.csv"), "{desk}");
    let text = shop.read("out/2026-11-22/report.md");
    let first = text.lines().find(|line| line.starts_with("- "));
    assert!(
        first.is_some_and(|line| line.contains("より後の注文が届いていない")),
        "{text}"
    );
}

#[test]
fn a_file_named_after_a_customer_is_named_to_the_shop_only() {
    let shop = Shop::sample(80);
    let talk = "[LINE] 月島朔太郎とのトーク履歴\n保存日時：2026/09/25 20:00\n\n2026/09/20(日)\n\
        10:00\t月島朔太郎\t豆を買いました\n";
    shop.write("exports/[LINE] 月島朔太郎とのトーク.txt", talk.as_bytes());
    shop.write(
        "exports/[LINE] 星野朔次郎とのトーク.txt",
        "朔次郎さんより".as_bytes(),
    );
    shop.write("exports/noted.txt", b"to do");
    shop.write("more/noted.txt", b"to do");
    let elsewhere = shop.file("more/noted.txt");
    let elsewhere = elsewhere.to_str().expect("a path");
    says(&shop.koe(&["import", elsewhere]), 1, &["noted.txt"]);
    says(&shop.koe(&["run"]), 1, &["星野朔次郎とのトーク.txt"]);
    let told = |word: &str| shop.files_with("out/2026-09-27", word);
    assert_eq!(told("月島朔太郎"), Vec::<String>::new());
    assert_eq!(told("朔次郎"), ["desk.html"]);
    let told = told("line_talk");
    for page in ["report.html", "report.json", "report.xlsx"] {
        assert!(told.iter().any(|name| name == page), "{page}: {told:?}");
    }
    let unread = figures(&shop)["data"]["unread"].clone();
    assert_eq!(
        unread,
        serde_json::json!([
            {"place": "exports", "file_count": 2},
            {"place": "elsewhere", "file_count": 1},
        ])
    );
    let summary = shop.read("out/2026-09-27/report.md");
    assert!(
        summary.contains("読み取れなかったファイルが3件"),
        "{summary}"
    );
    says(&shop.koe(&["status"]), 0, &["星野朔次郎とのトーク.txt"]);
}

#[test]
fn a_month_is_told_beside_that_of_last_year() {
    let shop = Shop::sample(80);
    shop.ok(&["run", "--quiet"]);
    shop.ok(&[
        "report",
        "--period",
        "month",
        "--compare",
        "2025-08-17",
        "--quiet",
    ]);
    let figures = figures(&shop);
    let period = &figures["period"];
    assert_eq!(period["name"], "2026-08");
    assert_eq!(period["previous_name"], "2025-08");
    assert_eq!(period["previous_as_of"], "2025-09-27");
    assert_eq!(period["is_compare_chosen"], true);
    let sales = kpi(&figures, "sales");
    assert_eq!(
        sales["value"].as_f64(),
        Some(spend(&shop, "2026-08-01", "2026-08-31"))
    );
    assert_eq!(
        sales["previous"].as_f64(),
        Some(spend(&shop, "2025-08-01", "2025-08-31"))
    );
    let year = &figures["fiscal_year"];
    assert_eq!(
        (&year["from"], &year["to"]),
        (&"2026-04-01".into(), &"2026-08-31".into())
    );
    assert_eq!(
        year["current"]["sales_minor"].as_f64(),
        Some(spend(&shop, "2026-04-01", "2026-08-31"))
    );
    assert_eq!(
        year["previous"]["sales_minor"].as_f64(),
        Some(spend(&shop, "2025-04-01", "2025-08-31"))
    );
    for file in ["report.html", "report.md", "summary.txt"] {
        let text = shop.read(&format!("out/latest/{file}"));
        assert!(text.contains("2025年8月"), "{file}");
        assert!(!text.contains("前の期間"), "{file}");
    }
    // As it was before, when nothing is asked for.
    shop.ok(&["report", "--quiet"]);
    assert_eq!(
        self::figures(&shop)["period"]["name"],
        "2026-09-21/2026-09-27"
    );
    let told = refusal(&shop, &["report", "--compare", "2026-09-21"]);
    assert!(
        told.contains("before the reported period (2026-09-21 to 2026-09-27)"),
        "{told}"
    );
    let told = refusal(&shop, &["report", "--compare", "soon"]);
    assert!(told.contains("`report.compare` cannot be `soon`"), "{told}");
}

#[test]
fn weeks_have_their_iso_names_and_fiscal_years_begin_where_the_shop_says() {
    let shop = Shop::sample(80);
    let args = ["run", "--quiet", "--as-of", "2026-09-23"];
    shop.ok(&[
        args.as_slice(),
        &[
            "--set",
            "report.period=week",
            "--set",
            "report.fiscal_year_start=9",
        ],
    ]
    .concat());
    let report = shop.read("out/2026-09-23/report.json");
    let figures: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(figures["period"]["name"], "2026-W38");
    assert_eq!(figures["period"]["previous_name"], "2026-W37");
    let weeks = figures["sales_weeks"].as_array().expect("a list");
    assert_eq!(weeks.last().expect("a week")["week"], "2026-09-14");
    assert_eq!(figures["fiscal_year"]["from"], "2026-09-01");
    assert_eq!(figures["fiscal_year"]["to"], "2026-09-20");
}

#[test]
fn a_template_adds_logo_style_and_pages_and_its_errors_name_file_and_line() {
    let shop = Shop::sample(80);
    shop.ok(&["run", "--quiet"]);
    let without = shop.read("out/latest/report.html");
    shop.write(
        "own/logo.svg",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9z\"/></svg>",
    );
    shop.write("own/style.css", b".own{border-top:4px solid teal}");
    let page = "pages/1-tencho.html";
    shop.write(
        &format!("own/{page}"),
        "<p>{{ brand }}: {{ figures.kpis[0].value|money }}</p>".as_bytes(),
    );
    shop.ok(&["report", "--quiet", "--set", "report.template=own"]);
    let with = shop.read("out/latest/report.html");
    for part in [
        "src=\"data:image/svg+xml;base64,",
        ".own{border-top:4px solid teal}",
        "href=\"#own-1\">tencho</a>",
        "<p>珈琲焙煎所 とりのこえ: ",
    ] {
        assert!(with.contains(part) && !without.contains(part), "{part}");
    }
    let folder = shop.file("own");
    let flag = ["report", "--template", folder.to_str().expect("UTF-8")];
    // What is in the files decides whether the report is made again.
    assert!(!text(&shop.koe(&flag).stderr).contains(UNCHANGED));
    assert!(text(&shop.koe(&flag).stderr).contains(UNCHANGED));
    for (source, line, part) in [
        ("<p>\n{{ brand", 2, "syntax error"),
        ("\n\n{{ figures.nothing }}", 3, "undefined value"),
        ("{{ brand|safe }}", 1, "unknown filter"),
        ("<p>\n<img src='https://example.com/a.png'>", 2, "network"),
        ("<script>x()</script>", 1, "<script>"),
    ] {
        shop.write(&format!("own/{page}"), source.as_bytes());
        let told = refusal(&shop, &flag);
        assert!(told.contains(&format!("line {line} of `")), "{told}");
        assert!(told.contains(page) && told.contains(part), "{told}");
        let errors = told.lines().filter(|line| line.starts_with("error:"));
        assert_eq!(errors.count(), 1, "{told}");
    }
    let told = refusal(&shop, &["report", "--template", "nowhere"]);
    assert!(told.contains("nowhere"), "{told}");
    assert_eq!(
        shop.read("out/latest/report.html"),
        with,
        "a failed report leaves the last one"
    );
}

#[test]
fn the_summary_can_be_mailed_as_it_is() {
    let shop = Shop::sample(150);
    for lang in ["ja", "en"] {
        shop.ok(&["run", "--quiet", "--lang", lang]);
        let summary = shop.read("out/latest/summary.txt");
        for line in summary.lines() {
            assert!(line.width() <= 78, "{line}");
        }
        let mut lines = summary.lines();
        let subject = lines.next().expect("a subject");
        assert!(subject.contains("とりのこえ"), "{subject}");
        assert_eq!(lines.next(), Some(""));
        assert!(
            summary.contains("- out/2026-09-27/report.html"),
            "{summary}"
        );
    }
    shop.ok(&["report", "--quiet", "--set", "report.outputs=[\"summary\"]"]);
    assert!(!shop.read("out/latest/summary.txt").contains("report.html"));
}
