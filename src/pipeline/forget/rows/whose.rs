//! Whose a row is.

use super::super::told::Told;
use crate::schema::Table;

/// Tells whose a row is.
pub(in crate::pipeline) trait Whose {
    /// Whether a customer record is the person's.
    fn has_record(&self, source: &str, customer_id: &str) -> bool;
    /// Whether an account is the person's, by its id, or by a name that stands for an id.
    fn has_account(&self, platform: &str, provider: &str, account_id: &str) -> bool;
    /// Whether an account of that id is the person's on any platform, for lists that do not say which.
    fn has_account_id(&self, account_id: &str) -> bool;
    /// Whether a handle is the person's.
    fn has_handle(&self, platform: &str, handle: &str) -> bool;
    /// Whether the person has such an id.
    fn has_person(&self, person_id: &str) -> bool;
    /// Whether a customer record of another id is the person's by what it says.
    fn is_told_by(&self, told: &Told<'_>) -> bool;
    /// Whether an e-mail address or a telephone number is the person's alone.
    fn has_contact(&self, email: Option<&str>, phone: Option<&str>) -> bool;
    /// Whether a post is the person's, though this row of it does not say so.
    fn has_post(&self, source: &str, post_id: &str) -> bool;
    /// Whether the person said a post of a platform, whatever export it came from.
    fn has_said(&self, _platform: &str, _post_id: &str) -> bool {
        false
    }
    /// Whether a talk was with the person alone, so that whatever is said in it is said to them.
    fn has_talk(&self, _source: &str, _conversation_id: &str) -> bool {
        false
    }
    /// Whether a post of somebody else names the person.
    fn is_named_in(&self, source: &str, post_id: &str) -> bool;
    /// Whether a post is the person's or names them, so that words counted over all posts may be theirs.
    fn is_heard(&self) -> bool {
        false
    }
    /// Whether it is a person who is forgotten, and not posts alone.
    fn is_person(&self) -> bool {
        false
    }
    /// Hears of a row that goes: a record by its address, an account by its handle.
    fn met(&self, table: &Table, ids: [&str; 3]);
    /// Returns a text without what names the person; `None` when nothing does. In a key, what stands for a name tells rows
    /// apart.
    fn without(&self, text: &str, is_key: bool) -> Option<String>;
    /// Whether a text names the person.
    fn names(&self, text: &str) -> bool {
        self.without(text, false).is_some()
    }
    /// Returns an id without an address or a number of the person, as guests' ids are; `None` when it is none.
    fn without_contact(&self, id: &str) -> Option<String>;
    /// Returns what stands for a text that is the person's full name and nothing else; `None` when it is not.
    fn without_name(&self, _text: &str, _is_key: bool) -> Option<String> {
        None
    }
    /// Returns a JSON object without the values that say nothing but who the person is; `None` when it has none.
    fn without_values(&self, _json: &str) -> Option<String> {
        None
    }
}
