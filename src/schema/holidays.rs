//! Days on which the shop's year is unlike others.

crate::schema::column::table! {
    /// One holiday, closing day or event.
    raw "holidays", key [SOURCE, DAY, NAME], unit [SOURCE, DAY, NAME], happened None;
    SOURCE: Text "source", "", "Where the list of days comes from.";
    DAY: Date "day", "local day", "Day.";
    NAME: Text "name", "", "What it is.";
}
