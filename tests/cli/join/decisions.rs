//! What reviewers answer: obeyed at once and for ever, in any file, and never lost.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;

use super::{left_out, people, person, persons, review_file, reviews, strangers};
use crate::support::{Shop, says, text};

/// Fills in the decision of every row of the review file and returns the file's bytes.
fn answered(shop: &Shop, answer: &str) -> String {
    let file = shop.read(&review_file(shop));
    let mut lines = file.lines();
    let mut filled = format!("{}\n", lines.next().expect("headings"));
    for line in lines {
        // The last two columns are decision and reviewer, both empty.
        let line = line.strip_suffix(",,").expect("nobody decided yet");
        writeln!(filled, "{line},{answer},Ms Reviewer").expect("memory");
    }
    filled
}

/// Two records that may be one person, and strangers to tell what is usual.
fn doubtful() -> Shop {
    let shop = people(&[
        (
            "web",
            &format!(
                "{}x1,Olivia Marsh,olivia@example.com,09000001111,1980-02-03,5 Elm Street Northam,9000001,\n",
                strangers(300)
            ),
        ),
        (
            "store",
            "y1,Olivia Marsh,,,1980-03-09,,,\ny2,Ben Okafor,okafor@example.com,,,,,\n",
        ),
    ]);
    shop.ok(&["import"]);
    shop
}

const DECISION: &str = "source,customer_id,other_source,other_customer_id,decision,decided_at\n";

#[test]
fn a_filled_in_review_is_obeyed_at_once_and_in_every_run_to_come() {
    let shop = Shop::people(300, false);
    shop.ok(&["join"]);
    let asked = reviews(&shop);
    assert!(!asked.is_empty());
    for row in &asked {
        let probability: f64 = row["probability"].parse().expect("a number");
        assert!((0.0..=1.0).contains(&probability));
        assert!(
            !row["evidence"].is_empty() && row["decision"].is_empty(),
            "{row:?}"
        );
        assert_ne!(
            person(&shop, &row["source"], &row["customer_id"]),
            person(&shop, &row["other_source"], &row["other_customer_id"]),
        );
    }
    let pair = |row: &HashMap<String, String>| {
        (
            person(&shop, &row["source"], &row["customer_id"]),
            person(&shop, &row["other_source"], &row["other_customer_id"]),
        )
    };
    shop.write("answers.csv", answered(&shop, "same").as_bytes());
    let answers = shop.file("answers.csv");
    let answers = answers.to_str().expect("UTF-8");
    shop.ok(&["join", "--decisions", answers]);
    let obeyed = |shop: &Shop| {
        let conflicts = left_out(shop, "match_decision_conflict");
        let apart = asked
            .iter()
            .filter(|row| pair(row).0 != pair(row).1)
            .count();
        assert!(
            apart as f64 <= conflicts,
            "{apart} apart, {conflicts} contradict"
        );
    };
    obeyed(&shop);
    let is_asked_again = |shop: &Shop| {
        reviews(shop).iter().any(|row| {
            let is_it = |other: &&HashMap<String, String>| {
                ["source", "customer_id", "other_source", "other_customer_id"]
                    .iter()
                    .all(|name| row[*name] == other[*name])
            };
            asked.iter().any(|other| is_it(&other))
        })
    };
    assert!(
        !is_asked_again(&shop),
        "what was decided is not asked again"
    );
    shop.ok(&["join", "--refit"]);
    obeyed(&shop);
    assert!(!is_asked_again(&shop));
    // A second thought outweighs the first, whenever the earlier file is read again.
    let later = answered_rows(&asked, "different", "2099-01-01T00:00:00Z");
    shop.write("later.csv", later.as_bytes());
    let later = shop.file("later.csv");
    shop.ok(&[
        "join",
        "--decisions",
        later.to_str().expect("UTF-8"),
        answers,
    ]);
    assert!(asked.iter().all(|row| pair(row).0 != pair(row).1));
}

fn answered_rows(rows: &[HashMap<String, String>], answer: &str, at: &str) -> String {
    rows.iter().fold(DECISION.to_owned(), |mut file, row| {
        let [a, b, c, d] =
            ["source", "customer_id", "other_source", "other_customer_id"].map(|name| &row[name]);
        writeln!(file, "{a},{b},{c},{d},{answer},{at}").expect("memory");
        file
    })
}

#[test]
fn reviewers_part_and_join_whatever_the_evidence() {
    let shop = doubtful();
    shop.write(
        "decisions.csv",
        format!("{DECISION}web,x1,store,y2,same,\nweb,c00001,web,c00002,same,\n").as_bytes(),
    );
    let path = shop.file("decisions.csv");
    shop.ok(&["join", "--decisions", path.to_str().expect("UTF-8")]);
    assert_eq!(person(&shop, "web", "x1"), person(&shop, "store", "y2"));
    assert_eq!(
        person(&shop, "web", "c00001"),
        person(&shop, "web", "c00002")
    );
    let tied = shop.number("SELECT COUNT(*) AS n FROM persons WHERE matched_by = 'decision'");
    assert_eq!(tied, 2.0);
}

