//! The report's numbers as tables with typed cells: the workbook, the Markdown and the page all write these.

mod customers;
mod heard;
mod networks;
mod people;
mod topics;
mod ways;
mod worth;

use crate::report::against::Against;
use crate::report::figures::{Counted, Figures, Kpi, KpiKind, KpiUnit};
use crate::report::findings::growth;
use crate::report::telling;
use crate::report::words::{Lang, Numbers, Words};

pub(super) use topics::definitions;

/// All topics, in the order of a workbook.
pub(super) const TOPICS: [&str; 48] = [
    "summary",
    "findings",
    "fiscal",
    "change",
    "weeks",
    "rfm",
    "deciles",
    "abc",
    "cpm",
    "stages",
    "months",
    "cohorts",
    "revenue",
    "lifetime",
    "intervals",
    "choices",
    "parameters",
    "tracking",
    "calibration",
    "days",
    "hours",
    "platforms",
    "aspects",
    "words",
    "together",
    "topics",
    "journey",
    "sayings",
    "shares",
    "roles",
    "communities",
    "influence",
    "impersonators",
    "segments",
    "matrix",
    "moves",
    "effects",
    "waits",
    "answers",
    "complaints",
    "alerts",
    "campaigns",
    "costs",
    "consents",
    "tables",
    "files",
    "excluded",
    "terms",
];

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// A text of the report or of the data.
    Text(String),
    /// A count.
    Count(u64),
    /// Minor units.
    Money(i64),
    /// A mean in minor units.
    MoneyMean(f64),
    /// 0..1.
    Share(f64),
    /// A growth: 0.1 is a tenth more.
    Growth(f64),
    /// A difference of two shares.
    Points(f64),
    /// -1..1, written with its sign.
    Score(f64),
    /// Minutes.
    Minutes(f64),
    /// A real number with so many decimals.
    Real(f64, usize),
    /// A local day, `YYYY-MM-DD`.
    Day(String),
    /// A local hour, `YYYY-MM-DDTHH:00`.
    Hour(String),
    /// Unknown.
    Missing,
    /// A count of at least one, and fewer than the smallest group shown.
    Few,
    /// Held back to protect a small group.
    Hidden,
}

impl Cell {
    /// A cell of a value that may be unknown.
    fn of<T>(value: Option<T>, make: impl Fn(T) -> Cell) -> Cell {
        value.map_or(Cell::Missing, make)
    }

    /// A cell of a count as far as it may be told.
    pub(super) fn counted(count: Counted) -> Cell {
        match count {
            Counted::Told(count) => Cell::Count(count),
            Counted::Few => Cell::Few,
            Counted::Withheld => Cell::Hidden,
        }
    }

    /// Whether the cell is written flush right.
    pub(super) fn is_number(&self) -> bool {
        !matches!(
            self,
            Cell::Text(_) | Cell::Day(_) | Cell::Hour(_) | Cell::Missing | Cell::Few | Cell::Hidden
        )
    }

    /// The number to sort by, when the text does not sort by itself.
    pub(super) fn sort_value(&self) -> Option<f64> {
        match self {
            Cell::Count(value) => Some(*value as f64),
            Cell::Money(value) => Some(*value as f64),
            Cell::MoneyMean(value)
            | Cell::Share(value)
            | Cell::Growth(value)
            | Cell::Points(value)
            | Cell::Score(value)
            | Cell::Minutes(value)
            | Cell::Real(value, _) => Some(*value).filter(|value| value.is_finite()),
            _ => None,
        }
    }

