//! Persons of customer records, through the binary: how good they are, that they stay, that reviewers are obeyed, and
//! what becomes of data that say nothing or too much.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use crate::support::{Shop, run, text};

const HEADINGS: &str =
    "customer_id,name,email,phone,birth_date,address,postal_code,registered_on\n";
const LAYOUT: &str = "[import.layouts.people]\ntable = \"customers\"\n[import.layouts.people.columns]\n\
    customer_id = \"customer_id\"\nname = \"name\"\nemail = \"email\"\nphone = \"phone\"\nbirth_date = \"birth_date\"\n\
    address = \"address\"\npostal_code = \"postal_code\"\nregistered_on = \"registered_on\"\n";

/// Makes a workspace of customers, one file per source.
fn people(files: &[(&str, &str)]) -> Shop {
    let shop = Shop::empty();
    let mut settings = "[workspace]\nlang = \"en\"\n[import.sources]\n".to_owned();
    for (source, rows) in files {
        writeln!(settings, "\"{source}.csv\" = \"{source}\"").expect("memory");
        shop.write(
            &format!("exports/{source}.csv"),
            format!("{HEADINGS}{rows}").as_bytes(),
        );
    }
    shop.write("koe.toml", (settings + LAYOUT).as_bytes());
    shop
}

/// Customers that are nobody twice.
fn strangers(count: usize) -> String {
    const GIVEN: [&str; 7] = ["Ada", "Ben", "Clara", "David", "Edith", "Frank", "Grace"];
    const FAMILY: [&str; 11] = [
        "Abbott", "Barlow", "Chandler", "Dawson", "Emery", "Fletcher", "Garner", "Hollis",
        "Ingram", "Jarvis", "Keller",
    ];
    (0..count).fold(String::new(), |mut rows, place| {
        let (given, family) = (GIVEN[place % 7], FAMILY[place / 7 % 11]);
        writeln!(
            rows,
            "c{place:05},{given} {family},{}{place}@example.com,090{:08},{}-{:02}-{:02},{} Mill Lane Oldtown,{:07},2024-02-03",
            given.to_lowercase(),
            place * 7919 % 99_999_989,
            1940 + place % 61,
            1 + place % 12,
            1 + place % 28,
            1 + place % 197,
            1_000_000 + place * 31
        )
        .expect("memory");
        rows
    })
}

/// Returns the person of every record.
fn persons(shop: &Shop) -> BTreeMap<(String, String), String> {
    let rows = shop.query("SELECT source, customer_id, person_id FROM persons");
    let cell = |row: &serde_json::Value, name: &str| row[name].as_str().expect("a text").to_owned();
    rows.iter()
        .map(|row| {
            (
                (cell(row, "source"), cell(row, "customer_id")),
                cell(row, "person_id"),
            )
        })
        .collect()
}

fn person(shop: &Shop, source: &str, customer_id: &str) -> String {
    persons(shop)[&(source.to_owned(), customer_id.to_owned())].clone()
}

fn left_out(shop: &Shop, reason: &str) -> f64 {
    let sql = format!(
        "SELECT COALESCE(SUM(left_out_count), 0) AS n FROM left_out WHERE reason = '{reason}'"
    );
    shop.number(&sql)
}

fn says(output: &std::process::Output, code: i32, words: &[&str]) {
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    for word in words {
        assert!(told.contains(word), "`{word}` is missing in:\n{told}");
    }
}

/// Returns the newest review file below `out/`.
fn review_file(shop: &Shop) -> String {
    let files = shop.files("out");
    let name = files
        .keys()
        .filter(|name| name.ends_with("/review.csv"))
        .max();
    format!("out/{}", name.expect("a review file"))
}

/// Returns the rows of a review file.
fn reviews(shop: &Shop) -> Vec<HashMap<String, String>> {
    let text = shop.read(&review_file(shop));
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("whole rows"))
        .collect()
}

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

fn sample(people: u32, japanese: bool) -> Shop {
    let shop = Shop::empty();
    let mut args = vec!["sample", shop.path(), "--quiet", "--people"];
    let count = people.to_string();
    args.push(&count);
    if japanese {
        args.push("--japanese");
    }
    let output = run(&args);
    assert!(output.status.success(), "{}", text(&output.stderr));
    shop.ok(&["import"]);
    shop
}

