//! A bare log of orders, as long as one likes: `order_id,customer_id,ordered_at,amount`.
//!
//! Orders come in the order of time, spread evenly over the months. A few customers buy often and most rarely; amounts are
//! log-normal around 3,000 yen.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rand::RngExt;

use super::SampleOptions;
use super::calendar::DAY;
use super::seed::{Domain, stream};

/// Orders per customer, on average.
const ORDERS_PER_CUSTOMER: u64 = 5;
/// Orders that share one stream of chance.
const BLOCK: u64 = 10_000;
const FIRST_ID: u64 = 10_000_000;

/// Writes `exports/order_log.csv` of `rows` orders into `dir` and returns its size in bytes.
///
/// # Errors
/// Whatever the file system refuses.
pub fn write_order_log(
    dir: &Path,
    rows: u64,
    options: &SampleOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> io::Result<u64> {
    let exports = dir.join("exports");
    fs::create_dir_all(&exports)?;
    let path = exports.join("order_log.csv");
    let mut file = BufWriter::with_capacity(1 << 20, File::create(&path)?);
    writeln!(file, "order_id,customer_id,ordered_at,amount")?;
    let seconds = i64::from(options.months.max(1)) * 30 * DAY;
    let first = options.as_of.to_datetime(jiff::civil::Time::midnight());
    let customers = (rows / ORDERS_PER_CUSTOMER).max(1);
    for block in 0..rows.div_ceil(BLOCK) {
        let mut chance = stream(options.seed, Domain::OrderLog, block, 0);
        for row in block * BLOCK..rows.min((block + 1) * BLOCK) {
            let second = (row as f64 / rows as f64 * seconds as f64) as i64;
            let at = first
                .checked_sub(jiff::Span::new().seconds(seconds - second))
                .unwrap_or(first);
            // The square makes low numbers, and with them a few customers, the usual ones.
            let share: f64 = chance.random::<f64>().powi(2);
            let customer = (share * customers as f64) as u64;
            let normal: f64 = (0..12).map(|_| chance.random::<f64>()).sum::<f64>() - 6.0;
            let amount = (3_000.0 * (0.6 * normal).exp()).round() as u64;
            writeln!(
                file,
                "{},C{customer:07},{:04}-{:02}-{:02} {:02}:{:02}:{:02},{amount}",
                FIRST_ID + row,
                at.year(),
                at.month(),
                at.day(),
                at.hour(),
                at.minute(),
                at.second(),
            )?;
        }
        progress(rows.min((block + 1) * BLOCK), rows);
    }
    file.flush()?;
    Ok(fs::metadata(&path)?.len())
}
