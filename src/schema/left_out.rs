//! What was left out, and why.

crate::schema::column::table! {
    /// One reason of one stage.
    derived "left_out", key [STAGE, REASON];
    STAGE: Text "stage", "join, score, segment", "Stage that left it out.";
    REASON: Text "reason", "link_without_consent, link_unknown_account, link_unknown_customer, link_several_accounts, link_several_persons, link_decision, match_placeholder, match_block_too_big, match_decision_conflict, match_decision_unknown, consent_unknown_customer, analyse_denied, post_is_outbound, post_is_repost, post_is_copy, post_about_others, post_without_text, post_after_as_of, post_not_scored, copy_text_cut, copy_text_forgotten, post_in_two_sources, shop_post_to_nobody, talk_needs_no_answer, topic_incoherent, words_of_long_post, response_to_unknown, profile_cut, order_cancelled, other_currency, order_without_customer", "Why.";
    LEFT_OUT_COUNT: Integer "left_out_count", "declarations, statements, persons, posts, responses, accounts, conversations, topics or orders", "How many.";
}
