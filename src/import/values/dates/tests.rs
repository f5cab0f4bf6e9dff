use proptest::prelude::*;

use super::*;

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").expect("the time zones are bundled")
}

#[test]
fn days_met_in_the_wild_are_read() {
    for (text, expected) in [
        ("2014/08/01", "2014-08-01"),
        ("2014-8-1 9:05", "2014-08-01"),
        ("2014年8月1日", "2014-08-01"),
        ("２０１４年８月１日（金）", "2014-08-01"),
        ("平成26年8月1日", "2014-08-01"),
        ("㍻26年8月1日", "2014-08-01"),
        ("H26.8.1", "2014-08-01"),
        ("令和元年5月1日", "2019-05-01"),
        ("昭和64年1月7日", "1989-01-07"),
        ("20140801", "2014-08-01"),
        ("19970101", "1997-01-01"),
        ("Aug 1, 2014", "2014-08-01"),
        ("Aug 1 2014", "2014-08-01"),
        ("1 August 2014", "2014-08-01"),
        ("Tue, Jul 14, 2026", "2026-07-14"),
        ("2014-08-01T09:05:00+09:00", "2014-08-01"),
        ("2014-07-31T20:05:00Z", "2014-08-01"),
        ("2025/04/18(金)", "2025-04-18"),
    ] {
        assert_eq!(
            date(text, &tokyo()).map(|day| day.map(|day| day.to_string())),
            Ok(Some(expected.to_owned())),
            "{text}"
        );
    }
}

#[test]
fn instants_met_in_the_wild_are_read() {
    for (text, expected) in [
        ("2014/08/01", "2014-07-31T15:00:00Z"),
        ("2014-8-1 9:05", "2014-08-01T00:05:00Z"),
        ("2014年8月1日 9時5分", "2014-08-01T00:05:00Z"),
        ("2014年8月1日 午後3時", "2014-08-01T06:00:00Z"),
        ("平成26年8月1日 9:05:30", "2014-08-01T00:05:30Z"),
        ("2014-08-01T09:05:00+09:00", "2014-08-01T00:05:00Z"),
        ("2014-08-01T00:05:00Z", "2014-08-01T00:05:00Z"),
        ("2014-08-01T00:05:00.123Z", "2014-08-01T00:05:00.123Z"),
        ("2014-08-01 09:05:00 +0900", "2014-08-01T00:05:00Z"),
        ("2024-05-01 09:58:12 -0300", "2024-05-01T12:58:12Z"),
        ("Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24Z"),
        ("Wed Oct 10 20:19:24 -0330 2018", "2018-10-10T23:49:24Z"),
        ("Fri, 01 Aug 2014 09:05:00 GMT", "2014-08-01T09:05:00Z"),
        ("Aug 1, 2014 9:05 PM", "2014-08-01T12:05:00Z"),
        ("1406851500", "2014-08-01T00:05:00Z"),
        ("1406851500.5", "2014-08-01T00:05:00.5Z"),
        ("1406851500000", "2014-08-01T00:05:00Z"),
        ("20140801090500", "2014-08-01T00:05:00Z"),
        ("2026/08/21 11:59", "2026-08-21T02:59:00Z"),
    ] {
        let read =
            instant(text, &tokyo()).map(|instant| instant.map(|instant| instant.to_string()));
        assert_eq!(read, Ok(Some(expected.to_owned())), "{text}");
    }
}

#[test]
fn zone_names_count_where_they_are_expected() {
    for (text, expected) in [
        ("2021-03-04 09:59:57 EST", "2021-03-04T14:59:57Z"),
        ("Fri, 01 Aug 2014 09:05:00 PDT", "2014-08-01T16:05:00Z"),
        ("2021-03-04 09:00 JST", "2021-03-04T00:00:00Z"),
    ] {
        let read = instant(&with_offset(text), &tokyo());
        assert_eq!(
            read.map(|at| at.map(|at| at.to_string())),
            Ok(Some(expected.to_owned()))
        );
    }
    assert!(instant("2021-03-04 09:59:57 EST", &tokyo()).is_err());
}

#[test]
fn empty_cells_and_null_dates_are_nothing() {
    for text in ["", " 　", "0000-00-00 00:00:00"] {
        assert_eq!(instant(text, &tokyo()), Ok(None), "{text}");
    }
}

#[test]
fn broken_dates_say_what_is_wrong() {
    for (text, expected) in [
        ("1/2/2014", ValueError::AmbiguousDate),
        ("01-02-14", ValueError::AmbiguousDate),
        ("2014/13/01", ValueError::NotADate),
        ("2014/02/30", ValueError::NotADate),
        ("2014-08-01 25:00", ValueError::NotADate),
        ("平成0年1月1日", ValueError::NotADate),
        ("昨日", ValueError::NotADate),
        ("20141301", ValueError::NotADate),
        ("123", ValueError::NotADate),
        ("2014-08-01 abc", ValueError::NotADate),
        ("99999999999999999999", ValueError::NotADate),
    ] {
        assert_eq!(instant(text, &tokyo()), Err(expected), "{text}");
    }
}

