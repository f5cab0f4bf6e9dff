//! Which complaints to answer first.

crate::schema::column::table! {
    /// One complaint that waits for an answer.
    derived "complaint_priorities", key [CONVERSATION_ID];
    CONVERSATION_ID: Text "conversation_id", "", "Conversation in `conversations`.";
    POSITION: Integer "position", "from 1", "Place in the queue.";
    SOURCE: Text "source", "", "Source of the first post.";
    PLATFORM: Text "platform", "x, line, google, ...", "Where it is held.";
    ROOT_POST_ID: Text "root_post_id", "", "First post of the customer.";
    PERSON_ID: Text "person_id", "hash", "Who complains: whose account it is, where it is linked with consent, else the customer whom the shop's own system names, of a chat, call, e-mail, ticket or review; nothing below is known of others.";
    SEGMENT: Text "segment", "", "Segment of the person.";
    ORDER_STAGE: Text "order_stage", "discovered, first, second, habitual, lapsed", "Place of the person on the way by orders.";
    LTV_MINOR: Integer "ltv_minor", "minor units", "Expected 12-month value of the person.";
    VALUE_RANK: Float "value_rank", "0..1", "Share of the buyers worth as much or less; 0 for who has bought nothing.";
    SEVERITY: Float "severity", "0..1", "Negativity of the gravest post times the weight of its kind.";
    REACH: Integer "reach", "accounts", "Followers of the customer and reposts; 0 for what is said in private.";
    WAITING_SINCE_AT: Instant "waiting_since_at", "UTC", "First post that waits for an answer still.";
    DUE_AT: Instant "due_at", "UTC", "When the target for it runs out, or ran out.";
    VALUE_PRIORITY: Float "value_priority", "0 and up", "Severity times log10(10 + reach) times (1 + value rank); for who is not known severity and reach alone.";
    REASONS: Texts "reasons", "high_value, slipping_away, new_customer, severe, many_hear, past_target, asked_again, author_unknown", "Why it stands there.";
}
