//! Fixtures are read to exactly the rows expected.

use super::import;
use crate::import::layout::layouts;

macro_rules! fixture {
    ($name:ident, $extension:literal) => {
        (
            stringify!($name),
            include_bytes!(concat!(
                "../../../../testdata/formats/",
                stringify!($name),
                ".",
                $extension
            ))
            .as_slice(),
            include_str!(concat!(
                "../../../../testdata/formats/",
                stringify!($name),
                ".expected"
            )),
        )
    };
}

/// Layout, file, rows expected.
pub(super) const FIXTURES: &[(&str, &[u8], &str)] = &[
    fixture!(base_orders, "csv"),
    fixture!(brandwatch, "csv"),
    fixture!(cdnow, "csv"),
    fixture!(crowdtangle, "csv"),
    fixture!(eccube_customers, "csv"),
    fixture!(eccube_orders, "csv"),
    fixture!(facebook_comments, "json"),
    fixture!(facebook_posts, "json"),
    fixture!(feed, "xml"),
    fixture!(futureshop, "csv"),
    fixture!(google_reviews, "json"),
    fixture!(instagram_comments, "json"),
    fixture!(instagram_posts, "json"),
    fixture!(koe_assignments, "csv"),
    fixture!(koe_campaigns, "csv"),
    fixture!(koe_consents, "csv"),
    fixture!(koe_contacts, "csv"),
    fixture!(koe_decisions, "csv"),
    fixture!(koe_declared_links, "csv"),
    fixture!(koe_deletions, "csv"),
    fixture!(koe_holidays, "csv"),
    fixture!(koe_search_counts, "csv"),
    fixture!(line_official_chat, "csv"),
    fixture!(line_talk, "txt"),
    fixture!(lstep_friends, "csv"),
    fixture!(makeshop, "csv"),
    fixture!(meltwater, "csv"),
    fixture!(meta_graph, "jsonl"),
    fixture!(online_retail, "csv"),
    fixture!(posts_table, "csv"),
    fixture!(rakuten_rms, "csv"),
    fixture!(search_console, "csv"),
    fixture!(shopify_customers, "csv"),
    fixture!(shopify_orders, "csv"),
    fixture!(smaregi, "csv"),
    fixture!(snscrape, "jsonl"),
    fixture!(square_items, "csv"),
    fixture!(transactions, "csv"),
    fixture!(twarc_csv, "csv"),
    fixture!(x_analytics, "csv"),
    fixture!(x_api_v2, "jsonl"),
    fixture!(x_archive_account, "js"),
    fixture!(x_archive_deletions, "js"),
    fixture!(x_archive_posts, "js"),
    fixture!(x_legacy_csv, "csv"),
    fixture!(x_legacy_json, "jsonl"),
    fixture!(youtube_comments, "jsonl"),
    fixture!(youtube_data_tools, "csv"),
    fixture!(zendesk_tickets, "csv"),
];

#[test]
fn every_layout_has_a_fixture() {
    let names: Vec<&str> = FIXTURES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(
        names,
        layouts()
            .iter()
            .map(|layout| layout.name())
            .collect::<Vec<_>>()
    );
}

#[test]
fn every_fixture_is_recognised_and_read_to_the_rows_expected() {
    let mut different = String::new();
    for (name, bytes, expected) in FIXTURES {
        let outcome = import(bytes, None).expect("the fixture is recognised");
        assert_eq!(outcome.layout, *name);
        assert!(outcome.rejects.is_empty(), "{name}: {:?}", outcome.rejects);
        let rendered = outcome.rendered();
        if rendered != *expected {
            different.push_str(&format!("=== {name} is read to\n{rendered}"));
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn column_order_does_not_matter() {
    let outcome = import(
        b"sales,date,cds,sampleid,masterid\n29.33,19970101,2,1,4\n",
        None,
    )
    .expect("recognised");
    let rendered = outcome.rendered();
    assert!(
        rendered.contains("customer_id=4 |") && rendered.contains("goods_minor=2933"),
        "{rendered}"
    );
}

#[test]
fn the_same_file_gives_the_same_rows() {
    for (_, bytes, _) in FIXTURES {
        let read = || {
            import(bytes, None)
                .map(|outcome| outcome.rendered())
                .expect("the fixture is recognised")
        };
        assert_eq!(read(), read());
    }
}
