//! What is told of columns that nobody asked for and under which customers refuse something.

use std::collections::BTreeMap;

use super::Run;
use crate::config::ImportConfig;
use crate::error::file_in;
use crate::import::rejects::{Reason, Reject};
use crate::progress::Progress;
use crate::report::Lang;

/// A file with such columns.
pub(super) struct Unasked {
    file: String,
    layout: String,
    columns: Vec<Column>,
    /// Whether what it says is in the store.
    is_stored: bool,
}

struct Column {
    heading: String,
    /// Rows that refuse something under it.
    heard: u64,
    /// Rows of which nobody can tell.
    unclear: u64,
}

/// Returns the columns of a file under which something was heard, by heading, or rejected as unclear, where there are any. Of
/// a file that is left out nothing was heard.
pub(super) fn unasked(
    file: &str,
    layout: &str,
    heard: BTreeMap<String, u64>,
    rejects: &[Reject],
    is_stored: bool,
) -> Option<Unasked> {
    let heard = heard.into_iter().filter(|_| is_stored);
    let heard = heard.map(|(heading, count)| (heading, (count, 0)));
    let mut counts: BTreeMap<String, (u64, u64)> = heard.collect();
    for reject in rejects {
        if reject.reason == Reason::UnclearRefusal {
            counts.entry(reject.column.clone()).or_default().1 += 1;
        }
    }
    let columns = counts.into_iter();
    let columns = columns.map(|(heading, (heard, unclear))| Column {
        heading,
        heard,
        unclear,
    });
    let unasked = Unasked {
        file: file.to_owned(),
        layout: layout.to_owned(),
        columns: columns.collect(),
        is_stored,
    };
    (!unasked.columns.is_empty()).then_some(unasked)
}

impl Run<'_> {
    /// Tells what was heard where nobody asked, and what waits to be mapped.
    pub(super) fn tell_refused(&self, progress: &dyn Progress) {
        let config = self.reader.workspace.config();
        for file in &self.unasked {
            progress.warn(&file.told(&config.import, config.workspace.lang));
        }
    }
}

impl Unasked {
    /// Returns what is to be told of it.
    fn told(&self, config: &ImportConfig, lang: Lang) -> String {
        let file = file_in(&self.file, lang);
        let columns = self.columns.iter().map(|column| column.told(lang));
        let columns: Vec<String> = columns.collect();
        let end = self.end(&self.setting(config), lang);
        match lang {
            Lang::Ja => format!("`{file}`: {}{end}", columns.concat()),
            Lang::En => format!("`{file}`: {}; {end}", columns.join("; ")),
        }
    }

    /// Returns what may be done about it, by the setting that ends it.
    fn end(&self, (section, line): &(String, String), lang: Lang) -> String {
        let is_unclear = self.columns.iter().any(|column| column.unclear > 0);
        let is_sole = self.columns.len() == 1;
        match lang {
            Lang::Ja => {
                let before = match (is_unclear, self.is_stored) {
                    (false, _) => "",
                    (true, true) => "それまで、配信リストは作成されません。列を対応付けるか、",
                    (true, false) => {
                        "このファイルは取り込まれず、配信リストも作成されません。列を対応付けるか、"
                    }
                };
                let but = if is_sole {
                    ""
                } else {
                    "（拒否の列は除いてください）"
                };
                format!("{before}拒否の列でなければ、`{section}` に `{line}` とお書きください{but}")
            }
            Lang::En => {
                let before = match (is_unclear, self.is_stored) {
                    (false, _) => "if they are none",
                    (true, true) => "no list is made: map the column, or if it tells no refusals",
                    (true, false) => {
                        "the file is left out and no list is made: map the column, or if it tells no refusals"
                    }
                };
                let but = if is_sole {
                    ""
                } else {
                    ", without the columns that do tell refusals"
                };
                format!("{before}, write `{line}` into `{section}`{but}")
            }
        }
    }

    /// Returns the section of the settings and the line that says that these columns tell no refusals, beside those that are
    /// known already.
    fn setting(&self, config: &ImportConfig) -> (String, String) {
        let layout = &self.layout;
        let own = config.layouts.get(layout);
        let known = match own {
            Some(mapping) => Some(&mapping.ignored),
            None => config.ignored.get(layout),
        };
        let headings = known.into_iter().flatten();
        let headings = headings.chain(self.columns.iter().map(|column| &column.heading));
        let headings: Vec<String> = headings
            .map(|heading| toml::Value::String(heading.clone()).to_string())
            .collect();
        let headings = headings.join(", ");
        match own {
            Some(_) => (
                format!("[import.layouts.{layout}]"),
                format!("ignored = [{headings}]"),
            ),
            None => (
                "[import.ignored]".to_owned(),
                format!("{layout} = [{headings}]"),
            ),
        }
    }
}

