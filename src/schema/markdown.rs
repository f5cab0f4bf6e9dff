//! `docs/schema.md`, generated.

use std::fmt::Write;

use super::{DERIVED, RAW, Table};

/// Returns the text of `docs/schema.md`: every table and column with type, unit and meaning.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Tables\n\n\
         Generated from `src/schema`; a test fails when they drift apart. Times are UTC, `_on` and dates are the workspace's\n\
         local days, `_minor` is money in minor units (yen: 1 = one yen). Imported tables live in `store/current/<table>/`\n\
         (newest row per key) and `store/raw/<table>/` (every observation), computed ones in `store/derived/<table>/`; each is\n\
         Parquet, and `koe query` reads them by name.\n\n",
    );
    for (title, tables) in [("Imported", RAW), ("Computed", DERIVED)] {
        let _ = writeln!(text, "## {title}\n");
        for table in tables {
            write_table(&mut text, table);
        }
    }
    text
}

fn write_table(text: &mut String, table: &Table) {
    let key: Vec<_> = table
        .key
        .iter()
        .map(|column| format!("`{}`", column.name))
        .collect();
    let _ = writeln!(
        text,
        "### `{}`\n\n{} Key: {}.\n",
        table.name,
        table.meaning.trim(),
        key.join(", ")
    );
    let _ = writeln!(
        text,
        "| column | type | unit or values | meaning |\n|---|---|---|---|"
    );
    for column in table.columns {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            column.name,
            column.kind.title(),
            column.unit,
            column.meaning
        );
    }
    text.push('\n');
}
