//! Business time, counted by hand.

use std::sync::LazyLock;

use polars::prelude::{Column, DataFrame, DataType};
use proptest::prelude::*;

use super::super::opening::closing_days;
use super::*;

fn minutes(opening: &Opening, from: &str, to: &str) -> i64 {
    let open = opening.between(at(from), at(to));
    assert_eq!(open % MINUTE, 0);
    open / MINUTE
}

#[test]
fn a_weekend_does_not_count() {
    let opening = opening(&office(), "Asia/Tokyo");
    // An hour on Friday, an hour on Monday.
    assert_eq!(
        minutes(&opening, "2026-07-03T17:00", "2026-07-06T10:00"),
        120
    );
    assert_eq!(minutes(&opening, "2026-07-03T19:00", "2026-07-06T08:00"), 0);
    assert_eq!(minutes(&opening, "2026-07-06T10:00", "2026-07-03T17:00"), 0);
    // Five days of nine hours.
    assert_eq!(
        minutes(&opening, "2026-07-06T00:00", "2026-07-11T00:00"),
        5 * 540
    );
}

#[test]
fn national_substitute_and_citizens_holidays_do_not_count() {
    let tokyo = opening(&office(), "Asia/Tokyo");
    // 敬老の日 on Monday, 国民の休日 on Tuesday, 秋分の日 on Wednesday.
    assert_eq!(minutes(&tokyo, "2026-09-18T17:30", "2026-09-24T09:30"), 60);
    // 憲法記念日 on a Sunday: its substitute is the Wednesday after みどりの日 and こどもの日.
    assert_eq!(minutes(&tokyo, "2026-05-01T17:00", "2026-05-07T10:00"), 120);
    let without = BusinessHoursConfig {
        holidays: false,
        ..office()
    };
    let without = opening(&without, "Asia/Tokyo");
    assert_eq!(
        minutes(&without, "2026-09-18T17:30", "2026-09-24T09:30"),
        60 + 3 * 540
    );
}

#[test]
fn a_closing_day_of_the_shop_does_not_count() {
    let monday = jiff::civil::date(2026, 7, 6);
    let opening = opening_without(&office(), "Asia/Tokyo", &[monday]);
    assert_eq!(
        minutes(&opening, "2026-07-03T17:00", "2026-07-07T10:00"),
        120
    );
}

#[test]
fn a_night_belongs_to_the_day_it_begins_on() {
    let friday = BusinessHoursConfig {
        friday: "18:00-02:00".into(),
        ..every_day("")
    };
    let bar = opening(&friday, "Asia/Tokyo");
    assert_eq!(minutes(&bar, "2026-07-03T20:00", "2026-07-04T12:00"), 360);
    assert_eq!(minutes(&bar, "2026-07-04T01:00", "2026-07-10T19:00"), 120);
    // 海の日: Sunday's night is open until two, Monday's is not.
    let nights = BusinessHoursConfig {
        holidays: true,
        ..every_day("18:00-02:00")
    };
    let bar = opening(&nights, "Asia/Tokyo");
    assert_eq!(minutes(&bar, "2026-07-19T18:00", "2026-07-21T12:00"), 480);
}

#[test]
fn overlapping_ranges_count_once() {
    let opening = opening(&every_day("09:00-12:00, 11:00-13:00"), "Asia/Tokyo");
    assert_eq!(
        minutes(&opening, "2026-07-06T00:00", "2026-07-07T00:00"),
        240
    );
}

#[test]
fn a_day_of_a_clock_change_is_as_long_as_it_is() {
    let always = opening(&every_day("00:00-24:00"), "America/New_York");
    let night = opening(&every_day("01:00-04:00"), "America/New_York");
    let (short, next) = ("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00");
    assert_eq!(minutes(&always, short, next), 23 * 60);
    // From one o'clock the hour after is three.
    assert_eq!(minutes(&night, short, next), 120);
    let (long, next) = ("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00");
    assert_eq!(minutes(&always, long, next), 25 * 60);
    assert_eq!(minutes(&night, long, next), 240);
    // By the same clock before and after the change.
    let office = opening(&office(), "America/New_York");
    assert_eq!(
        minutes(
            &office,
            "2026-03-06T17:00:00-05:00",
            "2026-03-09T10:00:00-04:00"
        ),
        120
    );
}

#[test]
fn a_target_runs_out_in_open_time() {
    let opening = opening(&office(), "Asia/Tokyo");
    let after = |from: &str, minutes: i64| opening.after(at(from), minutes * MINUTE);
    assert_eq!(after("2026-07-03T17:00", 240), Some(at("2026-07-06T12:00")));
    assert_eq!(after("2026-07-03T17:00", 60), Some(at("2026-07-03T18:00")));
    assert_eq!(after("2026-07-04T12:00", 1), Some(at("2026-07-06T09:01")));
    assert_eq!(after("2026-07-04T12:00", i64::MAX / MINUTE), None);
}

#[test]
fn instants_at_the_ends_of_time_do_not_panic() {
    let closed = BTreeSet::new();
    for (first, as_of) in [(i64::MAX - 1, i64::MAX), (i64::MIN, i64::MIN), (0, 0)] {
        let opening = Opening::new(&office(), &closed, &zone("Asia/Tokyo"), first, as_of);
        assert!(opening.between(i64::MIN, i64::MAX) >= 0);
        assert_eq!(opening.between(i64::MAX, i64::MIN), 0);
        assert_eq!(opening.after(i64::MAX, i64::MAX), None);
    }
    let never = opening(&every_day(""), "Asia/Tokyo");
    assert_eq!(never.between(i64::MIN, i64::MAX), 0);
    assert_eq!(never.after(0, MINUTE), None);
}

#[test]
fn only_days_named_as_closing_days_close() {
    let days = Column::new("day".into(), vec![Some(20_640_i32), Some(20_641), None])
        .cast(&DataType::Date)
        .unwrap();
    let names = Column::new(
        "name".into(),
        vec![Some("夏季休業"), Some("夏のセール"), Some("休業")],
    );
    let table = DataFrame::new(3, vec![days, names]).unwrap();
    let words = office().closing_words;
    // 20,640 days after 1970-01-01.
    assert_eq!(
        closing_days(&table, &words).unwrap(),
        BTreeSet::from([jiff::civil::date(2026, 7, 6)])
    );
    assert!(closing_days(&table, &[]).unwrap().is_empty());
}

const SECOND: i64 = MINUTE / 60;

static NEW_YORK: LazyLock<Opening> = LazyLock::new(|| opening(&office(), "America/New_York"));

proptest! {
    #[test]
    fn open_time_adds_up_and_runs_back(
        start in 0_i64..300 * 86_400,
        first in 0_i64..40 * 86_400,
        second in 0_i64..40 * 86_400,
        wanted in 1_i64..20_160,
    ) {
        let from = at("2026-01-01T00:00") + start * SECOND;
        let (mid, to) = (from + first * SECOND, from + (first + second) * SECOND);
        let whole = NEW_YORK.between(from, to);
        prop_assert_eq!(whole, NEW_YORK.between(from, mid) + NEW_YORK.between(mid, to));
        prop_assert!(whole >= 0 && whole <= to - from);
        let due = NEW_YORK.after(from, wanted * MINUTE).unwrap();
        prop_assert_eq!(NEW_YORK.between(from, due), wanted * MINUTE);
    }
}
