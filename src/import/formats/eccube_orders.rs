//! EC-CUBE 4, 受注 CSV: one row per line of an order.
//!
//! - `送料` stands twice: the first is the order's, the second the parcel's (kept in `extra`).
//! - `小計` sums the goods, tax included, before `値引き`; `値引き` is taken as positive whichever sign it has.
//! - Lines of 明細区分 other than 商品 are no goods: 手数料 counts as handling, ポイント as points used, unless the order has
//!   columns of its own for them; 送料 and 値引き are in the order's own columns already.
//! - 注文取消し, 決済処理中 and 購入処理中 count as cancelled: they are no sales.
//! - 返品 keeps the order and adds `<注文ID>/return`. The export has no day of return, so the newest day it has stands for
//!   it: 更新日, else 発送日, else 受注日.
//! - A fresh installation exports neither categories nor costs. Where a shop has added such columns (rows of `dtb_csv`),
//!   they are read: 商品カテゴリ(名称), カテゴリ ...; 原価 or 仕入価格 of one piece, 原価計 of the line.
//! - Guests (no 会員ID) get a customer record under their e-mail address, else their telephone number.

use std::io::BufRead;

use jiff::Timestamp;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::cost::CostFields;
use crate::import::groups::{Group, for_each_order};
use crate::import::guests::{Guest, Guests, joined};
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::order::{CANCELLED, Order, OrderLine, PLACED};
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table, extra};
use crate::import::values::keys::{email_key, phone_key};

const SOURCE: &str = "eccube";
const CURRENCY: &str = "JPY";

/// Headings under which shops add the category to the export.
const CATEGORY: &[&str] = &[
    "商品カテゴリ(名称)",
    "商品カテゴリ",
    "カテゴリ(名称)",
    "カテゴリ名",
    "カテゴリー名",
    "カテゴリ",
    "カテゴリー",
];

/// EC-CUBE 4's orders.
pub(super) struct EccubeOrders;

impl Layout for EccubeOrders {
    fn name(&self) -> &'static str {
        "eccube_orders"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("EC-CUBE 4 受注 CSV", "EC-CUBE 4 orders CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["注文ID", "会員ID", "小計", "受注日", "対応状況(名称)"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let source = context.source_or(SOURCE);
        let mut guests = Guests::default();
        for_each_order(
            &mut table,
            fields.id,
            context,
            sink,
            |headings, group, sink| {
                let first = Cells::new(headings, &group.records[0], context);
                let read = match fields.order(headings, group, context) {
                    Ok(read) => read,
                    Err(reject) => return Ok(Some(reject)),
                };
                let order = &read.order;
                if let Err(reject) = order.check(&first) {
                    return Ok(Some(reject));
                }
                if let (None, Some(id)) = (first.text(fields.customer), &order.customer_id) {
                    guests.add(id, fields.guest(&first, order.ordered_at));
                }
                order.put(first.line(), sink)?;
                if let Some(returned_at) = read.returned_at {
                    order.returned(returned_at).put(first.line(), sink)?;
                }
                Ok(None)
            },
        )?;
        guests.put(source, context, sink)
    }
}

struct Fields {
    id: Field,
    customer: Option<Field>,
    names: [Option<Field>; 4],
    email: Option<Field>,
    phone: Option<Field>,
    postal_code: Option<Field>,
    prefecture: Option<Field>,
    address: [Option<Field>; 2],
    goods: Field,
    discount: Option<Field>,
    shipping: Option<Field>,
    charge: Option<Field>,
    tax: Option<Field>,
    total: Option<Field>,
    points: Option<Field>,
    status: Option<Field>,
    status_id: Option<Field>,
    ordered: Field,
    settled: [Option<Field>; 2],
    line: LineFields,
    rest: Vec<Field>,
}

struct LineFields {
    code: Option<Field>,
    name: Option<Field>,
    classes: [Option<Field>; 2],
    price: Option<Field>,
    quantity: Option<Field>,
    category: Option<Field>,
    cost: CostFields,
    kind: Option<Field>,
    kind_id: Option<Field>,
}

