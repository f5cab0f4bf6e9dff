use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::{Column, DataType};

use super::*;
use crate::progress::Silent;
use crate::schema::{accounts, search_counts, voice_shares};
use crate::score::brand;
use crate::score::heard::Keywords;
use crate::score::mask::Mask;
use crate::score::posts::{self, Reader, Row};
use crate::score::said::Known;
use crate::text::{Analyser, Language};

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn own() -> BrandConfig {
    BrandConfig {
        name: "とりのこえ".into(),
        keywords: texts(&["とりのこえ"]),
        products: texts(&["定期便|サブスク", "深煎り"]),
        competitors: texts(&["星珈琲|ほしコーヒー"]),
        ..BrandConfig::default()
    }
}

fn as_of() -> AsOf {
    let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
    AsOf::parse("2026-09-28", &tokyo).unwrap()
}

fn said(id: &str, author: &str, at: &str, text: &str) -> Row {
    Row {
        source: "x".into(),
        platform: "x".into(),
        post_id: id.into(),
        account_id: author.into(),
        posted_at: at.parse::<Timestamp>().unwrap().as_microsecond(),
        text: text.into(),
        kind: "post".into(),
        ..Row::default()
    }
}

fn heard(mut rows: Vec<Row>, brands: &[BrandConfig]) -> Vec<Scored> {
    rows.sort_by_key(|row| row.posted_at);
    let observed = DataFrame::empty_with_schema(&accounts::TABLE.schema());
    let looked = brand::Finder::new(brands, &observed).unwrap().extend(&rows);
    let reader = Reader {
        mask: &Mask::new(brands),
        analyser: &Analyser::new().unwrap().assuming(Language::Japanese),
        known: &Known::default(),
        keywords: &Keywords::of(brands),
        recent_from: i64::MIN,
    };
    let copies = crate::score::copied::Finder::new(90).extend(&rows);
    let heard = posts::hear(&rows, &looked, &reader, &Silent);
    posts::together(rows, &looked, &copies, heard)
}

/// Returns search counts of query, day, impressions and clicks.
fn searches(rows: &[(Option<&str>, Option<&str>, i64, i64)]) -> DataFrame {
    let epoch = jiff::civil::date(1970, 1, 1);
    let number = |day: &str| {
        let day: Date = day.parse().unwrap();
        day.since(epoch).unwrap().get_days()
    };
    let query: Vec<Option<&str>> = rows.iter().map(|row| row.0).collect();
    let day: Vec<Option<i32>> = rows.iter().map(|row| row.1.map(number)).collect();
    let impressions: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let clicks: Vec<i64> = rows.iter().map(|row| row.3).collect();
    let days = Column::new(search_counts::DAY.small_name(), day);
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(search_counts::QUERY.small_name(), query),
            days.cast(&DataType::Date).unwrap(),
            Column::new(search_counts::IMPRESSION_COUNT.small_name(), impressions),
            Column::new(search_counts::CLICK_COUNT.small_name(), clicks),
        ],
    )
    .unwrap()
}

