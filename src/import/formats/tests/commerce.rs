//! What shops' exports do besides: other vintages of a format, rows that cannot be told apart, amounts given twice.

use super::import;
use crate::import::rejects::Reason;
use crate::import::values::ValueError;

/// Returns the rows, one line each, and the rejects.
fn read(text: &str, layout: &str) -> (String, Vec<(u64, String, Reason)>) {
    let outcome = import(text.as_bytes(), None).expect("the layout is recognised");
    assert_eq!(outcome.layout, layout);
    let rows = outcome.rendered();
    let rejects = outcome.rejects.into_iter();
    (
        rows,
        rejects
            .map(|reject| (reject.line, reject.column, reject.reason))
            .collect(),
    )
}

/// Returns the rows of a text without rejects that are orders.
fn orders(text: &str, layout: &str) -> Vec<String> {
    let (rows, rejects) = read(text, layout);
    assert_eq!(rejects, []);
    let orders = rows.lines().filter(|row| row.starts_with("orders "));
    orders.map(str::to_owned).collect()
}

fn at(line: u64, column: &str, reason: Reason) -> (u64, String, Reason) {
    (line, column.to_owned(), reason)
}

#[test]
fn charges_and_points_of_an_eccube_order_are_not_counted_twice() {
    let head = "注文ID,会員ID,小計,手数料,利用ポイント,送料,対応状況(名称),受注日,価格,個数,明細区分(名称)\n";
    let lines = "1,7,1000,330,100,500,新規受付,2024-01-01,1000,1,商品\n\
                 1,7,1000,330,100,500,新規受付,2024-01-01,330,1,手数料\n\
                 1,7,1000,330,100,500,新規受付,2024-01-01,-100,1,ポイント\n";
    let found = orders(&format!("{head}{lines}"), "eccube_orders");
    assert!(
        found[0].contains("shipping_minor=830 | points_used_minor=100"),
        "{found:?}"
    );
}

#[test]
fn test_orders_of_shopify_are_never_sales() {
    let text = "Name,Email,Financial Status,Subtotal,Total,Created at,Lineitem name,Payment Method\n\
                #1,a@example.com,paid,10,10,2024-01-01 09:00:00 +0900,A,(for testing) Bogus Gateway\n\
                #2,a@example.com,paid,10,10,2024-01-01 09:00:00 +0900,A,gift_card\n";
    let found = orders(text, "shopify_orders");
    assert!(found[0].contains("status=cancelled"), "{found:?}");
    assert!(
        found[1].contains("status=placed") && found[1].contains("spend_minor=10"),
        "{found:?}"
    );
}

#[test]
fn a_consent_of_shopifys_orders_ends_with_the_next_no() {
    let head =
        "Name,Email,Accepts Marketing,Financial Status,Subtotal,Total,Created at,Lineitem name\n";
    let order = |number: u8, accepts: &str, subtotal: &str, day: u8| {
        let at = format!("2024-01-{day:02} 09:00:00 +0900");
        format!("#{number},a@example.com,{accepts},paid,{subtotal},10,{at},A\n")
    };
    let consents = |orders: &[String]| {
        let (rows, rejects) = read(&format!("{head}{}", orders.concat()), "shopify_orders");
        let consents = rows.lines().filter(|row| row.contains("purpose=email"));
        (
            consents.map(str::to_owned).collect::<Vec<_>>(),
            rejects.len(),
        )
    };
    let (yes, no) = (order(1, "yes", "10", 1), order(2, "no", "10", 5));
    let (found, _) = consents(&[yes.clone(), no.clone(), order(3, "no", "10", 7)]);
    assert!(found[0].contains("effective_at=2024-01-01"), "{found:?}");
    assert!(found[0].contains("expires_at=2024-01-05"), "{found:?}");
    let (found, _) = consents(&[yes.clone(), no, order(3, "yes", "10", 7)]);
    assert!(found[0].contains("effective_at=2024-01-07"), "{found:?}");
    assert!(!found[0].contains("expires_at"), "{found:?}");
    let (found, rejected) = consents(&[yes, order(2, "no", "?", 5)]);
    assert!(!found[0].contains("expires_at"), "{found:?}");
    assert_eq!(rejected, 1);
}

#[test]
fn a_word_that_is_no_consent_rejects_the_shopify_customer() {
    let head =
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Total Spent,Total Orders\n";
    let (rows, rejects) = read(
        &format!("{head}'1,A,B,a@example.com,maybe,0,0\n'2,A,B,,YES,0,0\n,,,,no,0,0\n"),
        "shopify_customers",
    );
    assert_eq!(
        rejects,
        [
            at(
                2,
                "Accepts Email Marketing",
                Reason::Value(ValueError::UnknownWord)
            ),
            at(4, "Customer ID", Reason::Missing),
        ]
    );
    assert_eq!(rows.lines().count(), 2, "{rows}");
}

