//! What `koe status` tells programs.

use serde_json::{Value, json};

use crate::audience::{CONSENTS, english, import, ran};
use crate::support::{Shop, says, text};

/// Returns what is told as JSON, which must be whole whatever the exit code.
fn status(shop: &Shop, code: i32) -> Value {
    let output = shop.koe(&["status", "--format", "json"]);
    says(&output, code, &[]);
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

#[test]
fn programs_are_told_what_lists_wait_for() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let told = status(&shop, 0);
    assert_eq!(told["as_of"], "2026-03-01");
    assert_eq!(told["is_held_back"], false);
    assert_eq!(told["held_back_by"], json!([]));
    assert_eq!([&told["orphans"], &told["faults"]], [&json!([]); 2]);
    let tables = told["tables"].as_array().expect("tables");
    let consents = tables.iter().find(|table| table["table"] == "consents");
    let counts = json!({"table": "consents", "rows": 3, "observations": 3, "batches": 1});
    assert_eq!(consents, Some(&counts));

    shop.write(
        "exports/line/new.csv",
        CONSENTS.replace("form", "letter").as_bytes(),
    );
    let told = status(&shop, 0);
    assert_eq!(told["is_held_back"], true);
    let waits = json!([{
        "file": "line/new.csv", "place": "exports", "reason": "not_imported_yet", "row_count": null
    }]);
    assert_eq!(told["held_back_by"], waits);

    let torn = format!("{CONSENTS}transactions,1,push,refusd,2026-02-10,,form\n");
    shop.write("exports/line/new.csv", torn.as_bytes());
    shop.write("exports/odd.csv", b"colour,shape\nred,round\n");
    says(&import(&shop, &["--max-rejects", "0.9"]), 1, &["odd.csv"]);
    let waits = json!([
        {"file": "odd.csv", "place": "exports", "reason": "refused", "row_count": null},
        {"file": "line/new.csv", "place": null, "reason": "rejected_rows", "row_count": 1},
    ]);
    assert_eq!(status(&shop, 0)["held_back_by"], waits);
    let line = shop.ok(&["status", "--format", "jsonl", "--quiet"]);
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.contains("\"is_held_back\":true"), "{line}");
    // Tables of rows have no room for it.
    let rows = shop.ok(&["status", "--format", "csv"]);
    assert!(
        rows.starts_with("table,rows,observations,batches\n"),
        "{rows}"
    );
}

#[test]
fn programs_are_told_of_a_file_that_is_gone() {
    let shop = english();
    ran(&shop, "2026-03-01");
    let files = shop.files("store/raw/consents");
    let name = files.keys().next().expect("a file");
    std::fs::remove_file(shop.file(&format!("store/raw/consents/{name}"))).expect("a file");
    let told = status(&shop, 1);
    let gone = format!("raw/consents/{name}");
    assert_eq!(told["faults"], json!([{"file": gone, "is_present": false}]));
    assert_eq!(told["unreached_refusals"], Value::Null);
    let words = shop.koe(&["status"]);
    says(&words, 1, &["is missing"]);
    assert!(text(&words.stdout).contains("consents"));
}

#[test]
fn refusals_that_reach_nobody_are_told_with_file_and_source() {
    let shop = english();
    ran(&shop, "2026-03-01");
    assert_eq!(status(&shop, 0)["unreached_refusals"], json!([]));
    let unknown = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
        square,1,email,denied,2026-02-01,,form\n\
        square,1,sms,denied,2026-02-01,,form\n\
        square,2,sms,granted,2026-02-01,,form\n\
        transactions,99,email,revoked,2026-02-01,,form\n\
        Transactions,1.0,email,denied,2026-02-01,,form\n";
    shop.write("exports/answers.csv", unknown.as_bytes());
    says(&import(&shop, &[]), 0, &[]);
    let told = json!([
        {"file": "answers.csv", "source": "square", "row_count": 2},
        {"file": "answers.csv", "source": "transactions", "row_count": 1},
    ]);
    assert_eq!(status(&shop, 0)["unreached_refusals"], told);
    let words = ["reach nobody", "3 (2 in `answers.csv` of source `square`"];
    says(&shop.koe(&["status"]), 0, &words);
    ran(&shop, "2026-03-01");
    let summary = shop.read("out/2026-03-01/summary.txt");
    assert!(summary.contains("To check"), "{summary}");
    // Who is known later is reached.
    let log = "customer_id,date,amount\n99,2026-01-05,1200\n";
    shop.write("exports/later.csv", log.as_bytes());
    says(&import(&shop, &[]), 0, &[]);
    assert_eq!(status(&shop, 0)["unreached_refusals"], json!([told[0]]));
}
