//! Which segment each person is in.

crate::schema::column::table! {
    /// One person.
    derived "person_segments", key [PERSON_ID];
    PERSON_ID: Text "person_id", "hash", "Person.";
    VALUE_GROUP: Text "value_group", "high, middle, low, none", "By 12-month value: the best fifth, the next two fifths, the rest; `none` has bought nothing.";
    VOICE_GROUP: Text "voice_group", "positive, neutral, negative, silent", "By recent mean sentiment: 0.15 and more, -0.15 and less, between; `silent` said nothing lately or is not linked.";
    SEGMENT: Text "segment", "", "First rule of `[[segment.rule]]` that holds.";
    PREVIOUS_SEGMENT: Text "previous_segment", "", "Segment one period earlier, by the same rules; empty for whom there was none.";
    REACHABLE_BY: Texts "reachable_by", "email, line, sms, push, postal, social_dm, voice", "Channels with consent in force.";
}