    /// The cell as the reader sees it.
    pub(super) fn written(&self, context: &Context<'_>) -> String {
        let numbers = &context.numbers;
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Count(value) => numbers.count(*value),
            Cell::Money(value) => numbers.money(*value),
            Cell::MoneyMean(value) => numbers.money(value.round() as i64),
            Cell::Share(value) => numbers.share(*value),
            Cell::Growth(value) => numbers.signed_share(*value),
            Cell::Points(value) => numbers.signed_points(*value),
            Cell::Score(value) => numbers.signed(*value, 2),
            Cell::Minutes(value) => numbers.minutes(*value),
            Cell::Real(value, digits) => numbers.decimal(*value, *digits),
            Cell::Day(day) => numbers.full_day(day),
            Cell::Hour(hour) => numbers.hour(hour),
            Cell::Missing => context.words.get("page.none").to_owned(),
            Cell::Few => context.few(),
            Cell::Hidden => context.words.get("page.hidden").to_owned(),
        }
    }
}

/// Rows under headings.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// Key of the topic, as in `sheet.*` of the words.
    pub(super) key: &'static str,
    /// Headings in the language of the report.
    pub(super) headings: Vec<String>,
    /// Rows, each as long as the headings.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Figures with the words and number formats they are told in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) figures: &'a Figures,
    pub(super) lang: Lang,
    pub(super) words: &'static Words,
    pub(super) numbers: Numbers<'a>,
}

impl<'a> Context<'a> {
    pub(super) fn new(figures: &'a Figures, lang: Lang) -> Self {
        let numbers = Numbers {
            lang,
            currency: &figures.currency,
            exponent: figures.currency_exponent,
        };
        Self {
            figures,
            lang,
            words: lang.words(),
            numbers,
        }
    }

    /// What stands for a count that is fewer than the smallest group shown.
    pub(super) fn few(&self) -> String {
        let group = self.numbers.count(u64::from(self.figures.min_group_size));
        self.words.fill("page.few", &[("count", &group)])
    }

    fn table(&self, key: &'static str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
        let against = self.against();
        let headings = columns
            .iter()
            .map(|column| self.heading(column, &against))
            .collect();
        Table {
            key,
            headings,
            rows,
        }
    }

    /// What changes are told against.
    pub(super) fn against(&self) -> Against {
        Against::new(&self.figures.period, &self.figures.as_of, &self.numbers)
    }

    /// The heading of a column; of what is compared with, where it has a name, that name.
    fn heading(&self, column: &str, against: &Against) -> String {
        let named = format!("column.{column}_named");
        if against.is_named && self.words.find(&named).is_some() {
            let values = [
                ("before", against.before.as_str()),
                ("state", against.state.as_str()),
            ];
            return self.words.fill(&named, &values);
        }
        self.words.name("column", column).to_owned()
    }

    fn named(&self, group: &str, key: &str) -> Cell {
        Cell::Text(self.words.name(group, key).to_owned())
    }

    /// The table of a topic; it may have no rows. An unknown topic has no columns either.
    pub(super) fn topic(&self, key: &'static str) -> Table {
        match key {
            "summary" => self.summary(),
            "fiscal" => self.fiscal(),
            "findings" => self.finding_table(),
            "change" => self.change(),
            "weeks" => self.weeks(),
            "rfm" => self.rfm(),
            "deciles" => self.deciles(),
            "cohorts" => self.cohorts(),
            "lifetime" => self.lifetime(),
            "parameters" => self.parameters(),
            "tracking" => self.tracking(),
            "abc" => self.abc(),
            "cpm" => self.cpm(),
            "stages" => self.order_stages(),
            "months" => self.months(),
            "revenue" => self.revenue(),
            "intervals" => self.intervals(),
            "choices" => self.choices(),
            "calibration" => self.calibration(),
            "days" => self.days(),
            "hours" => self.hours(),
            "platforms" => self.platforms(),
            "aspects" => self.aspects(),
            "words" => self.rising_and_falling(),
            "together" => self.words_together(),
            "topics" => self.topics(),
            "journey" => self.journey(),
            "sayings" => self.sayings(),
            "shares" => self.shares(),
            "roles" => self.roles(),
            "communities" => self.communities(),
            "influence" => self.influence(),
            "impersonators" => self.impersonators(),
            "waits" => self.waits(),
            "answers" => self.answers(),
            "complaints" => self.complaint_reasons(),
            "segments" => self.segments(),
            "matrix" => self.matrix(),
            "moves" => self.moves(),
            "effects" => self.effects(),
            "costs" => self.costs(),
            "alerts" => self.alerts(),
            "campaigns" => self.campaigns(),
            "consents" => self.consents(),
            "tables" => self.stored(),
            "files" => self.files(),
            "excluded" => self.excluded(),
            "terms" => self.terms(),
            _ => self.table(key, &[], Vec::new()),
        }
    }

