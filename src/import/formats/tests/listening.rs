//! Exports of listening tools and Search Console in their other shapes, and their broken rows.

use super::import;
use crate::import::rejects::Reason;
use crate::import::values::ValueError;

#[test]
fn meltwater_comes_with_commas_as_well() {
    let outcome = import(
        include_bytes!("../../../../testdata/formats/meltwater_commas.csv"),
        None,
    )
    .expect("recognised");
    assert_eq!(outcome.layout, "meltwater");
    let whole = import(
        include_bytes!("../../../../testdata/formats/meltwater.csv"),
        None,
    )
    .expect("recognised");
    let posts = |rows: String| -> Vec<String> {
        rows.lines()
            .filter(|row| row.starts_with("posts "))
            .take(2)
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(posts(outcome.rendered()), posts(whole.rendered()));
}

#[test]
fn brandwatch_is_recognised_below_any_preamble() {
    let headings = "Query Id,Query Name,Date,Title,Snippet,Url,Page Type,Author\n";
    let row = "1,q,2024-07-08 07:57:12.0,,a text,https://example.com/1,news,x\n";
    for preamble in ["", "Report:,x\n", "a,b\nc,d\n\n\ne,f\n"] {
        let text =
            format!("{preamble}{headings}{row}1,q,someday,,b,https://example.com/2,news,x\n");
        let outcome = import(text.as_bytes(), None).expect("recognised");
        assert_eq!(outcome.layout, "brandwatch");
        assert_eq!(outcome.counts.read, 2, "{preamble}");
        assert_eq!(
            outcome.rejects[0].reason,
            Reason::Value(ValueError::NotADate)
        );
    }
}

#[test]
fn meltwater_falls_back_on_its_other_date() {
    let text = "Date,URL,Hit Sentence,Source,Influencer,Alternate Date Format,Time\n\
                07/08/24,https://example.com/1,a,News,b,\"Jul 8, 2024\",7:57 AM\n\
                07/08/24,https://example.com/2,a,News,b,,\n";
    let outcome = import(text.as_bytes(), None).expect("recognised");
    assert!(
        outcome
            .rendered()
            .contains("posted_at=2024-07-07T22:57:00Z"),
        "{}",
        outcome.rendered()
    );
    assert_eq!(outcome.rejects[0].line, 3);
    assert_eq!(
        outcome.rejects[0].reason,
        Reason::Value(ValueError::AmbiguousDate)
    );
}

#[test]
fn search_console_comes_by_day_and_in_english() {
    let days = "日付,クリック数,表示回数,CTR,掲載順位\n2024-07-01,\"1,012\",9000,11.2%,5.1\n";
    let outcome = import(days.as_bytes(), None).expect("recognised");
    assert_eq!(outcome.layout, "search_console");
    assert!(
        outcome.rendered().starts_with(
            "search_counts 2: source=search_console | day=2024-07-01 | click_count=1012"
        ),
        "{}",
        outcome.rendered()
    );
    let english = "Top queries,Clicks,Impressions,CTR,Position\ncoffee,1,20,5%,3.2\n,1,2,50%,1\n";
    let outcome = import(english.as_bytes(), None).expect("recognised");
    assert!(outcome.rendered().contains("query=coffee | click_count=1"));
    assert_eq!(
        (outcome.rejects.len(), outcome.rejects[0].reason.clone()),
        (1, Reason::Missing)
    );
}

#[test]
fn holidays_are_not_seen_in_files_of_other_things() {
    let roster = "day,name,email\n2024-07-01,a,a@example.com\n";
    assert!(import(roster.as_bytes(), None).is_err());
}
