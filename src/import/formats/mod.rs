//! One file per export format.

mod brandwatch;
mod cdnow;
mod eccube_customers;
mod eccube_orders;
mod google_reviews;
mod koe_assignments;
mod koe_campaigns;
mod koe_consents;
mod koe_contacts;
mod koe_declared_links;
mod koe_holidays;
mod koe_search_counts;
mod line_official_chat;
mod listening;
mod meltwater;
pub(super) mod plain;
mod purchases;
mod search_console;
mod shopify_orders;
mod transactions;
mod x_api_v2;
mod zendesk_tickets;

use super::layout::Layout;

/// Every layout, by name.
pub(super) static ALL: &[&dyn Layout] = &[
    &brandwatch::Brandwatch,
    &cdnow::Cdnow,
    &eccube_customers::EccubeCustomers,
    &eccube_orders::EccubeOrders,
    &google_reviews::GoogleReviews,
    &koe_assignments::LAYOUT,
    &koe_campaigns::LAYOUT,
    &koe_consents::LAYOUT,
    &koe_contacts::LAYOUT,
    &koe_declared_links::LAYOUT,
    &koe_holidays::KoeHolidays,
    &koe_search_counts::LAYOUT,
    &line_official_chat::LineOfficialChat,
    &meltwater::Meltwater,
    &search_console::SearchConsole,
    &shopify_orders::ShopifyOrders,
    &transactions::Transactions,
    &x_api_v2::XApiV2,
    &zendesk_tickets::ZendeskTickets,
];

#[cfg(test)]
pub(super) mod tests;
