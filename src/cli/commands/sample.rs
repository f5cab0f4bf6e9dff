//! `koe sample`: a fictional shop with planted truth.

use jiff::civil::Date;
use koe::config::FILE_NAME;
use koe::error::{Error, Result};
use koe::progress::Progress;
use koe::sample::{self, SampleOptions};
use koe::store::write_atomically;

use crate::args::{Common, Sample};
use crate::exit::Exit;
use crate::ui::Ui;

pub fn run(args: &Sample, common: &Common, ui: &Ui) -> Result<Exit> {
    let mut options = SampleOptions {
        customers: args.customers,
        seed: args.seed,
        months: args.months,
        ..SampleOptions::default()
    };
    if let Some(day) = &common.as_of {
        options.as_of = day
            .parse::<Date>()
            .map_err(|_| Error::BadDate { value: day.clone() })?;
    }
    let config = args.dir.join(FILE_NAME);
    if config.exists() {
        return Err(Error::AlreadyThere { path: config });
    }
    let mut told = 0;
    let mut tell = |done, _| {
        ui.advance(done - told);
        told = done;
    };
    ui.begin("sample", Some(args.order_log.unwrap_or(args.customers)));
    match args.order_log {
        Some(rows) => sample::write_order_log(&args.dir, rows, &options, &mut tell).map(|_| ()),
        None => sample::write(&args.dir, &options, &mut tell).map(|_| ()),
    }
    .map_err(|error| Error::io("write", &args.dir, error))?;
    ui.end();
    write_atomically(&config, sample::settings(&options).as_bytes())?;
    ui.say(&format!(
        "wrote {}; next: `koe run {}`",
        args.dir.display(),
        args.dir.display()
    ));
    Ok(Exit::Done)
}