#[test]
fn older_shopify_customers_go_by_their_address() {
    let text = "First Name,Last Name,Email,Accepts Marketing,Company,Address1,Address2,City,Province,Province Code,Country,\
                Country Code,Zip,Phone,Total Spent,Total Orders,Tags,Note,Tax Exempt\n\
                Ann,Example,Ann@Example.com,yes,,1 Example St,,Springfield,New York,NY,United States,US,'00501,,0.00,0,,,no\n";
    let (rows, rejects) = read(text, "shopify_customers");
    assert_eq!(rejects, []);
    assert!(
        rows.contains("customer_id=ann@example.com | name=Ann Example | email=Ann@Example.com")
            && rows.contains("prefecture=New York")
            && rows.contains("purpose=email | status=granted"),
        "{rows}"
    );
}

#[test]
fn dates_of_online_retail_are_read_in_every_copy() {
    for date in [
        "12/1/2009 7:45",
        "2009-12-01 07:45:00",
        "01.12.2009 07:45",
        "01-12-2009 07:45",
    ] {
        let text = format!(
            "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n\
             489434,85048,LIGHTS,12,{date},6.95,13085.0,United Kingdom\n"
        );
        let found = orders(&text, "online_retail");
        assert!(
            found[0].contains("customer_id=13085 | ordered_at=2009-11-30T22:45:00Z")
                && found[0].contains("goods_minor=8340"),
            "{date}: {found:?}"
        );
    }
}

#[test]
fn a_rakuten_order_may_have_day_and_time_apart() {
    let text = "注文番号,ステータス,サブステータス,注文日,注文時間,合計金額,送料合計,ポイント利用額\n\
                1,キャンセル確定待ち,,2024-01-05,10:00:00,1600,500,0\n\
                2,キャンセル確定,,2024-01-05,10:00:00,1600,500,0\n3,500,,2024-01-05,25:00:00,1600,500,0\n";
    let (rows, rejects) = read(text, "rakuten_rms");
    assert_eq!(
        rejects,
        [at(4, "注文日", Reason::Value(ValueError::NotADate))]
    );
    assert!(
        rows.contains(
            "order_id=1 | ordered_at=2024-01-05T01:00:00Z | status=placed | goods_minor=1100"
        ) && rows.contains("order_id=2 | ordered_at=2024-01-05T01:00:00Z | status=cancelled"),
        "{rows}"
    );
}

#[test]
fn smaregi_may_leave_the_lines_out_and_write_reversals_without_sign() {
    let text = "取引ID,取引日時,取引区分,取消区分,合計,打消区分(0:通常、1:打消元、2:打消)\n\
                1,2024-01-05 10:00:00,1,0,1100,1\n2,2024-01-06 10:00:00,1,0,1100,2\n";
    let found = orders(text, "smaregi");
    assert!(
        found[0].contains("status=placed | goods_minor=1100"),
        "{found:?}"
    );
    assert!(
        found[1].contains("status=returned | goods_minor=-1100")
            && found[1].contains("total_minor=-1100"),
        "{found:?}"
    );
}

/// Returns the rows of a text without rejects that are lines of orders.
fn lines(text: &str, layout: &str) -> Vec<String> {
    let (rows, rejects) = read(text, layout);
    assert_eq!(rejects, []);
    let lines = rows.lines().filter(|row| row.starts_with("order_lines "));
    lines.map(str::to_owned).collect()
}

#[test]
fn categories_and_costs_that_a_shop_added_to_its_eccube_export_are_read() {
    let text = "注文ID,会員ID,小計,対応状況(名称),受注日,商品名,価格,個数,明細区分(名称),商品カテゴリ(名称),原価\n\
                1,7,3000,新規受付,2024-01-01,豆,1000,3,商品,コーヒー豆,410.5\n\
                1,7,3000,新規受付,2024-01-01,手数料,330,1,手数料,,\n\
                2,7,2000,返品,2024-01-02,豆,1000,2,商品,コーヒー豆,400\n\
                3,7,1000,新規受付,2024-01-03,豆,1000,1,商品,,\n";
    let found = lines(text, "eccube_orders");
    assert_eq!(found.len(), 4, "{found:?}");
    for (line, part) in found.iter().zip([
        "category=コーヒー豆 | unit_price_minor=1000 | quantity=3 | amount_minor=3000 | cost_minor=1232 |",
        "category=コーヒー豆 | unit_price_minor=1000 | quantity=2 | amount_minor=2000 | cost_minor=800 |",
        "category=コーヒー豆 | unit_price_minor=1000 | quantity=-2 | amount_minor=-2000 | cost_minor=-800 |",
        "product_name=豆 | unit_price_minor=1000 | quantity=1 | amount_minor=1000 | observed_at",
    ]) {
        assert!(line.contains(part), "{part}: {line}");
    }
    let (rows, _) = read(text, "eccube_orders");
    assert!(!rows.contains("extra="), "{rows}");
}

