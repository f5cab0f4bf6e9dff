//! Native charts beside the tables they help to read.

use rust_xlsxwriter::{Chart, ChartFormat, ChartLine, ChartSolidFill, ChartType, Color};

use crate::report::tables::{Cell, Context, Table};

const MAIN: u32 = 0x3C_5A96;
const SECOND: u32 = 0xD0_8A3C;
const GOOD: u32 = 0x2B_8C80;
const BAD: u32 = 0xC2_502F;
const NEUTRAL: u32 = 0xD8_D0C7;
const WIDTH: u32 = 820;
const HEIGHT: u32 = 380;

/// What a topic is drawn as: the kind, the column of names, the columns of numbers with their colours.
struct Plan {
    kind: ChartType,
    names: u16,
    series: &'static [(u16, u32)],
}

fn plan(table: &Table) -> Option<Plan> {
    let is_held_back = table.rows.iter().any(|row| row.contains(&Cell::Hidden));
    let (kind, names, series): (_, _, &'static [(u16, u32)]) = match table.key {
        // Where a week is not split, its bar would be missing.
        "weeks" if is_held_back => (ChartType::Column, 0, &[(4, MAIN)]),
        "weeks" => (ChartType::ColumnStacked, 0, &[(2, SECOND), (3, MAIN)]),
        "change" => (ChartType::Column, 0, &[(1, MAIN)]),
        "deciles" => (ChartType::Column, 0, &[(2, MAIN)]),
        "lifetime" => (ChartType::Column, 0, &[(2, MAIN)]),
        "tracking" => (ChartType::Line, 0, &[(1, MAIN), (2, SECOND)]),
        "days" => (
            ChartType::ColumnStacked,
            0,
            &[(1, GOOD), (2, NEUTRAL), (3, BAD)],
        ),
        "hours" => (ChartType::Line, 0, &[(1, MAIN), (2, BAD), (3, NEUTRAL)]),
        "aspects" => (ChartType::Bar, 0, &[(1, GOOD), (2, BAD)]),
        "consents" => (
            ChartType::BarStacked,
            0,
            &[(1, GOOD), (2, BAD), (3, NEUTRAL)],
        ),
        _ => return None,
    };
    Some(Plan {
        kind,
        names,
        series,
    })
}

/// Returns the chart of a table on the sheet `name`, when a chart helps and there are numbers to draw.
pub(super) fn drawing(context: &Context<'_>, name: &str, table: &Table) -> Option<Chart> {
    let plan = plan(table)?;
    let last = u32::try_from(table.rows.len())
        .ok()
        .filter(|rows| *rows > 0)?;
    let is_line = matches!(plan.kind, ChartType::Line);
    let is_bar = matches!(plan.kind, ChartType::Bar | ChartType::BarStacked);
    let mut chart = Chart::new(plan.kind);
    for &(column, colour) in plan.series {
        let fill = ChartSolidFill::new().set_color(Color::RGB(colour)).clone();
        let line = ChartLine::new()
            .set_color(Color::RGB(colour))
            .set_width(2.25)
            .clone();
        let mut format = ChartFormat::new();
        if is_line {
            format.set_line(&line);
        } else {
            format.set_solid_fill(&fill);
        }
        let series = chart.add_series();
        series
            .set_name((name, 0, column))
            .set_categories((name, 1, plan.names, last, plan.names))
            .set_values((name, 1, column, last, column))
            .set_format(&mut format);
        if !is_line {
            series.set_gap(60);
        }
    }
    chart
        .title()
        .set_name(context.words.name("sheet", table.key));
    chart
        .set_width(WIDTH)
        .set_height(HEIGHT)
        .set_alt_text(context.words.name("sheet", table.key));
    chart
        .legend()
        .set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    if plan.series.len() == 1 {
        chart.legend().set_hidden();
    }
    if is_bar {
        // Excel draws the first row at the bottom otherwise.
        chart.x_axis().set_reverse();
    }
    Some(chart)
}
