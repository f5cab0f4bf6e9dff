//! How well each forecast did on purchases it had not seen.

crate::schema::column::table! {
    /// One forecast at one cut-off, the last day it was fitted on; place 0 is the mean over the cut-offs, with what was decided.
    derived "model_choices", key [MODEL, POSITION];
    MODEL: Text "model", "BG/NBD, MBG/NBD, Pareto/NBD, BG/BB, mean rate, same period", "Model or naive forecast.";
    POSITION: Integer "position", "from 0", "Place of the cut-off, the latest first; 0 for the mean over all.";
    CUT_OFF_ON: Date "cut_off_on", "local day", "Last day the fit knew; empty in the mean.";
    HOLDOUT_DAYS: Integer "holdout_days", "days", "Days behind the cut-off that were forecast; empty without a holdout.";
    CUSTOMER_COUNT: Integer "customer_count", "persons", "Persons whose first purchase the fit knew, a sample where there are very many.";
    PREDICTED_COUNT: Float "predicted_count", "purchase days", "Purchases forecast for them.";
    ACTUAL_COUNT: Float "actual_count", "purchase days", "Purchases they made.";
    MAE: Float "mae", "purchase days", "Mean absolute error per person.";
    BIAS: Float "bias", "purchase days", "Mean of forecast less actual per person.";
    RMSE: Float "rmse", "purchase days", "Root of the mean squared error.";
    GINI: Float "gini", "-1..1", "How well persons are ranked: 1 in the right order, 0 in none; empty when all bought the same.";
    TOP_DECILE_LIFT: Float "top_decile_lift", "", "Purchases of the tenth with the highest forecasts over those of an average tenth.";
    LOG_LIKELIHOOD: Float "log_likelihood", "", "Of the fit at the cut-off, in the mean that of the whole log, as a density of the purchase days in weeks; empty for naive forecasts.";
    MSE_DIFFERENCE: Float "mse_difference", "", "Mean squared error less that of the forecast with the least; only in the mean.";
    MSE_DIFFERENCE_LOW: Float "mse_difference_low", "", "Lower limit at 95 %; above 0 the forecast is worse by more than chance.";
    MSE_DIFFERENCE_HIGH: Float "mse_difference_high", "", "Upper limit at 95 %.";
    IS_CHOSEN: Flag "is_chosen", "", "Whether the values of persons rest on it.";
    REASON: Text "reason", "least_error, as_good_and_likelier, models_worse, as_good, worse, likeliest, less_likely, not_tested, not_converged, boundary_solution, too_few_repeaters, window_too_short, no_repeat_purchases, no_orders, log_too_short, holdout_off", "Why it is chosen or not; in the row of a cut-off why there are no figures.";
}
