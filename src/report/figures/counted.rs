//! Counts of persons as far as they may be told.

use serde::{Serialize, Serializer};

/// A count of persons, or of what is theirs. In `report.json` it is a number, and null where it is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// The count: none, or at least as many as the smallest group shown.
    Told(u64),
    /// At least one, and fewer than the smallest group shown.
    Few,
    /// Held back, since such a small count would follow from it.
    Withheld,
}

impl Counted {
    /// Returns the count where it is told.
    #[must_use]
    pub fn told(self) -> Option<u64> {
        match self {
            Self::Told(count) => Some(count),
            Self::Few | Self::Withheld => None,
        }
    }
}

impl Default for Counted {
    fn default() -> Self {
        Self::Told(0)
    }
}

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_is_null() {
        let all = [Counted::Told(7), Counted::Few, Counted::Withheld];
        assert_eq!(serde_json::to_string(&all).unwrap(), "[7,null,null]");
    }
}
