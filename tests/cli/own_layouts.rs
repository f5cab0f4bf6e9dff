//! Files no layout knows: `koe init --from` writes a section, and the file is imported by it.

use crate::support::{Shop, run, says, text};

const ORDERS: &str = "受付No,受付日,お得意様コード,お得意様名,メールアドレス,ご請求額,送料,処理状況,備考\n\
    1001,2026/01/05,K-1,山田 花子,hanako@example.jp,\"3,300\",500,出荷済,\n\
    1002,2026/01/06,K-2,佐藤 一郎,ichiro@example.jp,1200,0,キャンセル,色違い\n\
    1003,2026/01/07,K-1,山田 花子,hanako@example.jp,980,500,出荷済,\n";

#[test]
fn an_unknown_table_gets_a_section_that_imports_it_in_one_step() {
    let shop = Shop::empty();
    shop.write("orders_2026-01.csv", ORDERS.as_bytes());
    let file = shop.file("orders_2026-01.csv");
    let file = file.to_str().expect("a path");
    let output = run(&["init", shop.path(), "--from", file]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        shop.read("koe.toml").contains("[import.layouts.orders]"),
        "{}",
        shop.read("koe.toml")
    );
    shop.write("exports/orders_2026-01.csv", ORDERS.as_bytes());
    shop.ok(&["import"]);
    let rows = shop
        .query("SELECT order_id, customer_id, status, total_minor FROM orders ORDER BY order_id");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["customer_id"], "K-1");
    assert_eq!(rows[0]["total_minor"], 3300);
    assert_eq!(rows[1]["status"], "cancelled");
    // A second look adds nothing, and a file of other headings is told what it lacks.
    let before = shop.read("koe.toml");
    assert!(run(&["init", shop.path(), "--from", file]).status.success());
    assert_eq!(shop.read("koe.toml"), before);
    shop.write(
        "exports/newer.csv",
        ORDERS.replace("処理状況", "進み具合").as_bytes(),
    );
    let told = text(&shop.koe(&["import", "--lang", "en"]).stderr);
    assert!(
        told.contains("`[import.layouts.orders]` nearly fits, without `処理状況`"),
        "{told}"
    );
}

