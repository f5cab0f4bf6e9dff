//! The sample as a whole: the same bytes, whole files, planted counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::SHIFT_JIS;
use tempfile::TempDir;

use super::*;

fn sample(customers: u64, seed: u64) -> (TempDir, SampleSummary) {
    let folder = tempfile::tempdir().unwrap();
    let options = SampleOptions {
        customers,
        seed,
        ..SampleOptions::default()
    };
    let summary = write(folder.path(), &options, &mut |_, _| {}).unwrap();
    (folder, summary)
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Reads a CSV into rows of cells; EC-CUBE's files from CP932.
fn rows(folder: &Path, name: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let bytes = fs::read(folder.join(name)).unwrap();
    let text = if name.contains("eccube") {
        let (text, _, lost) = SHIFT_JIS.decode(&bytes);
        assert!(!lost && !text.contains('\u{fffd}'), "{name}");
        text.into_owned()
    } else {
        String::from_utf8(bytes).unwrap()
    };
    let mut csv = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let headings = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = csv
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect())
        .collect();
    (headings, rows)
}

fn at(headings: &[String], name: &str) -> usize {
    headings.iter().position(|h| h == name).unwrap()
}

fn posts(folder: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(folder.join("exports/x_posts.jsonl")).unwrap();
    text.lines()
        .flat_map(|line| {
            let page: serde_json::Value = serde_json::from_str(line).unwrap();
            page["data"].as_array().unwrap().clone()
        })
        .collect()
}

#[test]
fn same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (first, _) = sample(120, 5);
    let (second, _) = sample(120, 5);
    let (other, _) = sample(120, 6);
    let first = files(first.path());
    assert_eq!(first, files(second.path()));
    let other = files(other.path());
    for name in [
        "exports/eccube_orders.csv",
        "exports/x_posts.jsonl",
        "truth/customers.csv",
    ] {
        assert_ne!(first[Path::new(name)], other[Path::new(name)], "{name}");
    }
}

#[test]
fn rewriting_a_folder_with_fewer_customers_leaves_no_old_chat() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = SampleOptions {
        customers: 400,
        ..SampleOptions::default()
    };
    write(folder.path(), &options, &mut |_, _| {}).unwrap();
    options.customers = 40;
    let summary = write(folder.path(), &options, &mut |_, _| {}).unwrap();
    let chats = fs::read_dir(folder.path().join("exports/line"))
        .unwrap()
        .count() as u64;
    assert_eq!(chats, summary.chats);
}

#[test]
fn headings_are_those_of_the_real_exports() {
    let (folder, _) = sample(30, 1);
    let (headings, _) = rows(folder.path(), "exports/eccube_orders.csv");
    assert_eq!(headings, eccube::ORDER_HEADINGS);
    let (headings, _) = rows(folder.path(), "exports/eccube_customers.csv");
    assert_eq!(headings, eccube::CUSTOMER_HEADINGS);
    let (headings, _) = rows(folder.path(), "exports/shopify_orders.csv");
    assert_eq!(headings, shopify::HEADINGS);
    for (name, expected) in [
        (
            "declared_links",
            "source,customer_id,platform,provider,account_id,handle,method,declared_at",
        ),
        (
            "consents",
            "source,customer_id,purpose,status,effective_at,expires_at,evidence",
        ),
        ("contacts", "source,customer_id,channel,campaign,state,at"),
        (
            "campaigns",
            "campaign,channel,started_on,ended_on,cost,audience,hashtags,coupons",
        ),
        (
            "assignments",
            "audience,campaign,source,customer_id,arm,stratum,assigned_at",
        ),
    ] {
        let (headings, _) = rows(folder.path(), &format!("exports/{name}.csv"));
        assert_eq!(headings.join(","), expected);
    }
}

