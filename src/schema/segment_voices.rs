//! What the persons of a segment say.

crate::schema::column::table! {
    /// One aspect or word that `privacy.min_group_size` persons of a segment or more said in the last `segment.voice_window_days`.
    derived "segment_voices", key [SEGMENT, KIND, NAME];
    SEGMENT: Text "segment", "", "Segment.";
    KIND: Text "kind", "praised_aspect, criticised_aspect, word", "What is counted.";
    POSITION: Integer "position", "from 1", "Place: aspects by persons, words by distinctiveness.";
    NAME: Text "name", "", "Aspect or word.";
    PERSON_COUNT: Integer "person_count", "persons", "Persons who said it.";
    POST_COUNT: Integer "post_count", "posts", "Their opinions with it.";
    DISTINCTIVENESS: Float "distinctiveness", "z", "How much more of the segment's words it is than of all others' (log-odds with a Dirichlet prior); empty for aspects.";
}
