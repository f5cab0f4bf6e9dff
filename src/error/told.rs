//! What is told of an error, in the language of who reads it.

use super::{Error, japanese};
use crate::report::Lang;

impl Error {
    /// Returns what went wrong, with its causes, as one sentence of a language. `Display` says it in English and without them.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => japanese::text(self),
            Lang::En => with_causes(self),
        }
    }

    /// Returns what to do about it in a language, where there is something to say; in English that of [`Error::hint`].
    pub fn hint_in(&self, lang: Lang) -> Option<String> {
        match lang {
            Lang::Ja => japanese::hint(self),
            Lang::En => self.hint(),
        }
    }
}

fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(found) = cause {
        text.push_str(&format!(": {found}"));
        cause = found.source();
    }
    text
}