#[test]
fn an_answered_review_is_kept_however_it_was_saved_and_read_from_anywhere() {
    let shop = Shop::people(300, true);
    shop.ok(&["join"]);
    let asked = reviews(&shop).len() as f64;
    let (file, answered) = (review_file(&shop), answered(&shop, "別人"));
    let folder = file
        .strip_suffix("review.csv")
        .expect("its name")
        .to_owned();
    let (semicolons, ..) = as_cp932(&answered.replace(',', ";"));
    let mut kept = 0;
    for bytes in [answered.clone().into_bytes(), semicolons] {
        shop.write(&file, &bytes);
        shop.ok(&["join", "--refit"]);
        kept += 1;
        let name = match kept {
            1 => "review-edited.csv".to_owned(),
            number => format!("review-edited-{number}.csv"),
        };
        let found = fs::read(shop.file(&format!("{folder}{name}"))).expect("the edited file");
        assert!(found == bytes, "{name} holds what was written");
        assert!(
            shop.read(&file)
                .lines()
                .skip(1)
                .all(|line| line.ends_with(",,"))
        );
    }
    let path = shop.file(&format!("{folder}review-edited.csv"));
    shop.ok(&["join", "--decisions", path.to_str().expect("UTF-8")]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM decisions"), asked);
    assert!(reviews(&shop).is_empty());
}

/// Writes a text as Excel does in Japan: letters it cannot write as `?`.
fn as_cp932(text: &str) -> (Vec<u8>, bool) {
    let (bytes, _, has_lost) = encoding_rs::SHIFT_JIS.encode(text.trim_start_matches('\u{feff}'));
    (bytes.into_owned(), has_lost)
}

#[test]
fn answers_come_in_any_encoding_delimiter_and_language() {
    let shop = doubtful();
    let utf16 = |text: &str| {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16().collect::<Vec<_>>());
        units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let file = |answer: &str| {
        format!(
            "{DECISION}web,c00003,web,c00004,{answer},2026-01-0{}\n",
            1 + answer.len() % 9
        )
    };
    for (bytes, is_same) in [
        (file("same").into_bytes(), true),
        (
            as_cp932(&file("別人").replace(',', ";").replace('\n', "\r\n")).0,
            false,
        ),
        (
            format!("\u{feff}{}", file("Same"))
                .replace("2026-01-05", "2026-02-01")
                .into_bytes(),
            true,
        ),
        (
            utf16(
                &file("different")
                    .replace(',', "\t")
                    .replace("2026-01-01", "2026-03-01"),
            ),
            false,
        ),
        (
            file("同一人物")
                .replace("2026-01-04", "2026-04-01")
                .into_bytes(),
            true,
        ),
    ] {
        shop.write("answers.csv", &bytes);
        let path = shop.file("answers.csv");
        shop.ok(&["join", "--decisions", path.to_str().expect("UTF-8")]);
        let found = person(&shop, "web", "c00003") == person(&shop, "web", "c00004");
        assert_eq!(found, is_same, "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn wrong_files_of_decisions_are_refused_with_reasons() {
    let shop = doubtful();
    shop.ok(&["join"]);
    let before = persons(&shop);
    let decide = |name: &str| {
        let path = shop.file(name);
        shop.koe(&["join", "--decisions", path.to_str().expect("UTF-8")])
    };
    says(
        &decide("exports/web.csv"),
        1,
        &["column `source` not found", "hint: the file has"],
    );
    says(
        &decide("missing.csv"),
        1,
        &["cannot read", "check the path"],
    );
    shop.write(
        "words.csv",
        format!("{DECISION}web,c00003,web,c00004,perhaps,\n").as_bytes(),
    );
    says(&decide("words.csv"), 1, &["rejected", "rejects.csv"]);
    let rejects = files_named(&shop, "rejects.csv");
    assert!(
        rejects.contains("perhaps") && rejects.contains("same, different"),
        "{rejects}"
    );
    assert_eq!(persons(&shop), before);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM decisions"), 0.0);
    // Nobody has decided anything yet.
    shop.write(
        "open.csv",
        format!("{DECISION}web,c00003,web,c00004,,\n").as_bytes(),
    );
    says(&decide("open.csv"), 0, &[]);
    assert_eq!(persons(&shop), before);
}

fn files_named(shop: &Shop, name: &str) -> String {
    let files = shop.files("out").into_iter();
    let found = files
        .filter(|(path, _)| path.ends_with(name))
        .map(|(_, bytes)| text(&bytes));
    found.collect()
}

#[test]
fn decisions_that_contradict_each_other_or_speak_of_nobody_are_counted() {
    let shop = doubtful();
    let file = format!(
        "{DECISION}web,c00001,web,c00002,same,2026-01-01\nweb,c00002,web,c00003,same,2026-01-02\n\
         web,c00001,web,c00003,different,2026-01-03\nweb,c00009,web,nobody,same,2026-01-03\n"
    );
    shop.write("decisions.csv", file.as_bytes());
    let path = shop.file("decisions.csv");
    shop.ok(&["join", "--decisions", path.to_str().expect("UTF-8")]);
    assert_eq!(left_out(&shop, "match_decision_conflict"), 1.0);
    assert_eq!(left_out(&shop, "match_decision_unknown"), 1.0);
    assert_eq!(
        person(&shop, "web", "c00001"),
        person(&shop, "web", "c00002")
    );
    assert_ne!(
        person(&shop, "web", "c00001"),
        person(&shop, "web", "c00003")
    );
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM decisions"), 4.0);
}
