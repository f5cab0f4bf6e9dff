//! What the classes of persons and products make.

crate::schema::column::table! {
    /// One class, also when nothing is in it.
    derived "abc_classes", key [SUBJECT, ABC_CLASS];
    SUBJECT: Text "subject", "person, product", "What is classified.";
    ABC_CLASS: Text "abc_class", "A, B, C", "Class.";
    ITEM_COUNT: Integer "item_count", "persons or products", "How many are in it.";
    ITEM_SHARE: Float "item_share", "0..1", "Share of all of them; empty when there are none.";
    SALES_MINOR: Integer "sales_minor", "minor units", "What they make, returns taken off.";
    SALES_SHARE: Float "sales_share", "of the sales above nil", "Share; below nil for a class that took more back than it bought; empty where there are none.";
    CUMULATIVE_SALES_SHARE: Float "cumulative_sales_share", "of the same", "Share of this and the better classes.";
}