/// Returns precision and recall of the pairs of records that are one person.
fn score(shop: &Shop) -> (f64, f64) {
    let mut reader = csv::Reader::from_path(shop.file("truth/people.csv")).expect("the truth");
    let truth: HashMap<(String, String), String> = reader
        .deserialize()
        .map(|row| row.expect("whole rows"))
        .map(|[source, id, person]: [String; 3]| ((source, id), person))
        .collect();
    let persons = persons(shop);
    assert_eq!(persons.len(), truth.len());
    fn pairs<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> f64 {
        let mut sizes: HashMap<K, f64> = HashMap::new();
        keys.for_each(|key| *sizes.entry(key).or_default() += 1.0);
        sizes
            .into_values()
            .map(|size| size * (size - 1.0) / 2.0)
            .sum()
    }
    let right = pairs(persons.iter().map(|(key, person)| (person, &truth[key])));
    (
        right / pairs(persons.values()),
        right / pairs(truth.values()),
    )
}

#[test]
fn generated_people_are_told_apart_and_brought_together() {
    for japanese in [false, true] {
        let shop = sample(300, japanese);
        shop.ok(&["join"]);
        let (precision, recall) = score(&shop);
        let f1 = 2.0 * precision * recall / (precision + recall);
        assert!(
            f1 > 0.97,
            "japanese {japanese}: precision {precision}, recall {recall}"
        );
        let sizes = "SELECT MAX(record_count) AS n FROM persons";
        assert!(shop.number(sizes) >= 2.0);
        let strange =
            "SELECT COUNT(*) AS n FROM persons WHERE match_prob < 0.5 OR match_prob > 1.0";
        assert_eq!(shop.number(strange), 0.0);
    }
}

#[test]
fn the_example_shop_has_fewer_persons_than_customers() {
    let shop = Shop::sample(300);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    let customers = shop.number("SELECT COUNT(*) AS n FROM customers");
    let found = shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons");
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM persons"), customers);
    assert!(
        found < customers && found > 0.8 * customers,
        "{found} of {customers}"
    );
}

#[test]
fn the_same_bytes_come_out_at_any_number_of_threads() {
    let shop = sample(300, true);
    let derived = |threads: &str| {
        shop.ok(&["join", "--refit", "--threads", threads]);
        let tables = ["persons", "match_weights", "match_terms"].map(|table| {
            shop.ok(&[
                "query",
                &format!("SELECT * FROM {table}"),
                "--format",
                "csv",
            ])
        });
        (tables, shop.read(&review_file(&shop)))
    };
    assert_eq!(derived("1"), derived("2"));
}

#[test]
fn weights_and_persons_stay_until_they_are_fitted_anew() {
    let shop = people(&[("web", &strangers(300))]);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    let weights = || shop.ok(&["query", "SELECT * FROM match_weights", "--format", "csv"]);
    let (fitted, before) = (weights(), persons(&shop));
    // Half of them register again elsewhere, so that duplicates are no longer rare.
    let more: String = strangers(150)
        .lines()
        .map(|row| format!("s{}\n", row.replace("2024-02-03", "2025-06-07")))
        .collect();
    shop.write("exports/store.csv", format!("{HEADINGS}{more}").as_bytes());
    let settings = shop.read("koe.toml").replace(
        "[import.sources]",
        "[import.sources]\n\"store.csv\" = \"store\"",
    );
    shop.write("koe.toml", settings.as_bytes());
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    assert_eq!(weights(), fitted);
    let after = persons(&shop);
    assert_eq!(after.len(), 450);
    let is_kept = before
        .iter()
        .all(|(record, person)| after[record] == *person);
    assert!(is_kept, "a person is who it was when records are added");
    let found: std::collections::BTreeSet<&String> = after.values().collect();
    assert_eq!(found.len(), 300);
    shop.ok(&["join", "--refit"]);
    assert_ne!(weights(), fitted);
}

