//! Sections as people write them, with their slips.

use proptest::prelude::*;

use super::{Mapped, Mapping, propose, read, sections};
use crate::error::{Error, Result};
use crate::import::formats::tests::import_as;
use crate::import::layout::Layout;
use crate::import::mapping::Fills;
use crate::import::rejects::Reason;
use crate::import::values::ValueError;
use crate::schema::consents;

const ORDERS: &str = "[import.layouts.my_shop]\ntable = 'orders'\n[import.layouts.my_shop.columns]\norder_id = 'No'\n\
                      customer_id = '会員'\nordered_at = '日付'\ntotal = '合計'\n";

fn checked(text: &str) -> Result<Vec<Mapped>> {
    Mapped::all(&sections(text))
}

fn bad(text: &str) -> (String, String) {
    match checked(text) {
        Err(Error::BadSetting { key, expected, .. }) => (key, expected),
        Err(Error::UnknownSetting { key, nearest, .. }) => (key, nearest.unwrap_or_default()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_slip_names_the_setting_and_what_is_meant() {
    for (text, key, expected) in [
        (
            ORDERS.replace("order_id", "order_idd"),
            "my_shop.columns.order_idd",
            "import.layouts.my_shop.columns.order_id",
        ),
        (
            ORDERS.replace("total =", "tax ="),
            "my_shop.columns",
            "given: a heading for `total` or `goods` or `amount` or `unit_price`",
        ),
        (
            format!("{ORDERS}[import.layouts.my_shop.words.status]\n'済' = 'done'\n"),
            "my_shop.words.status.済",
            "one of placed, cancelled, returned",
        ),
        (
            format!("{ORDERS}[import.layouts.my_shop.consents]\nemail = 'メルマガ'\n"),
            "my_shop.consents",
            "left out: only the tables `customers` and `consents` have them",
        ),
        (
            ORDERS.replace("table =", "time_zone = 'Asia/Edo'\ntable ="),
            "my_shop.time_zone",
            "an IANA name such as `Asia/Tokyo`",
        ),
        (
            ORDERS.replace("table =", "currency = 'yen'\ntable ="),
            "my_shop.currency",
            "an ISO 4217 code such as `JPY`",
        ),
        (
            ORDERS.replace("my_shop", "eccube_orders"),
            "",
            "a name that no layout of koe has",
        ),
        (
            ORDERS.replace("my_shop", "my-shop"),
            "",
            "a name of a-z, 0-9 and `_`",
        ),
        (
            ORDERS.replace("'No'", "['No', '枝番']"),
            "my_shop.columns.order_id",
            "one heading of the file",
        ),
        (
            ORDERS.replace("'合計'", "' '"),
            "my_shop.columns.total",
            "a heading of the file, or a list of them",
        ),
    ] {
        let (found, told) = bad(&text);
        let key = if key.is_empty() {
            "import.layouts".to_owned()
        } else {
            format!("import.layouts.{key}")
        };
        assert_eq!((found, told), (key, expected.to_owned()), "{text}");
    }
    assert!(toml::from_str::<Mapping>("table = 'orders'\ncolums = {}\n").is_err());
}

#[test]
fn a_section_prints_to_what_it_was_read_from() {
    for (_, mapping) in sections(ORDERS) {
        let text = toml::to_string(&mapping).expect("sections hold only what TOML can say");
        assert_eq!(toml::from_str::<Mapping>(&text).ok(), Some(mapping));
    }
}

#[test]
fn another_section_is_another_reading() {
    let print = |text: &str| checked(text).expect("it can be meant")[0].fingerprint();
    assert_eq!(print(ORDERS), print(ORDERS));
    assert_ne!(print(ORDERS), print(&ORDERS.replace("'合計'", "'金額'")));
}

#[test]
fn dates_are_read_in_the_order_and_zone_of_the_section() {
    let section = ORDERS.replace(
        "table =",
        "date_order = 'dmy'\ntime_zone = 'UTC'\ncurrency = 'EUR'\ntable =",
    );
    let file = "No;会員;日付;合計\n1;7;05/01/2024 09:30;1.234,50\n2;7;31/01/2024;10,00\n3;7;13/13/2024;1\n";
    let outcome = read(&section, file);
    assert_eq!(outcome.rejects.len(), 1);
    assert_eq!(
        (outcome.rejects[0].line, outcome.rejects[0].reason.clone()),
        (4, Reason::Value(ValueError::NotADate))
    );
    let rows = outcome.rendered();
    for part in [
        "ordered_at=2024-01-05T09:30:00Z",
        "goods_minor=123450",
        "ordered_at=2024-01-31T00:00:00Z",
        "currency=EUR",
    ] {
        assert!(rows.contains(part), "{part}: {rows}");
    }
}

#[test]
fn without_an_order_of_dates_doubtful_ones_are_rejected() {
    let outcome = read(ORDERS, "No,会員,日付,合計\n1,7,05/01/2024,100\n");
    assert_eq!(
        outcome.rejects[0].reason,
        Reason::Value(ValueError::AmbiguousDate)
    );
}

#[test]
fn customers_come_from_orders_unless_another_file_has_them() {
    let file = "No,会員,日付,合計\n1,7,2024-01-05,100\n";
    assert!(read(ORDERS, file).rendered().contains("customers 2:"));
    let both = format!(
        "{ORDERS}[import.layouts.the_customers]\ntable = 'customers'\n[import.layouts.the_customers.columns]\ncustomer_id = '会員'\nname = '氏名'\n"
    );
    assert!(!read(&both, file).rendered().contains("customers 2:"));
    let forced = both.replace("table = 'orders'", "customers = true\ntable = 'orders'");
    assert!(read(&forced, file).rendered().contains("customers 2:"));
}

#[test]
fn rows_of_an_order_that_disagree_are_rejected_together() {
    let section = format!("{ORDERS}product_name = '品'\n");
    let file =
        "No,会員,日付,合計,品\n1,7,2024-01-05,100,a\n1,7,2024-01-05,90,b\n2,7,2024-01-06,50,c\n";
    let outcome = read(&section, file);
    let reasons: Vec<_> = outcome
        .rejects
        .iter()
        .map(|reject| (reject.line, reject.column.as_str(), reject.reason.clone()))
        .collect();
    assert_eq!(
        reasons,
        [
            (2, "", Reason::OrderRejected),
            (3, "合計", Reason::OrderDiffers)
        ]
    );
    assert_eq!(outcome.counts.read, 3);
}

#[test]
fn an_order_of_one_row_is_its_line_and_costs_are_those_of_the_row() {
    let section = format!("{ORDERS}category = '分類'\ncost = ['原価', '資材']\n");
    let file = "No,会員,日付,合計,分類,原価,資材\n1,7,2024-01-05,1000,豆,400.4,50\n\
                2,7,2024-01-06,-500,豆,200,\n3,7,2024-01-07,800,,,\n";
    let outcome = read(&section, file);
    assert!(outcome.rejects.is_empty(), "{:?}", outcome.rejects);
    let rows = outcome.rendered();
    for part in [
        "order_id=1 | line_number=1 | category=豆 | amount_minor=1000 | cost_minor=450 |",
        "order_id=2 | line_number=1 | category=豆 | amount_minor=-500 | cost_minor=-200 |",
        "order_id=3 | line_number=1 | amount_minor=800 | observed_at",
    ] {
        assert!(rows.contains(part), "{part}\n{rows}");
    }
}

#[test]
fn the_cost_of_one_piece_counts_for_all_and_one_that_cannot_be_read_rejects_the_order() {
    let section = format!("{ORDERS}quantity = '数'\nunit_price = '単価'\nunit_cost = '仕入'\n");
    let file = "No,会員,日付,合計,数,単価,仕入\n1,7,2024-01-05,,2,500,200.25\n\
                1,7,2024-01-05,,1,300,不明\n2,7,2024-01-06,,3,500,200.25\n";
    let outcome = read(&section, file);
    let reasons: Vec<_> = outcome
        .rejects
        .iter()
        .map(|reject| (reject.line, reject.column.as_str(), reject.reason.clone()))
        .collect();
    assert_eq!(
        reasons,
        [
            (2, "", Reason::OrderRejected),
            (3, "仕入", Reason::Value(ValueError::NotMoney))
        ]
    );
    let rows = outcome.rendered();
    assert!(
        rows.contains("unit_price_minor=500 | quantity=3 | amount_minor=1500 | cost_minor=601 |"),
        "{rows}"
    );
}

#[test]
fn refunds_take_back_goods_first_and_tax_on_top_is_added() {
    let section = "[import.layouts.my_shop]\ntable = 'orders'\ntax_added = true\n[import.layouts.my_shop.columns]\n\
                   order_id = 'No'\nordered_at = 'Date'\ngoods = 'Goods'\ntax = 'Tax'\nshipping = 'Ship'\ntotal = 'Total'\n\
                   refunded = 'Refund'\nreturned_at = 'Back'\n";
    let file = "No,Date,Goods,Tax,Ship,Total,Refund,Back\n1,2024-01-05,1000,100,500,1600,1300,2024-01-09\n2,2024-01-05,1000,100,500,1600,1600,\n";
    let rows = read(section, file).rendered();
    for part in [
        "order_id=1 | ordered_at=2024-01-04T15:00:00Z | status=placed | goods_minor=1100",
        "order_id=1/return | ordered_at=2024-01-08T15:00:00Z | status=returned | goods_minor=-1100 | discount_minor=0 | shipping_minor=-200 | total_minor=-1300",
        "order_id=2/return | ordered_at=2024-01-04T15:00:00Z | status=returned | goods_minor=-1100",
    ] {
        assert!(rows.contains(part), "{part}\n{rows}");
    }
}

#[test]
fn equal_rows_without_an_id_are_orders_of_their_own() {
    let section = ORDERS.replace("order_id = 'No'\n", "");
    let file = "会員,日付,合計\n7,2024-01-05,100\n7,2024-01-05,100\n";
    let rows = read(&section, file).rendered();
    assert_eq!(rows.matches("orders ").count(), 2, "{rows}");
    assert!(rows.contains("-2 | customer_id=7"), "{rows}");
}

#[test]
fn unknown_answers_say_which_words_there_are() {
    let section = "[import.layouts.list]\ntable = 'customers'\nheadings = ['会員', 'メルマガ']\n[import.layouts.list.columns]\n\
                   customer_id = '会員'\nname = '氏名'\n[import.layouts.list.consents]\nemail = 'メルマガ'\n\
                   [import.layouts.list.words.consents]\n'済' = 'granted'\n";
    let outcome = read(section, "会員,メルマガ\n1,済\n2,たぶん\n");
    assert_eq!(
        (outcome.rejects.len(), outcome.rejects[0].reason.clone()),
        (1, Reason::NotAmong(consents::STATUS.unit))
    );
    assert!(
        outcome
            .rendered()
            .contains("consents 2: source=shop | customer_id=1 | purpose=email | status=granted"),
    );
}

#[test]
fn a_preamble_above_the_headings_is_skipped() {
    let rows = read(
        ORDERS,
        "売上一覧\n期間,2024-01\n\nNo,会員,日付,合計\n1,7,2024-01-05,100\n",
    )
    .rendered();
    assert!(
        rows.contains("orders 5: source=shop | order_id=1"),
        "{rows}"
    );
}

#[test]
fn every_table_can_be_filled() {
    for fills in Fills::ALL {
        let table = fills.table().name;
        assert!(
            toml::from_str::<Mapping>(&format!("table = '{table}'\n[columns]\na = 'b'\n"))
                .is_ok_and(|mapping| mapping.table == *fills),
            "{table}"
        );
    }
    let section = "[import.layouts.days]\ntable = 'holidays'\n[import.layouts.days.columns]\nday = '日'\nname = '名'\n";
    let rows = read(section, "日,名\n2024-07-15,海の日\n").rendered();
    assert!(
        rows.starts_with("holidays 2: source=koe | day=2024-07-15 | name=海の日"),
        "{rows}"
    );
    let section = "[import.layouts.claims]\ntable = 'declared_links'\n[import.layouts.claims.columns]\ncustomer_id = '会員'\n\
                   handle = 'X'\n[import.layouts.claims.fixed]\nplatform = 'x'\nmethod = 'form'\n";
    let rows = read(section, "会員,X\n1,@hana\n").rendered();
    assert!(
        rows.contains("platform=x | handle=hana | method=form | declared_at=2024-08-01T00:00:00Z"),
        "{rows}"
    );
}

#[test]
fn what_values_do_not_tell_is_left_to_the_reader() {
    let file = "Order No,Date,Total,Status\n1,1/2/2024,10,1\n2,3/4/2024,20,2\n3,2/3/2024,5,1\n4,1/1/2024,7,1\n";
    let text = propose(file).expect("orders").render("x", "en");
    for line in [
        "# date_order = \"mdy\"\n# date_order = \"dmy\"\n",
        "# koe could not decide these: take the # off where they are right\n# status = \"Status\"\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert_eq!(read(&text, file).rejects.len(), 4);
    for file in ["", "a\nb\n", "1,2\n3,4\n", "色,形\n赤,丸\n"] {
        assert_eq!(propose(file), None, "{file}");
    }
}

fn any_section() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just(
            "[import.layouts.a]\ntable = 'orders'\ndate_order = 'mdy'\n[import.layouts.a.columns]\norder_id = 'a'\nordered_at = ['b', 'c']\ntotal = ['c', 'd']\nunit_price = 'd'\nquantity = 'e'\nphone = 'e'\n"
        ),
        Just(
            "[import.layouts.a]\ntable = 'posts'\n[import.layouts.a.columns]\nposted_at = 'a'\ntext = ['b', 'c']\nrating = 'd'\nhandle = 'e'\nplatform = 'c'\n"
        ),
        Just(
            "[import.layouts.a]\ntable = 'customers'\n[import.layouts.a.columns]\ncustomer_id = 'a'\nbirth_date = 'b'\npoints = 'c'\n[import.layouts.a.consents]\nline = 'd'\n"
        ),
    ]
}

proptest! {
    #[test]
    fn no_file_makes_a_section_panic_and_every_row_is_accounted_for(
        section in any_section(),
        body in "[0-9a-z/:,¥\"\n○ -]{0,200}",
    ) {
        let layouts = checked(section).expect("it can be meant");
        let outcome = import_as(format!("a,b,c,d,e\n{body}").as_bytes(), &layouts[0]).expect("it has the headings");
        prop_assert_eq!(outcome.counts.rejected, outcome.rejects.len() as u64);
        prop_assert!(outcome.counts.rejected <= outcome.counts.read);
        let _ = outcome.rendered();
    }

    #[test]
    fn no_file_makes_a_proposal_panic_and_each_can_be_meant(
        headings in proptest::collection::vec(prop_oneof![
            Just("日付"), Just("Order ID"), Just("合計"), Just("氏名"), Just("Email"), Just("本文"), Just("評価"),
            Just("メルマガ"), Just("\"a\"\"b\""), Just("状態"), Just("x")], 1..6),
        body in "[0-9a-zあ/:,¥\"\n○@. -]{0,200}",
    ) {
        if let Some(proposal) = propose(&format!("{}\n{body}", headings.join(","))) {
            let name = proposal.name("注文 2024");
            prop_assert!(proposal.mapping.check(&name).is_ok(), "{:?}", proposal.mapping.check(&name));
            let text = proposal.render(&name, "en");
            prop_assert_eq!(&sections(&text)[&name], &proposal.mapping);
        }
    }
}

#[test]
fn rows_of_totals_and_answers_left_blank_are_passed_over() {
    let section = "[import.layouts.s]\ntable = \"orders\"\n[import.layouts.s.columns]\norder_id = \"伝票\"\n\
                   ordered_at = [\"日\", \"時刻\"]\ntotal = \"計\"\n";
    let file = "伝票,日,時刻,計\n1,20250601,93005,500\n,,小計,500\n2,20250602,1405,700\n合計,,,\"1,200\"\n";
    let outcome = read(section, file);
    assert!(outcome.rejects.is_empty(), "{:?}", outcome.rejects);
    let times: Vec<String> = outcome
        .rendered()
        .lines()
        .filter_map(|line| {
            line.split(" | ")
                .find(|cell| cell.starts_with("ordered_at="))
        })
        .map(str::to_owned)
        .collect();
    assert_eq!(
        times,
        [
            "ordered_at=2025-06-01T00:30:05Z",
            "ordered_at=2025-06-02T05:05:00Z"
        ]
    );
    let section = "[import.layouts.s]\ntable = \"posts\"\n[import.layouts.s.columns]\nposted_at = \"日\"\n\
                   text = \"感想\"\n[import.layouts.s.fixed]\nplatform = \"web\"\n";
    let outcome = read(
        section,
        "日,感想,年代\n2025-06-01,よい,30代\n2025-06-02,,40代\n",
    );
    assert!(outcome.rejects.is_empty(), "{:?}", outcome.rejects);
    assert_eq!(outcome.rendered().matches("posts ").count(), 1);
}

#[test]
fn ids_that_a_spreadsheet_rounded_are_rejected() {
    let section = "[import.layouts.mine]\ntable = \"orders\"\n[import.layouts.mine.columns]\n\
        order_id = \"番号\"\ncustomer_id = \"会員\"\nordered_at = \"日付\"\ntotal = \"合計\"\n";
    let outcome = read(
        section,
        "番号,会員,日付,合計\n1.79E+18,A,2024-01-05,100\n2,1.2e+10,2024-01-05,100\n3,B,2024-01-05,100\n",
    );
    let rejected: Vec<&str> = outcome
        .rejects
        .iter()
        .map(|reject| &*reject.column)
        .collect();
    assert_eq!(rejected, ["番号", "会員"]);
}

const MEMBERS: &str = "[import.layouts.members]\ntable = 'customers'\n[import.layouts.members.columns]\n\
    customer_id = '会員'\nname = '氏名'\n[import.layouts.members.consents]\nemail = 'メルマガ'\n";

#[test]
fn what_customers_refuse_in_a_column_that_nobody_mapped_is_heard() {
    let file = "会員,氏名,メルマガ,配信停止日\n1,山田,はい,2024-05-01\n2,佐藤,はい,\n3,鈴木,はい,?\n4,高橋,いつか,\n";
    let outcome = read(MEMBERS, file);
    let rows = outcome.rendered();
    for purpose in ["email", "line", "postal", "ads"] {
        let denied = format!(
            "consents 2: source=shop | customer_id=1 | purpose={purpose} | status=denied | evidence=配信停止日"
        );
        assert!(rows.contains(&denied), "{rows}");
    }
    assert!(!rows.contains("customer_id=2 | purpose=line"), "{rows}");
    let rejected = outcome.rejects.iter();
    let rejected: Vec<(&str, &Reason)> = rejected
        .map(|reject| (reject.column.as_str(), &reject.reason))
        .collect();
    let expected = [
        ("配信停止日", &Reason::UnclearRefusal),
        ("メルマガ", &Reason::NotAmong(consents::STATUS.unit)),
    ];
    assert_eq!(rejected, expected);
    assert_eq!(outcome.counts.may_refuse, 2);
    let ignored = MEMBERS.replace("table =", "ignored = ['配信停止日']\ntable =");
    let outcome = read(&ignored, file);
    assert!(!outcome.rendered().contains("denied"));
    assert_eq!(outcome.rejects.len(), 1);
    let orders = read(
        ORDERS,
        "No,会員,日付,合計,販売停止日\n1,7,2024-01-05,100,?\n",
    );
    assert!(orders.rejects.is_empty(), "{:?}", orders.rejects);
}

#[test]
fn a_row_that_refuses_nothing_is_rejected_without_a_refusal() {
    let file = "会員,氏名,メルマガ,配信停止日\n1.2e+10,山田,はい,\n1.2e+10,佐藤,はい,2024-05-01\n";
    let outcome = read(MEMBERS, file);
    assert_eq!((outcome.counts.rejected, outcome.counts.may_refuse), (2, 1));
}

#[test]
fn a_day_or_a_word_of_refusal_under_a_mapped_heading_refuses() {
    let section = MEMBERS.replace("'メルマガ'", "'メルマガ停止'");
    let file = "会員,氏名,メルマガ停止\n1,山田,2024-05-01\n2,佐藤,拒否\n3,鈴木,いいえ\n4,高橋,?\n";
    let outcome = read(&section, file);
    let rows = outcome.rendered();
    for customer in [1, 2] {
        let denied = format!("customer_id={customer} | purpose=email | status=denied");
        assert!(rows.contains(&denied), "{rows}");
    }
    assert!(!rows.contains("customer_id=3 | purpose"), "{rows}");
    assert_eq!(outcome.rejects.len(), 1);
    // What is not clear waits, as in a column that nobody mapped.
    let file = "会員,氏名,メルマガ停止\n1,山田,×\n2,佐藤,未登録\n3,鈴木,希望する\n4,高橋,0\n";
    let outcome = read(&section, file);
    assert_eq!(outcome.rejects.len(), 3, "{:?}", outcome.rejects);
    assert!(!outcome.rendered().contains("purpose"));
    // Nor does what the section says of other columns refuse.
    let told = format!(
        "{section}[import.layouts.members.words.consents]\n'0' = 'denied'\n'1' = 'granted'\n"
    );
    let rows = read(&told, "会員,氏名,メルマガ停止\n1,山田,0\n2,佐藤,1\n").rendered();
    assert!(!rows.contains("customer_id=1 | purpose"), "{rows}");
    assert!(
        rows.contains("customer_id=2 | purpose=email | status=denied"),
        "{rows}"
    );
    // What the section says counts, also of what looks like a year.
    let coded = format!("{section}[import.layouts.members.words.consents]\n'2024' = 'granted'\n");
    let rows = read(&coded, "会員,氏名,メルマガ停止\n1,山田,2024\n").rendered();
    assert!(rows.contains("purpose=email | status=granted"), "{rows}");
}

#[test]
fn a_grant_with_a_date_does_not_outweigh_the_refusal_in_its_own_row() {
    let section = MEMBERS.replace(
        "[import.layouts.members.consents]",
        "effective_at = '更新日'\n[import.layouts.members.consents]",
    );
    let file = "会員,氏名,メルマガ,更新日,unsubscribed\n1,山田,はい,2024-09-01 09:30,TRUE\n2,佐藤,はい,2024-09-01 09:30,FALSE\n";
    let rows = read(&section, file).rendered();
    one_refuses_and_two_agrees(&rows);
    let section = "[import.layouts.stated]\ntable = 'consents'\n[import.layouts.stated.columns]\ncustomer_id = '会員'\n\
        purpose = '項目'\nstatus = '状況'\neffective_at = '日付'\n";
    let file = "会員,項目,状況,日付,配信停止\n1,email,granted,2024-09-01,1\n2,email,granted,2024-09-01,0\n";
    let rows = read(section, file).rendered();
    one_refuses_and_two_agrees(&rows);
}

fn one_refuses_and_two_agrees(rows: &str) {
    let says = |row: &str| rows.contains(row);
    assert!(
        !says("customer_id=1 | purpose=email | status=granted"),
        "{rows}"
    );
    assert!(
        says("customer_id=1 | purpose=email | status=denied"),
        "{rows}"
    );
    assert!(
        says("customer_id=2 | purpose=email | status=granted"),
        "{rows}"
    );
}

#[test]
fn a_column_of_refusals_that_is_mapped_to_a_date_is_heard() {
    let dated = MEMBERS.replace(
        "[import.layouts.members.consents]",
        "effective_at = '配信停止日時'\n[import.layouts.members.consents]",
    );
    let file = "会員,氏名,メルマガ,配信停止日時\n1,山田,はい,2024-05-01 10:00\n2,佐藤,はい,\n";
    let rows = read(&dated, file).rendered();
    assert!(
        rows.contains("customer_id=1 | purpose=line | status=denied"),
        "{rows}"
    );
    assert!(
        !rows.contains("customer_id=1 | purpose=email | status=granted"),
        "{rows}"
    );
    assert!(
        rows.contains("customer_id=2 | purpose=email | status=granted"),
        "{rows}"
    );
    // The date of a refusal is that of the refusal.
    let section = "[import.layouts.stop]\ntable = 'consents'\n[import.layouts.stop.columns]\ncustomer_id = '会員'\n\
        effective_at = '配信停止日'\n[import.layouts.stop.fixed]\npurpose = 'email'\nstatus = 'denied'\n";
    let rows = read(section, "会員,配信停止日\n1,2024-05-01\n").rendered();
    assert_eq!(rows.matches("consents ").count(), 1, "{rows}");
    assert!(
        rows.contains("purpose=email | status=denied | effective_at="),
        "{rows}"
    );
}

#[test]
fn yes_in_a_status_whose_heading_tells_of_refusals_refuses() {
    let section = "[import.layouts.stop]\ntable = 'consents'\n[import.layouts.stop.columns]\ncustomer_id = '会員'\n\
        status = 'メール拒否'\n[import.layouts.stop.fixed]\npurpose = 'email'\n";
    let file = "会員,メール拒否\n1,はい\n2,いいえ\n";
    let outcome = read(section, file);
    let rows = outcome.rendered();
    assert!(
        rows.contains("customer_id=1 | purpose=email | status=denied"),
        "{rows}"
    );
    assert!(!rows.contains("granted"), "{rows}");
    assert_eq!(outcome.rejects.len(), 1);
    let told = format!("{section}[import.layouts.stop.words.status]\n'いいえ' = 'granted'\n");
    let rows = read(&told, file).rendered();
    assert!(
        rows.contains("customer_id=2 | purpose=email | status=granted"),
        "{rows}"
    );
}

#[test]
fn what_buyers_refuse_of_contact_is_heard_in_orders() {
    let file = "No,会員,日付,合計,メルマガ拒否\n1,7,2024-01-05,100,はい\n1,7,2024-01-05,100,はい\n2,8,2024-01-05,100,いいえ\n\
        3,,2024-01-05,100,はい\n4,9,いつか,100,いいえ\n5,9,いつか,100,はい\n";
    let outcome = read(ORDERS, file);
    let rows = outcome.rendered();
    let denied =
        "source=shop | customer_id=7 | purpose=email | status=denied | evidence=メルマガ拒否";
    assert_eq!(rows.matches(denied).count(), 1, "{rows}");
    assert_eq!(rows.matches("consents ").count(), 1, "{rows}");
    assert_eq!((outcome.counts.rejected, outcome.counts.may_refuse), (2, 1));
    let alone = ORDERS.replace("order_id = 'No'\n", "");
    let rows = read(&alone, file).rendered();
    assert!(rows.contains(denied), "{rows}");
    let ignored = ORDERS.replace("table =", "ignored = ['メルマガ拒否']\ntable =");
    assert!(!read(&ignored, file).rendered().contains("consents "));
}
