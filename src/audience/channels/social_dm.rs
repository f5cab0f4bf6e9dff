//! Direct messages: platform and handle of a linked account.

use super::{Plan, Sheet, Style, list, plain, unarmed};

pub(super) fn sheet(plan: &Plan, style: Style<'_>) -> Sheet {
    let columns = [("媒体", "platform"), ("アカウント", "handle")];
    list(plan, style, &columns, &|member| {
        vec![
            plain(&member.address.platform),
            unarmed(&member.address.value),
        ]
    })
}
