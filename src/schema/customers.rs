//! Customers as the shop's systems know them.

crate::schema::column::table! {
    /// One customer record of one shop system.
    raw "customers", key [SOURCE, CUSTOMER_ID], unit [SOURCE, CUSTOMER_ID], happened None;
    SOURCE: Text "source", "", "Shop system the record belongs to.";
    CUSTOMER_ID: Text "customer_id", "", "The system's own id; for a guest the normalised e-mail, else the phone.";
    NAME: Text "name", "", "Family and given name as written, one space between.";
    NAME_KANA: Text "name_kana", "", "Its reading as written.";
    EMAIL: Text "email", "", "E-mail address as written.";
    PHONE: Text "phone", "", "Telephone number as written.";
    POSTAL_CODE: Text "postal_code", "", "Postal code as written.";
    PREFECTURE: Text "prefecture", "", "Prefecture or region.";
    ADDRESS: Text "address", "", "Address without the prefecture.";
    BIRTH_DATE: Date "birth_date", "local day", "Date of birth.";
    GENDER: Text "gender", "female, male, other", "Gender as the customer stated it.";
    OCCUPATION: Text "occupation", "", "Occupation as the customer stated it.";
    REGISTERED_ON: Date "registered_on", "local day", "Day of registration; for a guest the first order.";
    POINTS: Integer "points", "points", "Loyalty points held.";
    EXTRA: Text "extra", "JSON object", "Columns of the export that no column here stands for.";
}
