//! 楽天市場 RMS, 受注 (楽天ペイ) CSV, usually CP932: one row per line of an order, the order's own cells on each of them.
//!
//! Made in RMS under 受注・決済管理 > データダウンロード with the 全カラム template or one of the shop's own, so that
//! any column may be missing.
//!
//! - ステータス (or サブステータス) 900 and キャンセル確定 cancel the order; 800, キャンセル確定待ち, does not yet.
//! - 商品合計金額 are the goods, wrapping included; 消費税合計 is the tax on top of prices without tax and is added to
//!   them. クーポン利用総額 is the discount, whoever issued the coupon. 送料合計, 代引料合計 and 決済手数料合計 are shipping.
//! - The total is 合計金額 as it stands: goods and shipping before coupons and points. 請求金額, what is left to pay,
//!   stays in `extra`.
//! - Amounts of -9999 are not settled yet: they count as empty, the goods are then 単価 x 個数 of the lines.
//! - There is no customer id: the key is 注文者メールアドレス in lower case, else the telephone number.

use std::io::BufRead;

use super::shop::{Buyer, LineFields, Orders, Read, found, instant_of, read_orders, sum_of};
use crate::error::Result;
use crate::import::context::Context;
use crate::import::groups::Group;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{CANCELLED, Order, PLACED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};

const SOURCE: &str = "rakuten";
const CURRENCY: &str = "JPY";

/// What stands for an amount that is not settled.
const UNSETTLED: i64 = -9999;

/// Rakuten's orders.
pub(super) struct RakutenRms;

impl Layout for RakutenRms {
    fn name(&self) -> &'static str {
        "rakuten_rms"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("楽天市場 RMS 受注 CSV", "Rakuten Ichiba (RMS) orders CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["注文番号", "ステータス", "サブステータス"])
            && (head.has_headings(0, &["注文日時"]) || head.has_headings(0, &["注文日"]))
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
    time: Option<Field>,
    statuses: Vec<Field>,
    buyer: Buyer,
    line: LineFields,
    goods: Option<Field>,
    tax: Option<Field>,
    shipping: Vec<Field>,
    total: Option<Field>,
    points: Option<Field>,
    coupon: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let at = headings.find(&["注文日時"]);
        let mut fields = Self {
            id: headings.need(&["注文番号"], context)?,
            ordered: match at {
                Some(at) => at,
                None => headings.need(&["注文日"], context)?,
            },
            time: if at.is_some() {
                None
            } else {
                headings.find(&["注文時間"])
            },
            statuses: Vec::new(),
            buyer: Buyer {
                id: None,
                name: found(headings, &["注文者姓", "注文者名"]),
                kana: found(headings, &["注文者姓カナ", "注文者名カナ"]),
                email: headings.find(&["注文者メールアドレス"]),
                phone: found(
                    headings,
                    &["注文者電話番号1", "注文者電話番号2", "注文者電話番号3"],
                ),
                mobile: None,
                postal_code: found(headings, &["注文者郵便番号1", "注文者郵便番号2"]),
                prefecture: headings.find(&["注文者住所都道府県"]),
                address: found(headings, &["注文者住所郡市区", "注文者住所それ以降の住所"]),
            },
            line: LineFields {
                code: found(headings, &["商品番号"]),
                name: found(headings, &["商品名"]),
                price: headings.find(&["単価"]),
                quantity: headings.find(&["個数"]),
                ..LineFields::default()
            },
            goods: headings.find(&["商品合計金額"]),
            tax: headings.find(&["消費税合計", "外税合計"]),
            shipping: found(headings, &["送料合計", "代引料合計", "決済手数料合計"]),
            total: headings.find(&["合計金額"]),
            points: headings.find(&["ポイント利用額"]),
            coupon: headings.find(&["クーポン利用総額"]),
            rest: Vec::new(),
        };
        // Read besides, and kept.
        fields.rest = headings.rest();
        fields.line.code.extend(found(headings, &["商品管理番号"]));
        fields.statuses = found(headings, &["ステータス", "サブステータス"]);
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
        let yen = |field| {
            let amount = cells.money(field, CURRENCY)?;
            Ok::<_, Reject>(amount.filter(|amount| *amount != UNSETTLED))
        };
        let ordered_at = match cells.text(self.time) {
            None => cells.needed_instant(self.ordered)?,
            Some(time) => {
                let day = cells.needed(self.ordered)?;
                instant_of(&cells, self.ordered, day, time, context)?
            }
        };
        let lines = self.line.read_all(headings, group, context, CURRENCY)?;
        let tax = yen(self.tax)?.filter(|tax| *tax != 0);
        let mut shipping = None;
        for field in &self.shipping {
            if let Some(amount) = yen(Some(*field))? {
                shipping = Some(shipping.unwrap_or(0_i64).saturating_add(amount));
            }
        }
        let total = yen(self.total)?;
        let goods = yen(self.goods)?
            .or_else(|| sum_of(&lines))
            .map(|goods| goods.saturating_add(tax.unwrap_or(0)))
            .or_else(|| total.map(|total| total.saturating_sub(shipping.unwrap_or(0))))
            .ok_or_else(|| cells.reject(self.goods.or(self.total), Reason::Missing))?;
        let is_cancelled = self
            .statuses
            .iter()
            .filter_map(|field| cells.text(Some(*field)))
            .any(is_cancelled);
        let order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: group.id.clone(),
            customer_id: self.buyer.customer_id(&cells),
            ordered_at,
            status: if is_cancelled { CANCELLED } else { PLACED },
            goods,
            discount: Some(yen(self.coupon)?.unwrap_or(0).saturating_abs()),
            shipping,
            tax,
            points_used: Some(yen(self.points)?.unwrap_or(0).saturating_abs()),
            total,
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

fn is_cancelled(status: &str) -> bool {
    status == "900" || (status.contains("キャンセル確定") && !status.contains("待ち"))
}
