//! How often people searched, saw the shop in the results and went there.

crate::schema::column::table! {
    /// One search query on one day.
    raw "search_counts", key [SOURCE, QUERY, DAY], unit [SOURCE, QUERY, DAY], happened None;
    SOURCE: Text "source", "", "Where the counts come from, e.g. search_console.";
    QUERY: Text "query", "", "What was searched for; empty for all queries together.";
    DAY: Date "day", "local day", "Day; empty for the whole period of the export.";
    CLICK_COUNT: Integer "click_count", "", "Clicks from the results to the shop.";
    IMPRESSION_COUNT: Integer "impression_count", "", "Times the shop stood in the results.";
    POSITION: Float "position", "from 1", "Mean place in the results.";
}
