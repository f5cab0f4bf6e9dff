//! スマレジ, 取引履歴 CSV: the columns the shop chose, one row per transaction, or one per line where 取引明細 is included.
//!
//! Made in スマレジ's 管理画面 among its transactions (取引履歴); CSVダウンロード設定 decides which columns there are. Some
//! headings carry their explanation in brackets behind them, `打消区分(0：通常、…)`.
//!
//! - 取引区分 1 is a sale. Deposits, payments, points and receipts (2 and above) are kept as cancelled orders without goods,
//!   so that they are never sales. 取消区分 1 cancels.
//! - 打消区分 2 is the record that takes another one back: a return, whatever sign its amounts have. So is a transaction whose
//!   合計 is below zero. Lines of 取引明細区分 2 are returned pieces.
//! - What was spent is 合計 + ポイント値引き, right for prices with and without tax; 単価値引き小計 and 小計値引き are the
//!   discounts, the goods are what both make together. The tax is 内消費税 + 外消費税.
//! - 部門名 is the category. The cost is 原価計, else 原価 (of one piece, with up to five decimals) x 数量; nil is what スマレジ
//!   writes where none was entered.
//! - The customer is 会員ID, else 会員コード; without both the order is nobody's.

use std::io::BufRead;

use super::shop::{Buyer, LineFields, Orders, Read, read_orders, sum_of};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::cost::CostFields;
use crate::import::groups::Group;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{CANCELLED, Order, OrderLine, PLACED, RETURNED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};

const SOURCE: &str = "smaregi";
const CURRENCY: &str = "JPY";

/// スマレジ's transactions.
pub(super) struct Smaregi;

impl Layout for Smaregi {
    fn name(&self) -> &'static str {
        "smaregi"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("スマレジ 取引履歴 CSV", "Smaregi transactions CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["取引ID", "取引日時"])
            && (head.has_annotated_heading(0, "取引区分")
                || head.has_annotated_heading(0, "取消区分"))
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
    kind: Option<Field>,
    cancelled: Option<Field>,
    reversal: Option<Field>,
    buyer: Buyer,
    line: LineFields,
    line_kind: Option<Field>,
    line_amount: Option<Field>,
    total: Option<Field>,
    discounts: [Option<Field>; 2],
    points: Option<Field>,
    taxes: [Option<Field>; 2],
    store: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["取引ID"], context)?,
            ordered: headings.need(&["取引日時"], context)?,
            kind: None,
            cancelled: None,
            reversal: None,
            buyer: Buyer {
                id: headings.find(&["会員ID", "会員コード"]),
                ..Buyer::default()
            },
            line: LineFields {
                code: headings
                    .find(&["商品コード", "品番", "商品ID"])
                    .into_iter()
                    .collect(),
                name: headings.find(&["商品名"]).into_iter().collect(),
                price: headings.find(&["販売単価", "商品単価"]),
                quantity: headings.find(&["数量"]),
                category: headings.find(&["部門名"]),
                cost: CostFields {
                    all: headings.find_annotated("原価計"),
                    one: headings.find_annotated("原価"),
                },
            },
            line_kind: headings.find_annotated("取引明細区分"),
            line_amount: headings.find(&["値引き後計", "値引き前計"]),
            total: headings.find(&["合計"]),
            discounts: ["単価値引き小計", "小計値引き"].map(|name| headings.find(&[name])),
            points: headings.find(&["ポイント値引き"]),
            taxes: ["内消費税", "外消費税"].map(|name| headings.find(&[name])),
            store: headings.find(&["店舗名", "店舗ID"]),
            rest: Vec::new(),
        };
        // Read besides, and kept.
        fields.rest = headings.rest();
        fields.kind = headings.find_annotated("取引区分");
        fields.cancelled = headings.find_annotated("取消区分");
        fields.reversal = headings.find_annotated("打消区分");
        Ok(fields)
    }

    fn lines(
        &self,
        headings: &Headings,
        group: &Group,
        context: &Context,
        is_reversal: bool,
    ) -> Result<Vec<OrderLine>, Reject> {
        let mut lines = Vec::new();
        for record in &group.records {
            let cells = Cells::new(headings, record, context);
            let Some(mut line) = self.line.read(&cells, CURRENCY)? else {
                continue;
            };
            line.amount = cells.money(self.line_amount, CURRENCY)?.or(line.amount);
            if is_reversal || cells.text(self.line_kind) == Some("2") {
                let back = |amount: Option<i64>| amount.map(|amount| -amount.saturating_abs());
                (line.quantity, line.amount) = (back(line.quantity), back(line.amount));
            }
            line.sign_cost();
            line.cost = line.cost.filter(|cost| *cost != 0);
            lines.push(line);
        }
        Ok(lines)
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
        let is_sale = matches!(cells.text(self.kind), None | Some("1" | "通常"));
        let is_reversal = cells.text(self.reversal) == Some("2");
        let is_cancelled = matches!(cells.text(self.cancelled), Some("1" | "取消"));
        let lines = self.lines(headings, group, context, is_reversal)?;
        let stated = yen(self.total)?;
        let is_return = is_reversal || stated.is_some_and(|total| total < 0);
        // What takes goods back is below zero throughout, however the export writes it.
        let signed = |amount: i64| {
            if is_return {
                -amount.saturating_abs()
            } else {
                amount
            }
        };
        let total = stated.map(signed);
        let points = yen(self.points)?.map(|points| signed(points.saturating_abs()));
        let spend = total
            .map(|total| total.saturating_add(points.unwrap_or(0)))
            .or_else(|| sum_of(&lines));
        let spend = match (is_sale, spend) {
            (false, _) => 0,
            (true, Some(spend)) => spend,
            (true, None) => return Err(cells.reject(self.total, Reason::Missing)),
        };
        let (mut discount, mut tax) = (None, None);
        for field in self.discounts {
            if let Some(amount) = yen(field)? {
                let amount = signed(amount.saturating_abs());
                discount = Some(discount.unwrap_or(0_i64).saturating_add(amount));
            }
        }
        for field in self.taxes {
            if let Some(amount) = yen(field)? {
                tax = Some(tax.unwrap_or(0_i64).saturating_add(signed(amount)));
            }
        }
        let discount = discount.filter(|_| is_sale);
        let order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: group.id.clone(),
            customer_id: self.buyer.customer_id(&cells),
            ordered_at: cells.needed_instant(self.ordered)?,
            status: match (is_sale && !is_cancelled, is_return) {
                (false, _) => CANCELLED,
                (true, true) => RETURNED,
                (true, false) => PLACED,
            },
            goods: spend.saturating_add(discount.unwrap_or(0)),
            discount,
            shipping: None,
            tax,
            points_used: points,
            total,
            currency: CURRENCY.to_owned(),
            channel: Some("store".to_owned()),
            store: cells.text(self.store).map(str::to_owned),
            coupon: None,
            extra: extra(headings, &self.rest, &group.records),
            lines,
        };
        Ok(Read {
            order,
            returned_at: None,
        })
    }
}
