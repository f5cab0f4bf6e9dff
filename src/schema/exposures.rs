//! What others buy after they met a person's posts.

crate::schema::column::table! {
    /// Exposures to the posts of one person, of all persons of one role, or of all; authors and exposed are linked persons.
    derived "exposures", key [SCOPE, ACCOUNT_ROLE, PERSON_ID];
    SCOPE: Text "scope", "all, role, person", "Whose posts they are.";
    ACCOUNT_ROLE: Text "account_role", "media, detractor, influencer, bridge, advocate, peer", "Role of the accounts that posted; empty for `all` and for who has none.";
    PERSON_ID: Text "person_id", "hash", "Who posted; empty but for `person`.";
    EXPOSURE_COUNT: Integer "exposure_count", "exposures", "Replies, quotes, reposts and mentions by others after which there is a window to measure.";
    EXPOSED_COUNT: Integer "exposed_count", "persons", "Others who responded.";
    PURCHASE_DAY_COUNT: Integer "purchase_day_count", "purchase days", "Their purchases in the `segment.exposure_days` days after; this and all below are empty for fewer than 20 exposures or too few persons.";
    EXPECTED_COUNT: Float "expected_count", "purchase days", "The same in the weeks around, per window.";
    EXCESS: Float "excess", "purchase days per exposure", "Purchases after an exposure above those in the weeks around.";
    EXCESS_LOW: Float "excess_low", "purchase days per exposure", "Lower limit of its 95 % interval.";
    EXCESS_HIGH: Float "excess_high", "purchase days per exposure", "Upper limit of its 95 % interval.";
    EXCESS_P: Float "excess_p", "0..1", "Two-sided p-value of no difference.";
}
