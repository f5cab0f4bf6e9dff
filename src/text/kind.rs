//! What an utterance does: request (要望), question (疑問), complaint (不満), praise (称賛), report, chatter.
//!
//! Several at once are told by the rules of [`speech`](super::speech); here the main one is chosen.

use super::sentiment::{Hit, Label, Opinion};
use super::speech::{Evidence, Found};

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
    /// All kinds, in order.
    pub const ALL: &'static [Kind] = &[
        Kind::Request,
        Kind::Question,
        Kind::Complaint,
        Kind::Praise,
        Kind::Report,
        Kind::Chatter,
    ];

    /// Returns the kind a name stands for.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|k| k.name() == name)
    }

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

/// Returns the kind of a text by what is heard in it: strong blame first, then requests, questions, praise and reports.
pub(super) fn classify(opinion: &Opinion) -> Kind {
    let label = opinion.heard;
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

/// Returns the main kind of an English text: blame first where the text is negative, else the first the rules found.
pub(super) fn of_english(label: Label, kinds: &Found<Kind>) -> Kind {
    let has = |wanted: Kind| kinds.iter().any(|(kind, _)| *kind == wanted);
    match kinds.first() {
        Some(_) if label == Label::Negative && has(Kind::Complaint) => Kind::Complaint,
        Some((first, _)) => *first,
        None => match label {
            Label::Negative => Kind::Complaint,
            Label::Positive => Kind::Praise,
            Label::Neutral => Kind::Chatter,
        },
    }
}

/// Returns the main kind of a text, and sees to it that it is among `kinds`.
///
/// `main` is what the opinion alone says; where it says next to nothing, the rules' kinds say more.
pub(super) fn settle(main: Kind, kinds: &mut Found<Kind>, hits: &[Hit]) -> Kind {
    if kinds.iter().any(|(kind, _)| *kind == main) {
        return main;
    }
    let says_little = matches!(main, Kind::Report | Kind::Chatter);
    if let Some((first, _)) = kinds.first()
        && says_little
        && *first != Kind::Chatter
    {
        return *first;
    }
    let judges = matches!(main, Kind::Complaint | Kind::Praise);
    kinds.retain(|(kind, _)| *kind != Kind::Chatter && !(judges && *kind == Kind::Report));
    let decides = |hit: &&Hit| match main {
        Kind::Complaint => hit.polarity < 0 && !hit.is_learned(),
        Kind::Praise => hit.polarity > 0 && !hit.is_learned(),
        Kind::Request => hit.rules.contains(&"wish"),
        _ => false,
    };
    let evidence = hits.iter().filter(decides).map(Evidence::of_hit).collect();
    kinds.push((main, evidence));
    kinds.sort_by_key(|(kind, _)| *kind);
    main
}
