//! Fitted purchase and spend models.

crate::schema::column::table! {
    /// One parameter or figure of a fitted model; the model `none` stands for the reason why there is none, `mean spend` for what
    /// is used in place of Gamma-Gamma, and why.
    derived "models", key [MODEL, FIGURE];
    MODEL: Text "model", "BG/NBD, MBG/NBD, Gamma-Gamma, mean spend, none", "Model; the purchase model with the higher likelihood is used, and the mean spend where Gamma-Gamma cannot be.";
    POSITION: Integer "position", "from 1", "Place of the figure.";
    FIGURE: Text "figure", "r, alpha, a, b, p, q, gamma, log_likelihood, gradient_norm, customer_count, spend_frequency_correlation, mean_minor, standard_deviation_minor, or a reason (too_few_repeaters, not_converged, infinite_mean_spend, too_few_spends, spend_not_converged)", "Parameter or figure, time in weeks.";
    VALUE: Float "value", "", "Its value.";
    STANDARD_ERROR: Float "standard_error", "", "Standard error from the Hessian; empty at a boundary.";
    IS_USED: Flag "is_used", "", "Whether the values of persons rest on it.";
}
