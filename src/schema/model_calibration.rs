//! Forecast against actual purchases, in groups of like forecast.

crate::schema::column::table! {
    /// One group of persons with like forecasts at one cut-off of `model_choices`.
    derived "model_calibration", key [MODEL, POSITION, BIN];
    MODEL: Text "model", "BG/NBD, MBG/NBD, Pareto/NBD, BG/BB, mean rate, same period", "Model or naive forecast.";
    POSITION: Integer "position", "from 1", "Place of the cut-off, the latest first.";
    BIN: Integer "bin", "from 1", "Group, the lowest forecasts first; about a tenth of the persons, equal forecasts together.";
    CUSTOMER_COUNT: Integer "customer_count", "persons", "Persons.";
    PREDICTED_MEAN: Float "predicted_mean", "purchase days", "Mean forecast.";
    ACTUAL_MEAN: Float "actual_mean", "purchase days", "Mean of what they bought.";
    ACTUAL_LOW: Float "actual_low", "purchase days", "Lower limit of that mean at 95 %.";
    ACTUAL_HIGH: Float "actual_high", "purchase days", "Upper limit.";
}
