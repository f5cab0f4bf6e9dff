//! One file per export format.

mod base_orders;
mod cdnow;
mod eccube_customers;
mod eccube_orders;
mod futureshop;
mod google_reviews;
mod koe_assignments;
mod koe_campaigns;
mod koe_consents;
mod koe_contacts;
mod koe_declared_links;
mod line_official_chat;
mod makeshop;
mod online_retail;
mod plain;
mod purchasers;
mod purchases;
mod rakuten_rms;
mod shop;
mod shopify_customers;
mod shopify_orders;
mod smaregi;
mod square_items;
mod transactions;
mod x_api_v2;

use super::layout::Layout;

/// Every layout, by name.
pub(super) static ALL: &[&dyn Layout] = &[
    &base_orders::BaseOrders,
    &cdnow::Cdnow,
    &eccube_customers::EccubeCustomers,
    &eccube_orders::EccubeOrders,
    &futureshop::FutureShop,
    &google_reviews::GoogleReviews,
    &koe_assignments::LAYOUT,
    &koe_campaigns::LAYOUT,
    &koe_consents::LAYOUT,
    &koe_contacts::LAYOUT,
    &koe_declared_links::LAYOUT,
    &line_official_chat::LineOfficialChat,
    &makeshop::MakeShop,
    &online_retail::OnlineRetail,
    &rakuten_rms::RakutenRms,
    &shopify_customers::ShopifyCustomers,
    &shopify_orders::ShopifyOrders,
    &smaregi::Smaregi,
    &square_items::SquareItems,
    &transactions::Transactions,
    &x_api_v2::XApiV2,
];

#[cfg(test)]
mod tests;