#[test]
fn weights_go_to_a_file_and_come_back() {
    let (shop, other) = (sample(200, false), people(&[("web", &strangers(60))]));
    let path = shop.file("weights.json");
    let path = path.to_str().expect("UTF-8");
    shop.ok(&["join", "--save-weights", path]);
    other.ok(&["import"]);
    let weights =
        |shop: &Shop| shop.ok(&["query", "SELECT * FROM match_weights", "--format", "csv"]);
    other.ok(&["join"]);
    assert_ne!(weights(&other), weights(&shop));
    other.ok(&["join", "--weights", path]);
    assert_eq!(weights(&other), weights(&shop));
    // They are frozen from then on, and a second saving writes the same.
    let again = other.file("again.json");
    other.ok(&["join", "--save-weights", again.to_str().expect("UTF-8")]);
    assert_eq!(
        fs::read(path).expect("a file"),
        fs::read(&again).expect("a file")
    );
    assert_eq!(weights(&other), weights(&shop));
}

#[test]
fn a_file_that_holds_no_weights_is_refused_and_nothing_changes() {
    let shop = people(&[("web", &strangers(20))]);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    let before = persons(&shop);
    shop.write("other.json", b"{\"records\": 3}");
    shop.write("names.csv", HEADINGS.as_bytes());
    for (file, words) in [
        (
            "other.json",
            ["holds no weights", "hint: `koe join --save-weights FILE`"],
        ),
        ("names.csv", ["holds no weights", "hint:"]),
        ("missing.json", ["cannot read", "check the path"]),
        ("exports", ["cannot read", "name a file"]),
    ] {
        let path = shop.file(file);
        says(
            &shop.koe(&["join", "--weights", path.to_str().expect("UTF-8")]),
            1,
            &words,
        );
    }
    let weights = shop.file("w.json");
    let weights = weights.to_str().expect("UTF-8");
    shop.ok(&["join", "--save-weights", weights]);
    let cut = shop.read("w.json").replacen("\"u\": ", "\"u\": -", 1);
    shop.write("w.json", cut.as_bytes());
    says(
        &shop.koe(&["join", "--weights", weights]),
        1,
        &["no probability"],
    );
    assert_eq!(persons(&shop), before);
    says(
        &shop.koe(&["join", "--weights", weights, "--refit"]),
        2,
        &["--refit"],
    );
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
    let shop = sample(300, false);
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
    let tied = "SELECT COUNT(*) AS n FROM persons WHERE matched_by = 'decision'";
    let _ = shop.number(tied);
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
    let shop = sample(300, true);
    shop.ok(&["join"]);
    let asked = reviews(&shop).len() as f64;
    let (file, answered) = (review_file(&shop), answered(&shop, "別人"));
    let folder = file
        .strip_suffix("review.csv")
        .expect("its name")
        .to_owned();
    let (semicolons, ..) = encoding_rs_like_cp932(&answered.replace(',', ";"));
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
fn encoding_rs_like_cp932(text: &str) -> (Vec<u8>, bool) {
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
            encoding_rs_like_cp932(&file("別人").replace(',', ";").replace('\n', "\r\n")).0,
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

#[test]
fn empty_fields_everywhere_leave_everybody_alone() {
    let rows = (0..400).fold(String::new(), |rows, place| {
        rows + &format!("e{place:03},,,,,,,\n")
    });
    let shop = people(&[("web", &rows)]);
    shop.koe(&["import"]);
    shop.ok(&["join"]);
    let customers = shop.number("SELECT COUNT(*) AS n FROM customers");
    let found = shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons");
    assert_eq!((customers, found), (400.0, 400.0));
}

#[test]
fn a_phone_that_everybody_has_ties_nobody_and_is_counted() {
    let with_phone = |rows: &str, phone: &str| -> String {
        rows.lines()
            .map(|row| {
                let mut cells: Vec<&str> = row.split(',').collect();
                cells[3] = phone;
                cells.join(",") + "\n"
            })
            .collect()
    };
    let shop = people(&[("web", &with_phone(&strangers(300), "000-0000-0000"))]);
    let real = people(&[("web", &with_phone(&strangers(300), "03-1234-5678"))]);
    for shop in [&shop, &real] {
        shop.ok(&["import"]);
        shop.ok(&["join"]);
        let found = shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons");
        assert_eq!(found, 300.0);
    }
    assert_eq!(left_out(&real, "match_placeholder"), 300.0);
}

#[test]
fn a_blocked_value_ties_nobody() {
    let rows =
        "a1,Ada Abbott,ada@example.com,090-1111-2222,,,,\na2,Ada Abbott,,090-1111-2222,,,,\n";
    let shop = people(&[("web", &(strangers(200) + rows))]);
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    assert_eq!(person(&shop, "web", "a1"), person(&shop, "web", "a2"));
    shop.ok(&["join", "--set", "join.blocked=[\"090-1111-2222\"]"]);
    assert_ne!(person(&shop, "web", "a1"), person(&shop, "web", "a2"));
}

#[test]
fn thirty_thousand_of_one_name_take_seconds_and_are_accounted_for() {
    let rows = (0..30_000).fold(String::new(), |mut rows, place| {
        writeln!(rows, "n{place:05},佐藤 太郎,,,,,,").expect("memory");
        rows
    });
    let shop = people(&[("web", &rows)]);
    shop.ok(&["import"]);
    let started = Instant::now();
    shop.ok(&["join"]);
    // All pairs would take minutes.
    assert!(started.elapsed().as_secs() < 60);
    assert_eq!(
        shop.number("SELECT COUNT(DISTINCT person_id) AS n FROM persons"),
        30_000.0
    );
    assert!(left_out(&shop, "match_block_too_big") >= 30_000.0);
}

#[test]
fn a_handle_that_two_customers_declare_links_neither_and_unknown_subjects_do_no_harm() {
    let shop = people(&[("web", &strangers(50))]);
    shop.write(
        "exports/declared.csv",
        b"source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
          web,c00001,x,,100,one,signup,2026-01-10T00:00:00+09:00\n\
          web,c00002,x,,100,one,signup,2026-01-11T00:00:00+09:00\n\
          web,c00003,x,,300,three,signup,2026-01-11T00:00:00+09:00\n",
    );
    shop.write(
        "exports/consents.csv",
        b"source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
          web,c00001,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
          web,c00002,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
          web,c00003,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
          web,nobody,link_social,granted,2026-01-10T00:00:00+09:00,,form\n\
          elsewhere,c00004,link_social,granted,2026-01-10T00:00:00+09:00,,form\n",
    );
    shop.ok(&["import"]);
    shop.ok(&["join"]);
    let links = shop.query("SELECT account_id, person_id FROM links");
    assert!(links.len() <= 2, "{links:?}");
    let of = |account: &str| {
        links
            .iter()
            .filter(|row| row["account_id"] == account)
            .count()
    };
    assert_eq!(of("300"), 1);
    assert!(of("100") <= 1, "one account, one person: {links:?}");
    let journal = shop
        .files("store")
        .into_iter()
        .find(|(name, _)| name.ends_with("journal.jsonl"));
    let journal = text(&journal.expect("a journal").1);
    assert!(journal.contains("link_refused"), "{journal}");
}

#[test]
fn an_impossible_birth_date_loses_no_customer_and_is_still_compared() {
    let twice = "a1,Olivia Marsh,,,1980-02-31,5 Elm Street Northam,9000001,\na2,Olivia Marsh,,,1980-02-31,5 Elm Street Northam,9000001,\n";
    let shop = people(&[("web", &(strangers(200) + twice))]);
    shop.ok(&["import"]);
    let kept = shop.query("SELECT birth_date, extra FROM customers WHERE customer_id = 'a1'");
    assert!(kept[0]["birth_date"].is_null());
    assert!(
        kept[0]["extra"]
            .as_str()
            .expect("extra")
            .contains("\"birth_date\":\"1980-02-31\"")
    );
    shop.ok(&["join"]);
    assert_eq!(person(&shop, "web", "a1"), person(&shop, "web", "a2"));
}

#[test]
fn a_workspace_without_customers_has_no_persons() {
    let shop = Shop::empty();
    assert!(run(&["init", shop.path(), "--quiet"]).status.success());
    shop.ok(&["join"]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM persons"), 0.0);
    says(
        &run(&["join", "-w", "/nowhere/at/all"]),
        1,
        &["error: no workspace at", "hint: `koe init"],
    );
}
