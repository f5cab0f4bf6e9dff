//! Letters: what goes on a label.

use super::{Plan, Sheet, Style, list, plain, unarmed};
use crate::report::Lang;

pub(super) fn sheet(plan: &Plan, style: Style<'_>) -> Sheet {
    let columns = [
        ("郵便番号", "postal_code"),
        ("都道府県", "prefecture"),
        ("住所", "address"),
        ("宛名", "addressee"),
    ];
    list(plan, style, &columns, &|member| {
        let name = unarmed(&member.name);
        // The address often begins with the prefecture already.
        let street = plain(&member.street);
        let prefecture = plain(&member.prefecture);
        let street = match street.strip_prefix(&prefecture) {
            Some(rest) if !prefecture.is_empty() => rest.trim_start().to_owned(),
            _ => street,
        };
        vec![
            plain(&member.address.value),
            unarmed(&prefecture),
            unarmed(&street),
            match style.lang {
                Lang::Ja if !name.ends_with('様') => format!("{name} 様"),
                _ => name,
            },
        ]
    })
}
