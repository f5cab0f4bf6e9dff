//! LINE: user ids alone, a line each, as LINE Official Account Manager takes them; beside it a list for tools that personalise.

use super::{Plan, Sheet, Style, list, machine, plain};

/// Returns the file for upload.
pub(super) fn ids(plan: &Plan) -> Sheet {
    let rows = plan.listed.iter();
    machine(
        None,
        rows.map(|member| vec![plain(&member.address.value)])
            .collect(),
    )
}

/// Returns the same persons with what is known of them.
pub(super) fn details(plan: &Plan, style: Style<'_>) -> Sheet {
    list(
        plan,
        style,
        &[("LINEユーザーID", "line_user_id")],
        &|member| vec![plain(&member.address.value)],
    )
}
