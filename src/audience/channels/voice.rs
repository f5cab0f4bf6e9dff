//! Calls: number and the reading of the name, to say it right.

use super::{Plan, Sheet, Style, list, plain, unarmed};

pub(super) fn sheet(plan: &Plan, style: Style<'_>) -> Sheet {
    let columns = [("電話番号", "phone"), ("フリガナ", "name_reading")];
    list(plan, style, &columns, &|member| {
        vec![plain(&member.address.value), unarmed(&member.name_kana)]
    })
}
