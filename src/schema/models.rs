//! Fitted purchase and spend models.

crate::schema::column::table! {
    /// One parameter or figure of a fitted model; the model `none` stands for the reason why there is none.
    derived "models", key [MODEL, FIGURE];
    MODEL: Text "model", "BG/NBD, MBG/NBD, Gamma-Gamma, none", "Model; the purchase model with the higher likelihood is used.";
    POSITION: Integer "position", "from 1", "Place of the figure.";
    FIGURE: Text "figure", "r, alpha, a, b, p, q, gamma, log_likelihood, gradient_norm, customer_count, spend_frequency_correlation, or a reason", "Parameter or figure, time in weeks.";
    VALUE: Float "value", "", "Its value.";
    STANDARD_ERROR: Float "standard_error", "", "Standard error from the Hessian; empty at a boundary.";
    IS_USED: Flag "is_used", "", "Whether the values of persons rest on it.";
}
