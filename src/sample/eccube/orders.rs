//! The order export: one row per line.

use std::io;
use std::path::Path;

use super::super::calendar::{DAY, Moment};
use super::super::orders::{Order, Status};
use super::super::people::{Record, Source};
use super::super::story::Story;
use super::{Sheet, Who};

/// Headings of the order export, in the order of a fresh installation; 送料 stands in it twice. The last two the shop has
/// added, in `dtb_csv`: EC-CUBE alone exports neither.
#[rustfmt::skip]
pub(in crate::sample) const HEADINGS: [&str; 72] = [
    "注文ID",
    "注文番号",
    "会員ID",
    "お名前(姓)",
    "お名前(名)",
    "お名前(セイ)",
    "お名前(メイ)",
    "会社名",
    "郵便番号",
    "都道府県(ID)",
    "都道府県(名称)",
    "住所1",
    "住所2",
    "メールアドレス",
    "TEL",
    "性別(ID)",
    "性別(名称)",
    "職業(ID)",
    "職業(名称)",
    "誕生日",
    "ショップ用メモ欄",
    "小計",
    "値引き",
    "送料",
    "税金",
    "合計",
    "支払合計",
    "対応状況(ID)",
    "対応状況(名称)",
    "支払方法(ID)",
    "支払方法(名称)",
    "受注日",
    "入金日",
    "注文詳細ID",
    "商品ID",
    "商品規格ID",
    "商品名",
    "商品コード",
    "規格名1",
    "規格名2",
    "規格分類名1",
    "規格分類名2",
    "価格",
    "個数",
    "税率",
    "税率ルール(ID)",
    "明細区分(ID)",
    "明細区分(名称)",
    "出荷ID",
    "配送先_お名前(姓)",
    "配送先_お名前(名)",
    "配送先_お名前(セイ)",
    "配送先_お名前(メイ)",
    "配送先_会社名",
    "配送先_郵便番号",
    "配送先_都道府県(ID)",
    "配送先_都道府県(名称)",
    "配送先_住所1",
    "配送先_住所2",
    "配送先_TEL",
    "配送業者(ID)",
    "配送業者(名称)",
    "お届け時間ID",
    "お届け時間(名称)",
    "お届け希望日",
    "送料",
    "発送日",
    "出荷伝票番号",
    "配達用メモ",
    "出荷メール送信日",
    "商品カテゴリ(名称)",
    "原価",
];

const PAYMENTS: [&str; 4] = ["クレジットカード", "銀行振込", "代金引換", "コンビニ決済"];
const TIMES: [&str; 4] = ["", "午前中", "14時～16時", "19時～21時"];

/// Writes `eccube_orders.csv`.
pub(in crate::sample) struct Orders {
    sheet: Sheet,
    orders: u64,
    lines: u64,
    bad: u64,
}

impl Orders {
    /// Creates the file.
    pub(in crate::sample) fn create(folder: &Path) -> io::Result<Self> {
        let sheet = Sheet::create(&folder.join("eccube_orders.csv"), &HEADINGS)?;
        Ok(Self {
            sheet,
            orders: 0,
            lines: 0,
            bad: 0,
        })
    }

    /// Writes an order, a row per line, and now and then a broken order behind it.
    pub(in crate::sample) fn write(
        &mut self,
        story: &Story,
        record: &Record,
        order: &Order,
    ) -> io::Result<()> {
        self.put(story, record, order, None)?;
        let fault = match self.orders % 2_000 {
            421 => Some(Fault::Date),
            1_433 => Some(Fault::Price),
            _ => None,
        };
        if fault.is_some() {
            let single = Order {
                lines: order.lines[..1].to_vec(),
                ..order.clone()
            };
            let goods = single.lines[0].amount();
            let single = Order {
                goods,
                discount: 0,
                coupon: None,
                ..single
            };
            self.bad += 1;
            self.put(story, record, &single, fault)?;
        }
        Ok(())
    }

