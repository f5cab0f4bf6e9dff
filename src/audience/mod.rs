//! Segment and consent to lists that channels accept.
//!
//! An audience is a condition over what is known of persons. Of those it means, whoever may not be contacted is left out, and
//! counted by the first reason that holds ([`Reason`], in its order): no consent in force for the purpose of the channel, too
//! young, an open complaint, no address, a bounced one, contacted in the campaign before, over a cap, at the address of
//! somebody listed before, below the limit. Of the rest a share is held out by a keyed hash ([`control`]), and the others get
//! a place in the files of the channel ([`channels`]), with the moment and the channel they respond to best ([`habits`]).
//! Audiences are planned one after the other, so that each sees what the ones before it have planned.

mod address;
mod channel;
pub mod channels;
mod control;
mod habits;
mod past;
mod people;
mod plan;
mod records;
mod refused;
mod scenario;
#[cfg(test)]
mod tests;
mod timing;

use std::collections::BTreeMap;

use polars::prelude::LazyFrame;

pub use address::Address;
pub use channel::{Channel, Encoding, Urgency, is_name};
pub use control::Arm;
pub use plan::Planner;
pub use scenario::{Event, Scenario};
pub use timing::QuietHours;

/// The tables that audiences read.
#[derive(Clone)]
pub struct Input {
    /// `persons`
    pub persons: LazyFrame,
    /// `person_values`
    pub person_values: LazyFrame,
    /// `person_habits`
    pub person_habits: LazyFrame,
    /// `person_voices`
    pub person_voices: LazyFrame,
    /// `person_segments`
    pub person_segments: LazyFrame,
    /// `segments`
    pub segments: LazyFrame,
    /// `customers`
    pub customers: LazyFrame,
    /// `orders`
    pub orders: LazyFrame,
    /// `order_lines`
    pub order_lines: LazyFrame,
    /// `posts`
    pub posts: LazyFrame,
    /// `links`
    pub links: LazyFrame,
    /// `declared_links`
    pub declared_links: LazyFrame,
    /// `conversations`
    pub conversations: LazyFrame,
    /// `contacts`
    pub contacts: LazyFrame,
    /// `assignments`
    pub assignments: LazyFrame,
}

/// How a person stands towards a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// In force, until when where it ends, in microseconds since 1970-01-01 UTC.
    Granted(Option<i64>),
    /// Nobody asked.
    Missing,
    /// Denied, revoked or unsubscribed from.
    Denied,
    /// It ran out.
    Expired,
}

/// What audiences ask the store about persons.
#[derive(Clone, Copy)]
pub struct Rights<'a> {
    /// How a person (first) stands towards a purpose (second).
    pub consent: &'a dyn Fn(&str, &str) -> Consent,
    /// Whether the record of a source (first) and id (second) is one of somebody forgotten.
    pub is_suppressed: &'a dyn Fn(&str, &str) -> bool,
    /// The keyed hash by which a campaign (first) draws a person (second).
    pub hash: &'a dyn Fn(&str, &str) -> String,
}

/// Why a person is left out, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Nobody asked for consent.
    ConsentMissing,
    /// Consent was denied or taken back, or the person unsubscribed, or somebody else did at the same address.
    ConsentDenied,
    /// Consent ran out, or does before the contact.
    ConsentExpired,
    /// A record is that of somebody who was forgotten.
    Forgotten,
    /// Younger than `audience.min_age`.
    Minor,
    /// Of unknown age, without `audience.unknown_age`.
    AgeUnknown,
    /// A complaint waits for an answer.
    OpenComplaint,
    /// No address that the channel accepts.
    NoAddress,
    /// The address bounced.
    Bounced,
    /// The campaign has reached the person, or has planned to.
    AlreadyContacted,
    /// The campaign held the person out before.
    HeldOut,
    /// Contacted often enough that day or week.
    CapReached,
    /// Somebody at the same address is listed.
    SameAddress,
    /// Others are worth more, and `limit` is reached.
    OverLimit,
}

impl Reason {
    /// All of them, in their order.
    pub const ALL: [Self; 14] = [
        Self::ConsentMissing,
        Self::ConsentDenied,
        Self::ConsentExpired,
        Self::Forgotten,
        Self::Minor,
        Self::AgeUnknown,
        Self::OpenComplaint,
        Self::NoAddress,
        Self::Bounced,
        Self::AlreadyContacted,
        Self::HeldOut,
        Self::CapReached,
        Self::SameAddress,
        Self::OverLimit,
    ];

    /// Returns its name in summaries.
    pub fn key(self) -> &'static str {
        match self {
            Self::ConsentMissing => "consent_missing",
            Self::ConsentDenied => "consent_denied",
            Self::ConsentExpired => "consent_expired",
            Self::Forgotten => "forgotten",
            Self::Minor => "minor",
            Self::AgeUnknown => "age_unknown",
            Self::OpenComplaint => "open_complaint",
            Self::NoAddress => "no_address",
            Self::Bounced => "bounced",
            Self::AlreadyContacted => "already_contacted",
            Self::HeldOut => "held_out",
            Self::CapReached => "cap_reached",
            Self::SameAddress => "same_address",
            Self::OverLimit => "over_limit",
        }
    }
}

/// A person in an audience.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The person.
    pub person_id: String,
    /// Shop system of the record whose address is used.
    pub source: String,
    /// The system's id of it.
    pub customer_id: String,
    /// Where the person is reached.
    pub address: Address,
    /// Name as written.
    pub name: String,
    /// Its reading as written.
    pub name_kana: String,
    /// E-mail address to send to, where there is one.
    pub email: Option<String>,
    /// Telephone number in E.164, where there is one.
    pub phone: Option<String>,
    /// Postal code as written.
    pub postal_code: String,
    /// Prefecture as written.
    pub prefecture: String,
    /// Address without it, as written.
    pub street: String,
    /// Segment, within which arms are drawn.
    pub stratum: String,
    /// How pressing the contact is.
    pub urgency: Urgency,
    /// When to send, in microseconds since 1970-01-01 UTC; for letters and advertising the as-of instant.
    pub send_at: i64,
    /// Local hour the person responds at best.
    pub best_hour: u32,
    /// Channel with consent in force that the person responded to most.
    pub best_channel: Channel,
    /// Last purchase, in days since 1970-01-01.
    pub last_purchased_on: Option<i32>,
    /// Category bought most, empty where unknown.
    pub favourite_category: String,
    /// Channel bought by most, empty where unknown.
    pub favourite_channel: String,
    /// Product bought last, empty where unknown.
    pub last_product: String,
}

/// An audience as planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Name of the audience.
    pub name: String,
    /// By what channel.
    pub channel: Channel,
    /// Campaign in which persons are contacted once.
    pub campaign: String,
    /// Share held out.
    pub control_share: f64,
    /// Persons whom the condition means.
    pub selected: u64,
    /// Persons to contact, the most valuable first.
    pub listed: Vec<Member>,
    /// Persons held out.
    pub control: Vec<Member>,
    /// Persons left out, by the first reason that holds.
    pub excluded: BTreeMap<Reason, u64>,
}

impl Plan {
    /// Returns the persons left out for a reason.
    pub fn excluded_for(&self, reason: Reason) -> u64 {
        self.excluded.get(&reason).copied().unwrap_or(0)
    }
}
