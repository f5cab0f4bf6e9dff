//! What the posts are about: key phrases, words that stand together, topics, words in their context.
//!
//! Posts come as sets of interned words, a [`Corpus`] per brand over one [`Vocabulary`]: opinions only, copies once. From it
//! [`phrases`] tells what rose and fell, [`network`] which words go together, [`model`] the topics and the topic of each
//! post; `opinions` makes the tables of a brand of it. [`kwic`] shows a word where it stands. Everything is decided by the words and their counts: nothing is drawn, and
//! equal values are ordered by their text, so that the same posts give the same answer on any machine.

mod corpus;
pub mod frames;
pub mod kwic;
pub mod model;
pub mod network;
pub(super) mod opinions;
mod pairs;
pub mod phrases;
mod terms;

#[cfg(test)]
mod fixture;

pub use corpus::{Corpus, MAX_POST_WORDS, Vocabulary};
pub use opinions::Tables;
