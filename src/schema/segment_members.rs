//! Who is in which segment.

crate::schema::column::table! {
    /// One person in one segment: a row per person with `segment.match = "first"`, one for each rule that holds with `"all"`.
    derived "segment_members", key [PERSON_ID, SEGMENT];
    PERSON_ID: Text "person_id", "hash", "Person.";
    SEGMENT: Text "segment", "", "Segment.";
    POSITION: Integer "position", "from 1", "Place of the segment among the rules.";
    IS_NEW: Flag "is_new", "", "Was not in it one period earlier.";
}
