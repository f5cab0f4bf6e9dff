//! stub
use super::Mapping;
/// stub
pub struct Proposal { /// stub
 pub mapping: Mapping }
/// stub
pub fn propose(_: &str) -> Option<Proposal> { None }
