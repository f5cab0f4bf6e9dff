//! `koe segment --orders`: from an export to values, without a workspace.

use koe::error::{Error, Result, file_in};
use koe::pipeline::{Guess, ImportOptions, OrderFiles};
use koe::progress::Progress;
use koe::report::Lang;
use koe::schema::{Table, models, person_values};
use polars::prelude::{DataFrame, PolarsResult};

use super::{is_table_wanted, summary, tell_written};
use crate::args::{Common, Format, Segment};
use crate::commands::{import, stage};
use crate::exit::Exit;
use crate::scratch::Scratch;
use crate::ui::{Ui, sanitised};
use crate::{output, settings};

pub fn run(
    args: &Segment,
    table: Option<&'static Table>,
    common: &Common,
    ui: &Ui,
) -> Result<Exit> {
    let config = settings::without_workspace(common)?;
    let scratch = Scratch::new()?;
    let files = import::with_stdin_in(scratch.path(), &args.orders)?;
    let options = ImportOptions {
        layout: args.layout.clone(),
        stdin: Some(import::stdin_in(scratch.path())),
        ..ImportOptions::default()
    };
    let imported = OrderFiles::import(
        scratch.path(),
        &files,
        config,
        &options,
        common.as_of.as_deref(),
        jiff::Timestamp::now(),
        ui,
    );
    let found = match imported {
        Err(Error::FilesLeftOut { failed }) => {
            failed.iter().for_each(|(_, error)| ui.error(error));
            return Ok(Exit::Input);
        }
        imported => imported?,
    };
    tell_files(&found, ui);
    found.workspace().segment(ui)?;
    let values = found.values()?;
    tell_values(&found, &values, ui)?;
    if !is_table_wanted(args, common) {
        let currency = &found.workspace().config().money.currency;
        let summary = summary::by_rfm_segment(&values, currency)
            .map_err(Error::frame("sum up the RFM segments"))?;
        output::print(&summary, Format::Table)?;
        return Ok(Exit::Done);
    }
    let table = table.unwrap_or(&person_values::TABLE);
    let frame = match table.name == person_values::TABLE.name {
        true => values,
        false => found.rows(table)?,
    };
    output::put(&frame, args.output.as_deref(), common.format)?;
    tell_written(args.output.as_deref(), table, frame.height(), ui);
    Ok(Exit::Done)
}

/// Tells what was taken from the files because nobody told it, and what of them is not in the values.
fn tell_files(found: &OrderFiles, ui: &Ui) {
    for guess in found.guesses() {
        match guess {
            Guess::Layout {
                file,
                columns,
                section,
            } => {
                let columns: Vec<String> = columns
                    .iter()
                    .map(|(column, heading)| format!("{column} = {heading}"))
                    .collect();
                let columns = columns.join(", ");
                let file = file_in(file, ui.lang());
                ui.say(&sanitised(&match ui.lang() {
                    Lang::Ja => {
                        format!("{file} は koe の知らない形式です。注文として読みました: {columns}")
                    }
                    Lang::En => {
                        format!("{file} is unknown to koe; taken as orders with {columns}")
                    }
                }));
                ui.detail(&sanitised(section));
            }
            Guess::Currency {
                currency,
                instead_of,
            } => ui.say(&match ui.lang() {
                Lang::Ja => format!(
                    "金額は {instead_of} ではなく {currency} とみなしました。違う場合は `--set money.currency=` で指定してください"
                ),
                Lang::En => format!(
                    "amounts are taken for {currency}, not {instead_of}; `--set money.currency=` says otherwise"
                ),
            }),
            Guess::AsOf { day } => ui.say(&match ui.lang() {
                Lang::Ja => format!(
                    "基準時点は {day}(最後の注文の翌日)です。`--as-of` で変えられます"
                ),
                Lang::En => format!(
                    "as of {day}, the day after the last order; `--as-of` looks from another"
                ),
            }),
        }
    }
    for file in found.without_orders() {
        ui.warn(&match ui.lang() {
            Lang::Ja => format!("{file} に注文がありません"),
            Lang::En => format!("no orders in {file}"),
        });
    }
    let files = &found.imported().files;
    let rejected: u64 = files.iter().map(|file| file.rejected_count).sum();
    let read: u64 = files.iter().map(|file| file.read_count).sum();
    if rejected > 0 {
        let (rejected, read) = (stage::grouped(rejected), stage::grouped(read));
        let rows = found.rejects().join("; ");
        ui.warn(&match ui.lang() {
            Lang::Ja => format!("{read} 行中 {rejected} 行を読み取れず、除きました: {rows}"),
            Lang::En => {
                format!("{rejected} of {read} rows cannot be read and are left out: {rows}")
            }
        });
    }
}

