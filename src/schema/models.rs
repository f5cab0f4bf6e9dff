//! Fitted purchase and spend models.

crate::schema::column::table! {
    /// One parameter or figure of a fitted model; `none` stands for the reason why there is none, `all` for what the whole log warns
    /// of, `mean spend` for what is used in place of Gamma-Gamma, and why.
    derived "models", key [MODEL, FIGURE];
    MODEL: Text "model", "BG/NBD, MBG/NBD, Pareto/NBD, BG/BB, Gamma-Gamma, mean spend, mean rate, same period, none, all", "Model; which purchase model is used is decided in model_choices.";
    POSITION: Integer "position", "from 1", "Place of the figure.";
    FIGURE: Text "figure", "r, alpha, a, b, s, beta, p, q, gamma, delta, log_likelihood, log_likelihood_of_days, gradient_norm, opportunity_days, month_twice_share, month_twice_of_chance, week_twice_share, week_twice_of_chance, spend_frequency_correlation, spend_frequency_p_value, mean_minor, standard_deviation_minor, kept_sales_share, sampled_person_count, a warning (too_few_repeaters, window_short_for_horizon, window_short_for_cycle, boundary_solution, not_converged, spend_depends_on_frequency, infinite_mean, bought_twice_in_period), or a reason (for BG/BB not_discrete, too_few_pairs, opportunity_off)", "Parameter or figure, time in weeks; of BG/BB in opportunities of `opportunity_days`.";
    VALUE: Float "value", "", "Its value; `kept_sales_share` is the share of the sales so far that was not given back, by which expected spend and values are multiplied.";
    STANDARD_ERROR: Float "standard_error", "", "Standard error from the Hessian; empty at a boundary.";
    IS_USED: Flag "is_used", "", "Whether the values of persons rest on it.";
}
