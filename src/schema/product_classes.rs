//! What each product sells.

crate::schema::column::table! {
    /// One product with an order line in the window of `[segment.abc]`.
    derived "product_classes", key [SOURCE, PRODUCT];
    SOURCE: Text "source", "", "Shop system it is sold in.";
    PRODUCT: Text "product", "", "The shop's code; the name where there is none.";
    PRODUCT_NAME: Text "product_name", "", "Name; the last in the alphabet where there were several.";
    CATEGORY: Text "category", "", "Category; chosen alike.";
    BUYER_COUNT: Integer "buyer_count", "persons", "Persons who bought it.";
    LINE_COUNT: Integer "line_count", "order lines", "Lines of orders, returns left out.";
    QUANTITY: Integer "quantity", "pieces", "Pieces, returned ones taken off.";
    SALES_MINOR: Integer "sales_minor", "minor units", "Amounts of the lines, returns taken off; discounts on whole orders are not.";
    SALES_SHARE: Float "sales_share", "of the sales of products above nil", "Share; empty where there are none.";
    CUMULATIVE_SALES_SHARE: Float "cumulative_sales_share", "of the same", "Share of this product, those with more sales, and those with as much.";
    ABC_CLASS: Text "abc_class", "A, B, C", "Class; equal sales are one class.";
    COSTED_SALES_MINOR: Integer "costed_sales_minor", "minor units", "Sales of the lines that have a cost.";
    MARGIN_MINOR: Integer "margin_minor", "minor units", "Those sales less their cost; empty where no cost is known.";
}
