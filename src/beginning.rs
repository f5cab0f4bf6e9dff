//! Texts sorted by numbers.

/// Returns the first sixteen bytes of a text as a number that sorts as they do: ids of that length are told by it alone, and
/// sorting by it costs less than by the texts. Texts with the same beginning are to be compared to their end.
pub(crate) fn beginning(text: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = text.len().min(16);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_sort_as_the_texts_do() {
        let texts = [
            "",
            "0",
            "00ff000000000000",
            "00ff000000000001",
            "a",
            "ab",
            "b",
            "\u{3042}",
        ];
        let beginnings = texts.map(beginning);
        assert!(texts.is_sorted());
        assert!(beginnings.is_sorted_by(|one, next| one < next));
        let tailed = beginning("00ff000000000000, with a tail");
        assert_eq!(tailed, beginning("00ff000000000000"));
    }
}
