//! The settings that go with a sample.

use super::SampleOptions;

const TEMPLATE: &str = include_str!("data/koe.toml");
const AS_OF: &str = "{as_of}";

/// Returns the text of `koe.toml` for a sample: the shop's names and its pinned last day.
pub fn settings(options: &SampleOptions) -> String {
    TEMPLATE.replace(AS_OF, &options.as_of.to_string())
}