#[test]
fn eccube_orders_add_up_and_few_are_broken() {
    let (folder, summary) = sample(800, 1);
    let (headings, rows) = rows(folder.path(), "exports/eccube_orders.csv");
    let column = |name: &str| at(&headings, name);
    let (id, date) = (column("注文ID"), column("受注日"));
    let mut goods: BTreeMap<String, (i64, Vec<String>)> = BTreeMap::new();
    let mut broken = BTreeSet::new();
    for row in rows {
        let cost = row[column("原価")].parse::<i64>().unwrap();
        assert!(cost > 0 && !row[column("商品カテゴリ(名称)")].is_empty());
        let price = row[column("価格")].parse::<i64>();
        if price.is_err() || row[date].contains("-02-30") {
            broken.insert(row[id].clone());
            continue;
        }
        let amount = price.unwrap() * row[column("個数")].parse::<i64>().unwrap();
        let entry = goods.entry(row[id].clone()).or_insert((0, row.clone()));
        entry.0 += amount;
        assert_eq!(entry.1[column("合計")], row[column("合計")]);
    }
    for (sum, row) in goods.values() {
        let money = |name: &str| row[column(name)].parse::<i64>().unwrap();
        assert_eq!(*sum, money("小計"));
        assert_eq!(sum - money("値引き") + money("送料"), money("合計"));
        assert_eq!(money("支払合計"), money("合計"));
        assert_eq!(money("税金"), money("合計") * 8 / 108);
    }
    assert_eq!(broken.len() as u64, summary.broken_orders);
    assert!((2..=3).contains(&broken.len()), "{}", broken.len());
    assert!((broken.len() as f64) < 0.002 * summary.order_lines as f64);
}

#[test]
fn shopify_orders_add_up_and_later_rows_are_blank() {
    let (folder, _) = sample(400, 1);
    let (headings, rows) = rows(folder.path(), "exports/shopify_orders.csv");
    let column = |name: &str| at(&headings, name);
    let mut names = BTreeSet::new();
    let mut goods: BTreeMap<String, i64> = BTreeMap::new();
    let mut totals: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in &rows {
        let money = |name: &str| row[column(name)].parse::<i64>().unwrap();
        let order = row[0].clone();
        *goods.entry(order.clone()).or_default() +=
            money("Lineitem price") * money("Lineitem quantity");
        if names.insert(order.clone()) {
            assert_eq!(row[column("Currency")], "JPY");
            assert!(row[column("Created at")].ends_with(" +0900"));
            assert_eq!(money("Subtotal") + money("Shipping"), money("Total"));
            totals.insert(order, (money("Subtotal"), money("Discount Amount")));
        } else {
            assert!(row[column("Total")].is_empty() && row[column("Financial Status")].is_empty());
        }
    }
    for (order, (subtotal, discount)) in totals {
        assert_eq!(goods[&order] - discount, subtotal, "{order}");
    }
}

#[test]
fn eight_hundred_customers_have_the_promised_size() {
    let (folder, summary) = sample(800, 1);
    assert_eq!(summary.customers, 800);
    assert!((2_700..3_400).contains(&summary.orders), "{summary:?}");
    assert!((5_200..7_000).contains(&summary.order_lines), "{summary:?}");
    assert!((2_700..3_300).contains(&summary.posts), "{summary:?}");
    assert_eq!(summary.reviews, 150);
    assert!((35..=40).contains(&summary.chats), "{summary:?}");
    let bytes: u64 = files(folder.path()).values().map(|f| f.len() as u64).sum();
    assert_eq!(bytes, summary.bytes);
    assert!(bytes < 8_000_000, "{bytes}");
}

