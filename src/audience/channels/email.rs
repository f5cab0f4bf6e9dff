//! E-mail: address first, then what a mail can be personalised by.

use super::{Plan, Sheet, Style, list, plain};

pub(super) fn sheet(plan: &Plan, style: Style<'_>) -> Sheet {
    list(
        plan,
        style,
        &[("メールアドレス", "email")],
        &|member| vec![plain(&member.address.value)],
    )
}
