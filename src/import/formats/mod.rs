//! One file per export format.

mod base_orders;
mod brandwatch;
mod cdnow;
mod crowdtangle;
mod eccube_customers;
mod eccube_orders;
mod facebook_comments;
mod facebook_posts;
mod feed;
mod feed_entry;
mod futureshop;
mod google_reviews;
mod instagram_comments;
mod instagram_posts;
mod koe_assignments;
mod koe_campaigns;
mod koe_consents;
mod koe_contacts;
mod koe_decisions;
mod koe_declared_links;
mod koe_deletions;
mod koe_holidays;
mod koe_search_counts;
mod line_official_chat;
mod line_talk;
mod listening;
mod lstep_friends;
mod makeshop;
mod meltwater;
mod meta_download;
mod meta_graph;
mod online_retail;
pub(super) mod plain;
mod posts_headings;
mod posts_table;
mod purchasers;
mod purchases;
mod rakuten_rms;
mod search_console;
mod shop;
mod shopify_customers;
mod shopify_orders;
mod smaregi;
mod snscrape;
mod square_items;
mod transactions;
mod twarc_csv;
mod x;
mod x_analytics;
mod x_api_v2;
mod x_archive_account;
mod x_archive_deletions;
mod x_archive_posts;
mod x_legacy_csv;
mod x_legacy_json;
mod x_status;
mod youtube_comments;
mod youtube_data_tools;
mod zendesk_tickets;

pub use search_console::is_beside as is_of_search_console;
pub use x_archive_account::owner as x_archive_owner;

use super::layout::Layout;

/// Every layout, by name.
pub(super) static ALL: &[&dyn Layout] = &[
    &base_orders::BaseOrders,
    &brandwatch::Brandwatch,
    &cdnow::Cdnow,
    &crowdtangle::Crowdtangle,
    &eccube_customers::EccubeCustomers,
    &eccube_orders::EccubeOrders,
    &facebook_comments::FacebookComments,
    &facebook_posts::FacebookPosts,
    &feed::Feed,
    &futureshop::FutureShop,
    &google_reviews::GoogleReviews,
    &instagram_comments::InstagramComments,
    &instagram_posts::InstagramPosts,
    &koe_assignments::LAYOUT,
    &koe_campaigns::LAYOUT,
    &koe_consents::LAYOUT,
    &koe_contacts::LAYOUT,
    &koe_decisions::LAYOUT,
    &koe_declared_links::LAYOUT,
    &koe_deletions::KoeDeletions,
    &koe_holidays::KoeHolidays,
    &koe_search_counts::LAYOUT,
    &line_official_chat::LineOfficialChat,
    &line_talk::LineTalk,
    &lstep_friends::LstepFriends,
    &makeshop::MakeShop,
    &meltwater::Meltwater,
    &meta_graph::MetaGraph,
    &online_retail::OnlineRetail,
    &posts_table::PostsTable,
    &rakuten_rms::RakutenRms,
    &search_console::SearchConsole,
    &shopify_customers::ShopifyCustomers,
    &shopify_orders::ShopifyOrders,
    &smaregi::Smaregi,
    &snscrape::Snscrape,
    &square_items::SquareItems,
    &transactions::Transactions,
    &twarc_csv::TwarcCsv,
    &x_analytics::XAnalytics,
    &x_api_v2::XApiV2,
    &x_archive_account::XArchiveAccount,
    &x_archive_deletions::XArchiveDeletions,
    &x_archive_posts::XArchivePosts,
    &x_legacy_csv::XLegacyCsv,
    &x_legacy_json::XLegacyJson,
    &youtube_comments::YoutubeComments,
    &youtube_data_tools::YoutubeDataTools,
    &zendesk_tickets::ZendeskTickets,
];

#[cfg(test)]
pub(super) mod tests;
