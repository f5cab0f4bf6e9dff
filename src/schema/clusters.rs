//! Groups of buyers who are alike in value and voice, found by k-means.

crate::schema::column::table! {
    /// One cluster; none with `segment.clusters.method = "none"`.
    derived "clusters", key [CLUSTER];
    CLUSTER: Integer "cluster", "from 1", "Number, by mean spend, the highest first.";
    PERSON_COUNT: Integer "person_count", "persons", "Buyers in it.";
    PERSON_SHARE: Float "person_share", "0..1", "Share of all buyers.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Spend so far.";
    LTV_MINOR: Integer "ltv_minor", "minor units", "Expected 12-month value; empty when no model could be fitted.";
    SPEAKING_COUNT: Integer "speaking_count", "persons", "Persons with a recent opinion.";
    DESCRIPTION: Text "description", "", "What sets it apart, in words.";
    FEATURES: Texts "features", "column:standard deviations", "Means of the features, in standard deviations from those of all buyers, the farthest first.";
}
