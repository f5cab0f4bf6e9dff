//! Names in what is told of an error: the nearest of those there are, and lists of them.

/// Returns the name among `names` that is nearest to `wanted`, if any is near.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    names
        .into_iter()
        .map(|name| {
            let similarity =
                rapidfuzz::distance::jaro_winkler::similarity(wanted.chars(), name.chars());
            (similarity, name)
        })
        .filter(|(similarity, _)| *similarity >= 0.75)
        .max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(left.1)))
        .map(|(_, name)| name.to_owned())
}

pub(super) fn shortened(names: &[String]) -> Vec<String> {
    const SHOWN: usize = 8;
    let mut shown: Vec<String> = names.iter().take(SHOWN).cloned().collect();
    if names.len() > SHOWN {
        shown.push(format!("{} more", names.len() - SHOWN));
    }
    shown
}

pub(super) fn listed(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_is_offered_only_when_near() {
        assert_eq!(
            nearest("ordrs", ["orders", "posts"]).as_deref(),
            Some("orders")
        );
        assert_eq!(nearest("zzz", ["orders", "posts"]), None);
    }
}
