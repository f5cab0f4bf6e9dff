//! What every agreement of two customer records is worth.

crate::schema::column::table! {
    /// One level of agreement of one field; the rows `pairs` are the shares of all pairs, the rows `shared_values` how likely two strangers share a value of a column.
    derived "match_weights", key [FIELD, LEVEL];
    FIELD: Text "field", "family_name, given_name, birth_date, gender, email, phone, address, identifier, pairs, shared_values", "What is compared; further identifiers as `identifier 2` and so on.";
    LEVEL: Text "level", "exact, variant, reading, ..., different; match and household of pairs", "How the two values agree.";
    POSITION: Integer "position", "from 1", "Place of the row.";
    M_PROB: Float "m_prob", "0..1", "Share of the pairs of one person that agree so; of `pairs` and `shared_values` the share itself.";
    U_PROB: Float "u_prob", "0..1", "Share of the pairs of strangers that agree so.";
    HOUSEHOLD_PROB: Float "household_prob", "0..1", "Share of the pairs of two people of one household that agree so.";
    MATCH_WEIGHT: Float "match_weight", "log2", "Weight of the agreement: log2 of m_prob / u_prob.";
}
