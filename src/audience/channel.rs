//! Channels, encodings and how pressing a contact is.

use serde::{Deserialize, Serialize};

/// Letters of a name at most.
const MOST_LETTERS: usize = 100;

/// By what an audience is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Email,
    /// LINE message.
    Line,
    /// Short message.
    Sms,
    /// Push message of the shop's app.
    Push,
    /// Letter.
    Postal,
    /// Direct message on the platform of a linked account.
    SocialDm,
    /// Call.
    Voice,
    /// Custom Audience of Meta, by hashes.
    Meta,
    /// Custom Audience of X, by hashes.
    X,
    /// Customer Match of Google, by hashes.
    Google,
}

impl Channel {
    /// All of them; of channels that reached a person as often, the first is the better one.
    pub const ALL: [Self; 10] = [
        Self::Email,
        Self::Line,
        Self::Sms,
        Self::Push,
        Self::Postal,
        Self::SocialDm,
        Self::Voice,
        Self::Meta,
        Self::X,
        Self::Google,
    ];

    /// Returns its name in settings, tables and file names.
    pub fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Line => "line",
            Self::Sms => "sms",
            Self::Push => "push",
            Self::Postal => "postal",
            Self::SocialDm => "social_dm",
            Self::Voice => "voice",
            Self::Meta => "meta",
            Self::X => "x",
            Self::Google => "google",
        }
    }

    /// Returns the channel of a name.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }

    /// Returns the purpose that consent must be in force for.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Meta | Self::X | Self::Google => "ads",
            other => other.key(),
        }
    }

    /// Whether it matches persons with an advertising platform: nobody is written to, and the list is sent whole each time.
    pub fn is_ads(self) -> bool {
        self.purpose() == "ads"
    }

    /// Whether a message arrives at an hour.
    pub fn is_timed(self) -> bool {
        !self.is_ads() && self != Self::Postal
    }
}

/// Encoding of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8 with a byte-order mark, as spreadsheets want it.
    Utf8Bom,
    /// Windows code page 932, as older Japanese tools want it.
    Cp932,
    /// UTF-8 without a mark.
    Utf8,
}

/// How pressing a contact is, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// As soon as the quiet hours allow.
    Now,
    /// Today.
    Today,
    /// Within the week.
    Week,
}

impl Urgency {
    /// Returns its name in lists.
    pub fn key(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Today => "today",
            Self::Week => "week",
        }
    }

    /// Returns how pressing a person of a segment is: as the segment; who moved into a segment of the week is meant today.
    pub(super) fn of_segment(segment_urgency: &str, has_moved: bool) -> Self {
        match segment_urgency {
            "now" => Self::Now,
            "week" if has_moved => Self::Today,
            _ => Self::Week,
        }
    }
}

/// Whether a name can be that of a file on every machine.
pub fn is_name(name: &str) -> bool {
    let is_bad = |letter: char| letter.is_control() || r#"/\:*?"<>|"#.contains(letter);
    let count = name.chars().count();
    (1..=MOST_LETTERS).contains(&count)
        && !name.chars().any(is_bad)
        && !name.starts_with('.')
        && !name.ends_with(['.', ' '])
        && !name.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_purposes_are_those_of_the_tables() {
        for channel in Channel::ALL {
            assert_eq!(Channel::of_key(channel.key()), Some(channel));
            assert!(crate::join::consent::PURPOSES.contains(&channel.purpose()));
            let text = serde_json::to_string(&channel).unwrap();
            assert_eq!(text, format!("\"{}\"", channel.key()));
        }
        assert_eq!(Channel::of_key("fax"), None);
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["welcome", "優良×離反予兆", "a b", "v1.2"] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "", ".", "..", "a/b", "a\\b", "a\nb", " a", "a ", "a:b", ".a",
        ] {
            assert!(!is_name(name), "{name}");
        }
        assert!(!is_name(&"あ".repeat(101)));
    }
}
