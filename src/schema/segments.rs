//! The segments and what they are worth.

crate::schema::column::table! {
    /// One segment of the settings, also when nobody is in it.
    derived "segments", key [SEGMENT];
    SEGMENT: Text "segment", "", "Name.";
    POSITION: Integer "position", "from 1", "Place among the rules.";
    ACTION: Text "action", "", "What to do.";
    URGENCY: Text "urgency", "now, week, regular, none", "How pressing it is.";
    PERSON_COUNT: Integer "person_count", "persons", "Persons.";
    PREVIOUS_PERSON_COUNT: Integer "previous_person_count", "persons", "Persons one period earlier.";
    SPEND_MINOR: Integer "spend_minor", "minor units", "Spend so far.";
    LTV_MINOR: Integer "ltv_minor", "minor units", "Expected 12-month value; empty when no model could be fitted.";
    LTV_LOW_MINOR: Integer "ltv_low_minor", "minor units", "Lower bound of the 90 % interval of the members' 12-month value together, the error of the models' parameters included.";
    LTV_HIGH_MINOR: Integer "ltv_high_minor", "minor units", "Upper bound.";
    LTV_24_MINOR: Integer "ltv_24_minor", "minor units", "Expected 24-month value.";
    LTV_24_LOW_MINOR: Integer "ltv_24_low_minor", "minor units", "Lower bound of its 90 % interval.";
    LTV_24_HIGH_MINOR: Integer "ltv_24_high_minor", "minor units", "Upper bound.";
    LTV_36_MINOR: Integer "ltv_36_minor", "minor units", "Expected 36-month value.";
    LTV_36_LOW_MINOR: Integer "ltv_36_low_minor", "minor units", "Lower bound of its 90 % interval.";
    LTV_36_HIGH_MINOR: Integer "ltv_36_high_minor", "minor units", "Upper bound.";
    SPEAKING_COUNT: Integer "speaking_count", "persons", "Persons with a recent opinion.";
    SENTIMENT_MEAN: Float "sentiment_mean", "-1..1", "Mean of their recent sentiment.";
    REACHABLE_COUNT: Integer "reachable_count", "persons", "Persons with consent for at least one channel.";
    VALUE_AT_STAKE_MINOR: Integer "value_at_stake_minor", "minor units", "Expected 12-month loss because persons may be gone already; empty when no model could be fitted.";
    BEST_CHANNEL: Text "best_channel", "email, line, sms, push, postal, social_dm, voice", "Channel that most of the persons agreed to; empty where none did.";
    BEST_CHANNEL_COUNT: Integer "best_channel_count", "persons", "Persons who agreed to it.";
    PREVIOUS_LTV_MINOR: Integer "previous_ltv_minor", "minor units", "Expected 12-month value of those who were in it one period earlier, as it was then.";
    ENTERED_COUNT: Integer "entered_count", "persons", "Persons in it now and not one period earlier.";
    ENTERED_LTV_MINOR: Integer "entered_ltv_minor", "minor units", "Their 12-month value now.";
    LEFT_COUNT: Integer "left_count", "persons", "Persons in it one period earlier and not now.";
    LEFT_LTV_MINOR: Integer "left_ltv_minor", "minor units", "Their 12-month value now.";
}