#[test]
fn planted_events_are_there() {
    let (folder, _) = sample(800, 1);
    let (headings, truth) = rows(folder.path(), "truth/posts.csv");
    let event = at(&headings, "event");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &truth {
        *counts.entry(row[event].as_str()).or_default() += 1;
    }
    assert!((200..330).contains(&counts["flare_up"]), "{counts:?}");
    assert!((60..140).contains(&counts["television"]), "{counts:?}");
    assert!((40..55).contains(&counts["copy_paste"]), "{counts:?}");
    assert!(counts["impersonation"] >= 8, "{counts:?}");
    assert!(counts["advocate"] >= 10, "{counts:?}");
    assert!(counts["before_churn"] >= 15, "{counts:?}");
    let (headings, accounts) = rows(folder.path(), "truth/accounts.csv");
    let kind = at(&headings, "kind");
    let count = |word: &str| accounts.iter().filter(|r| r[kind] == word).count();
    assert_eq!(count("impersonator"), 2);
    assert_eq!(count("bot"), 40);
    assert_eq!(count("advocate"), 1);
    assert!(count("customer") > 120);
}

#[test]
fn flare_up_has_many_authors_and_peaks_about_three_hours_in() {
    let (folder, _) = sample(800, 1);
    let (headings, truth) = rows(folder.path(), "truth/posts.csv");
    let (id, event) = (at(&headings, "post_id"), at(&headings, "event"));
    let flare: BTreeSet<&str> = truth
        .iter()
        .filter(|r| r[event] == "flare_up")
        .map(|r| r[id].as_str())
        .collect();
    let mut hours: BTreeMap<String, usize> = BTreeMap::new();
    let mut authors = BTreeSet::new();
    for post in posts(folder.path()) {
        if flare.contains(post["id"].as_str().unwrap()) {
            assert!(post["created_at"].as_str().unwrap() >= "2026-09-24T10:40:00.000Z");
            *hours
                .entry(post["created_at"].as_str().unwrap()[..13].to_owned())
                .or_default() += 1;
            authors.insert(post["author_id"].as_str().unwrap().to_owned());
        }
    }
    let early: usize = hours
        .iter()
        .filter(|(h, _)| h.as_str() < "2026-09-26T02")
        .map(|(_, n)| n)
        .sum();
    assert!((190..290).contains(&early), "{early}");
    let peak = hours.iter().max_by_key(|(_, n)| **n).unwrap().0;
    assert!(
        ("2026-09-24T12".."2026-09-24T16").contains(&peak.as_str()),
        "{peak} {hours:?}"
    );
    assert!(authors.len() > 110, "{}", authors.len());
}

#[test]
fn posts_are_ordered_unique_and_refer_to_what_came_before() {
    let (folder, summary) = sample(300, 2);
    let posts = posts(folder.path());
    assert_eq!(posts.len() as u64, summary.posts);
    let mut seen = BTreeSet::new();
    let mut replies: BTreeMap<String, u64> = BTreeMap::new();
    let mut stamp = String::new();
    for post in &posts {
        let now = post["created_at"].as_str().unwrap().to_owned();
        assert!(now >= stamp);
        stamp = now;
        for reference in post["referenced_tweets"].as_array().into_iter().flatten() {
            let id = reference["id"].as_str().unwrap();
            assert!(seen.contains(id));
            if reference["type"] == "replied_to" {
                *replies.entry(id.to_owned()).or_default() += 1;
            }
            if reference["type"] == "retweeted" {
                assert!(post["text"].as_str().unwrap().starts_with("RT @"));
            }
        }
        assert!(!post["text"].as_str().unwrap().trim().is_empty());
        assert!(seen.insert(post["id"].as_str().unwrap().to_owned()));
    }
    for post in &posts {
        let known = replies
            .get(post["id"].as_str().unwrap())
            .copied()
            .unwrap_or(0);
        let counted = post["public_metrics"]["reply_count"].as_u64().unwrap();
        assert!(known <= counted, "{post}");
    }
}

