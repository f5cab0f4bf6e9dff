//! What an utterance does: request (要望), question (疑問), complaint (不満), praise (称賛), report, chatter.

use super::sentiment::{Label, Opinion};

/// The kind of an utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 要望: asks for something to be done or changed.
    Request,
    /// 疑問: asks for an answer.
    Question,
    /// 不満: blames.
    Complaint,
    /// 称賛: praises.
    Praise,
    /// 報告: tells what was done, without judging.
    Report,
    /// Anything else.
    Chatter,
}

impl Kind {
    /// Returns the name used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Request => "request",
            Kind::Question => "question",
            Kind::Complaint => "complaint",
            Kind::Praise => "praise",
            Kind::Report => "report",
            Kind::Chatter => "chatter",
        }
    }
}

/// Returns the kind of a text: strong blame first, then requests, questions, praise and reports.
pub(super) fn classify(opinion: &Opinion) -> Kind {
    let label = Label::of(opinion.score);
    let blamed = opinion
        .hits
        .iter()
        .any(|h| h.polarity < 0 && h.strength >= 1.5 && !h.rules.contains(&"wish"));
    let cues = opinion.cues;
    if label == Label::Negative && (blamed || cues.reproaches) {
        Kind::Complaint
    } else if cues.requests && label != Label::Positive {
        Kind::Request
    } else if cues.asks {
        Kind::Question
    } else if label == Label::Negative {
        Kind::Complaint
    } else if label == Label::Positive {
        Kind::Praise
    } else if cues.reports {
        Kind::Report
    } else {
        Kind::Chatter
    }
}