#[test]
fn what_makeshop_buys_for_is_the_cost() {
    let text = "日付,注文番号,処理状況,商品名,数量,販売価格,小計,カテゴリー,仕入価格\n\
                2024/1/5,P1,配送,豆,2,1100,2200,コーヒー,400\n";
    let found = lines(text, "makeshop");
    assert!(
        found[0].contains(
            "category=コーヒー | unit_price_minor=1100 | quantity=2 | amount_minor=2200 | cost_minor=800 |"
        ),
        "{found:?}"
    );
}

#[test]
fn a_log_tells_categories_and_costs_of_pieces() {
    let text = "注文番号,日付,顧客ID,金額,数量,商品名,カテゴリ,仕入単価\n\
                1,2024-01-05,C1,1200,2,豆,コーヒー豆,300\n\
                1,2024-01-05,C1,500,1,缶,器具,\n\
                2,2024-01-06,C1,-600,-1,豆,コーヒー豆,300\n";
    let found = lines(text, "transactions");
    for (line, part) in found.iter().zip([
        "product_name=豆 | category=コーヒー豆 | quantity=2 | amount_minor=1200 | cost_minor=600 |",
        "product_name=缶 | category=器具 | quantity=1 | amount_minor=500 | observed_at",
        "product_name=豆 | category=コーヒー豆 | quantity=-1 | amount_minor=-600 | cost_minor=-300 |",
    ]) {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert_eq!(found.len(), 3);
}

#[test]
fn a_cost_of_which_nobody_knows_whether_it_is_of_one_piece_is_not_taken() {
    let (rows, _) = read(
        "日付,顧客ID,金額,数量,原価\n2024-01-05,C1,1200,2,300\n",
        "transactions",
    );
    assert!(
        rows.contains("extra={\"原価\":\"300\"}") && !rows.contains("cost_minor"),
        "{rows}"
    );
    let found = lines(
        "日付,顧客ID,金額,原価\n2024-01-05,C1,1200,500\n2024-01-06,C1,-1200,500\n",
        "transactions",
    );
    assert!(
        found[0].contains("amount_minor=1200 | cost_minor=500 |")
            && found[1].contains("amount_minor=-1200 | cost_minor=-500 |"),
        "{found:?}"
    );
}

const SQUARE: &str =
    "Date,Time,Time Zone,Item,Qty,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type\n";

#[test]
fn days_and_months_of_square_are_not_guessed_outside_america_and_japan() {
    let row = |date: &str, zone: &str| {
        format!("{date},10:00:00,{zone},A,1,8.00,0,8.00,0,T{date}{zone},Payment\n")
    };
    let text = format!(
        "{SQUARE}{}{}{}",
        row("01/02/24", "London"),
        row("2024-01-02", "London"),
        row("01/02/24", "Tokyo")
    );
    let (rows, rejects) = read(&text, "square_items");
    assert_eq!(
        rejects,
        [at(2, "Date", Reason::Value(ValueError::AmbiguousDate))]
    );
    assert!(
        rows.contains("ordered_at=2024-01-02T10:00:00Z")
            && rows.contains("ordered_at=2024-01-02T01:00:00Z"),
        "{rows}"
    );
}

#[test]
fn a_square_payment_is_taken_whole_or_not_at_all() {
    let row = |id: &str, gross: &str, event: &str| {
        format!("2024-01-02,10:00:00,Tokyo,A,1,{gross},0,{gross},0,{id},{event}\n")
    };
    let text = format!(
        "{SQUARE}{}{}{}{}{}{}",
        row("T1", "¥100", "Payment"),
        row("T1", "時価", "Payment"),
        row("T2", "¥100", "Payment"),
        row("T3", "¥100", "Payment"),
        row("T2", "¥100", "Payment"),
        row("", "¥100", "Refund"),
    );
    let (rows, rejects) = read(&text, "square_items");
    assert_eq!(
        rejects,
        [
            at(2, "", Reason::OrderRejected),
            at(3, "Gross Sales", Reason::Value(ValueError::NotMoney)),
            at(6, "Transaction ID", Reason::OrderScattered),
            at(7, "Transaction ID", Reason::Missing),
        ]
    );
    assert_eq!(
        rows.lines()
            .filter(|row| row.starts_with("orders "))
            .count(),
        2,
        "{rows}"
    );
}
