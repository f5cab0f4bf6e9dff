//! Which customer records are one person.

crate::schema::column::table! {
    /// One customer record and the person it belongs to.
    derived "persons", key [SOURCE, CUSTOMER_ID];
    SOURCE: Text "source", "", "Shop system of the record.";
    CUSTOMER_ID: Text "customer_id", "", "The system's own id.";
    PERSON_ID: Text "person_id", "hash", "Person: the hash of the key of the record registered first, so that it stays when records are added.";
    MATCHED_BY: Text "matched_by", "self, decision, family_name, given_name, birth_date, gender, email, phone, address, identifier", "The field that says most for the pair by which the record belongs to the person; `self` for the record the person is named after, `decision` where a reviewer said so.";
    MATCH_PROB: Float "match_prob", "0..1", "Probability of that pair; 1 for `self` and `decision`.";
    RECORD_COUNT: Integer "record_count", "records", "Records of the person.";
    IS_ANALYSED: Flag "is_analysed", "", "False when the person denied `analyse`; such persons have no row in any other derived table.";
}
