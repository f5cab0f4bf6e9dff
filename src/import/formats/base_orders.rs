//! BASE, 注文データ CSV (third party): one row per line of an order, the buyer and the order's own cells on each of them.
//!
//! Made in BASE's 注文管理. Read from other people's readers and sample headings, not from BASE's own documentation.
//!
//! - There is no customer id: the key is the buyer's (請求先) e-mail address in lower case, else the telephone number.
//! - `合計金額` is the price of the row's pieces in the files known. Should it rather repeat the order's total, or the
//!   sum of its goods, on every row, that is seen by reckoning: 価格 x 数量 of all rows with or without 送料,
//!   代引き手数料 and 調整金額.
//! - The total is the goods + 送料 + 代引き手数料 + 調整金額, or the repeated total as it stands. `調整金額` below zero is a
//!   discount, above zero a charge that counts with the shipping.
//! - Rows named 商品オプション… are no goods of their own: price and choice go to the line before them.
//! - 発送状況 キャンセル cancels the order. The recipient (配送先) and everything else stays in `extra`.

use std::io::BufRead;

use super::shop::{Buyer, LineFields, Orders, Read, found, read_orders};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::groups::Group;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{CANCELLED, Order, OrderLine, PLACED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};

const SOURCE: &str = "base";
const CURRENCY: &str = "JPY";
const OPTION: &str = "商品オプション";

/// BASE's orders.
pub(super) struct BaseOrders;

impl Layout for BaseOrders {
    fn name(&self) -> &'static str {
        "base_orders"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("BASE 注文 CSV", "BASE orders CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(
            0,
            &["注文ID", "注文日時", "メールアドレス(請求先)", "合計金額"],
        )
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
    product: Option<Field>,
    amount: Field,
    shipping: Option<Field>,
    charge: Option<Field>,
    adjustment: Option<Field>,
    status: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["注文ID"], context)?,
            ordered: headings.need(&["注文日時"], context)?,
            buyer: Buyer {
                id: None,
                name: found(headings, &["氏(請求先)", "名(請求先)"]),
                kana: Vec::new(),
                email: headings.find(&["メールアドレス(請求先)"]),
                phone: found(headings, &["電話番号(請求先)"]),
                mobile: None,
                postal_code: found(headings, &["郵便番号(請求先)"]),
                prefecture: headings.find(&["都道府県(請求先)"]),
                address: found(headings, &["住所(請求先)", "住所2(請求先)"]),
            },
            line: LineFields {
                code: found(headings, &["種類コード", "商品コード"]),
                name: found(headings, &["商品名", "バリエーション"]),
                price: headings.find(&["価格"]),
                quantity: headings.find(&["数量"]),
                ..LineFields::default()
            },
            product: headings.find(&["商品名"]),
            amount: headings.need(&["合計金額"], context)?,
            shipping: headings.find(&["送料"]),
            charge: headings.find(&["代引き手数料"]),
            adjustment: headings.find(&["調整金額"]),
            status: headings.find(&["発送状況"]),
            rest: Vec::new(),
        };
        fields.rest = headings.rest();
        // Where the shop gives no codes, BASE's own numbers tell the products apart; they are kept, too.
        fields
            .line
            .code
            .extend(found(headings, &["種類ID", "商品ID"]));
        Ok(fields)
    }

    /// Reads the lines and what each row says in 合計金額.
    fn lines(
        &self,
        headings: &Headings,
        group: &Group,
        context: &Context,
    ) -> Result<(Vec<OrderLine>, Amounts), Reject> {
        let mut lines: Vec<OrderLine> = Vec::with_capacity(group.records.len());
        let mut amounts = Amounts::default();
        for record in &group.records {
            let cells = Cells::new(headings, record, context);
            let stated = cells.money(Some(self.amount), CURRENCY)?;
            let Some(mut line) = self.line.read(&cells, CURRENCY)? else {
                amounts.add(stated, None);
                continue;
            };
            amounts.add(stated, line.amount);
            line.amount = line.amount.or(stated);
            let is_option = cells
                .text(self.product)
                .is_some_and(|name| name.starts_with(OPTION));
            match lines.last_mut() {
                Some(before) if is_option => choose(before, &line),
                _ => lines.push(line),
            }
        }
        Ok((lines, amounts))
    }
}