impl Column {
    fn told(&self, lang: Lang) -> String {
        let (heading, heard, unclear) = (&self.heading, self.heard, self.unclear);
        let told = match lang {
            Lang::Ja => [
                (heard > 0).then(|| {
                    format!("配信停止・拒否と読み取れる {heard} 行をそのとおりに扱いました。")
                }),
                (unclear > 0).then(|| {
                    format!("配信停止・拒否にあたるかどうか判断できない行が {unclear} 行あります。")
                }),
            ],
            Lang::En => [
                (heard > 0).then(|| {
                    let are = if heard == 1 { "is" } else { "are" };
                    format!("{} under it {are} taken for refusals", rows(heard))
                }),
                (unclear > 0).then(|| format!("{} under it may refuse or not", rows(unclear))),
            ],
        };
        let told: Vec<String> = told.into_iter().flatten().collect();
        match lang {
            Lang::Ja => format!(
                "`{heading}` は同意・拒否の列として対応付けられていません。{}",
                told.concat()
            ),
            Lang::En => format!(
                "no answer is mapped to `{heading}`, and {}",
                told.join(", ")
            ),
        }
    }
}

fn rows(count: u64) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    const SETTINGS: &str = "[import.ignored]\neccube_customers = ['利用停止日']\n[import.layouts.members]\n\
        table = 'customers'\n[import.layouts.members.columns]\ncustomer_id = '会員番号'\n";

    fn unclear(column: &str) -> Reject {
        Reject {
            line: 2,
            column: column.to_owned(),
            value: "2".to_owned(),
            reason: Reason::UnclearRefusal,
            row: "1,2".to_owned(),
        }
    }

    fn told(layout: &str, rejects: &[Reject], is_stored: bool, lang: Lang) -> Option<String> {
        let config = Config::parse(SETTINGS, Path::new("koe.toml"), &[]).expect("settings");
        let heard = BTreeMap::from([("配信停止日".to_owned(), 1)]);
        let unasked = unasked("members.csv", layout, heard, rejects, is_stored);
        unasked.map(|unasked| unasked.told(&config.import, lang))
    }

    #[test]
    fn a_column_is_told_with_its_file_and_the_setting_that_ends_it() {
        let expected = "`members.csv`: no answer is mapped to `配信停止日`, and 1 row under it is taken for refusals; \
            if they are none, write `ignored = [\"配信停止日\"]` into `[import.layouts.members]`";
        assert_eq!(
            told("members", &[], true, Lang::En).as_deref(),
            Some(expected)
        );
        let japanese = told("eccube_customers", &[], true, Lang::Ja).expect("it was heard");
        let expected = "`[import.ignored]` に `eccube_customers = [\"利用停止日\", \"配信停止日\"]` とお書きください";
        assert!(japanese.ends_with(expected), "{japanese}");
        assert!(japanese.contains("読み取れる 1 行"), "{japanese}");
    }

    #[test]
    fn the_columns_of_a_file_are_told_in_one_line_with_one_setting_that_can_be_read() {
        let other = Reject {
            reason: Reason::Missing,
            ..unclear("会員番号")
        };
        let rejects = [unclear("停止\"区分\""), other, unclear("停止\"区分\"")];
        let told = told("members", &rejects, true, Lang::En).expect("it was heard");
        assert!(
            told.contains("1 row under it is taken for refusals; "),
            "{told}"
        );
        assert!(
            told.contains("2 rows under it may refuse or not; "),
            "{told}"
        );
        assert!(told.contains("; no list is made: "), "{told}");
        let (_, line) = told.split_once("write `").expect("a setting");
        let (line, _) = line.split_once("` into").expect("its end");
        let table: toml::Table = line.parse().expect("settings");
        let expected = ["停止\"区分\"", "配信停止日"].map(|text| toml::Value::String(text.into()));
        assert_eq!(table["ignored"], toml::Value::Array(expected.into()));
    }

    #[test]
    fn of_a_file_that_is_left_out_nothing_was_heard() {
        assert_eq!(told("members", &[], false, Lang::En), None);
        let told = told("members", &[unclear("停止区分")], false, Lang::En).expect("it waits");
        assert!(!told.contains("taken for refusals"), "{told}");
        assert!(
            told.contains("the file is left out and no list is made"),
            "{told}"
        );
    }
}