/// Returns the rows of both periods, by name and whether it is the newest.
fn counted<'a>(
    scored: &[Scored],
    brands: &'a [BrandConfig],
    counts: &DataFrame,
) -> BTreeMap<(&'a str, bool), Share<'a>> {
    let names: Vec<&str> = brands.iter().map(|brand| brand.name.as_str()).collect();
    let mut counter = Counter::new(brands, &names, &as_of()).unwrap();
    let mut voices = Voices::new(as_of().time_zone());
    for block in scored.chunks(3) {
        counter.extend(block);
        voices.extend(block);
    }
    let periods = counter.periods;
    let searched = searches::counted(counts, &counter.subjects, &periods).unwrap();
    (counter.shares(&voices, &searched).into_iter())
        .map(|share| ((share.name, share.period == periods[0]), share))
        .collect()
}

const NEW: &str = "ほしコーヒーの新作が最高においしいのでおすすめです";

fn rows() -> Vec<Row> {
    let at = "2026-09-21T03:00:00Z";
    vec![
        said(
            "1",
            "a",
            "2026-09-20T03:00:00Z",
            "とりのこえの定期便がおいしい",
        ),
        said(
            "2",
            "b",
            "2026-09-20T04:00:00Z",
            "とりのこえのサブスク、配送が遅い。ひどい",
        ),
        said("3", "c", at, NEW),
        said("4", "a", "2026-09-21T04:00:00Z", "星珈琲もとりのこえも好き"),
        said("5", "d", at, "電車が遅れた"),
        Row {
            is_outbound: true,
            ..said(
                "6",
                "shop",
                at,
                "とりのこえの定期便、受付中です。星珈琲より安い",
            )
        },
        said("7", "e", "2026-09-22T03:00:00Z", NEW),
        Row {
            kind: "repost".into(),
            ..said("8", "f", at, "RT 星珈琲もとりのこえも好き")
        },
        // The first moment of the newest period, the last of the one before, the last before both.
        said("9", "g", "2026-08-31T15:00:00Z", "とりのこえが好き"),
        said("10", "h", "2026-08-31T14:59:59Z", "とりのこえの深煎り"),
        said("11", "i", "2026-08-03T14:59:59Z", "とりのこえ 星珈琲"),
        said("12", "", at, "とりのこえなう"),
    ]
}

#[test]
fn brand_products_and_competitors_have_their_shares() {
    let brands = [own()];
    let scored = heard(rows(), &brands);
    let found = counted(&scored, &brands, &searches(&[]));
    assert_eq!(found.len(), 8, "four names in two periods");
    let now = |name: &'static str| &found[&(name, true)];
    let brand = now("とりのこえ");
    // 1, 2, 4, 9 and 12 are about it, and 3 names the competitor besides.
    assert_eq!((brand.kind, brand.post_count), (Kind::Brand, 5));
    assert_eq!(brand.author_count, 3, "a twice, one without an account");
    assert_eq!(brand.share, Some(5.0 / 6.0));
    assert_eq!(brand.negative_count, 1);
    let competitor = now("星珈琲");
    assert_eq!(
        (competitor.kind, competitor.post_count),
        (Kind::Competitor, 2)
    );
    assert_eq!(competitor.share, Some(2.0 / 6.0));
    assert_eq!(competitor.positive_count, 2);
    assert!(competitor.sentiment_mean.unwrap() > 0.25);
    let product = now("定期便");
    assert_eq!(
        (product.kind, product.post_count, product.author_count),
        (Kind::Product, 2, 2)
    );
    assert_eq!(product.share, Some(2.0 / 5.0));
    assert_eq!((product.positive_count, product.negative_count), (1, 1));
    assert_eq!(product.negative_aspects, ["delivery"]);
    let silent = now("深煎り");
    assert_eq!((silent.post_count, silent.share), (0, Some(0.0)));
    assert_eq!(silent.sentiment_mean, None);
    let before = |name: &'static str| &found[&(name, false)];
    assert_eq!(before("とりのこえ").post_count, 1);
    assert_eq!(before("とりのこえ").share, Some(1.0));
    assert_eq!(before("深煎り").share, Some(1.0));
    assert_eq!(before("星珈琲").share, Some(0.0));
    assert_eq!(
        brand.searched,
        Searched::default(),
        "nobody counted searches"
    );
}

#[test]
fn without_posts_there_is_no_share() {
    let brands = [own()];
    let found = counted(&[], &brands, &searches(&[]));
    assert_eq!(found.len(), 8);
    assert!(found.values().all(|share| share.share.is_none()));
}

#[test]
fn each_brand_has_its_own_posts_products_and_competitors() {
    let second = BrandConfig {
        name: "ふくろう".into(),
        keywords: texts(&["ふくろう"]),
        products: texts(&["夜ブレンド"]),
        competitors: texts(&["月珈琲"]),
        ..BrandConfig::default()
    };
    let brands = [own(), second];
    let at = "2026-09-21T03:00:00Z";
    let scored = heard(
        vec![
            said("1", "a", at, "とりのこえの定期便"),
            said("2", "b", at, "ふくろうの定期便と夜ブレンド"),
            said("3", "c", at, "月珈琲なう"),
        ],
        &brands,
    );
    let found = counted(&scored, &brands, &searches(&[]));
    let now = |name: &'static str| {
        let share = &found[&(name, true)];
        (share.brand, share.post_count, share.share)
    };
    assert_eq!(now("とりのこえ"), ("とりのこえ", 1, Some(1.0)));
    assert_eq!(now("定期便"), ("とりのこえ", 1, Some(1.0)));
    assert_eq!(now("星珈琲"), ("とりのこえ", 0, Some(0.0)));
    assert_eq!(now("ふくろう"), ("ふくろう", 1, Some(0.5)));
    assert_eq!(now("夜ブレンド"), ("ふくろう", 1, Some(1.0)));
    assert_eq!(now("月珈琲"), ("ふくろう", 1, Some(0.5)));
}

