//! `koe sample`: a fictional shop with planted truth.

use jiff::civil::Date;
use koe::config::FILE_NAME;
use koe::error::{Error, Result};
use koe::progress::Progress;
use koe::report::Lang;
use koe::sample::{self, PeopleOptions, SampleOptions};
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
    let people = args.people.map(|records| PeopleOptions {
        records,
        seed: args.seed,
        japanese: args.japanese,
        steady: args.steady,
    });
    let size = args.people.map(|records| records.saturating_mul(2));
    let size = size.or(args.order_log).unwrap_or(args.customers);
    ui.begin("sample", Some(size));
    match (&people, args.order_log) {
        (Some(people), _) => sample::write_people(&args.dir, people, &mut tell).map(|_| ()),
        (None, Some(rows)) => {
            sample::write_order_log(&args.dir, rows, &options, &mut tell).map(|_| ())
        }
        (None, None) => sample::write(&args.dir, &options, &mut tell).map(|_| ()),
    }
    .map_err(|error| Error::io("write", &args.dir, error))?;
    ui.end();
    let settings = people.as_ref().map_or_else(
        || sample::settings(&options),
        |people| sample::people_settings(people).to_owned(),
    );
    write_atomically(&config, settings.as_bytes())?;
    let dir = args.dir.display();
    ui.say(&match ui.lang() {
        Lang::Ja => format!("{dir} に書き込みました。次は `koe run {dir}` を実行してください"),
        Lang::En => format!("wrote {dir}; next: `koe run {dir}`"),
    });
    Ok(Exit::Done)
}
