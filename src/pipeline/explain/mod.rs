//! Why: what `koe explain` tells.

mod link;
mod post;
mod same_words;
mod word;
mod word_tables;

pub use link::{AccountExplanation, AccountVerdict, LinkExplanation};
pub use post::{AspectExplanation, HitExplanation, PostExplanation, RuleExplanation};
pub use same_words::PostKey;
pub use word::{WordExplanation, WordLine, WordOptions, WordWeek};
pub use word_tables::{WordPartner, WordShift};
