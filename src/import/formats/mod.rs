//! One file per export format.

mod cdnow;
mod crowdtangle;
mod eccube_customers;
mod eccube_orders;
mod facebook_comments;
mod facebook_posts;
mod feed;
mod feed_entry;
mod google_reviews;
mod instagram_comments;
mod instagram_posts;
mod koe_assignments;
mod koe_campaigns;
mod koe_consents;
mod koe_contacts;
mod koe_declared_links;
mod line_official_chat;
mod line_talk;
mod lstep_friends;
mod meta_download;
mod meta_graph;
mod plain;
mod posts_headings;
mod posts_table;
mod purchases;
mod shopify_orders;
mod transactions;
mod x_api_v2;
mod youtube_comments;
mod youtube_data_tools;

use super::layout::Layout;

/// Every layout, by name.
pub(super) static ALL: &[&dyn Layout] = &[
    &cdnow::Cdnow,
    &crowdtangle::Crowdtangle,
    &eccube_customers::EccubeCustomers,
    &eccube_orders::EccubeOrders,
    &facebook_comments::FacebookComments,
    &facebook_posts::FacebookPosts,
    &feed::Feed,
    &google_reviews::GoogleReviews,
    &instagram_comments::InstagramComments,
    &instagram_posts::InstagramPosts,
    &koe_assignments::LAYOUT,
    &koe_campaigns::LAYOUT,
    &koe_consents::LAYOUT,
    &koe_contacts::LAYOUT,
    &koe_declared_links::LAYOUT,
    &line_official_chat::LineOfficialChat,
    &line_talk::LineTalk,
    &lstep_friends::LstepFriends,
    &meta_graph::MetaGraph,
    &posts_table::PostsTable,
    &shopify_orders::ShopifyOrders,
    &transactions::Transactions,
    &x_api_v2::XApiV2,
    &youtube_comments::YoutubeComments,
    &youtube_data_tools::YoutubeDataTools,
];

#[cfg(test)]
mod tests;
