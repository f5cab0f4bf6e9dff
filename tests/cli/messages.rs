//! What goes wrong is told in the language of the shop, which is Japanese unless its settings say otherwise.

use std::fs::File;
use std::io::Write;

use crate::support::{Shop, run, text};

const LOG: &str = "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n";
const ODD: &[u8] = b"colour,shape\nred,round\n";

fn shop() -> Shop {
    Shop::with(&[("log.csv", LOG.as_bytes())])
}

/// Runs a command that must end with this code, and returns what it says, with `SHOP` for where the shop is.
fn told(shop: &Shop, args: &[&str], code: i32) -> String {
    let output = shop.koe(args);
    let told = text(&output.stderr).replace(shop.path(), "SHOP");
    assert_eq!(output.status.code(), Some(code), "{args:?}: {told}");
    told
}

fn has(told: &str, lines: &[&str]) {
    for line in lines {
        assert!(told.contains(line), "`{line}` is missing in:\n{told}");
    }
    for word in ["error:", "hint:", "warning:"] {
        assert!(!told.contains(word), "{told}");
    }
}

#[test]
fn an_empty_folder() {
    assert_eq!(
        told(&Shop::empty(), &["run"], 1),
        "エラー: `SHOP` にワークスペースがありません\n\
         ヒント: `koe init SHOP` で作成できます。お店から書き出したファイルは、その中の `exports` フォルダに置いてください\n"
    );
}

#[test]
fn a_file_that_is_no_export_and_one_that_is_not_there() {
    let shop = shop();
    shop.write("exports/odd.csv", ODD);
    shop.write("exports/members.csv", b"<!DOCTYPE html><html></html>");
    has(
        &told(&shop, &["import"], 1),
        &[
            "odd.csv` は koe の知らない形式です\nヒント: 見出しは `colour`、`shape` です。",
            "`koe init ワークスペース --from ",
            "members.csv` は表ではなく、ウェブページです\nヒント: もう一度書き出してください",
        ],
    );
    has(
        &told(&shop, &["import", "nowhere.csv"], 1),
        &[
            "エラー: `nowhere.csv` を読み込めません: 見つかりません\nヒント: 場所と名前をご確認ください\n",
        ],
    );
    let layout = ["import", "--layout", "transactions"];
    has(
        &told(&shop, &layout, 1),
        &["odd.csv` に列 `", "ヒント: 見出しは `colour`、`shape` です"],
    );
}

#[test]
fn rows_that_cannot_be_read() {
    let broken = b"customer_id,date,amount\n7,2026-01-09,1200\n2,never,800\n3,2026-02-30,1\n";
    let shop = Shop::with(&[("broken.csv", broken)]);
    has(
        &told(&shop, &["import"], 1),
        &[
            "読めない行が多すぎます",
            "読み取れなかった行: ",
            "エラー: 読み取れない行が多すぎるため、取り込みませんでした: `broken.csv(3 行中 2 行)`\n",
            "`--max-rejects` の値を上げてください",
        ],
    );
}

#[test]
fn settings_with_a_slip_of_the_pen() {
    let shop = shop();
    shop.write("koe.toml", b"[segment]\nperiod_day = 7\n");
    has(
        &told(&shop, &["run"], 1),
        &[
            "エラー: `segment.period_day` という設定はありません(`SHOP",
            "ヒント: もしかして `segment.period_days` でしょうか。設定の一覧は `koe config show --defaults` で確かめられます\n",
        ],
    );
    shop.write("koe.toml", b"[segment]\nperiod_days = 0\n");
    assert_eq!(
        told(&shop, &["run"], 1),
        "エラー: 設定 `segment.period_days` に `0` は使えません\n\
         ヒント: 1 から 3660 までの整数を指定してください\n"
    );
    assert_eq!(
        told(&shop, &["run", "--set", "brand"], 1),
        "エラー: 設定 `--set` に `brand` は使えません\nヒント: KEY=VALUE の形で指定してください\n"
    );
}

