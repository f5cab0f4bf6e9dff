//! Lines of orders.

crate::schema::column::table! {
    /// One line of an order.
    raw "order_lines", key [SOURCE, ORDER_ID, LINE_NUMBER], unit [SOURCE, ORDER_ID], happened None;
    SOURCE: Text "source", "", "Shop system the order belongs to.";
    ORDER_ID: Text "order_id", "", "Order the line belongs to.";
    LINE_NUMBER: Integer "line_number", "from 1", "Place within the order.";
    PRODUCT_CODE: Text "product_code", "", "The shop's code of the product.";
    PRODUCT_NAME: Text "product_name", "", "Name as sold.";
    CATEGORY: Text "category", "", "Category as exported.";
    UNIT_PRICE_MINOR: Integer "unit_price_minor", "minor units", "Price of one, tax as in the export.";
    QUANTITY: Integer "quantity", "pieces", "Pieces; negative when returned.";
    AMOUNT_MINOR: Integer "amount_minor", "minor units", "Price of all pieces of the line.";
    COST_MINOR: Integer "cost_minor", "minor units", "What all pieces of the line cost the shop, where known; negative when returned.";
}
