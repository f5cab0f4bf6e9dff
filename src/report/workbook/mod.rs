//! `report.xlsx`: the numbers as typed cells, a sheet per topic, for whoever wants to compute on.

mod drawings;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use super::figures::Figures;
use super::html::PageError;
use super::tables::{Cell, Context, TOPICS, Table};
use super::words::Lang;

/// Widths of columns, in characters.
const MIN_WIDTH: usize = 10;
const MAX_WIDTH: usize = 60;
const TEXT: u32 = 0x2B_2622;
const ACCENT: u32 = 0x3C_5A96;
const PAPER: u32 = 0xFA_F6EF;
const FONT: &str = "Yu Gothic";

/// Writes the workbook; amounts are in units of the currency, shares are numbers written in per cent.
///
/// Its creation date is the report's as-of day, so the same figures give the same bytes. Texts are never formulas.
///
/// # Errors
///
/// [`PageError::Workbook`] when the sheets cannot be put together.
pub fn workbook(figures: &Figures, lang: Lang) -> Result<Vec<u8>, PageError> {
    let context = Context::new(figures, lang);
    let formats = Formats::new(&context);
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(&context));
    // A topic without rows has no sheet, save for the first two.
    for topic in TOPICS {
        let table = context.topic(topic);
        if table.rows.is_empty() && !matches!(topic, "summary" | "findings") {
            continue;
        }
        let name = context.words.name("sheet", topic);
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        write_table(sheet, &context, &formats, &table)?;
        if let Some(drawing) = drawings::drawing(&context, name, &table) {
            let column = u16::try_from(table.headings.len())
                .unwrap_or(u16::MAX)
                .saturating_add(1);
            sheet.insert_chart(1, column, &drawing)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn properties(context: &Context<'_>) -> DocProperties {
    let figures = context.figures;
    let title = context
        .words
        .fill("page.title", &[("brand", &figures.brand)]);
    let as_of = context.numbers.full_day(&figures.as_of);
    let subject = context.words.fill("page.as_of", &[("date", &as_of)]);
    let properties = DocProperties::new()
        .set_title(title)
        .set_subject(subject)
        .set_author("koe");
    // A day that cannot be read must not fall back to the clock.
    let day = day(&figures.as_of).or_else(|| ExcelDateTime::from_ymd(2000, 1, 1).ok());
    match day {
        Some(day) => properties.set_creation_datetime(&day),
        None => properties,
    }
}

/// The formats of a workbook.
struct Formats {
    heading: Format,
    text: Format,
    /// For texts a spreadsheet could take for a formula when they are edited.
    quoted: Format,
    note: Format,
    count: Format,
    money: Format,
    share: Format,
    points: Format,
    score: Format,
    minutes: Format,
    real: [Format; 5],
    day: Format,
    hour: Format,
}

impl Formats {
    fn new(context: &Context<'_>) -> Self {
        let base = Format::new()
            .set_font_name(FONT)
            .set_font_size(10)
            .set_font_color(Color::RGB(TEXT));
        let base = base.set_align(FormatAlign::Top);
        let number = |pattern: &str| base.clone().set_num_format(pattern);
        let money = match (
            context.figures.currency.as_str(),
            context.figures.currency_exponent,
        ) {
            ("JPY", _) => "[$¥-411]#,##0;[Red]-[$¥-411]#,##0".to_owned(),
            (_, 0) => "#,##0;[Red]-#,##0".to_owned(),
            (_, digits) => {
                let zeros = "0".repeat(usize::try_from(digits).unwrap_or(2).min(6));
                format!("#,##0.{zeros};[Red]-#,##0.{zeros}")
            }
        };
        Self {
            heading: base
                .clone()
                .set_background_color(Color::RGB(PAPER))
                .set_font_color(Color::RGB(ACCENT))
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(Color::RGB(ACCENT))
                .set_text_wrap(),
            text: base.clone().set_text_wrap(),
            quoted: base.clone().set_text_wrap().set_quote_prefix(),
            note: base.clone().set_align(FormatAlign::Right).set_italic(),
            count: number("#,##0"),
            money: number(&money),
            share: number("0.0%"),
            points: number("+0.0%;-0.0%;0.0%"),
            score: number("+0.00;-0.00;0.00"),
            minutes: number(match context.lang {
                Lang::Ja => "#,##0\"分\"",
                Lang::En => "#,##0\" min\"",
            }),
            real: ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"].map(number),
            day: number("yyyy-mm-dd"),
            hour: number("yyyy-mm-dd hh:mm"),
        }
    }

    /// The format of a text: one that begins like a formula is marked as text for good.
    fn of_text(&self, text: &str) -> &Format {
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            &self.quoted
        } else {
            &self.text
        }
    }
}

fn write_table(
    sheet: &mut Worksheet,
    context: &Context<'_>,
    formats: &Formats,
    table: &Table,
) -> Result<(), PageError> {
    for (column, heading) in (0u16..).zip(&table.headings) {
        sheet.write_string_with_format(0, column, heading, &formats.heading)?;
        sheet.set_column_width(column, width(context, table, usize::from(column)) as f64)?;
    }
    for (row, cells) in (1u32..).zip(&table.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            write_cell(sheet, context, formats, (row, column), cell)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last_column = u16::try_from(table.headings.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let last_row = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    sheet.autofilter(0, 0, last_row, last_column)?;
    // A4, landscape when wide, one page across, the headings on every page.
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    if last_column > 4 {
        sheet.set_landscape();
    }
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    context: &Context<'_>,
    formats: &Formats,
    (row, column): (u32, u16),
    cell: &Cell,
) -> Result<(), PageError> {
    let unit = context.numbers.minor_per_major();
    let (number, format) = match cell {
        Cell::Text(text) => {
            let text: String = text.chars().take(32_767).collect();
            sheet.write_string_with_format(row, column, &text, formats.of_text(&text))?;
            return Ok(());
        }
        Cell::Count(value) => (*value as f64, &formats.count),
        Cell::Money(value) => (*value as f64 / unit, &formats.money),
        Cell::MoneyMean(value) => (value / unit, &formats.money),
        Cell::Share(value) => (*value, &formats.share),
        Cell::Growth(value) | Cell::Points(value) => (*value, &formats.points),
        Cell::Score(value) => (*value, &formats.score),
        Cell::Minutes(value) => (*value, &formats.minutes),
        Cell::Real(value, digits) => (*value, &formats.real[(*digits).min(formats.real.len() - 1)]),
        Cell::Day(text) | Cell::Hour(text) => {
            let format = if matches!(cell, Cell::Day(_)) {
                &formats.day
            } else {
                &formats.hour
            };
            match moment(text) {
                Some(moment) => sheet.write_datetime_with_format(row, column, &moment, format)?,
                None => sheet.write_string_with_format(row, column, text, formats.of_text(text))?,
            };
            return Ok(());
        }
        Cell::Missing => return Ok(()),
        Cell::Few | Cell::Hidden => {
            sheet.write_string_with_format(row, column, cell.written(context), &formats.note)?;
            return Ok(());
        }
    };
    if number.is_finite() {
        sheet.write_number_with_format(row, column, number, format)?;
    }
    Ok(())
}

/// A width in which most of a column's texts stand on one line.
fn width(context: &Context<'_>, table: &Table, column: usize) -> usize {
    let cells = table
        .rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(|cell| span(&cell.written(context)));
    // The heading carries a filter button.
    let heading = table
        .headings
        .get(column)
        .map_or(0, |heading| span(heading) + 3);
    cells
        .chain([heading])
        .max()
        .unwrap_or(MIN_WIDTH)
        .saturating_add(2)
        .clamp(MIN_WIDTH, MAX_WIDTH)
}

/// Width of a text in half-width characters.
fn span(text: &str) -> usize {
    text.chars()
        .map(|letter| if u32::from(letter) < 0x2E80 { 1 } else { 2 })
        .sum()
}

/// Reads `YYYY-MM-DD`.
fn day(text: &str) -> Option<ExcelDateTime> {
    let date: jiff::civil::Date = text.parse().ok()?;
    let (year, month, day) = (date.year(), date.month(), date.day());
    ExcelDateTime::from_ymd(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

/// Reads `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`.
fn moment(text: &str) -> Option<ExcelDateTime> {
    let Some((date, time)) = text.split_once('T') else {
        return day(text);
    };
    let (hour, minute) = time.split_once(':')?;
    let hour = hour.parse().ok().filter(|hour| *hour < 24)?;
    day(date)?
        .and_hms(hour, minute.get(..2)?.parse().ok()?, 0.0)
        .ok()
}

#[cfg(test)]
mod tests;