#[test]
fn consents_hold_every_case_and_declared_accounts_are_many() {
    let (folder, _) = sample(800, 1);
    let (_, links) = rows(folder.path(), "exports/declared_links.csv");
    let declared = links.iter().filter(|r| r[2] == "x").count();
    assert!((75..115).contains(&declared), "{declared}");
    let (_, consents) = rows(folder.path(), "exports/consents.csv");
    let has = |purpose: &str, status: &str, expiring: bool| {
        consents
            .iter()
            .any(|r| r[2] == purpose && r[3] == status && r[5].is_empty() != expiring)
    };
    assert!(has("link_social", "granted", false));
    assert!(has("link_social", "granted", true));
    assert!(has("link_social", "revoked", false));
    assert!(has("link_social", "denied", false));
    assert!(has("analyse", "denied", false));
    let purposes: BTreeSet<&str> = consents.iter().map(|r| r[2].as_str()).collect();
    assert_eq!(purposes.len(), 10, "{purposes:?}");
    assert!(consents.iter().all(|r| !r[1].is_empty()));
}

#[test]
fn treated_customers_buy_more_after_the_mail() {
    let (folder, _) = sample(3_000, 1);
    let (_, assignments) = rows(folder.path(), "exports/assignments.csv");
    let arms: BTreeMap<String, String> = assignments
        .into_iter()
        .filter(|r| r[1] == "autumn-mail-2026" && r[2] == "eccube")
        .map(|r| (r[3].clone(), r[4].clone()))
        .collect();
    let (headings, orders) = rows(folder.path(), "exports/eccube_orders.csv");
    let (member, date) = (at(&headings, "会員ID"), at(&headings, "受注日"));
    let buyers: BTreeSet<&str> = orders
        .iter()
        .filter(|r| ("2026-09-01".."2026-09-15").contains(&r[date].as_str()))
        .map(|r| r[member].as_str())
        .collect();
    let share = |arm: &str| {
        let all: Vec<_> = arms.iter().filter(|(_, a)| *a == arm).collect();
        all.iter()
            .filter(|(id, _)| buyers.contains(id.as_str()))
            .count() as f64
            / all.len() as f64
    };
    assert!(share("treated") > share("control") + 0.02);
}

#[test]
fn last_week_sells_less_than_the_one_before() {
    let (folder, _) = sample(800, 1);
    let (headings, orders) = rows(folder.path(), "exports/eccube_orders.csv");
    let (id, date) = (at(&headings, "注文ID"), at(&headings, "受注日"));
    let week = |from: &str, to: &str| {
        orders
            .iter()
            .filter(|r| (from..to).contains(&r[date].as_str()))
            .map(|r| &r[id])
            .collect::<BTreeSet<_>>()
            .len()
    };
    let before = week("2026-09-14", "2026-09-21");
    let last = week("2026-09-21", "2026-09-28");
    assert!(last * 10 < before * 8, "{before} -> {last}");
}

#[test]
fn none_or_one_customer_is_no_trouble() {
    for customers in [0, 1, 2] {
        let (folder, summary) = sample(customers, 1);
        assert_eq!(summary.customers, customers);
        let files = files(folder.path());
        for name in [
            "exports/x_posts.jsonl",
            "exports/google_reviews.json",
            "truth/events.csv",
        ] {
            assert!(files.contains_key(Path::new(name)), "{name}");
        }
        if customers == 0 {
            assert_eq!(summary.posts + summary.orders, 0);
        }
    }
}

#[test]
fn odd_windows_do_not_panic() {
    let folder = tempfile::tempdir().unwrap();
    for (as_of, months) in [
        (Date::constant(2024, 2, 29), 1),
        (Date::constant(2026, 9, 27), 0),
        (Date::MIN, 24),
    ] {
        let options = SampleOptions {
            customers: 20,
            seed: 3,
            as_of,
            months,
        };
        write(folder.path(), &options, &mut |_, _| {}).unwrap();
    }
}

#[test]
fn progress_only_grows_and_reaches_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let options = SampleOptions {
        customers: 300,
        ..SampleOptions::default()
    };
    let mut last = (0, 1);
    write(folder.path(), &options, &mut |done, of| {
        assert!(done >= last.0 && done <= of);
        last = (done, of);
    })
    .unwrap();
    assert_eq!(last.0, last.1);
}
