//! How much of the voice is whose.

crate::schema::column::table! {
    /// One brand, product or competitor in the last 28 complete days, or in the 28 before: opinions that name it, nothing the shop said, no reposts, copies once.
    derived "voice_shares", key [BRAND, KIND, NAME, PERIOD_START];
    BRAND: Text "brand", "", "Brand that it belongs to or competes with.";
    KIND: Text "kind", "brand, product, competitor", "What it is: the brand itself, one of its products, a brand of others.";
    NAME: Text "name", "", "Its name; synonyms count with it.";
    PERIOD_START: Date "period_start", "local day", "First day of the 28.";
    PERIOD_END: Date "period_end", "local day", "Last day of the 28.";
    POST_COUNT: Integer "post_count", "posts", "Posts about the brand; of those with one of the product's names; posts with one of the competitor's names, whatever they are about.";
    AUTHOR_COUNT: Integer "author_count", "accounts", "Distinct authors, those without an account left out.";
    POSITIVE_COUNT: Integer "positive_count", "posts", "Of the posts positive.";
    NEGATIVE_COUNT: Integer "negative_count", "posts", "Of the posts negative.";
    SENTIMENT_MEAN: Float "sentiment_mean", "-1..1", "Mean sentiment of the posts that are scored.";
    SHARE: Float "share", "0..1", "Of a brand or competitor the share of voice: its posts among those about the brand or naming a competitor, each once, so that the shares of names said together add up to more than 1. Of a product its posts among those about the brand. Empty where there are none.";
    NEGATIVE_ASPECTS: Texts "negative_aspects", "taste, service, price, delivery, ...", "Aspects complained of most, at most three.";
    SEARCH_COUNT: Integer "search_count", "", "Times the shop stood in the results of searches for one of its names, of queries counted by the day; empty without such counts in the period.";
    SEARCH_CLICK_COUNT: Integer "search_click_count", "", "Clicks from these results to the shop.";
}