#[test]
fn the_language_is_that_of_the_shop_even_where_its_settings_are_wrong() {
    let shop = shop();
    for settings in [
        "[workspace]\nlang = 'en'\n[segment]\nperiod_day = 7\n",
        "[workspace]\nlang = 'en'\n[segment\n",
    ] {
        shop.write("koe.toml", settings.as_bytes());
        let english = told(&shop, &["run"], 1);
        assert!(english.starts_with("error: "), "{english}");
        let positional = run(&["run", shop.path()]);
        assert!(text(&positional.stderr).starts_with("error: "));
        let japanese = told(&shop, &["run", "--lang", "ja"], 1);
        assert!(japanese.starts_with("エラー: "), "{japanese}");
    }
    shop.write("koe.toml", b"[segment\n");
    has(
        &told(&shop, &["run"], 1),
        &["koe.toml` は TOML として正しくありません(1 行目): "],
    );
    let set = ["run", "--set", "workspace.lang=en"];
    let english = told(&shop, &set, 1);
    assert!(english.starts_with("error: "), "{english}");
}

#[test]
fn a_query_with_a_column_that_is_not_there() {
    let shop = shop();
    shop.ok(&["import"]);
    let said = told(&shop, &["query", "SELECT colour FROM orders"], 1);
    has(
        &said,
        &[
            "エラー: SQL を実行できません: 列 `colour` がありません\n",
            "ヒント: `colour` が文字列であれば、`'colour'` のように",
            "書き方の例は `koe query --help`",
        ],
    );
    let mistyped = told(&shop, &["query", "SELECT 1 +"], 1);
    has(&mistyped, &["SQL の書き方が正しくありません("]);
    has(
        &told(&shop, &["query", "DROP TABLE orders"], 1),
        &["読み取り専用です。SELECT か WITH で始めてください"],
    );
}

#[test]
fn lists_that_are_held_back() {
    let shop = shop();
    shop.write("exports/odd.csv", ODD);
    told(&shop, &["import"], 1);
    let by_hand = ["audience", "first", "--channel", "push"];
    has(
        &told(&shop, &by_hand, 1),
        &[
            "エラー: 配信リストは作成できません。",
            "`odd.csv`",
            "ヒント: ",
        ],
    );
    has(
        &told(&shop, &["status"], 0),
        &["`odd.csv`", "ヒント: ", "保管庫に問題はありません"],
    );
}

#[test]
fn a_store_that_is_in_use() {
    let shop = shop();
    shop.ok(&["import"]);
    let mut lock = File::create(shop.file("store/turn")).expect("a lock");
    lock.lock().expect("nobody else is at work");
    writeln!(lock, "4711").expect("the process");
    has(
        &told(&shop, &["run", "--no-wait"], 75),
        &[
            "エラー: 保管庫 `SHOP",
            "が使用中です\nヒント: 終わるまでお待ちください。",
        ],
    );
    let waited = told(&shop, &["run", "--wait", "1"], 75);
    has(&waited, &["が終わるのを待っています\nエラー: "]);
}

#[test]
fn tables_of_the_shop_and_that_they_are_cut() {
    let rows: String = (0..101)
        .map(|customer| format!("{customer},2026-01-05,1200\n"))
        .collect();
    let log = format!("customer_id,date,amount\n{rows}");
    let shop = Shop::with(&[("log.csv", log.as_bytes())]);
    shop.ok(&["import"]);
    let cut = shop.ok(&["query", "SELECT customer_id FROM orders"]);
    assert!(cut.contains("全 101 行のうち 100 行"), "{cut}");
    let dry_run = ["forget", "transactions/7", "--dry-run"];
    for (args, headings) in [
        (&["status"][..], ["表", "取り込んだ行"]),
        (&dry_run[..], ["表", "行の削除"]),
        (
            &["consent", "show", "transactions/7"][..],
            ["用途", "未確認"],
        ),
    ] {
        let table = shop.ok(args);
        for heading in headings {
            assert!(table.contains(heading), "{table}");
        }
        let english = shop.ok(&[args, &["--format", "csv"]].concat());
        assert!(english.is_ascii(), "{english}");
    }
}

#[test]
fn quiet_leaves_the_error_and_its_hint() {
    let said = told(&Shop::empty(), &["run", "--quiet"], 1);
    assert_eq!(said.lines().count(), 2, "{said}");
}
