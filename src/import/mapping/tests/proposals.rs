//! Files of `testdata/mappings` that no layout knows.

use super::proposed;

macro_rules! files {
    ($($name:ident),+) => {
        &[$((
            stringify!($name),
            include_str!(concat!("../../../../testdata/mappings/", stringify!($name), ".csv")),
            include_str!(concat!("../../../../testdata/mappings/", stringify!($name), ".toml")),
            include_str!(concat!("../../../../testdata/mappings/", stringify!($name), ".expected")),
        )),+]
    };
}

/// Name, file, section proposed, rows read by it.
const FILES: &[(&str, &str, &str, &str)] = files!(
    bare_orders,
    en_customers,
    en_newsletter,
    en_order_lines,
    en_orders,
    en_reviews,
    en_wide_consents,
    ja_campaigns,
    ja_consents,
    ja_customers,
    ja_customers_split,
    ja_mailings,
    ja_order_lines,
    ja_orders,
    ja_pos_lines,
    ja_posts,
    ja_report_preamble,
    ja_reviews,
    ja_survey,
    ja_tickets
);

#[test]
fn unknown_files_are_read_by_what_is_proposed() {
    let mut different = String::new();
    for (name, file, section, rows) in FILES {
        let (proposed, outcome) = proposed(file);
        if !outcome.rejects.is_empty() {
            different.push_str(&format!("=== {name} rejects {:?}\n", outcome.rejects));
        }
        let rendered = outcome.rendered();
        if proposed != *section || rendered != *rows {
            different.push_str(&format!("=== {name}\n{proposed}\n{rendered}"));
        }
    }
    assert!(different.is_empty(), "{different}");
}