#[test]
fn the_name_of_a_file_tells_whose_it_is_and_files_without_one_go_with_it() {
    let shop = Shop::empty();
    for name in ["honten_orders.csv", "orders.csv"] {
        shop.write(name, ORDERS.as_bytes());
    }
    // Of the same headings: the second would be known by the section of the first.
    let other = ORDERS.replace("備考", "メモ").replace("処理状況", "状態");
    shop.write("orders.csv", other.as_bytes());
    for name in ["honten_orders.csv", "orders.csv"] {
        let file = shop.file(name).to_string_lossy().into_owned();
        let output = run(&["init", shop.path(), "--from", &file]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let settings = shop.read("koe.toml");
    let sources = settings
        .lines()
        .filter(|line| line.starts_with("source = "));
    assert!(
        sources
            .clone()
            .all(|line| line.starts_with("source = \"honten\"")),
        "{settings}"
    );
    assert_eq!(sources.count(), 2, "{settings}");
    shop.write("exports/honten_orders.csv", ORDERS.as_bytes());
    shop.ok(&["import"]);
    let rows = shop.query("SELECT DISTINCT source FROM orders");
    assert_eq!(rows, [serde_json::json!({"source": "honten"})]);
}

#[test]
fn answers_of_customers_are_of_the_shop_of_these_wherever_their_file_stands() {
    let answers = include_str!("../../testdata/mappings/ja_consents.csv");
    let init = |files: &[(&str, &str)]| {
        let shop = Shop::empty();
        let paths = files.iter().map(|(name, text)| {
            shop.write(name, text.as_bytes());
            shop.file(name).to_string_lossy().into_owned()
        });
        let paths: Vec<String> = paths.collect();
        let mut args = vec!["init", shop.path(), "--lang", "en", "--from"];
        args.extend(paths.iter().map(String::as_str));
        let output = run(&args);
        let settings = shop.read("koe.toml");
        let sources = settings
            .lines()
            .filter_map(|line| line.strip_prefix("source = \""));
        let sources = sources.filter_map(|rest| rest.split('"').next());
        (output, sources.map(str::to_owned).collect::<Vec<_>>())
    };
    // As a shell sorts them, and one after the other.
    let (output, sources) = init(&[("doui.csv", answers), ("honten_orders.csv", ORDERS)]);
    says(&output, 0, &[]);
    assert_eq!(sources, ["honten", "honten"]);
    let other = ORDERS.replace("備考", "メモ").replace("処理状況", "状態");
    let two = [("honten_orders.csv", ORDERS), ("web_orders.csv", &other)];
    let (output, sources) = init(&[two[0], two[1], ("doui.csv", answers)]);
    let told = ["customers answered in", "`honten`, `web`", "source"];
    says(&output, 1, &told);
    assert_eq!(sources, ["honten", "web"]);
    let (output, sources) = init(&[two[0], two[1], ("web_doui.csv", answers)]);
    says(&output, 0, &[]);
    assert_eq!(sources, ["honten", "web", "web"]);
}

#[test]
fn a_column_of_refusals_without_a_channel_is_left_to_import_to_hear() {
    let shop = Shop::empty();
    let out = "会員番号,メール,配信停止日,理由\n1001,hanako@example.jp,2026-08-20,本人の希望\n";
    shop.write("exports/optout.csv", out.as_bytes());
    let from = |name: &str| {
        let file = shop.file(name).to_string_lossy().into_owned();
        run(&["init", shop.path(), "--lang", "en", "--from", &file])
    };
    // Nobody who stands in such a file without a day would be heard.
    says(
        &from("exports/optout.csv"),
        1,
        &["its name tells that they refuse something"],
    );
    assert!(!shop.read("koe.toml").contains("\n[import.layouts"));
    // Not read, it holds lists back.
    let output = shop.koe(&["import", "--lang", "en"]);
    says(&output, 1, &["optout.csv", "lists of audiences"]);
    let shop = Shop::empty();
    shop.write("exports/members.csv", out.as_bytes());
    let file = shop.file("exports/members.csv");
    let file = file.to_string_lossy().into_owned();
    let output = run(&["init", shop.path(), "--lang", "en", "--from", &file]);
    says(&output, 0, &["added [import.layouts.members]"]);
    let output = shop.koe(&["import", "--lang", "en"]);
    says(
        &output,
        0,
        &["no answer is mapped to `配信停止日`, and 1 row"],
    );
    let denied = "SELECT COUNT(*) AS n FROM consents WHERE status = 'denied' AND purpose = 'email'";
    assert_eq!(shop.number(denied), 1.0);
}

#[test]
fn what_koe_knows_below_a_title_gets_no_section() {
    let shop = Shop::empty();
    let text_of = "配信の同意,,,,,,\n\nsource,customer_id,purpose,status,effective_at,expires_at,evidence\n\
        shop,1,email,denied,2026-01-10,,form\n";
    shop.write("exports/titled.csv", text_of.as_bytes());
    let file = shop
        .file("exports/titled.csv")
        .to_string_lossy()
        .into_owned();
    let output = run(&["init", shop.path(), "--lang", "en", "--from", &file]);
    let told = [
        "titled.csv` has 2 rows above the headings of `koe_consents`",
        "hint: take them out",
    ];
    says(&output, 1, &told);
    assert!(!shop.read("koe.toml").contains("\n[import.layouts"));
    says(&shop.koe(&["import", "--lang", "en"]), 1, &told);
    says(
        &shop.koe(&["import", "--lang", "ja"]),
        1,
        &["形式 `koe_consents` の見出しの上に 2 行あります"],
    );
}

#[test]
fn a_path_may_lead_to_a_sheet_of_a_workbook() {
    let shop = Shop::empty();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for name in ["メモ", "注文"] {
        let sheet = workbook.add_worksheet().set_name(name).expect("a name");
        for (row, line) in ORDERS.replace("\"3,300\"", "3300").lines().enumerate() {
            for (column, cell) in line.split(',').enumerate() {
                let written = sheet.write(row as u32, column as u16, cell);
                written.expect("a cell");
            }
        }
    }
    shop.write("book.xlsx", &workbook.save_to_buffer().expect("memory"));
    let from = |inner: &str| {
        let path = shop.file("book.xlsx").join(inner);
        let path = path.to_string_lossy().into_owned();
        run(&["init", shop.path(), "--lang", "en", "--from", &path])
    };
    let output = from("注文");
    says(
        &output,
        0,
        &["注文: unknown to koe; added [import.layouts."],
    );
    assert!(!text(&output.stderr).contains("メモ"));
    let told = ["there is no `請求` in `", "hint: it holds `メモ`, `注文`"];
    says(&from("請求"), 1, &told);
    shop.write("log.csv", ORDERS.as_bytes());
    let inner = shop.file("log.csv/sheet").to_string_lossy().into_owned();
    let output = run(&["init", shop.path(), "--lang", "ja", "--from", &inner]);
    says(&output, 1, &["アーカイブでもブックでもありません"]);
}

#[test]
fn a_slip_in_a_section_is_named() {
    let shop = Shop::empty();
    let section = "[import.layouts.mine]\ntable = \"orders\"\n[import.layouts.mine.columns]\norder_idd = \"a\"\ncustomer_id = \"b\"\n";
    shop.write("koe.toml", section.as_bytes());
    let output = shop.koe(&["import"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains("import.layouts.mine.columns.order_idd"),
        "{told}"
    );
    assert!(told.contains("order_id`"), "{told}");
}
