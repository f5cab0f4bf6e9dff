//! Short messages: mobile numbers in E.164.

use super::{Plan, Sheet, Style, list, plain};

pub(super) fn sheet(plan: &Plan, style: Style<'_>) -> Sheet {
    list(plan, style, &[("電話番号", "phone")], &|member| {
        vec![plain(&member.address.value)]
    })
}
