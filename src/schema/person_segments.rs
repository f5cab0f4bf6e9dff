//! Which segment each person is in.

crate::schema::column::table! {
    /// One person.
    derived "person_segments", key [PERSON_ID];
    PERSON_ID: Text "person_id", "hash", "Person.";
    VALUE_GROUP: Text "value_group", "high, middle, low, none", "By 12-month value: the best fifth, the next two fifths, the rest; `none` has bought nothing.";
    VOICE_GROUP: Text "voice_group", "positive, neutral, negative, silent", "By recent mean sentiment: 0.15 and more, -0.15 and less, between; `silent` said nothing lately or is not linked.";
    SEGMENT: Text "segment", "", "First rule of `[[segment.rule]]` that holds; with `segment.match = \"all\"` the others are in `segment_members`.";
    PREVIOUS_SEGMENT: Text "previous_segment", "", "Segment one period earlier, by the same rules; empty for whom there was none.";
    ORDER_STAGE: Text "order_stage", "discovered, first, second, habitual, lapsed", "Place on the way by orders alone: nothing bought, one purchase day, two or more, `segment.journey.habitual_days` or more; `lapsed` is overdue or probably gone.";
    PREVIOUS_ORDER_STAGE: Text "previous_order_stage", "discovered, first, second, habitual, lapsed", "The same one period earlier.";
    LAPSES_ON: Date "lapses_on", "local day", "Last day on which a purchase is not overdue, by the person's own visit cycle or else the shop's.";
    LAPSE_REASON: Text "lapse_reason", "visit_cycle, shop_cycle, alive_prob", "Why the stage is `lapsed`: overdue by the own cycle, overdue by the shop's, or probably gone.";
    SRM_ROLE: Text "srm_role", "customer, prospect", "Whether the person has bought anything.";
    ACCOUNT_ROLE: Text "account_role", "official, bot, staff, media, detractor, influencer, bridge, advocate, peer", "Role of the linked accounts in `account_scores`, the first of this order; empty for whom there is none.";
    VALUE_AT_STAKE_MINOR: Integer "value_at_stake_minor", "minor units", "Expected 12-month loss because the person may be gone already: `ltv_minor` times (1 - `alive_prob`) / `alive_prob`.";
    CLUSTER: Integer "cluster", "from 1", "Cluster in `clusters`; empty for whoever has bought nothing and without `segment.clusters.method`.";
    REACHABLE_BY: Texts "reachable_by", "email, line, sms, push, postal, social_dm, voice", "Channels with consent in force.";
}
