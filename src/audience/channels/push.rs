//! Push messages: the shop's customer id, which push services take as the external id of a user.

use super::{Plan, Sheet, Style, list, unarmed};

pub(super) fn sheet(plan: &Plan, style: Style<'_>) -> Sheet {
    list(plan, style, &[("外部ID", "external_id")], &|member| {
        vec![unarmed(&member.address.value)]
    })
}
