//! Files of `testdata/mappings` that no layout knows.

use super::proposed;
use crate::import::mapping::{Names, Proposal, propose};

macro_rules! files {
    ($($name:ident),+) => {
        &[$((
            stringify!($name),
            include_str!(concat!("../../../../testdata/mappings/", stringify!($name), ".csv")),
            include_str!(concat!("../../../../testdata/mappings/", stringify!($name), ".toml")),
            include_str!(concat!("../../../../testdata/mappings/", stringify!($name), ".expected")),
        )),+]
    };
}

/// Name, file, section proposed, rows read by it.
const FILES: &[(&str, &str, &str, &str)] = files!(
    bare_orders,
    en_customers,
    en_helpdesk,
    en_margins,
    en_newsletter,
    en_order_lines,
    en_orders,
    en_reviews,
    en_subscriptions,
    en_wide_consents,
    eu_net_and_gross,
    ja_bookshop_pos,
    ja_campaigns,
    ja_consents,
    ja_customers,
    ja_customers_split,
    ja_form_answers,
    ja_line_broadcast,
    ja_mailings,
    ja_margins,
    ja_order_lines,
    ja_orders,
    ja_patients_eras,
    ja_pos_lines,
    ja_posts,
    ja_questions,
    ja_register_totals,
    ja_report_preamble,
    ja_reviews,
    ja_survey,
    ja_ticketing_fees,
    ja_tickets,
    ja_wide_consents
);

