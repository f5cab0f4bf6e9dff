//! How often the values come by which customer records are compared.

crate::schema::column::table! {
    /// One value that several records have, by its hash, as counted when the weights were fitted; an empty value stands for all values of the column.
    derived "match_terms", key [TERM, VALUE];
    TERM: Text "term", "family, given, family_reading, given_reading, birth, email, phone, postal, town, records, alias, block_cap, identifier, split_family", "Column; `records` counts all records, `alias` names two given names that stand for each other, `block_cap` says how many records the blocks of a rule may have, `identifier` names a column of `extra` that is compared, `split_family` a family name by which names without a space are cut.";
    VALUE: Text "value", "hash", "Hash of the match key; of `identifier` and `split_family` the name itself.";
    RECORD_COUNT: Integer "record_count", "records", "Records that have it.";
}
