//! Names in what is told of an error: the nearest of those there are, and lists of them.

use std::path::Path;

use crate::report::Lang;

/// Name of what came on stdin, among files and as the path of an error.
pub const STDIN: &str = "stdin";

/// Returns the name of a file in a language: what came on stdin is no file of its own name.
pub fn file_in(name: &str, lang: Lang) -> &str {
    match (name, lang) {
        (STDIN, Lang::Ja) => "標準入力",
        _ => name,
    }
}

/// Returns a path as it is typed in a command: in quotation marks where a shell would take it for several words or more than a name.
pub fn argument(path: &Path) -> String {
    let shown = path.display().to_string();
    let is_plain = |letter: char| {
        letter.is_alphanumeric()
            || "/:._-+=@%,ー々〆・「」『』【】（）".contains(letter)
            || cfg!(windows) && letter == '\\'
    };
    let is_plain = shown.chars().all(is_plain) && !shown.starts_with('=') && !shown.is_empty();
    match (is_plain, cfg!(windows)) {
        (true, _) => shown,
        (false, true) => format!("\"{shown}\""),
        (false, false) => format!("'{}'", shown.replace('\'', "'\\''")),
    }
}

/// Returns the name among `names` that is nearest to `wanted`, if any is near.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    names
        .into_iter()
        .map(|name| {
            let similarity =
                rapidfuzz::distance::jaro_winkler::similarity(wanted.chars(), name.chars());
            (similarity, name)
        })
        .filter(|(similarity, _)| *similarity >= 0.75)
        .max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(left.1)))
        .map(|(_, name)| name.to_owned())
}

/// Returns the file of `orders.csv (2 of 3 rows)`, as a command names it; `None` for what came on stdin.
pub(super) fn file_of(with_rows: &str) -> Option<&str> {
    let file = with_rows
        .rsplit_once(" (")
        .map_or(with_rows, |(file, _)| file);
    (file != STDIN).then_some(file)
}

/// Returns the column that the query engine looked for and did not find, nor any like it: a text without quotation marks is one
/// to it.
pub(super) fn missing_column(detail: &str) -> Option<&str> {
    let (_, rest) = detail.split_once("unable to find column \"")?;
    if rest.contains("Did you mean") {
        return None;
    }
    rest.split_once('"').map(|(column, _)| column)
}

/// Whether the parser of settings met a text without quotation marks.
pub(super) fn is_unquoted(detail: &str) -> bool {
    detail.contains("must be quoted") || detail.contains("unexpected key or value")
}

pub(super) fn shortened(names: &[String]) -> Vec<String> {
    const SHOWN: usize = 8;
    let mut shown: Vec<String> = names.iter().take(SHOWN).cloned().collect();
    if names.len() > SHOWN {
        shown.push(format!("{} more", names.len() - SHOWN));
    }
    shown
}

pub(super) fn listed(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_is_told_as_it_is_typed() {
        let typed = [
            ("exports/注文（9月）.csv", "exports/注文（9月）.csv"),
            ("[LINE] 佐藤とのトーク.txt", "'[LINE] 佐藤とのトーク.txt'"),
            ("Q&A's.csv", "'Q&A'\\''s.csv'"),
            ("a$b.csv", "'a$b.csv'"),
            ("a\\b.csv", "'a\\b.csv'"),
            ("~orders.csv", "'~orders.csv'"),
            ("", "''"),
        ];
        for (path, expected) in typed {
            assert_eq!(argument(path.as_ref()), expected);
        }
    }

    #[test]
    fn a_command_names_files_and_not_stdin() {
        assert_eq!(file_of("a (1).csv (2 of 3 rows)"), Some("a (1).csv"));
        assert_eq!(file_of("a.csv"), Some("a.csv"));
        assert_eq!(file_of("stdin (2 of 3 rows)"), None);
    }

    #[test]
    fn nearest_name_is_offered_only_when_near() {
        assert_eq!(
            nearest("ordrs", ["orders", "posts"]).as_deref(),
            Some("orders")
        );
        assert_eq!(nearest("zzz", ["orders", "posts"]), None);
    }
}
