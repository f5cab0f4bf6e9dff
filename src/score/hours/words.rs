//! The words of a post, listed or packed.

use super::super::packed::take_number;

/// Numbers of words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Words<'a>(Form<'a>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Form<'a> {
    Listed(&'a [u32]),
    /// One number behind the other, seven bits a byte.
    Packed(&'a [u8]),
}

impl<'a> Words<'a> {
    /// Takes numbers as `packed::push_number` writes them.
    pub(in crate::score) fn packed(bytes: &'a [u8]) -> Self {
        Self(Form::Packed(bytes))
    }

    /// Returns the numbers.
    pub fn iter(self) -> impl Iterator<Item = u32> + use<'a> {
        let (listed, mut packed) = match self.0 {
            Form::Listed(listed) => (listed, &[][..]),
            Form::Packed(packed) => (&[][..], packed),
        };
        let unpacked = std::iter::from_fn(move || take_number(&mut packed));
        let listed = listed.iter().copied();
        listed.chain(unpacked.map(|word| u32::try_from(word).unwrap_or(u32::MAX)))
    }
}

impl Default for Words<'_> {
    /// No words.
    fn default() -> Self {
        Self(Form::Listed(&[]))
    }
}

impl<'a> From<&'a [u32]> for Words<'a> {
    fn from(words: &'a [u32]) -> Self {
        Self(Form::Listed(words))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::packed::push_number;
    use super::*;

    #[test]
    fn listed_and_packed_words_are_the_same() {
        let words = [3, 0, 127, 128, 70_000, u32::MAX];
        let mut packed = Vec::new();
        for word in words {
            push_number(u64::from(word), &mut packed);
        }
        let listed: Vec<u32> = Words::from(&words[..]).iter().collect();
        assert_eq!(listed, words);
        assert_eq!(Words::packed(&packed).iter().collect::<Vec<_>>(), words);
        assert_eq!(Words::default().iter().count(), 0);
    }
}
