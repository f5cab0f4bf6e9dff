//! Orders that count, with the person and the local day.

crate::schema::column::table! {
    /// One order that counts as a purchase or a return: not cancelled, in the workspace's currency or converted to it.
    derived "purchases", key [SOURCE, ORDER_ID];
    SOURCE: Text "source", "", "Shop system of the order.";
    ORDER_ID: Text "order_id", "", "Order.";
    PERSON_ID: Text "person_id", "hash", "Person; empty when nobody can be named or the person denied `analyse`.";
    PURCHASED_ON: Date "purchased_on", "local day", "Day of the purchase or return.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Spend in the workspace's currency; negative for returns.";
    IS_RETURN: Flag "is_return", "", "Whether goods or money went back: a return, or an order with a negative total.";
    IS_FIRST: Flag "is_first", "", "Whether it lies on the day of the person's first purchase.";
    CHANNEL: Text "channel", "", "Where it was sold.";
    STORE: Text "store", "", "Store, where there are several.";
    COUPON: Text "coupon", "", "Coupon or discount code.";
}
