//! The member export.

use std::io;
use std::path::Path;

use rand::RngExt;

use super::super::people::Record;
use super::super::purchases::Timeline;
use super::super::seed::{Domain, stream};
use super::super::story::Story;
use super::{Sheet, Who};

/// Headings of the member export, in the order of a fresh installation.
#[rustfmt::skip]
pub(in crate::sample) const HEADINGS: [&str; 27] = [
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
    "初回購入日",
    "最終購入日",
    "購入回数",
    "ショップ用メモ欄",
    "会員ステータス(ID)",
    "会員ステータス(名称)",
    "登録日",
    "更新日",
    "ポイント",
];

/// Writes `eccube_customers.csv`.
pub(in crate::sample) struct Customers(Sheet);

impl Customers {
    /// Creates the file.
    pub(in crate::sample) fn create(folder: &Path) -> io::Result<Self> {
        Sheet::create(&folder.join("eccube_customers.csv"), &HEADINGS).map(Self)
    }

    /// Writes a member.
    pub(in crate::sample) fn write(
        &mut self,
        story: &Story,
        record: &Record,
        timeline: &Timeline,
        spent: i64,
    ) -> io::Result<()> {
        let calendar = &story.calendar;
        let mut rng = stream(story.options.seed, Domain::Record, record.slot, 2);
        let first = timeline.purchases.first().map_or(0, |p| p.at);
        let last = timeline.purchases.last().map_or(0, |p| p.at);
        let registered = first - rng.random_range(120..5_400);
        let who = Who::of(record);
        let memo = match rng.random_range(0..60) {
            0 => "豆の挽き目は中挽き希望",
            1 => "店頭でも購入あり",
            2 => "電話での確認を希望",
            _ => "",
        };
        let cells: [&str; HEADINGS.len()] = [
            &record.customer_id(),
            &record.family,
            &record.given,
            &record.family_kana,
            &record.given_kana,
            "",
            &record.postal_code,
            &who.prefecture_id,
            who.prefecture,
            &who.first_line,
            &record.second_line,
            &record.email,
            &record.phone,
            who.sex.0,
            who.sex.1,
            &who.job_id,
            who.job,
            &who.birth,
            &calendar.stamp(first),
            &calendar.stamp(last),
            &timeline.purchases.len().to_string(),
            memo,
            "2",
            "本会員",
            &calendar.stamp(registered),
            &calendar.stamp(last),
            &(spent / 100 % 2_500).to_string(),
        ];
        self.0.row(&cells)
    }

    /// Writes what is still buffered.
    pub(in crate::sample) fn finish(self) -> io::Result<()> {
        self.0.finish()
    }
}