#[test]
fn searches_stand_beside_posts_of_the_same_days() {
    let mut brands = [own()];
    brands[0].exclusions = texts(&["図鑑"]);
    let counts = searches(&[
        (Some("とりのこえ 定期便"), Some("2026-09-10"), 100, 10),
        (Some("ﾄﾘﾉｺｴ"), Some("2026-09-10"), 3, 3),
        (Some("とりのこえ図鑑"), Some("2026-09-10"), 50, 5),
        (Some("ほしｺｰﾋｰ メニュー"), Some("2026-09-28"), 7, 1),
        (Some("天気"), Some("2026-09-11"), 5, 0),
        // All queries together, the whole of an export, another day.
        (None, Some("2026-09-12"), 1_000, 100),
        (Some("とりのこえ"), None, 900, 90),
        (Some("とりのこえ"), Some("2026-09-29"), 800, 80),
        (Some("とりのこえ"), Some("2026-08-03"), 700, 70),
    ]);
    let found = counted(&[], &brands, &counts);
    let now = |name: &'static str| {
        let searched = found[&(name, true)].searched;
        (searched.impressions, searched.clicks)
    };
    assert_eq!(now("とりのこえ"), (Some(100), Some(10)));
    assert_eq!(now("定期便"), (Some(100), Some(10)));
    assert_eq!(now("深煎り"), (Some(0), Some(0)));
    assert_eq!(now("星珈琲"), (Some(7), Some(1)));
    let before = found[&("とりのこえ", false)].searched;
    assert_eq!(before, Searched::default());
}

#[test]
fn the_table_has_its_columns_in_the_order_of_its_key() {
    let brands = [own()];
    let scored = heard(rows(), &brands);
    let names = ["とりのこえ"];
    let mut counter = Counter::new(&brands, &names, &as_of()).unwrap();
    counter.extend(&scored);
    let mut voices = Voices::new(as_of().time_zone());
    voices.extend(&scored);
    let frame = counter.table(&voices, &searches(&[])).unwrap();
    assert_eq!(**frame.schema(), voice_shares::TABLE.schema());
    let text = |column: crate::schema::Column| -> Vec<String> {
        let column = frame.column(column.name).unwrap().str().unwrap();
        column.iter().flatten().map(str::to_owned).collect()
    };
    let day = frame.column(voice_shares::PERIOD_START.name).unwrap();
    let days: Vec<i32> = (day.date().unwrap().phys.iter().flatten()).collect();
    let keys: Vec<(String, String, i32)> = text(voice_shares::KIND)
        .into_iter()
        .zip(text(voice_shares::NAME))
        .zip(days)
        .map(|((kind, name), day)| (kind, name, day))
        .collect();
    assert_eq!(keys.len(), 8);
    assert!(keys.is_sorted(), "{keys:?}");
    let newest = as_of().day_number();
    assert_eq!((keys[0].2, keys[1].2), (newest - 55, newest - 27));
}
