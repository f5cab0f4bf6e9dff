//! EC-CUBE 4, 会員 CSV: one row per registered customer.

use std::io::BufRead;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::guests::joined;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::refusals::{About, Refusals, Whose};
use crate::import::rejects::Reject;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};
use crate::schema::customers;

const SOURCE: &str = "eccube";

/// EC-CUBE 4's customers.
pub(super) struct EccubeCustomers;

impl Layout for EccubeCustomers {
    fn name(&self) -> &'static str {
        "eccube_customers"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("EC-CUBE 4 会員 CSV", "EC-CUBE 4 customers CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["会員ID", "お名前(姓)", "お名前(名)", "メールアドレス"])
            && !head.has_headings(0, &["注文ID"])
            && !head.has_headings(0, &["注文番号"])
    }

    fn is_of_customers(&self) -> bool {
        true
    }

    fn lists_customers(&self, _head: &Head) -> bool {
        true
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let refusals = Refusals::of(&table.headings, &context.ignored, sink);
        table.each(context, sink, |cells, sink| {
            let customer = fields.customer(cells)?;
            let refused = refusals.of_row(cells, false)?;
            customer.put(cells, &fields, context, sink)?;
            let whose = Whose {
                source: context.source_or(SOURCE),
                customer_id: customer.id,
                about: About::Customer,
                line: cells.line(),
            };
            Ok(refused.put(whose, sink)?)
        })
    }
}

struct Fields {
    id: Field,
    names: [Option<Field>; 4],
    email: Option<Field>,
    phone: Option<Field>,
    postal_code: Option<Field>,
    prefecture: Option<Field>,
    address: [Option<Field>; 2],
    birth: Option<Field>,
    gender: [Option<Field>; 2],
    occupation: Option<Field>,
    registered: Option<Field>,
    points: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["会員ID"], context)?,
            names: ["お名前(姓)", "お名前(名)", "お名前(セイ)", "お名前(メイ)"]
                .map(|name| headings.find(&[name])),
            email: headings.find(&["メールアドレス"]),
            phone: headings.find(&["TEL", "電話番号"]),
            postal_code: headings.find(&["郵便番号"]),
            prefecture: headings.find(&["都道府県(名称)"]),
            address: ["住所1", "住所2"].map(|name| headings.find(&[name])),
            birth: headings.find(&["誕生日"]),
            gender: ["性別(名称)", "性別(ID)"].map(|name| headings.find(&[name])),
            occupation: headings.find(&["職業(名称)"]),
            registered: headings.find(&["登録日"]),
            points: headings.find(&["ポイント"]),
            rest: Vec::new(),
        };
        fields.rest = headings.rest();
        Ok(fields)
    }

    fn customer<'a>(&self, cells: &Cells<'a>) -> Result<Customer<'a>, Reject> {
        let (birth, birth_text) = cells.birth(self.birth)?;
        Ok(Customer {
            id: cells.needed(self.id)?,
            birth,
            birth_text,
            registered: cells.date(self.registered)?,
            points: cells.integer(self.points)?,
        })
    }
}

struct Customer<'a> {
    id: &'a str,
    birth: Option<jiff::civil::Date>,
    birth_text: Option<&'a str>,
    registered: Option<jiff::civil::Date>,
    points: Option<i64>,
}

impl Customer<'_> {
    fn put(
        &self,
        cells: &Cells<'_>,
        fields: &Fields,
        context: &Context,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let texts = |list: &[Option<Field>], between| {
            joined(
                &list
                    .iter()
                    .map(|field| cells.text(*field))
                    .collect::<Vec<_>>(),
                between,
            )
        };
        let gender = fields
            .gender
            .iter()
            .find_map(|field| cells.text(*field))
            .map(gender);
        let extra = cells.extra_with(&fields.rest, customers::BIRTH_DATE.name, self.birth_text);
        sink.row(&customers::TABLE, cells.line())
            .text(customers::SOURCE, Some(context.source_or(SOURCE)))
            .text(customers::CUSTOMER_ID, Some(self.id))
            .text(customers::NAME, texts(&fields.names[..2], " ").as_deref())
            .text(
                customers::NAME_KANA,
                texts(&fields.names[2..], " ").as_deref(),
            )
            .text(customers::EMAIL, cells.text(fields.email))
            .text(customers::PHONE, cells.text(fields.phone))
            .text(customers::POSTAL_CODE, cells.text(fields.postal_code))
            .text(customers::PREFECTURE, cells.text(fields.prefecture))
            .text(customers::ADDRESS, texts(&fields.address, " ").as_deref())
            .date(customers::BIRTH_DATE, self.birth)
            .text(customers::GENDER, gender)
            .text(customers::OCCUPATION, cells.text(fields.occupation))
            .date(customers::REGISTERED_ON, self.registered)
            .integer(customers::POINTS, self.points)
            .text(customers::EXTRA, extra.as_deref())
            .finish()
    }
}

fn gender(text: &str) -> &'static str {
    match text {
        "男性" | "男" | "1" => "male",
        "女性" | "女" | "2" => "female",
        _ => "other",
    }
}