/// Adds what an option of the product costs, and its name.
fn choose(line: &mut OrderLine, option: &OrderLine) {
    let add = |own: Option<i64>, more: Option<i64>| match (own, more) {
        (Some(own), Some(more)) => Some(own.saturating_add(more)),
        (own, more) => own.or(more),
    };
    line.unit_price = add(line.unit_price, option.unit_price);
    line.amount = add(line.amount, option.amount);
    if let (Some(name), Some(choice)) = (&mut line.product_name, &option.product_name) {
        name.push_str(" / ");
        name.push_str(choice);
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
        let yen = |field| Ok::<_, Reject>(cells.money(field, CURRENCY)?.unwrap_or(0));
        let ordered_at = cells.needed_instant(self.ordered)?;
        let (lines, amounts) = self.lines(headings, group, context)?;
        let adjustment = yen(self.adjustment)?;
        let charges = yen(self.shipping)?.saturating_add(yen(self.charge)?);
        let (goods, total) = amounts
            .goods_and_total(charges.saturating_add(adjustment))
            .ok_or_else(|| cells.reject(Some(self.amount), Reason::Missing))?;
        let shipping = charges.saturating_add(adjustment.max(0));
        let spend = total.saturating_sub(shipping);
        let goods = goods.max(spend);
        let is_cancelled = cells
            .text(self.status)
            .is_some_and(|status| status.contains("キャンセル"));
        let order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: group.id.clone(),
            customer_id: self.buyer.customer_id(&cells),
            ordered_at,
            status: if is_cancelled { CANCELLED } else { PLACED },
            goods,
            discount: Some(goods.saturating_sub(spend)),
            shipping: Some(shipping),
            tax: None,
            points_used: None,
            total: Some(total),
            currency: CURRENCY.to_owned(),
            channel: Some("web".to_owned()),
            store: None,
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

/// What the rows of an order say in 合計金額, against 価格 x 数量.
#[derive(Debug, Default)]
struct Amounts {
    stated: Vec<Option<i64>>,
    reckoned: Vec<Option<i64>>,
}

impl Amounts {
    fn add(&mut self, stated: Option<i64>, reckoned: Option<i64>) {
        self.stated.push(stated);
        self.reckoned.push(reckoned);
    }

    /// Returns the order's goods and its total, `charges` being all that is added to the goods.
    fn goods_and_total(&self, charges: i64) -> Option<(i64, i64)> {
        let sum = |amounts: &[Option<i64>]| {
            let filled = amounts.iter().flatten();
            filled.fold(0_i64, |sum, amount| sum.saturating_add(*amount))
        };
        let reckoned = sum(&self.reckoned);
        let whole = reckoned.saturating_add(charges);
        let is_reckoned = self.reckoned.iter().any(Option::is_some);
        let Some(first) = self.stated.iter().flatten().next().copied() else {
            return is_reckoned.then_some((reckoned, whole));
        };
        let of_rows = sum(&self.stated);
        let is_by_row = self
            .stated
            .iter()
            .zip(&self.reckoned)
            .all(|(stated, reckoned)| stated == reckoned);
        let is_repeated = self.stated.iter().flatten().all(|amount| *amount == first);
        if is_by_row || !is_reckoned || !is_repeated {
            return Some((of_rows, of_rows.saturating_add(charges)));
        }
        if first == reckoned {
            return Some((reckoned, whole));
        }
        // The total of the order, a coupon taken off it or not.
        Some((reckoned, first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_total_column_means_is_seen_by_reckoning() {
        let goods_and_total = |rows: &[(Option<i64>, Option<i64>)], charges| {
            let mut amounts = Amounts::default();
            for (stated, reckoned) in rows {
                amounts.add(*stated, *reckoned);
            }
            amounts.goods_and_total(charges)
        };
        let rows = |stated: [i64; 2]| [(Some(stated[0]), Some(1000)), (Some(stated[1]), Some(500))];
        assert_eq!(goods_and_total(&rows([1000, 500]), 300), Some((1500, 1800)));
        assert_eq!(
            goods_and_total(&rows([1800, 1800]), 300),
            Some((1500, 1800))
        );
        assert_eq!(
            goods_and_total(&rows([1500, 1500]), 300),
            Some((1500, 1800))
        );
        assert_eq!(
            goods_and_total(&rows([1700, 1700]), 300),
            Some((1500, 1700))
        );
        let first_only = [(Some(1800), Some(1000)), (None, Some(500))];
        assert_eq!(goods_and_total(&first_only, 300), Some((1500, 1800)));
        assert_eq!(
            goods_and_total(&[(Some(1300), Some(1000))], 300),
            Some((1000, 1300))
        );
        assert_eq!(
            goods_and_total(&[(None, Some(1000))], 300),
            Some((1000, 1300))
        );
        assert_eq!(goods_and_total(&[(None, None)], 300), None);
    }
}