/// Tells how much there is, by which models it is valued, and which orders count nowhere or for nobody.
fn tell_values(found: &OrderFiles, values: &DataFrame, ui: &Ui) -> Result<()> {
    let orders = summary::order_count(values).map_err(Error::frame("count the orders"))?;
    let customers = stage::grouped(values.height() as u64);
    let (orders, last) = (stage::grouped(orders), found.last_ordered_on());
    ui.say(&match ui.lang() {
        Lang::Ja => format!("お客様 {customers} 人、注文 {orders} 件、最後の注文は {last}"),
        Lang::En => format!("{customers} customers, {orders} orders, the last on {last}"),
    });
    let models =
        models_line(&found.rows(&models::TABLE)?).map_err(Error::frame("name the models"))?;
    ui.say(&format!("{}: {models}", ui.word("モデル", "models")));
    let left_out: Vec<String> = found
        .left_out()?
        .iter()
        .map(|(reason, count)| format!("{reason} {}", stage::grouped(*count)))
        .collect();
    if !left_out.is_empty() {
        let told = ui.word("除いた注文", "left out");
        ui.say(&format!("{told}: {}", left_out.join(", ")));
    }
    Ok(())
}

/// Names the models that the values rest on, with the reason where one stands in for another, or why there is none.
fn models_line(models: &DataFrame) -> PolarsResult<String> {
    /// What stands in place of a model where there is none.
    const NONE: &str = "none";
    let names = models.column(models::MODEL.name)?.str()?;
    let figures = models.column(models::FIGURE.name)?.str()?;
    let values = models.column(models::VALUE.name)?.f64()?;
    let used = models.column(models::IS_USED.name)?.bool()?;
    let mut told: Vec<(&str, Option<&str>)> = Vec::new();
    for row in 0..models.height() {
        let Some(name) = names.get(row) else { continue };
        if !used.get(row).unwrap_or(false) && name != NONE {
            continue;
        }
        let reason = figures.get(row).filter(|_| values.get(row).is_none());
        match told.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = known.or(reason),
            None => told.push((name, reason)),
        }
    }
    if told.is_empty() {
        return Ok(NONE.to_owned());
    }
    let told: Vec<String> = told
        .into_iter()
        .map(|(name, reason)| match reason {
            Some(reason) => format!("{name} ({reason})"),
            None => name.to_owned(),
        })
        .collect();
    Ok(told.join(", "))
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    fn line(rows: &[(&str, &str, Option<f64>, bool)]) -> String {
        let frame = df!(
            models::MODEL.name => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            models::FIGURE.name => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
            models::VALUE.name => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
            models::IS_USED.name => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        )
        .expect("a frame");
        models_line(&frame).expect("the columns are there")
    }

    #[test]
    fn models_in_use_are_named_once_with_the_reason_of_what_stands_in() {
        let rows = [
            ("BG/NBD", "r", Some(0.2), false),
            ("MBG/NBD", "r", Some(0.5), true),
            ("MBG/NBD", "alpha", Some(6.0), true),
            ("Gamma-Gamma", "infinite_mean", Some(0.9), false),
            ("mean spend", "infinite_mean", None, true),
            ("mean spend", "mean_minor", Some(1200.0), true),
        ];
        assert_eq!(line(&rows), "MBG/NBD, mean spend (infinite_mean)");
    }

    #[test]
    fn where_there_is_no_model_the_reason_stands() {
        let rows = [("none", "too_few_repeaters", None, false)];
        assert_eq!(line(&rows), "none (too_few_repeaters)");
        assert_eq!(line(&[]), "none");
    }
}
