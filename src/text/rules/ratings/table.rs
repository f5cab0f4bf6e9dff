//! `ratings.tsv`, read and compiled once.

use std::sync::OnceLock;

use regex::Regex;

use crate::text::lexicon::rows;

const ROWS: &str = include_str!("../ratings.tsv");

/// A star, drawn or written.
const STAR: &str = "(?:星|[★☆])";
/// A number, as [`super::number::read`] reads it.
const NUMBER: &str = "(?:[0-9]{1,3}(?:\\.[0-9]{1,2})?|[零一二三四五六七八九十百]{1,5}|ゼロ|ぜろ|(?:ひと|ふた|みっ|よっ|いつ)つ)";
/// What may close behind a number before it goes on.
const CLOSING: &str = "[)」』】\\]》]*";

/// What a form of rating makes of its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Not one star.
    Nothing,
    /// More than the number, which is all or nearly.
    Beyond,
    /// The number and more, from all stars on.
    Above,
    /// Steps, the first being one star; of five where no scale is told.
    Stars,
    /// Marks of a scale that begins at nought.
    Points,
    /// Between two numbers of stars.
    Mean,
    /// So many fewer.
    Less,
    /// So many fewer, or fewer than none.
    Fewer,
    /// The same without a word that it is a rating.
    Bare,
    /// A number before its star.
    Rank,
    /// A number that tells its scale by its size.
    Marks,
    /// Marks of a hundred.
    Hundred,
    /// All there is.
    Full,
}

impl Class {
    fn from_name(name: &str) -> Option<Class> {
        Some(match name {
            "none" => Class::Nothing,
            "beyond" => Class::Beyond,
            "above" => Class::Above,
            "stars" => Class::Stars,
            "points" => Class::Points,
            "mean" => Class::Mean,
            "less" => Class::Less,
            "fewer" => Class::Fewer,
            "bare" => Class::Bare,
            "rank" => Class::Rank,
            "marks" => Class::Marks,
            "hundred" => Class::Hundred,
            "full" => Class::Full,
            _ => return None,
        })
    }

    /// Whether the form is of stars, so that what looks like it and states no rating is of other stars.
    pub(super) fn is_of_stars(self) -> bool {
        matches!(self, Class::Stars | Class::Mean | Class::Rank)
    }
}

/// A form of rating.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) class: Class,
    /// Whether what stands behind must say that it states a rating.
    pub(super) must_be_said: bool,
    pub(super) pattern: Regex,
}

/// All patterns; those without a word on it may stand anywhere.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) forms: Vec<Form>,
    pub(super) word: Regex,
    /// At the beginning of what stands behind a number.
    pub(super) said: Regex,
    pub(super) of_stars: Regex,
    pub(super) of_marks: Regex,
    pub(super) unsaid: Regex,
    pub(super) conceded: Regex,
    pub(super) wonders: Regex,
    pub(super) given: Regex,
    /// At the end of what stands before a number.
    pub(super) beside: Regex,
    pub(super) supposed: Regex,
    pub(super) judging: Regex,
    pub(super) star: Regex,
    pub(super) not_word: Regex,
    pub(super) measure: Regex,
    pub(super) part: Regex,
    pub(super) whole: Regex,
    pub(super) total: Regex,
    pub(super) because: Regex,
    pub(super) rated: Regex,
    pub(super) named: Regex,
    pub(super) others: Regex,
    pub(super) mine: Regex,
    pub(super) sky: Regex,
    pub(super) item: Regex,
    pub(super) anchor: Regex,
    pub(super) breaks: Regex,
    /// A whole noun.
    pub(super) thing: Regex,
    /// Stars drawn in a row.
    pub(super) drawn: Regex,
}

