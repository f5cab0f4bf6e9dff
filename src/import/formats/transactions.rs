//! Any log of purchases with a customer, a day and an amount under usual names.
//!
//! Only for files no other layout recognises, and none that has a status, discounts or shipping: those are left to a
//! section of the settings. Rows above the headings are skipped. Each row is one order, or one line of an order where the log numbers its
//! orders; an amount is what was paid for goods, tax included.
//!
//! `原価` and `cost` alone do not say whether one piece or all of the row are meant: they are read only where no column
//! counts pieces, and stay in `extra` else.

use std::io::BufRead;
use std::path::Path;

use super::purchases::Log;
use crate::error::{Error, Result};
use crate::import::context::Context;
use crate::import::cost::CostFields;
use crate::import::head::{Head, fold};
use crate::import::layout::Layout;
use crate::import::sink::Sink;
use crate::import::table::Table;

const CUSTOMER: &[&str] = &[
    "customer_id",
    "customer id",
    "customerid",
    "customer",
    "client_id",
    "user_id",
    "member_id",
    "顧客ID",
    "顧客番号",
    "顧客コード",
    "会員ID",
    "会員番号",
    "お客様番号",
    "お客様ID",
];
const DATE: &[&str] = &[
    "date",
    "order_date",
    "order date",
    "ordered_at",
    "purchase_date",
    "purchased_at",
    "transaction_date",
    "datetime",
    "timestamp",
    "日付",
    "購入日",
    "購入日時",
    "注文日",
    "注文日時",
    "取引日",
    "取引日時",
    "売上日",
    "利用日",
];
const AMOUNT: &[&str] = &[
    "amount",
    "sales",
    "total",
    "revenue",
    "spend",
    "price",
    "order_total",
    "total_amount",
    "金額",
    "売上",
    "売上金額",
    "購入金額",
    "注文金額",
    "合計金額",
    "合計",
    "支払金額",
    "利用金額",
];

const ORDER: &[&str] = &[
    "order_id",
    "order id",
    "orderid",
    "order_number",
    "order number",
    "transaction_id",
    "transaction id",
    "invoice_id",
    "invoice_no",
    "invoice number",
    "receipt_id",
    "注文ID",
    "注文番号",
    "受注番号",
    "伝票番号",
    "取引ID",
    "取引番号",
    "レシート番号",
];
const PRODUCT: &[&str] = &[
    "product",
    "product_name",
    "item",
    "item_name",
    "商品名",
    "商品",
    "品名",
];

const CATEGORY: &[&str] = &[
    "category",
    "product_category",
    "product category",
    "item_category",
    "商品カテゴリ",
    "商品カテゴリー",
    "カテゴリ",
    "カテゴリー",
    "部門",
    "部門名",
    "商品分類",
];
/// Cost of all pieces of the row.
const COST: &[&str] = &[
    "line_cost",
    "line cost",
    "cogs",
    "原価計",
    "原価合計",
    "原価金額",
    "売上原価",
    "仕入金額",
];
/// Cost of one piece.
const UNIT_COST: &[&str] = &[
    "unit_cost",
    "unit cost",
    "unitcost",
    "cost_per_unit",
    "原単価",
    "原価単価",
    "仕入単価",
    "仕入価格",
];
/// Cost of one piece or of all of them.
const ANY_COST: &[&str] = &["cost", "原価"];

/// Parts of headings that say that rows are not all sales, or that the amount is not all of it: such a file is no plain
/// log, and to read it as one would count what was cancelled.
const MORE: &[&str] = &[
    "状態",
    "状況",
    "ステータス",
    "区分",
    "キャンセル",
    "取消",
    "返品",
    "返金",
    "送料",
    "値引",
    "割引",
    "status",
    "state",
    "cancel",
    "refund",
    "return",
    "void",
    "shipping",
    "discount",
];

/// Returns how many records stand above the headings, where they are those of a log.
fn preamble(head: &Head) -> Option<usize> {
    (0..MOST_PREAMBLE).find(|row| {
        let has = |names: &&[&str]| names.iter().any(|name| head.has_headings(*row, &[name]));
        [CUSTOMER, DATE, AMOUNT].iter().all(has)
    })
}

/// Records above the headings, at most.
const MOST_PREAMBLE: usize = 8;

/// A plain log of purchases.
pub(super) struct Transactions;

impl Layout for Transactions {
    fn name(&self) -> &'static str {
        "transactions"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "購買履歴(顧客・日付・金額)",
            "purchase log (customer, date, amount)",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        let Some(preamble) = preamble(head) else {
            return false;
        };
        let means_more = |heading: &String| {
            let heading = fold(heading);
            MORE.iter().any(|word| heading.contains(word))
        };
        !head.headings(preamble).iter().any(means_more)
    }

    fn is_fallback(&self) -> bool {
        true
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let failed = |error| Error::io("read", Path::new(&context.source_file), error);
        let sample = String::from_utf8_lossy(input.fill_buf().map_err(failed)?).into_owned();
        let preamble = preamble(&Head::of(&sample)).unwrap_or(0);
        let (mut table, _) = Table::open(input, preamble, context)?;
        let headings = &mut table.headings;
        let quantity = headings.find(&["quantity", "qty", "数量", "個数", "点数"]);
        let cost = CostFields {
            all: headings.find(COST),
            one: headings.find(UNIT_COST).or_else(|| match quantity {
                Some(_) => None,
                None => headings.find(ANY_COST),
            }),
        };
        let mut log = Log {
            source: context.source_or("transactions"),
            currency: &context.currency,
            order: headings.find(ORDER),
            customer: headings.need(CUSTOMER, context)?,
            date: headings.need(DATE, context)?,
            amount: headings.need(AMOUNT, context)?,
            quantity,
            product: headings.find(PRODUCT),
            category: headings.find(CATEGORY),
            cost,
            channel: headings.find(&["channel", "販路", "チャネル", "販売チャネル"]),
            store: headings.find(&["store", "shop", "store_name", "店舗", "店舗名", "店名"]),
            currency_field: headings.find(&["currency", "通貨"]),
            rest: Vec::new(),
        };
        log.rest = headings.rest();
        log.read(&mut table, context, sink)
    }
}