    /// The value of a figure as a typed cell.
    fn kpi_cell(&self, kpi: &Kpi, value: Option<f64>) -> Cell {
        Cell::of(value.filter(|value| value.is_finite()), |value| {
            match kpi.unit {
                KpiUnit::Money => Cell::MoneyMean(value),
                KpiUnit::Persons | KpiUnit::Posts => Cell::Count(value.round().max(0.0) as u64),
                KpiUnit::Share => Cell::Share(value),
                KpiUnit::Score => Cell::Score(value),
                KpiUnit::Minutes => Cell::Minutes(value),
            }
        })
    }

    /// The name of a figure; where it is compared with another moment than the others, or tells of some of what was asked, it
    /// says so.
    pub(super) fn kpi_name(&self, kpi: &Kpi) -> String {
        let name = self.words.name("kpi", kpi.kind.key());
        if let Some(answers) = telling::answers(self, kpi) {
            let values = [("name", name), ("answers", answers.as_str())];
            return self.words.fill("kpi.of_answers", &values);
        }
        let against = self.against();
        if kpi.kind != KpiKind::LifetimeValue || against.state == against.before {
            return name.to_owned();
        }
        let values = [("name", name), ("state", against.state.as_str())];
        self.words.fill("kpi.of_state", &values)
    }

    /// The fiscal year so far beside the year before.
    fn fiscal(&self) -> Table {
        let rows = self.figures.fiscal_year.iter().flat_map(|fiscal| {
            let (now, before) = (fiscal.current, fiscal.previous);
            let row = |name: &str, now: Cell, before: Option<Cell>, change: Option<f64>| {
                vec![
                    self.named("fiscal", name),
                    now,
                    before.unwrap_or(Cell::Missing),
                    Cell::of(change, Cell::Growth),
                ]
            };
            // The outer option of the year before is for there being one, the inner for what is held back.
            let counted = |name: &str, now: Option<u64>, before: Option<Option<u64>>| {
                let known = before.flatten().map(|before| before as f64);
                let change = now.and_then(|now| growth(now as f64, known));
                let cell = |count: Option<u64>| count.map_or(Cell::Hidden, Cell::Count);
                row(name, cell(now), before.map(cell), change)
            };
            let sales = before.map(|before| before.sales_minor);
            [
                row(
                    "sales",
                    Cell::Money(now.sales_minor),
                    sales.map(Cell::Money),
                    growth(now.sales_minor as f64, sales.map(|sales| sales as f64)),
                ),
                counted(
                    "orders",
                    now.order_count,
                    before.map(|before| before.order_count),
                ),
                counted(
                    "buyers",
                    now.buyer_count,
                    before.map(|before| before.buyer_count),
                ),
                counted(
                    "new_buyers",
                    now.new_buyer_count,
                    before.map(|before| before.new_buyer_count),
                ),
            ]
        });
        self.table(
            "fiscal",
            &["metric", "value", "previous_year", "change"],
            rows.collect(),
        )
    }

