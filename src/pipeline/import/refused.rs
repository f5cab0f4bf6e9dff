//! What is told of columns that nobody asked for and under which customers refuse something.

use std::collections::BTreeMap;

use super::Run;
use crate::error::file_in;
use crate::import::rejects::{Reason, Reject};
use crate::progress::Progress;
use crate::report::Lang;

/// Such a column of a file.
pub(super) struct Unasked {
    file: String,
    layout: String,
    heading: String,
    /// Rows that refuse something under it.
    heard: u64,
    /// Rows of which nobody can tell.
    unclear: u64,
}

/// Returns the columns of a file under which something was heard, by heading, or rejected as unclear.
pub(super) fn columns(
    file: &str,
    layout: &str,
    heard: BTreeMap<String, u64>,
    rejects: &[Reject],
) -> Vec<Unasked> {
    let heard = heard
        .into_iter()
        .map(|(heading, count)| (heading, (count, 0)));
    let mut counts: BTreeMap<String, (u64, u64)> = heard.collect();
    for reject in rejects {
        if reject.reason == Reason::UnclearRefusal {
            counts.entry(reject.column.clone()).or_default().1 += 1;
        }
    }
    let columns = counts.into_iter();
    let columns = columns.map(|(heading, (heard, unclear))| Unasked {
        file: file.to_owned(),
        layout: layout.to_owned(),
        heading,
        heard,
        unclear,
    });
    columns.collect()
}

impl Run<'_> {
    /// Tells what was heard where nobody asked, and what waits to be mapped.
    pub(super) fn tell_refused(&self, progress: &dyn Progress) {
        let config = self.reader.workspace.config();
        for column in &self.unasked {
            let is_own = config.import.layouts.contains_key(&column.layout);
            for told in column.told(is_own, config.workspace.lang) {
                progress.warn(&told);
            }
        }
    }
}

impl Unasked {
    /// Returns what is to be told of it.
    fn told(&self, is_own: bool, lang: Lang) -> Vec<String> {
        let (file, heading) = (file_in(&self.file, lang), &self.heading);
        let known = self.known(is_own, lang);
        let (heard, unclear) = (self.heard, self.unclear);
        let heard = (heard > 0).then(|| match lang {
            Lang::Ja => format!(
                "`{file}` の `{heading}` はどの列にも対応付けられていないため、記入のある {heard} 行を配信停止・拒否として扱いました。拒否の列でなければ、{known}"
            ),
            Lang::En => format!(
                "`{file}`: nothing maps `{heading}`, and {heard} {} under it {} taken for refusals; if they are none, {known}",
                if heard == 1 { "row" } else { "rows" },
                if heard == 1 { "is" } else { "are" },
            ),
        });
        let unclear = (unclear > 0).then(|| match lang {
            Lang::Ja => format!(
                "`{file}` の `{heading}` には、配信停止・拒否かどうか判断できない行が {unclear} 行あります。配信リストは作成されません。列を対応付けるか、拒否の列でなければ、{known}"
            ),
            Lang::En => format!(
                "`{file}`: nothing maps `{heading}`, and {unclear} {} under it may refuse or not: no list is made; map the column, or if it tells no refusals, {known}",
                if unclear == 1 { "row" } else { "rows" },
            ),
        });
        heard.into_iter().chain(unclear).collect()
    }

    /// Returns how to say that the column tells no refusals.
    fn known(&self, is_own: bool, lang: Lang) -> String {
        let (layout, heading) = (&self.layout, &self.heading);
        let (section, key) = match is_own {
            true => (format!("[import.layouts.{layout}]"), "ignored"),
            false => ("[import.ignored]".to_owned(), layout.as_str()),
        };
        match lang {
            Lang::Ja => format!("`{section}` に `{key} = [\"{heading}\"]` とお書きください"),
            Lang::En => format!("write `{key} = [\"{heading}\"]` into `{section}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unclear(column: &str) -> Reject {
        Reject {
            line: 2,
            column: column.to_owned(),
            value: "2".to_owned(),
            reason: Reason::UnclearRefusal,
            row: "1,2".to_owned(),
        }
    }

    #[test]
    fn a_column_is_told_with_its_file_and_the_setting_that_ends_it() {
        let heard = BTreeMap::from([("配信停止日".to_owned(), 1)]);
        let other = Reject {
            reason: Reason::Missing,
            ..unclear("会員番号")
        };
        let rejects = [unclear("停止区分"), other, unclear("停止区分")];
        let columns = columns("members.csv", "members", heard, &rejects);
        let told = |is_own: bool, lang: Lang| -> Vec<String> {
            let columns = columns.iter();
            columns
                .flat_map(|column| column.told(is_own, lang))
                .collect()
        };
        let english = told(true, Lang::En);
        assert_eq!(english.len(), 2, "{english:?}");
        assert!(english[0].contains("2 rows under it may refuse or not"));
        let expected = "`members.csv`: nothing maps `配信停止日`, and 1 row under it is taken for refusals; if they are none, \
            write `ignored = [\"配信停止日\"]` into `[import.layouts.members]`";
        assert_eq!(english[1], expected);
        let japanese = told(false, Lang::Ja);
        assert!(japanese[1].contains("`[import.ignored]` に `members = [\"配信停止日\"]`"));
    }
}
