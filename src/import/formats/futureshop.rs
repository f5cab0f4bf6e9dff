//! futureshop, 受注 CSV: the columns the shop chose, one row per line of an order.
//!
//! Made in futureshop under 運用 > 受注管理; 受注データ取得項目設定 decides which columns there are (third party: the
//! headings are those other systems ask shops to choose).
//!
//! - 商品合計金額 are the goods before 割引合計金額(商品); where the total shows that 消費税合計 comes on top of them, it is
//!   added. 送料, less 割引合計金額(送料), and the charges for payment, wrapping, cooling and other things are shipping.
//! - 請求合計金額 is the total as it stands: what is left to pay after points.
//! - An order is cancelled where its status says キャンセル or its キャンセル flag is set.
//! - Without 会員ID the key is the e-mail address in lower case, else the telephone number.

use std::io::BufRead;

use super::shop::{Buyer, LineFields, Orders, Read, found, read_orders, sum_of};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::groups::Group;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{CANCELLED, Order, PLACED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};

const SOURCE: &str = "futureshop";
const CURRENCY: &str = "JPY";

/// futureshop's orders.
pub(super) struct FutureShop;

impl Layout for FutureShop {
    fn name(&self) -> &'static str {
        "futureshop"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("futureshop 受注 CSV", "futureshop orders CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["受注コード", "注文日時"])
            && (head.has_headings(0, &["請求合計金額"]) || head.has_headings(0, &["商品合計金額"]))
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
    ordered: Field,
    buyer: Buyer,
    line: LineFields,
    goods: Option<Field>,
    discount: Option<Field>,
    shipping: Vec<Field>,
    shipping_discount: Option<Field>,
    tax: Option<Field>,
    points: Option<Field>,
    total: Option<Field>,
    coupon: Option<Field>,
    statuses: Vec<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["受注コード"], context)?,
            ordered: headings.need(&["注文日時"], context)?,
            buyer: Buyer {
                id: headings.find(&["会員ID", "会員番号"]),
                name: found(headings, &["氏名(姓)", "氏名(名)"]),
                kana: found(headings, &["フリガナ(姓)", "フリガナ(名)"]),
                email: headings.find(&["メールアドレス", "メールアドレス(メイン)"]),
                phone: headings
                    .find(&["電話番号(メイン)", "電話番号"])
                    .into_iter()
                    .collect(),
                mobile: None,
                postal_code: found(headings, &["郵便番号"]),
                prefecture: headings.find(&["都道府県", "都道府県区分"]),
                address: found(headings, &["住所1", "住所2", "住所3"]),
            },
            line: LineFields {
                code: found(headings, &["商品番号"]),
                name: found(headings, &["商品名", "バリエーション名"]),
                price: headings.find(&["販売単価"]),
                quantity: headings.find(&["購入数量"]),
                ..LineFields::default()
            },
            goods: headings.find(&["商品合計金額"]),
            discount: headings.find(&["割引合計金額(商品)"]),
            shipping: found(
                headings,
                &[
                    "送料",
                    "決済手数料",
                    "包装手数料",
                    "クール便手数料",
                    "その他手数料",
                ],
            ),
            shipping_discount: headings.find(&["割引合計金額(送料)"]),
            tax: headings.find(&["消費税合計"]),
            points: headings.find(&["ポイント利用額"]),
            total: headings.find(&["請求合計金額"]),
            coupon: headings.find(&["クーポンコード"]),
            statuses: Vec::new(),
            rest: Vec::new(),
        };
        // Read besides, and kept.
        fields.rest = headings.rest();
        fields.buyer.mobile = headings.find(&["携帯電話番号"]);
        fields.statuses = found(
            headings,
            &[
                "ステータス",
                "受注ステータス",
                "キャンセルフラグ",
                "キャンセル",
            ],
        );
        Ok(fields)
    }

    fn is_cancelled(&self, headings: &Headings, cells: &Cells<'_>) -> bool {
        self.statuses.iter().any(|field| {
            let is_flag = headings.name(*field).contains("キャンセル");
            cells.text(Some(*field)).is_some_and(|status| {
                status.contains("キャンセル") && !status.contains("依頼")
                    || is_flag && ["1", "有", "済", "○"].contains(&status)
            })
        })
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
        let ordered_at = cells.needed_instant(self.ordered)?;
        let lines = self.line.read_all(headings, group, context, CURRENCY)?;
        let discount = yen(self.discount)?.map(i64::saturating_abs);
        let points = yen(self.points)?.map(i64::saturating_abs);
        let (tax, total) = (yen(self.tax)?, yen(self.total)?);
        let mut shipping = yen(self.shipping_discount)?.map(|amount| -amount.saturating_abs());
        for field in &self.shipping {
            if let Some(amount) = yen(Some(*field))? {
                shipping = Some(shipping.unwrap_or(0).saturating_add(amount));
            }
        }
        let before_tax = |goods: i64| {
            goods
                .saturating_sub(discount.unwrap_or(0))
                .saturating_add(shipping.unwrap_or(0))
                .saturating_sub(points.unwrap_or(0))
        };
        let tax_on_top = |goods: i64| {
            tax.filter(|tax| *tax != 0 && total == Some(before_tax(goods).saturating_add(*tax)))
                .unwrap_or(0)
        };
        let goods = yen(self.goods)?
            .or_else(|| sum_of(&lines))
            .map(|goods| goods.saturating_add(tax_on_top(goods)))
            .or_else(|| total.map(|total| total.saturating_sub(before_tax(0))))
            .ok_or_else(|| cells.reject(self.goods.or(self.total), Reason::Missing))?;
        let order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: group.id.clone(),
            customer_id: self.buyer.customer_id(&cells),
            ordered_at,
            status: if self.is_cancelled(headings, &cells) {
                CANCELLED
            } else {
                PLACED
            },
            goods,
            discount,
            shipping,
            tax,
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
            order,
            returned_at: None,
        })
    }
}
