//! Which linked accounts are customers and which are prospects.

crate::schema::column::table! {
    /// One linked account of a person who agreed to it.
    derived "srm_roles", key [PLATFORM, PROVIDER, ACCOUNT_ID];
    PLATFORM: Text "platform", "x, line, google, ...", "Platform.";
    PROVIDER: Text "provider", "", "Provider the id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "Account.";
    PERSON_ID: Text "person_id", "hash", "Person it belongs to.";
    SRM_ROLE: Text "srm_role", "customer, prospect", "Whether the person has bought anything.";
    ACCOUNT_ROLE: Text "account_role", "official, bot, staff, media, detractor, influencer, bridge, advocate, peer", "Role in `account_scores`; empty for an account that did not speak of the brand.";
    ORDER_STAGE: Text "order_stage", "discovered, first, second, habitual, lapsed", "Place of the person on the way by orders.";
}
