//! Readers of single values.

use std::sync::LazyLock;

use jiff::tz::TimeZone;

use super::Class;
use super::seeds::Seed;
use crate::import::head::{assignment, fold, is_json, without_note};
use crate::import::values::dates::{self, DateOrder, Moment};
use crate::import::values::{decimal, entities, html, keys, mojibake, money, numbers, widths};

pub(super) const CLASS: Class = Class {
    name: "values",
    seeds,
    check,
};

const SEEDS: &[&str] = &[
    "",
    " ",
    "2024-08-01",
    "2024/8/1",
    "2024.08.01",
    "2024年8月1日(木) 午後3時05分",
    "2024-08-01T09:05:30.123+09:00",
    "2024-08-01T00:05:00.000Z",
    "2024/8/1 9:05",
    "20240801",
    "20240801090530",
    "1406851500",
    "1406851500123",
    "1406851500.5",
    "1406851500123456",
    "令和6年8月1日",
    "R6.8.1",
    "昭和64年1月7日 23:59",
    "明治元年10月23日",
    "Aug 1, 2014",
    "1st Aug 2014 9:05 PM",
    "Fri, 01 Aug 2014 09:05:00 GMT",
    "Wed Oct 10 20:19:24 +0000 2018",
    "12/31/2024 11:59 pm",
    "31.12.24",
    "１２／３１／２０２４",
    "0000-00-00 00:00:00",
    "'2024-08-01",
    "2024-03-10 02:30:00",
    "Aug 1, 2014 5:00 PST",
    "1234",
    "¥1,234",
    "￥１，２３４",
    "\\1,234",
    "1,234円",
    "△1,234",
    "(1,234)",
    "¥(1,234)-",
    "-1234.50",
    "$8.00",
    "US$8.00",
    "1.234,50 €",
    "1'234.50",
    "1 234",
    "KWD 1.234",
    "92233720368547758.07",
    "4.5",
    "1e3",
    "★★★☆☆",
    "090-1234-5678",
    "０９０−１２３４－５６７８",
    "+81 (0)90 1234 5678",
    "+1 212 555 0100",
    "Hanako＠Example.com",
    "@koe_shop さん、＠Hana_ko に。mail@example.com (@a.b.)",
    "#新作ラテ、＃コーヒー_部 #coffee! #123 (#朝カフェ)",
    "https://example.com/a?b=1を見て(http://example.com/x_(y)).",
    "A &amp;amp; B &lt;3 &#39;x&#39; &hearts; &#x1F600;",
    "<p>新豆 &amp; <b>試飲会</b></p>\n<p>土日<br/>10時</p><script>x</script><!-- c --><![CDATA[<z>]]>",
    "<a title=\"a>b\" href='x'>link</a>",
    "\u{e3}\u{81}\u{82}\u{e7}\u{8f}\u{88}",
    "window.YTD.tweets.part0 = [ {} ]",
    "打消区分(0:通常、1:打消)",
    "ﾔﾏﾀﾞ ﾊﾅｺ\u{200b}",
    "{\"a\":[1,2]}",
];

fn seeds() -> Vec<Seed> {
    SEEDS.iter().map(|text| Seed::of("value", *text)).collect()
}

static ZONES: LazyLock<Vec<TimeZone>> = LazyLock::new(|| {
    ["Asia/Tokyo", "America/New_York", "Pacific/Apia", "UTC"]
        .iter()
        .map(|name| TimeZone::get(name).expect("the time zones are bundled"))
        .collect()
});

fn check(_: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    dated(text);
    for currency in ["JPY", "USD", "KWD", "EUR", "", "¥¥¥"] {
        let amount = money::minor_units(text, currency);
        assert_eq!(amount, money::minor_units(text, currency));
        for decimals in [0, 2, 4, 9] {
            let _ = money::units(text, currency, decimals);
        }
        // What was read is written the one way, and read again as the same.
        if let Ok(Some(amount)) = amount
            && money::exponent(currency) == 0
        {
            assert_eq!(
                money::minor_units(&amount.to_string(), currency),
                Ok(Some(amount))
            );
        }
    }
    if let Some(decimal) = decimal::read(text) {
        assert!(decimal.mantissa >= 0, "decimals have no sign");
    }
    let _ = decimal::plain(text);
    if let Ok(Some(whole)) = numbers::integer(text) {
        assert_eq!(numbers::integer(&whole.to_string()), Ok(Some(whole)));
    }
    if let Ok(Some(number)) = numbers::float(text) {
        assert!(number.is_finite(), "numbers are finite");
    }
    worded(text);
}

fn dated(text: &str) {
    let offset = dates::with_offset(text).into_owned();
    for order in [
        DateOrder::YearFirst,
        DateOrder::MonthFirst,
        DateOrder::DayFirst,
    ] {
        let moment = dates::moment_in(text, order);
        assert_eq!(moment, dates::moment_in(text, order));
        if let Ok(Some(Moment::Day(day))) = moment {
            assert_eq!(dates::moment(&day.to_string()), Ok(Some(Moment::Day(day))));
        }
        for zone in ZONES.iter() {
            let _ = dates::date_in(text, zone, order);
            let _ = dates::instant_in(&offset, zone, order);
            if let Ok(Some(instant)) = dates::instant_in(text, zone, order) {
                let _ = (instant.as_microsecond(), zone.to_datetime(instant).date());
            }
        }
    }
}

fn worded(text: &str) {
    for handle in entities::mentions(text) {
        assert!(
            !handle.is_empty() && handle.len() <= 30,
            "handles are short"
        );
    }
    let tags = entities::hashtags(text);
    assert!(tags.iter().all(|tag| !tag.is_empty()), "hashtags are words");
    for url in entities::urls(text) {
        assert!(
            url.is_ascii() && text.contains(&url),
            "links stand in the text"
        );
    }
    let _ = entities::unescaped(text);
    let _ = (html::text_of(text), html::text_of_any(text));
    let _ = (keys::email_key(text), keys::stable_hash(&[text, ""]));
    if let Some(phone) = keys::phone_key(text) {
        assert!(phone.len() <= 16, "numbers are short");
    }
    let repaired = mojibake::repaired(text);
    assert!(
        repaired.len() <= text.len(),
        "repairing makes no text longer"
    );
    let _ = (widths::narrow(text), widths::cell(text), fold(text));
    let _ = (assignment(text), without_note(text), is_json(text));
}
