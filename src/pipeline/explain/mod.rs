//! Why: what `koe explain` tells.

mod copies;
mod customer;
mod link;
mod post;
mod word;
mod word_tables;

pub use copies::PostKey;
pub(super) use customer::nearest_customers;
pub use link::{AccountExplanation, AccountVerdict, LinkExplanation};
pub use post::{AspectExplanation, HitExplanation, PostExplanation, RuleExplanation};
pub use word::{WordExplanation, WordLine, WordOptions, WordWeek};
pub use word_tables::{WordPartner, WordShift};