impl Table {
    /// Returns the table, compiled when first asked for.
    pub(super) fn get() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(Table::read)
    }

    fn read() -> Table {
        let rows = read_rows();
        let any = |class: &str, before: &str, behind: &str| {
            let of_class = rows.iter().filter(|row| row.class == class);
            let patterns: Vec<&str> = of_class.map(|row| row.pattern.as_str()).collect();
            compiled(&format!("{before}(?:{}){behind}", patterns.join("|")))
        };
        let next = |class| any(class, &format!("^{CLOSING}"), "");
        let ends = |class| any(class, "", "$");
        let holds = |class| any(class, "", "");
        let forms = rows.iter().filter_map(|row| {
            Some(Form {
                class: Class::from_name(row.class)?,
                must_be_said: row.condition == "said",
                pattern: compiled(&row.pattern),
            })
        });
        Table {
            forms: forms.collect(),
            word: holds("word"),
            said: next("said"),
            of_stars: next("of_stars"),
            of_marks: next("of_marks"),
            unsaid: next("unsaid"),
            conceded: next("conceded"),
            wonders: next("wonders"),
            given: next("given"),
            beside: ends("beside"),
            supposed: ends("supposed"),
            judging: ends("judging"),
            star: ends("star"),
            not_word: ends("not_word"),
            measure: ends("measure"),
            part: ends("part"),
            whole: ends("whole"),
            total: ends("total"),
            because: ends("because"),
            rated: ends("rated"),
            named: ends("named"),
            others: holds("others"),
            mine: holds("mine"),
            sky: holds("sky"),
            item: holds("item"),
            anchor: holds("anchor"),
            breaks: holds("break"),
            thing: any("thing", "^", "$"),
            drawn: compiled("[★☆](?: ?[★☆])*"),
        }
    }
}

/// A row of the file, its pattern spelled out.
struct Row {
    class: &'static str,
    condition: &'static str,
    pattern: String,
    #[cfg(test)]
    example: &'static str,
}

fn read_rows() -> Vec<Row> {
    let cells: Vec<Vec<&'static str>> = rows::read("ratings.tsv", ROWS)
        .filter_map(|row| Some(row.ok()?.expect_cells(4).ok()?.cells))
        .collect();
    let part = |name: &str| {
        let named = cells.iter().find(|cells| cells[0] == name);
        named.map_or("", |cells| cells[2])
    };
    let parts = [
        ("{star}", STAR),
        ("{word}", part("word")),
        ("{how}", part("how")),
        ("{scale}", part("scale")),
    ];
    let spelled_out = |pattern: &str| {
        let numbered = ["n", "m", "less"]
            .iter()
            .fold(pattern.to_owned(), |text, name| {
                text.replace(&format!("{{{name}}}"), &format!("(?P<{name}>{NUMBER})"))
            });
        parts
            .iter()
            .fold(numbered, |text, (name, part)| text.replace(name, part))
    };
    cells
        .iter()
        .map(|cells| Row {
            class: cells[0],
            condition: cells[1],
            pattern: spelled_out(cells[2]),
            #[cfg(test)]
            example: cells[3],
        })
        .collect()
}

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern)
        .expect("the patterns of ratings.tsv are regular expressions, as a test sees to")
}

#[cfg(test)]
mod tests {
    use super::super::view::View;
    use super::*;

    /// Classes of words around a rating.
    const AROUND: &[&str] = &[
        "word", "how", "scale", "said", "of_stars", "of_marks", "unsaid", "conceded", "wonders",
        "given", "beside", "supposed", "judging", "star", "not_word", "measure", "part", "whole",
        "total", "because", "rated", "named", "others", "mine", "sky", "item", "anchor", "break",
        "thing",
    ];

    #[test]
    fn every_row_is_of_a_known_class_and_matches_its_example() {
        let rows = read_rows();
        let lines = ROWS.lines().filter(|line| !line.starts_with("# "));
        assert_eq!(rows.len(), lines.count());
        for row in &rows {
            let is_form = Class::from_name(row.class).is_some();
            let conditions: &[&str] = if is_form { &["said", "any"] } else { &["-"] };
            assert!(is_form || AROUND.contains(&row.class), "{}", row.class);
            assert!(conditions.contains(&row.condition), "{}", row.pattern);
            let example = View::of(row.example).text;
            let pattern = compiled(&row.pattern);
            assert!(
                pattern.is_match(&example),
                "{}: {}",
                row.pattern,
                row.example
            );
            // What matches nothing would stand everywhere.
            let is_part = matches!(row.class, "how" | "scale" | "whole" | "break");
            assert!(is_part || !pattern.is_match("ん"), "{}", row.pattern);
        }
        for class in AROUND {
            assert!(rows.iter().any(|row| row.class == *class), "{class}");
        }
        assert!(Table::get().forms.len() >= 30);
    }
}