#[test]
fn day_and_month_are_told_apart_where_the_order_is_known() {
    for (text, order, expected) in [
        (
            "12/1/2010 8:26",
            DateOrder::MonthFirst,
            Some("2010-11-30T23:26:00Z"),
        ),
        (
            "01/02/24",
            DateOrder::MonthFirst,
            Some("2024-01-01T15:00:00Z"),
        ),
        (
            "01/02/24",
            DateOrder::DayFirst,
            Some("2024-01-31T15:00:00Z"),
        ),
        (
            "31.12.1999 23:59:59",
            DateOrder::DayFirst,
            Some("1999-12-31T14:59:59Z"),
        ),
        (
            "1/2/69",
            DateOrder::MonthFirst,
            Some("1969-01-01T15:00:00Z"),
        ),
        (
            "1/2/2024, 3:04:05 PM",
            DateOrder::MonthFirst,
            Some("2024-01-02T06:04:05Z"),
        ),
        (
            "１/２/２０２４",
            DateOrder::DayFirst,
            Some("2024-01-31T15:00:00Z"),
        ),
        (
            "2010-12-01 08:26:00",
            DateOrder::DayFirst,
            Some("2010-11-30T23:26:00Z"),
        ),
        (
            "2024/1/2",
            DateOrder::DayFirst,
            Some("2024-01-01T15:00:00Z"),
        ),
        (
            "Aug 1, 2014",
            DateOrder::DayFirst,
            Some("2014-07-31T15:00:00Z"),
        ),
        ("13/1/2024", DateOrder::MonthFirst, None),
        ("1/13/2024", DateOrder::DayFirst, None),
        ("1/2/202", DateOrder::DayFirst, None),
        ("1/2/20245", DateOrder::DayFirst, None),
        ("1/2/2412:30", DateOrder::DayFirst, None),
    ] {
        let read = instant_in(text, &tokyo(), order)
            .map(|instant| instant.map(|instant| instant.to_string()));
        let expected = expected.map(|text| Some(text.to_owned()));
        assert_eq!(read, expected.ok_or(ValueError::NotADate), "{text}");
    }
    assert_eq!(
        date_in("01/02/24", &tokyo(), DateOrder::YearFirst),
        Err(ValueError::AmbiguousDate)
    );
}

#[test]
fn local_times_keep_to_the_clocks_of_the_place() {
    let new_york = TimeZone::get("America/New_York").expect("the time zones are bundled");
    for (text, expected) in [
        ("2024-03-10 01:59", "2024-03-10T06:59:00Z"),
        ("2024-03-10 02:30", "2024-03-10T07:30:00Z"),
        ("2024-11-03 01:30", "2024-11-03T05:30:00Z"),
        ("2024-11-03", "2024-11-03T04:00:00Z"),
        ("2024-11-04", "2024-11-04T05:00:00Z"),
    ] {
        assert_eq!(
            instant(text, &new_york).map(|instant| instant.map(|instant| instant.to_string())),
            Ok(Some(expected.to_owned()))
        );
    }
}

#[test]
fn the_notations_of_machines_are_read_the_short_way() {
    for text in [
        "2024-01-02",
        "2024/01/02",
        "2024/1/2 3:04",
        "2024-01-02 03:04",
        "2024-01-02 03:04:05",
        "2024-01-02 03:04:05.000",
        "2024-01-02T03:04:05Z",
        "2024-01-02T03:04:05.678Z",
        "2024-01-02T03:04:05+09:00",
        "2024-01-02 03:04:05 +0900",
        "20240102",
        "20240102030405",
    ] {
        assert!(
            plain::moment(text, DateOrder::YearFirst).is_some(),
            "{text}"
        );
    }
    assert!(plain::moment("12/1/2010 8:26", DateOrder::MonthFirst).is_some());
    assert!(plain::moment("12/1/2010 8:26", DateOrder::YearFirst).is_none());
}

fn any_order() -> impl Strategy<Value = DateOrder> {
    prop_oneof![
        Just(DateOrder::YearFirst),
        Just(DateOrder::MonthFirst),
        Just(DateOrder::DayFirst),
    ]
}

fn same_both_ways(text: &str, order: DateOrder) {
    if let Some(moment) = plain::moment(text, order) {
        assert_eq!(any_moment(text, order), Ok(Some(moment)), "{text}");
    }
}

proptest! {
    #[test]
    fn the_short_way_and_the_general_way_agree_on_dates(
        text in "[0-9]{4}[-/][0-2]?[0-9][-/][0-3]?[0-9]([ T][0-2]?[0-9]:[0-6][0-9](:[0-6][0-9]([.][0-9]{1,10})?)?( ?(Z|[-+][0-2][0-9](:?[0-9]{2})?))?)?",
        order in any_order(),
    ) {
        same_both_ways(&text, order);
    }

    #[test]
    fn the_short_way_and_the_general_way_agree_on_years_written_last(
        text in "[0-3]?[0-9][-/][0-3]?[0-9][-/]([0-9]{2}|[0-9]{4}|[0-9]{1,5})([ T][0-2]?[0-9]:[0-6][0-9](:[0-6][0-9])?( ?(Z|[-+][0-2][0-9](:?[0-9]{2})?))?)?",
        order in any_order(),
    ) {
        same_both_ways(&text, order);
    }

    #[test]
    fn the_short_way_and_the_general_way_agree_on_digits(text in "[0-9]{8}|[0-9]{14}|[0-9.]{1,18}", order in any_order()) {
        same_both_ways(&text, order);
    }

    #[test]
    fn the_short_way_and_the_general_way_agree_on_anything(text in "[-0-9/: .,TtZ+'年]{0,26}", order in any_order()) {
        same_both_ways(&text, order);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}") {
        let _ = instant(&text, &tokyo());
        let _ = date(&text, &tokyo());
    }

    #[test]
    fn nothing_near_a_date_makes_it_panic(text in "[0-9MTSHR元年月日時分 :/.+T-]{0,24}") {
        let _ = instant(&text, &tokyo());
    }
}
