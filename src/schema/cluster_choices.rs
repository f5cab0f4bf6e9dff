//! How the number of clusters was chosen.

crate::schema::column::table! {
    /// One number of clusters that was tried.
    derived "cluster_choices", key [CLUSTER_COUNT];
    CLUSTER_COUNT: Integer "cluster_count", "clusters", "How many.";
    INERTIA: Float "inertia", "", "Sum of the squared distances of the sample to the centres.";
    SILHOUETTE: Float "silhouette", "-1..1", "Mean silhouette: how much nearer persons are to their own cluster than to the next.";
    SMALLEST_SHARE: Float "smallest_share", "0..1", "Share of the sample in the smallest cluster.";
    IS_CHOSEN: Flag "is_chosen", "", "Whether the clusters are these.";
    REASON: Text "reason", "highest_silhouette, no_substantial_structure, set_by_user", "Why; `no_substantial_structure` has the highest silhouette, and that is 0.25 or less. Empty for those not chosen.";
}