    fn put(
        &mut self,
        story: &Story,
        record: &Record,
        order: &Order,
        fault: Option<Fault>,
    ) -> io::Result<()> {
        self.orders += 1;
        let head = head_cells(story, self.orders, record, order, fault);
        let tail = tail_cells(story, self.orders, record, order);
        for line in &order.lines {
            self.lines += 1;
            let product = line.product;
            let price = match fault {
                Some(Fault::Price) => "時価".to_owned(),
                _ => product.price.to_string(),
            };
            let middle = [
                self.lines.to_string(),
                product.id.to_string(),
                product.id.to_string(),
                product.name.to_owned(),
                product.code.to_owned(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                price,
                line.quantity.to_string(),
                "8".to_owned(),
                "1".to_owned(),
                "1".to_owned(),
                "商品".to_owned(),
            ];
            let added = [product.category.to_owned(), product.cost.to_string()];
            let cells = head.iter().chain(&middle).chain(&tail).chain(&added);
            let cells: Vec<&String> = cells.collect();
            self.sheet.row(&cells)?;
        }
        Ok(())
    }

    /// Writes what is still buffered; returns orders, lines and how many of the orders are broken.
    pub(in crate::sample) fn finish(mut self) -> io::Result<(u64, u64, u64)> {
        self.sheet.csv.flush()?;
        Ok((self.orders, self.lines, self.bad))
    }
}

/// Returns the cells from the order's number to its payment, the same on every row.
fn head_cells(
    story: &Story,
    number: u64,
    record: &Record,
    order: &Order,
    fault: Option<Fault>,
) -> Vec<String> {
    let id = number.to_string();
    let who = Who::of(record);
    let member = record.source == Source::Eccube && !order.logged_out;
    let times = Times::of(story, order, fault);
    let (status_id, status) = status(order.status);
    let mut cells = vec![id.clone(), id];
    cells.push(if member {
        record.customer_id()
    } else {
        String::new()
    });
    cells.extend([
        record.family.clone(),
        record.given.clone(),
        record.family_kana.clone(),
        record.given_kana.clone(),
        String::new(),
        record.postal_code.clone(),
        who.prefecture_id,
        who.prefecture.to_owned(),
        who.first_line,
        record.second_line.clone(),
        record.email.clone(),
        record.phone.clone(),
    ]);
    // only members have told more about themselves
    let about = [who.sex.0, who.sex.1, &who.job_id, who.job, &who.birth];
    cells.extend(about.map(|cell| {
        if member {
            cell.to_owned()
        } else {
            String::new()
        }
    }));
    cells.push(
        order
            .coupon
            .map_or_else(String::new, |c| format!("クーポン:{c}")),
    );
    let money = [order.goods, order.discount, order.shipping, order.tax()];
    cells.extend(money.map(|yen| yen.to_string()));
    cells.extend([order.total().to_string(), order.total().to_string()]);
    cells.extend([status_id.to_owned(), status.to_owned()]);
    cells.extend([
        (order.payment + 1).to_string(),
        PAYMENTS[order.payment].to_owned(),
    ]);
    cells.extend([times.ordered, times.paid]);
    cells
}

/// Returns the cells about the delivery, the same on every row.
fn tail_cells(story: &Story, number: u64, record: &Record, order: &Order) -> Vec<String> {
    let receiver = order.gift_to.map(|slot| story.record(slot));
    let receiver = receiver.as_ref().unwrap_or(record);
    let to = Who::of(receiver);
    let sent = Times::of(story, order, None).sent;
    let time = (number % 4) as usize;
    let tracking = match order.status {
        Status::Sent | Status::Returned => format!("4{:011}", number * 7_919 % 99_999_999_977),
        _ => String::new(),
    };
    vec![
        number.to_string(),
        receiver.family.clone(),
        receiver.given.clone(),
        receiver.family_kana.clone(),
        receiver.given_kana.clone(),
        String::new(),
        receiver.postal_code.clone(),
        to.prefecture_id,
        to.prefecture.to_owned(),
        to.first_line,
        receiver.second_line.clone(),
        receiver.phone.clone(),
        "1".to_owned(),
        "サンプル宅配".to_owned(),
        ["", "1", "2", "3"][time].to_owned(),
        TIMES[time].to_owned(),
        String::new(),
        order.shipping.to_string(),
        sent.clone(),
        tracking,
        String::new(),
        sent,
    ]
}

/// What is wrong with a broken order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The thirtieth of February.
    Date,
    /// 時価 where a number belongs.
    Price,
}

struct Times {
    ordered: String,
    paid: String,
    sent: String,
}

impl Times {
    fn of(story: &Story, order: &Order, fault: Option<Fault>) -> Self {
        let stamp = |moment: Moment| story.calendar.stamp(moment);
        let (year, _, _) = story.calendar.month_of(order.at / DAY);
        let sent = matches!(order.status, Status::Sent | Status::Returned);
        Self {
            ordered: match fault {
                Some(Fault::Date) => format!("{year}-02-30 10:15:00"),
                _ => stamp(order.at),
            },
            paid: if order.payment == 0 && order.status != Status::Cancelled {
                stamp(order.at)
            } else {
                String::new()
            },
            sent: if sent {
                stamp(order.settled_at)
            } else {
                String::new()
            },
        }
    }
}

fn status(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::New => ("1", "新規受付"),
        Status::Cancelled => ("3", "注文取消し"),
        Status::InProgress => ("4", "対応中"),
        Status::Sent => ("5", "発送済み"),
        Status::Returned => ("9", "返品"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipping_fee_has_two_columns() {
        assert_eq!(HEADINGS.iter().filter(|h| **h == "送料").count(), 2);
    }
}
