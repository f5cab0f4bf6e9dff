//! The CDNOW sample of Fader and Hardie as the papers use it, for the tests.

use super::{PurchaseSummary, SpendSummary};

/// The sample, one entry per customer in the file's order.
pub(crate) struct Cdnow {
    /// Repeat purchases until the cut-off, in weeks.
    pub purchases: Vec<PurchaseSummary>,
    /// Repeat purchases and their mean value; `None` without a repeat purchase.
    pub spends: Vec<Option<SpendSummary>>,
    /// Repeat purchase days after the cut-off, all customers together.
    pub later_purchases: usize,
    /// Rows of the file.
    pub file_rows: usize,
}

/// Returns the days from a fixed origin to a date written as `19970118`.
fn day_number(date: u32) -> i64 {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let starts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    assert!((1997..=1998).contains(&year), "no leap year in between");
    i64::from(year - 1997) * 365 + starts[month as usize - 1] + i64::from(day)
}

/// Reads the sample and summarises it at 1997-09-30.
pub(crate) fn read() -> Cdnow {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/cdnow_sample_elog.csv"
    );
    let text = std::fs::read_to_string(path).unwrap();
    let cut_off = day_number(19_970_930);
    // Per customer in the order of the file: (day, value) with the same day's rows merged.
    let mut customers: Vec<(u32, Vec<(i64, f64)>)> = Vec::new();
    let mut file_rows = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let id: u32 = cells[1].parse().unwrap();
        let (day, value) = (
            day_number(cells[2].parse().unwrap()),
            cells[4].parse::<f64>().unwrap(),
        );
        file_rows += 1;
        if customers.last().is_none_or(|(last, _)| *last != id) {
            customers.push((id, Vec::new()));
        }
        let days = &mut customers.last_mut().unwrap().1;
        match days.last_mut() {
            Some(last) if last.0 == day => last.1 += value,
            _ => days.push((day, value)),
        }
    }
    let mut sample = Cdnow {
        purchases: Vec::new(),
        spends: Vec::new(),
        later_purchases: 0,
        file_rows,
    };
    for (_, days) in &customers {
        assert!(days.is_sorted_by_key(|(day, _)| *day));
        let first = days[0].0;
        let within: Vec<&(i64, f64)> = days.iter().filter(|(day, _)| *day <= cut_off).collect();
        sample.later_purchases += days.len() - within.len();
        let repeats = (within.len() - 1) as f64;
        let weeks = |day: i64| (day - first) as f64 / 7.0;
        let last = weeks(within[within.len() - 1].0);
        sample
            .purchases
            .push(PurchaseSummary::new(repeats, last, weeks(cut_off)).unwrap());
        let spent: f64 = within[1..].iter().map(|(_, value)| value).sum();
        sample
            .spends
            .push((repeats > 0.0).then(|| SpendSummary::new(repeats, spent / repeats).unwrap()));
    }
    sample
}