struct Read {
    order: Order,
    returned_at: Option<Timestamp>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["注文ID", "注文番号"], context)?,
            customer: headings.find(&["会員ID"]),
            names: ["お名前(姓)", "お名前(名)", "お名前(セイ)", "お名前(メイ)"]
                .map(|name| headings.find(&[name])),
            email: headings.find(&["メールアドレス"]),
            phone: headings.find(&["TEL", "電話番号"]),
            postal_code: headings.find(&["郵便番号"]),
            prefecture: headings.find(&["都道府県(名称)"]),
            address: ["住所1", "住所2"].map(|name| headings.find(&[name])),
            goods: headings.need(&["小計"], context)?,
            discount: headings.find(&["値引き"]),
            shipping: headings.find(&["送料"]),
            charge: headings.find(&["手数料"]),
            tax: headings.find(&["税金"]),
            total: headings.find(&["合計"]),
            points: headings.find(&["利用ポイント"]),
            status: headings.find(&["対応状況(名称)"]),
            status_id: headings.find(&["対応状況(ID)"]),
            ordered: headings.need(&["受注日"], context)?,
            settled: [None, None],
            line: LineFields {
                code: headings.find(&["商品コード"]),
                name: headings.find(&["商品名"]),
                classes: ["規格分類名1", "規格分類名2"].map(|name| headings.find(&[name])),
                price: headings.find(&["価格"]),
                quantity: headings.find(&["個数"]),
                category: headings.find(CATEGORY),
                cost: CostFields {
                    all: headings.find(&["原価計", "原価合計", "原価金額"]),
                    one: headings.find(&["原価", "原単価", "仕入価格", "仕入単価"]),
                },
                kind: headings.find(&["明細区分(名称)"]),
                kind_id: headings.find(&["明細区分(ID)"]),
            },
            rest: Vec::new(),
        };
        // The other columns are kept; these two are read besides.
        fields.rest = headings.rest();
        fields.settled = ["更新日", "発送日"].map(|name| headings.find(&[name]));
        Ok(fields)
    }

    fn order(&self, headings: &Headings, group: &Group, context: &Context) -> Result<Read, Reject> {
        let cells = Cells::new(headings, &group.records[0], context);
        let yen = |field| cells.money(field, CURRENCY);
        let ordered_at = cells.needed_instant(self.ordered)?;
        let goods = yen(Some(self.goods))?
            .ok_or_else(|| cells.reject(Some(self.goods), Reason::Missing))?;
        let (mut charge, mut points) = (0_i64, 0_i64);
        let mut lines = Vec::with_capacity(group.records.len());
        for record in &group.records {
            let cells = Cells::new(headings, record, context);
            let (kind, line) = self.line.read(&cells)?;
            let amount = line.amount.unwrap_or(0);
            match kind {
                Kind::Goods => lines.push(line),
                Kind::Charge => charge = charge.saturating_add(amount),
                Kind::Points => points = points.saturating_add(amount.saturating_abs()),
                Kind::Other => {}
            }
        }
        // The order's own columns sum the same lines.
        let charge = yen(self.charge)?.unwrap_or(charge);
        let points = yen(self.points)?.unwrap_or(points).saturating_abs();
        let shipping = yen(self.shipping)?;
        let status = status(&cells, self);
        let order = Order {
            source: context.source_or(SOURCE).to_owned(),
            order_id: group.id.clone(),
            customer_id: self.customer_id(&cells),
            ordered_at,
            status: if status == Status::Cancelled {
                CANCELLED
            } else {
                PLACED
            },
            goods,
            discount: Some(yen(self.discount)?.unwrap_or(0).saturating_abs()),
            shipping: Some(shipping.unwrap_or(0).saturating_add(charge)),
            tax: yen(self.tax)?,
            points_used: Some(points),
            total: yen(self.total)?,
            currency: CURRENCY.to_owned(),
            channel: Some("web".to_owned()),
            store: None,
            coupon: None,
            extra: extra(headings, &self.rest, &group.records),
            lines,
        };
        let returned_at = if status == Status::Returned {
            Some(self.settled_at(&cells)?.unwrap_or(ordered_at))
        } else {
            None
        };
        Ok(Read { order, returned_at })
    }

    fn settled_at(&self, cells: &Cells<'_>) -> Result<Option<Timestamp>, Reject> {
        for field in self.settled {
            if let Some(settled_at) = cells.instant(field)? {
                return Ok(Some(settled_at));
            }
        }
        Ok(None)
    }

    fn customer_id(&self, cells: &Cells<'_>) -> Option<String> {
        cells
            .text(self.customer)
            .map(str::to_owned)
            .or_else(|| cells.text(self.email).and_then(email_key))
            .or_else(|| cells.text(self.phone).and_then(phone_key))
    }

    fn guest(&self, cells: &Cells<'_>, ordered_at: Timestamp) -> Guest {
        let text = |field| cells.text(field);
        let own = |field| cells.text(field).map(str::to_owned);
        let [family, given, family_kana, given_kana] = self.names;
        Guest {
            line: cells.line(),
            ordered_at,
            name: joined(&[text(family), text(given)], " "),
            name_kana: joined(&[text(family_kana), text(given_kana)], " "),
            email: own(self.email),
            phone: own(self.phone),
            postal_code: own(self.postal_code),
            prefecture: own(self.prefecture),
            address: joined(&self.address.map(text), " "),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Placed,
    Cancelled,
    Returned,
}

fn status(cells: &Cells<'_>, fields: &Fields) -> Status {
    match (
        cells.text(fields.status).unwrap_or_default(),
        cells.text(fields.status_id).unwrap_or_default(),
    ) {
        ("注文取消し" | "注文取り消し" | "キャンセル" | "決済処理中" | "購入処理中", _)
        | ("", "3" | "7" | "8") => Status::Cancelled,
        ("返品", _) | ("", "9") => Status::Returned,
        _ => Status::Placed,
    }
}

/// What a line is.
enum Kind {
    Goods,
    Charge,
    Points,
    Other,
}

impl LineFields {
    fn read(&self, cells: &Cells<'_>) -> Result<(Kind, OrderLine), Reject> {
        let unit_price = cells.money(self.price, CURRENCY)?;
        let quantity = cells.integer(self.quantity)?;
        let amount = OrderLine::price_of_all(unit_price, quantity)
            .map_err(|reason| cells.reject(self.price, reason))?;
        let kind = match (
            cells.text(self.kind).unwrap_or_default(),
            cells.text(self.kind_id).unwrap_or_default(),
        ) {
            ("商品", _) | ("", "" | "1") => Kind::Goods,
            ("手数料", _) | ("", "3") => Kind::Charge,
            ("ポイント", _) | ("", "6") => Kind::Points,
            _ => Kind::Other,
        };
        let name = [self.name, self.classes[0], self.classes[1]].map(|field| cells.text(field));
        let mut line = OrderLine {
            source_row: cells.line(),
            product_code: cells.text(self.code).map(str::to_owned),
            product_name: joined(&name, " "),
            category: cells.text(self.category).map(str::to_owned),
            unit_price,
            quantity,
            amount,
            cost: self.cost.read(cells, CURRENCY, quantity)?,
        };
        line.sign_cost();
        Ok((kind, line))
    }
}
