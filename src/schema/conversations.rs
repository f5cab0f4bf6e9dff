//! Conversations with customers.

crate::schema::column::table! {
    /// One exchange between a customer and the shop: what needs an answer, or got one, in a public thread, a chat, a review, by e-mail or ticket.
    derived "conversations", key [CONVERSATION_ID];
    CONVERSATION_ID: Text "conversation_id", "", "Source and first post of the customer.";
    SOURCE: Text "source", "", "Source of the first post.";
    PLATFORM: Text "platform", "x, line, google, ...", "Where it is held.";
    PROVIDER: Text "provider", "", "Provider the account id is valid in; empty elsewhere.";
    ACCOUNT_ID: Text "account_id", "", "The customer.";
    ROOT_POST_ID: Text "root_post_id", "", "First post of the customer.";
    KIND: Text "kind", "post, reply, review, chat, email, ticket, ...", "What sort of utterance needs the answer.";
    UTTERANCE: Text "utterance", "request, question, complaint, praise, report, chatter", "What the customer does by saying it.";
    STATE: Text "state", "unanswered, waiting_for_us, answered, resolved", "How it stands at the as-of instant: `waiting_for_us` when the customer asked again after an answer, `resolved` when the customer is content or silent for `score.conversation.session_hours` after one.";
    NEEDS_ANSWER: Flag "needs_answer", "", "A public complaint, question or request about the brand, or anything but thanks that is sent to the shop itself.";
    STARTED_AT: Instant "started_at", "UTC", "First post.";
    ASKED_AT: Instant "asked_at", "UTC", "First post that needs an answer, else the customer's first; from here the clock runs.";
    LAST_AT: Instant "last_at", "UTC", "Last post so far, or when the ticket was closed.";
    POST_COUNT: Integer "post_count", "posts", "Posts of both.";
    INBOUND_COUNT: Integer "inbound_count", "posts", "Of them the customer's.";
    OUTBOUND_COUNT: Integer "outbound_count", "posts", "Of them the shop's.";
    COMPLAINT_COUNT: Integer "complaint_count", "posts", "Of the customer's complaints, or reviews of two stars or fewer.";
    FIRST_RESPONSE_AT: Instant "first_response_at", "UTC", "First answer of the shop after it was asked.";
    FIRST_RESPONSE_MINUTES: Float "first_response_minutes", "business minutes", "Time open from asking to the first answer, by `score.business_hours`.";
    FIRST_RESPONSE_WALL_MINUTES: Float "first_response_wall_minutes", "minutes", "The same by the clock.";
    ANSWERED_BY: Text "answered_by", "", "Who gave the first answer: the staff member where the export says, else the shop's account.";
    IS_WITHIN_TARGET: Flag "is_within_target", "", "The first answer came within `score.conversation.response_target_minutes`; empty while there is still time, where none is needed, or when it is not known when it came.";
    RESOLVED_AT: Instant "resolved_at", "UTC", "Last answer, after which the customer was content or silent.";
    RESOLUTION_MINUTES: Float "resolution_minutes", "business minutes", "Time open from asking to then.";
    RESOLUTION_WALL_MINUTES: Float "resolution_wall_minutes", "minutes", "The same by the clock.";
    WAITING_SINCE_AT: Instant "waiting_since_at", "UTC", "First post that waits for an answer still.";
    WAITED_MINUTES: Float "waited_minutes", "business minutes", "Time open since then, to the as-of instant.";
    WAITED_WALL_MINUTES: Float "waited_wall_minutes", "minutes", "The same by the clock.";
    DUE_AT: Instant "due_at", "UTC", "When the target for the waiting post runs out, or ran out.";
    IS_OPEN_COMPLAINT: Flag "is_open_complaint", "", "A complaint is among what waits for an answer.";
    SENTIMENT_BEFORE: Float "sentiment_before", "-1..1", "Mean sentiment of the customer before the first answer.";
    SENTIMENT_AFTER: Float "sentiment_after", "-1..1", "Mean sentiment after it.";
    SENTIMENT_CHANGE: Float "sentiment_change", "-2..2", "After less before.";
    SEVERITY: Float "severity", "0..1", "Negativity of the gravest post times the weight of its kind.";
    REACH: Integer "reach", "accounts", "Followers of the customer and reposts; 0 for what is said in private.";
    PRIORITY: Float "priority", "0 and up", "Severity times log10(10 + reach).";
}
