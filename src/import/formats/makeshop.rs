//! MakeShop, 注文 CSV (注文出力用テンプレート): the columns the shop chose, one row per line of an order or per order.
//!
//! Made in MakeShop's 注文管理; the shop's template decides which columns there are and their order.
//!
//! - 日付 and 注文時間 (hhmmss) together are the instant.
//! - 処理状況: 注文キャンセル cancels the order; 返送 keeps it and adds `<注文番号>/return` on the day of the order, since
//!   the export has no day of return.
//! - Only 日付, 注文時間, 注文番号, 処理状況 and 注文者 are documented in public; the other columns are read where they go by
//!   one of the names such exports use, and stay in `extra` where they do not.
//! - 仕入価格 is what MakeShop calls the cost of one piece: the line's is that of all pieces.
//! - The goods are the column of that name, else the sum of the lines, else the total less shipping and charges, before
//!   discount and points.

use std::io::BufRead;

use super::shop::{Buyer, LineFields, Orders, Read, found, instant_of, read_orders, sum_of};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::cost::CostFields;
use crate::import::groups::Group;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{CANCELLED, Order, PLACED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};

const SOURCE: &str = "makeshop";
const CURRENCY: &str = "JPY";

/// MakeShop's orders.
pub(super) struct MakeShop;

impl Layout for MakeShop {
    fn name(&self) -> &'static str {
        "makeshop"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("MakeShop 注文 CSV", "MakeShop orders CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["日付", "注文番号", "処理状況"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        read_orders(
            &mut table,
            &fields,
            context.source_or(SOURCE),
            context,
            sink,
        )
    }
}

struct Fields {
    id: Field,
    day: Field,
    time: Option<Field>,
    status: Option<Field>,
    buyer: Buyer,
    line: LineFields,
    goods: Option<Field>,
    discount: Option<Field>,
    shipping: Option<Field>,
    charge: Option<Field>,
    tax: Option<Field>,
    points: Option<Field>,
    total: Option<Field>,
    coupon: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["注文番号"], context)?,
            day: headings.need(&["日付"], context)?,
            time: headings.find(&["注文時間(hhmmss)", "注文時間"]),
            status: headings.find(&["処理状況"]),
            buyer: Buyer {
                id: headings.find(&["会員ID", "注文者会員ID", "注文者ID"]),
                name: found(headings, &["注文者"]),
                kana: found(headings, &["注文者(振り仮名)"]),
                email: headings.find(&[
                    "注文者メールアドレス",
                    "メールアドレス",
                    "注文者E-mail",
                    "E-mail",
                ]),
                phone: headings
                    .find(&["注文者電話番号", "電話番号", "注文者連絡先"])
                    .into_iter()
                    .collect(),
                mobile: None,
                postal_code: headings
                    .find(&["注文者郵便番号", "郵便番号"])
                    .into_iter()
                    .collect(),
                prefecture: headings.find(&["注文者都道府県", "都道府県"]),
                address: headings.find(&["注文者住所", "住所"]).into_iter().collect(),
            },
            line: LineFields {
                code: headings
                    .find(&["独自商品コード", "商品コード", "システム商品コード"])
                    .into_iter()
                    .collect(),
                name: found(headings, &["商品名", "オプション"]),
                price: headings.find(&["販売価格", "単価", "価格", "商品価格"]),
                quantity: headings.find(&["数量", "個数"]),
                category: headings.find(&[
                    "カテゴリー",
                    "カテゴリ",
                    "カテゴリー名",
                    "カテゴリ名",
                    "商品カテゴリー",
                    "商品カテゴリ",
                ]),
                cost: CostFields {
                    all: None,
                    one: headings.find(&["仕入価格", "仕入れ価格", "原価"]),
                },
            },
            goods: headings.find(&["商品合計金額", "商品合計", "小計"]),
            discount: headings.find(&["割引金額", "クーポン割引額", "クーポン割引", "値引き"]),
            shipping: headings.find(&["送料"]),
            charge: headings.find(&["手数料", "決済手数料", "代引手数料"]),
            tax: headings.find(&["消費税", "税金"]),
            points: headings.find(&["使用ポイント", "利用ポイント", "ポイント利用額"]),
            total: headings.find(&["合計金額", "総合計", "注文金額"]),
            coupon: headings.find(&["クーポン番号", "クーポンコード"]),
            rest: Vec::new(),
        };
        fields.rest = headings.rest();
        Ok(fields)
    }
}

impl Orders for Fields {
    fn id(&self) -> Field {
        self.id
    }

    fn buyer(&self) -> &Buyer {
        &self.buyer
    }

    fn order(&self, headings: &Headings, group: &Group, context: &Context) -> Result<Read, Reject> {
        let cells = Cells::new(headings, &group.records[0], context);
        let yen = |field| cells.money(field, CURRENCY);
        let ordered_at = match cells.text(self.time) {
            None => cells.needed_instant(self.day)?,
            Some(time) => instant_of(&cells, self.day, cells.needed(self.day)?, time, context)?,
        };
        let lines = self.line.read_all(headings, group, context, CURRENCY)?;
        let discount = yen(self.discount)?.map(i64::saturating_abs);
        let points = yen(self.points)?.map(i64::saturating_abs);
        let total = yen(self.total)?;
        let shipping = match (yen(self.shipping)?, yen(self.charge)?) {
            (Some(shipping), Some(charge)) => Some(shipping.saturating_add(charge)),
            (shipping, charge) => shipping.or(charge),
        };
        let from_total = |total: i64| {
            total
                .saturating_sub(shipping.unwrap_or(0))
                .saturating_add(discount.unwrap_or(0))
                .saturating_add(points.unwrap_or(0))
        };
        let goods = yen(self.goods)?
            .or_else(|| sum_of(&lines))
            .or_else(|| total.map(from_total))
            .ok_or_else(|| cells.reject(self.total.or(self.goods), Reason::Missing))?;
        let status = cells.text(self.status).unwrap_or_default();
        let is_cancelled = status.contains("キャンセル");
        let order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: group.id.clone(),
            customer_id: self.buyer.customer_id(&cells),
            ordered_at,
            status: if is_cancelled { CANCELLED } else { PLACED },
            goods,
            discount,
            shipping,
            tax: yen(self.tax)?,
            points_used: points,
            total,
            currency: CURRENCY.to_owned(),
            channel: Some("web".to_owned()),
            store: None,
            coupon: cells.text(self.coupon).map(str::to_owned),
            extra: extra(headings, &self.rest, &group.records),
            lines,
        };
        Ok(Read {
            returned_at: (status == "返送").then_some(ordered_at),
            order,
        })
    }
}