    fn summary(&self) -> Table {
        let has_targets = self.figures.kpis.iter().any(|kpi| kpi.target.is_some());
        let rows = self.figures.kpis.iter().map(|kpi| {
            let change = match (kpi.unit, kpi.value, kpi.previous) {
                _ if kpi.is_incomplete => Cell::Missing,
                (KpiUnit::Share, Some(value), Some(previous)) => Cell::Points(value - previous),
                (KpiUnit::Score, Some(value), Some(previous)) => Cell::Score(value - previous),
                (_, Some(value), previous) => Cell::of(growth(value, previous), Cell::Growth),
                _ => Cell::Missing,
            };
            let mut row = vec![
                Cell::Text(self.kpi_name(kpi)),
                match kpi.is_withheld {
                    true => Cell::Hidden,
                    false => self.kpi_cell(kpi, kpi.value),
                },
                self.kpi_cell(kpi, kpi.previous),
                change,
            ];
            if has_targets {
                row.push(self.kpi_cell(kpi, kpi.target));
                row.push(match kpi.is_met {
                    Some(true) => self.named("kpi", "met"),
                    Some(false) => self.named("kpi", "missed"),
                    None => Cell::Missing,
                });
            }
            row
        });
        let columns: &[&str] = match has_targets {
            true => &[
                "metric",
                "value",
                "previous",
                "change",
                "target",
                "target_state",
            ],
            false => &["metric", "value", "previous", "change"],
        };
        self.table("summary", columns, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::findings::fixture::figures;

    #[test]
    fn every_row_is_as_long_as_its_headings() {
        let figures = figures();
        for lang in [Lang::Ja, Lang::En] {
            let context = Context::new(&figures, lang);
            for topic in TOPICS {
                let table = context.topic(topic);
                assert!(!table.headings.is_empty(), "{topic}");
                assert!(
                    table
                        .rows
                        .iter()
                        .all(|row| row.len() == table.headings.len()),
                    "{topic}"
                );
                assert!(
                    context.words.find(&format!("sheet.{topic}")).is_some(),
                    "{topic}"
                );
            }
        }
    }

    #[test]
    fn goals_are_columns_of_the_summary_where_there_are_any() {
        let figures = crate::report::findings::fixture::with_targets();
        let context = Context::new(&figures, Lang::En);
        let table = context.topic("summary");
        assert_eq!(table.headings[4..], ["Target", "Met"]);
        assert_eq!(table.rows[0][4], Cell::MoneyMean(1_800_000.0));
        assert_eq!(table.rows[0][5], Cell::Text("met".to_owned()));
        assert_eq!(table.rows[1][4..], [Cell::Missing, Cell::Missing]);
        assert!(table.rows.iter().all(|row| row.len() == 6));
    }

    #[test]
    fn the_time_to_the_first_answer_says_of_how_many() {
        let figures = figures();
        let context = Context::new(&figures, Lang::En);
        let names = context.topic("summary").rows.into_iter();
        let names: Vec<Cell> = names.filter_map(|row| row.into_iter().next()).collect();
        let name = "Time to first answer (31 of 46 answered)";
        assert!(names.contains(&Cell::Text(name.to_owned())), "{names:?}");
    }

    #[test]
    fn a_cause_that_did_nothing_has_no_row() {
        let mut figures = crate::report::charts::fixture::shop();
        let change = figures.sales_change.as_mut().unwrap();
        (change.frequency_minor, change.order_value_minor) = (0, 0);
        change.merged_minor = -6_300;
        let context = Context::new(&figures, Lang::En);
        let table = context.topic("change");
        // New, back, lost, merged, returns, without a name, and the sum.
        assert_eq!(table.rows.len(), 7);
        assert!(table.rows.iter().all(|row| row[1] != Cell::Money(0)));
    }

    #[test]
    fn a_small_group_is_written_as_such() {
        let figures = figures();
        let context = Context::new(&figures, Lang::En);
        assert_eq!(Cell::Hidden.written(&context), "withheld");
        assert_eq!(
            Cell::counted(Counted::Few).written(&context),
            "fewer than 5"
        );
        let context = Context::new(&figures, Lang::Ja);
        assert_eq!(Cell::counted(Counted::Few).written(&context), "5未満");
        assert_eq!(Cell::counted(Counted::Few).sort_value(), None);
    }

    #[test]
    fn an_unknown_number_does_not_sort() {
        assert_eq!(Cell::Share(f64::NAN).sort_value(), None);
        assert_eq!(Cell::Money(-3).sort_value(), Some(-3.0));
    }
}
