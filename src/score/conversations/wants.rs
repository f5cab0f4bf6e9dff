//! What a customer's post wants of the shop, and how grave it is.

use super::Said;
use crate::text::{Kind, Label};

/// Stars up to which a review is a complaint.
const COMPLAINT_STARS: f64 = 2.0;
/// Weight of a word at which its intensity is a half; a plain strong word weighs 3.
const HALF_STRENGTH: f64 = 2.0;

/// Tells whether a post needs an answer.
///
/// In public only a complaint, a question or a request about the brand does: a mere mention needs none. What is sent to the
/// shop itself (chat, e-mail, ticket, a review in words or with few stars) does, unless it is nothing but thanks or an
/// acknowledgement. A call is answered while it lasts, so its note needs an answer only when its words ask for one.
pub(super) fn needs_answer(post: &Said<'_>) -> bool {
    match post.kind {
        "ticket" => true,
        "email" => post.text.is_blank || !post.text.is_closing,
        "chat" => !post.text.is_closing,
        "review" => !post.text.is_blank || has_few_stars(post),
        "call" => asks(post),
        _ => post.is_about && asks(post),
    }
}

/// Tells whether a post, said after an answer, shows the customer content: thanks, or praise that asks for nothing. An
/// e-mail whose words were not exported may say anything.
pub(super) fn is_content(post: &Said<'_>) -> bool {
    let is_glad = post
        .sentiment
        .is_some_and(|score| Label::of(score) == Label::Positive);
    let is_unknown = post.text.is_blank && matches!(post.kind, "email" | "ticket");
    (is_glad && !asks(post)) || (post.text.is_closing && !is_unknown)
}

/// Tells whether a post complains, in words or by its stars.
pub(super) fn complains(post: &Said<'_>) -> bool {
    post.utterance == Some(Kind::Complaint) || has_few_stars(post)
}

/// Returns how grave a post is, 0..1: the weight of its kind times its negativity.
///
/// Negativity is the mean of `-sentiment` and the intensity `s / (s + 2)` of its strongest negative word (`-sentiment` alone
/// where no word is known), or `(3 - stars) / 2` where that is more.
pub(super) fn severity(post: &Said<'_>) -> f64 {
    let against = post.sentiment.map_or(0.0, |score| (-score).clamp(0.0, 1.0));
    let said = match post.strength {
        Some(strength) if strength > 0.0 && against > 0.0 => {
            let intensity = strength / (strength + HALF_STRENGTH);
            f64::midpoint(against, intensity.min(1.0))
        }
        _ => against,
    };
    let starred = post
        .rating
        .map_or(0.0, |stars| ((3.0 - stars) / 2.0).clamp(0.0, 1.0));
    let weight = match post.utterance {
        _ if complains(post) => 1.0,
        Some(Kind::Request) => 0.6,
        Some(Kind::Question) => 0.4,
        Some(Kind::Report) => 0.3,
        Some(Kind::Complaint | Kind::Praise | Kind::Chatter) | None => 0.2,
    };
    let severity = weight * said.max(starred);
    if severity.is_finite() { severity } else { 0.0 }
}

fn asks(post: &Said<'_>) -> bool {
    matches!(
        post.utterance,
        Some(Kind::Complaint | Kind::Question | Kind::Request)
    )
}

fn has_few_stars(post: &Said<'_>) -> bool {
    post.rating.is_some_and(|stars| stars <= COMPLAINT_STARS)
}

#[cfg(test)]
mod tests {
    use super::super::Wording;
    use super::*;

    fn post(kind: &'static str, text: &'static str, utterance: Kind) -> Said<'static> {
        Said {
            kind,
            text: Wording::of(text),
            utterance: Some(utterance),
            is_about: true,
            ..Said::default()
        }
    }

    #[test]
    fn in_public_only_what_asks_needs_an_answer_and_in_private_all_but_thanks() {
        assert!(needs_answer(&post("post", "まずい", Kind::Complaint)));
        assert!(!needs_answer(&post("post", "飲んだ", Kind::Report)));
        assert!(needs_answer(&post("chat", "飲んだ", Kind::Report)));
        assert!(!needs_answer(&post("chat", "了解です", Kind::Chatter)));
        assert!(needs_answer(&post("ticket", "", Kind::Chatter)));
        assert!(!needs_answer(&post("call", "通話時間 1:23", Kind::Chatter)));
        let elsewhere = Said {
            is_about: false,
            ..post("post", "まずい", Kind::Complaint)
        };
        assert!(!needs_answer(&elsewhere));
    }

    #[test]
    fn a_review_needs_an_answer_for_its_words_or_its_few_stars() {
        let stars = |rating| Said {
            rating: Some(rating),
            ..post("review", "", Kind::Chatter)
        };
        assert!(needs_answer(&stars(1.0)) && !needs_answer(&stars(5.0)));
        assert!(needs_answer(&post("review", "おいしい", Kind::Praise)));
        assert!(complains(&stars(2.0)) && !complains(&stars(3.0)));
    }

    #[test]
    fn severity_grows_with_negativity_and_strength_and_stays_within_bounds() {
        let of = |sentiment, strength, utterance| {
            severity(&Said {
                sentiment: Some(sentiment),
                strength,
                ..post("post", "", utterance)
            })
        };
        assert_eq!(of(-0.8, None, Kind::Complaint), 0.8);
        // (0.8 + 3 / 5) / 2
        assert!((of(-0.8, Some(3.0), Kind::Complaint) - 0.7).abs() < 1e-12);
        assert!(of(-0.8, Some(6.0), Kind::Complaint) > of(-0.8, Some(3.0), Kind::Complaint));
        assert!((of(-0.5, None, Kind::Question) - 0.2).abs() < 1e-12);
        assert_eq!(of(0.9, Some(3.0), Kind::Praise), 0.0);
        for sentiment in [-1e9, -1.0, 0.0, 1.0, f64::NAN] {
            for strength in [None, Some(0.0), Some(1e300), Some(f64::NAN)] {
                let severity = of(sentiment, strength, Kind::Complaint);
                assert!((0.0..=1.0).contains(&severity), "{sentiment} {strength:?}");
            }
        }
        let stars = Said {
            rating: Some(1.0),
            ..post("review", "", Kind::Chatter)
        };
        assert_eq!(severity(&stars), 1.0);
    }
}