#[test]
fn unknown_files_are_read_by_what_is_proposed() {
    let mut different = String::new();
    for (name, file, section, rows) in FILES {
        let (proposed, outcome) = proposed(file);
        if !outcome.rejects.is_empty() {
            different.push_str(&format!("=== {name} rejects {:?}\n", outcome.rejects));
        }
        let rendered = outcome.rendered();
        if proposed != *section || rendered != *rows {
            different.push_str(&format!("=== {name}\n{proposed}\n{rendered}"));
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn headings_of_categories_and_costs_are_known() {
    let proposed = |category: &str, cost: &str, costs: [&str; 2]| {
        let file = format!(
            "注文番号,注文日,会員番号,商品名,{category},数量,単価,{cost}\n\
             A1,2025-06-01,K01,豆,飲料,1,900,{}\nA2,2025-06-02,K02,缶,器具,1,500,{}\n",
            costs[0], costs[1]
        );
        propose(&file).expect("orders").mapping.columns
    };
    for (category, cost, target) in [
        ("カテゴリ", "原価", "unit_cost"),
        ("部門名", "仕入単価", "unit_cost"),
        ("大分類", "仕入れ価格", "unit_cost"),
        ("商品分類", "原価金額", "cost"),
        ("ジャンル", "原価合計（税抜）", "cost"),
        ("Category", "Unit Cost", "unit_cost"),
        ("Product Type", "Total Cost", "cost"),
        ("Department", "COGS", "cost"),
    ] {
        let columns = proposed(category, cost, ["400.5", "200"]);
        let is =
            |name: &str, heading: &str| columns.get(name) == Some(&Names::One(heading.to_owned()));
        assert!(is("category", category) && is(target, cost), "{columns:?}");
        assert!(is("unit_price", "単価"), "{columns:?}");
    }
    let columns = proposed("カテゴリコード", "原価率", ["0.45", "0.4"]);
    for name in ["category", "cost", "unit_cost", "amount", "total"] {
        assert!(!columns.contains_key(name), "{name}: {columns:?}");
    }
}

#[test]
fn sums_stocks_and_rosters_are_no_table_of_koe() {
    for (what, file) in [
        (
            "sums of days",
            "営業日,店舗名,客数,客単価,売上合計,現金\n2025/06/01,北口店,120,850,102000,52000\n\
             2025/06/02,北口店,98,870,85260,40260\n合計,,218,860,187260,92260\n",
        ),
        (
            "stock",
            "商品コード,商品名,在庫数,原価,販売価格,最終入庫日\nT-1,煎茶,120,600,1200,2025/05/20\n",
        ),
        (
            "a time sheet",
            "社員番号,氏名,日付,出勤,退勤,実働\nE1,松尾 学,2025/06/01,09:00,18:05,8:05\n\
             E2,岩田 翠,2025/06/01,10:00,19:00,8:00\n",
        ),
        (
            "what became of mailings",
            "Campaign name,Subject line,Send date,Recipients,Opens\nSpring,Our tea is here,2025-03-20,5210,2101\n",
        ),
        (
            "a letter",
            "お世話になっております。\n売上のデータは、来週お送りします。\n",
        ),
    ] {
        let found = propose(file).map(|proposal| proposal.mapping);
        assert_eq!(found, None, "{what}");
    }
}

#[test]
fn what_could_be_meant_in_two_ways_is_left_out_and_listed() {
    let file = "受付日時,接客の満足度,料理の満足度,ご感想\n\
                2025/06/01 10:00,5,3,とてもよかったです。\n2025/06/02 11:00,4,4,また来ます。楽しみです。\n";
    let proposal = propose(file).expect("there are a time and a text");
    assert!(!proposal.mapping.columns.contains_key("rating"));
    let section = proposal.render("sample", "ja");
    for line in ["# rating = \"接客の満足度\"", "# rating = \"料理の満足度\""] {
        assert!(section.lines().any(|other| other == line), "{section}");
    }
}

/// Drafts a section for a list of members with one more column of yes and no.
fn members_with(heading: &str) -> Proposal {
    let file = format!(
        "会員番号,氏名,メールアドレス,{heading}\n1001,山田 花子,hanako@example.jp,1\n1002,佐藤 一郎,ichiro@example.jp,0\n\
         1003,鈴木 みどり,midori@example.jp,1\n"
    );
    propose(&file).expect("customers")
}

#[test]
fn a_column_of_refusals_never_agrees_and_is_drafted_for_all_it_names() {
    for (heading, purposes) in [
        ("メールNGフラグ", &["email"][..]),
        ("email_ng_flag", &["email"]),
        ("no_email", &["email"]),
        ("dont_email", &["email"]),
        ("email_blocked", &["email"]),
        ("メール配信禁止", &["email"]),
        ("DM禁止", &["postal", "social_dm"]),
        ("DMお断り", &["postal", "social_dm"]),
        ("メール配信対象外", &["email"]),
        ("メルマガ同意撤回", &["email"]),
        ("メールを希望しません", &["email"]),
        ("営業電話禁止", &["voice"]),
        ("電話・メール停止", &["email", "voice"]),
        // Of every channel: import hears it.
        ("marketing_opt_out", &[]),
        ("配信停止", &[]),
    ] {
        let proposal = members_with(heading);
        let consents = proposal.mapping.consents.iter();
        let drafted: Vec<&str> = consents.map(|(purpose, _)| purpose.as_str()).collect();
        assert_eq!(drafted, purposes, "{heading}");
        let words = proposal.mapping.words.get("consents");
        assert_eq!(words, None, "{heading}");
    }
}

#[test]
fn a_column_that_may_say_more_than_that_somebody_agrees_is_left_to_be_decided() {
    for heading in ["email_verified", "メール会員", "メール有無", "has_email"] {
        let proposal = members_with(heading);
        assert!(proposal.mapping.consents.is_empty(), "{heading}");
        let text = proposal.render("members", "en");
        let told = format!("# [import.layouts.members.consents]\n# email = \"{heading}\"\n");
        assert!(text.contains(&told), "{text}");
    }
    for heading in [
        "メルマガ",
        "メルマガフラグ",
        "email_opt_in",
        "メール配信希望",
    ] {
        let proposal = members_with(heading);
        let email = proposal.mapping.consents.get("email").map(String::as_str);
        assert_eq!(email, Some(heading));
    }
}
