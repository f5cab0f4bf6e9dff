//! Orders.

crate::schema::column::table! {
    /// One order; returned goods are an order of their own with negative amounts on the day of the return.
    raw "orders", key [SOURCE, ORDER_ID], unit [SOURCE, ORDER_ID], happened Some(ORDERED_AT);
    SOURCE: Text "source", "", "Shop system the order belongs to.";
    ORDER_ID: Text "order_id", "", "The system's own number; a return adds `/return`.";
    CUSTOMER_ID: Text "customer_id", "", "Customer record of the same source; empty when nobody can be named.";
    ORDERED_AT: Instant "ordered_at", "UTC", "When it was placed or returned.";
    STATUS: Text "status", "placed, cancelled, returned", "Cancelled orders are kept and never counted as sales.";
    GOODS_MINOR: Integer "goods_minor", "minor units", "Goods before discounts, tax included.";
    DISCOUNT_MINOR: Integer "discount_minor", "minor units", "Discounts on goods, points used left out, positive.";
    SHIPPING_MINOR: Integer "shipping_minor", "minor units", "Shipping and handling.";
    TAX_MINOR: Integer "tax_minor", "minor units", "Tax contained in the total.";
    POINTS_USED_MINOR: Integer "points_used_minor", "minor units", "Part of the total paid with points, positive.";
    TOTAL_MINOR: Integer "total_minor", "minor units", "The export's own total.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Goods less discounts, tax included, shipping excluded: the spend all values rest on.";
    CURRENCY: Text "currency", "ISO 4217", "Currency of every amount of the row.";
    CHANNEL: Text "channel", "", "Where it was sold, e.g. web, store.";
    STORE: Text "store", "", "Store, where there are several.";
    COUPON: Text "coupon", "", "Coupon or discount code.";
    EXTRA: Text "extra", "JSON object", "Columns of the export that no column here stands for.";
}
