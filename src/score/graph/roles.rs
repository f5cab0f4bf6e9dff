//! Roles of social relationship management, each with its reasons.

use super::{Account, AccountMeasures};

/// What an account is to the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The shop's own account.
    Official,
    /// A program.
    Bot,
    /// Somebody who works for the shop, as the profile says.
    Staff,
    /// A newspaper, magazine, news site or one who writes for them, as the profile says.
    Media,
    /// Speaks ill of the brand, again and again.
    Detractor,
    /// Heard by many.
    Influencer,
    /// Joins communities that hardly meet otherwise.
    Bridge,
    /// Speaks well of the brand, again and again.
    Advocate,
    /// Everybody else.
    Peer,
}

impl Role {
    /// Returns the name used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Bot => "bot",
            Self::Staff => "staff",
            Self::Media => "media",
            Self::Detractor => "detractor",
            Self::Influencer => "influencer",
            Self::Bridge => "bridge",
            Self::Advocate => "advocate",
            Self::Peer => "peer",
        }
    }
}

/// What makes a role.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Share of the accounts that stand out in PageRank, reach or betweenness.
    pub top_share: f64,
    /// Responses that an influencer has at least.
    pub least_responses: u64,
    /// Communities that the neighbours of a bridge belong to at least.
    pub least_bridged: u32,
    /// Opinions of an advocate at least.
    pub least_opinions: u32,
    /// Mean sentiment of an advocate at least.
    pub advocate_mean: f64,
    /// Negative opinions of a detractor at least.
    pub least_negative: u32,
    /// Mean sentiment of a detractor at most.
    pub detractor_mean: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            top_share: 0.01,
            least_responses: 10,
            least_bridged: 2,
            least_opinions: 3,
            advocate_mean: 0.2,
            least_negative: 2,
            detractor_mean: -0.2,
        }
    }
}

/// What holds of an account or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// The shop's own account.
    pub is_official: bool,
    /// Behaves like a program.
    pub is_bot: bool,
    /// Says that it works for the shop.
    pub is_staff: bool,
    /// Says that it is a medium.
    pub is_media: bool,
    /// Among the top in PageRank.
    pub is_top_page_rank: bool,
    /// Among the top in reach.
    pub is_top_reach: bool,
    /// Among the top in betweenness.
    pub is_top_betweenness: bool,
}

/// What a role is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AccountFacts {
    /// What holds of it.
    pub marks: Marks,
    /// Opinions about the brand.
    pub opinion_count: u32,
    /// Of them negative.
    pub negative_count: u32,
    /// Mean sentiment of them.
    pub sentiment_mean: Option<f64>,
    /// Responses received.
    pub response_count: u64,
    /// Communities its neighbours belong to.
    pub neighbour_communities: u32,
}

/// Returns the first role that holds, and all that hold with their reasons, as `role:reason`.
///
/// The shop's own list comes first. What a program says of itself counts for nothing, so bot stands before staff and media,
/// which go by the profile. A detractor stands before an influencer: that many hear a critic makes it more urgent and does not
/// change whose voice it is; the influence is among the reasons. Of a friendly influencer the reach is the news.
pub fn role(facts: &AccountFacts, thresholds: &Thresholds) -> (Role, Vec<&'static str>) {
    let (marks, mean) = (facts.marks, facts.sentiment_mean);
    let is_detractor = facts.negative_count >= thresholds.least_negative
        && mean.is_some_and(|mean| mean <= thresholds.detractor_mean);
    let is_advocate = facts.opinion_count >= thresholds.least_opinions
        && mean.is_some_and(|mean| mean >= thresholds.advocate_mean);
    let is_answered = facts.response_count >= thresholds.least_responses;
    let is_bridge =
        marks.is_top_betweenness && facts.neighbour_communities >= thresholds.least_bridged;
    let all = [
        (marks.is_official, Role::Official, "official:own_account"),
        (marks.is_bot, Role::Bot, "bot:behaviour"),
        (marks.is_staff, Role::Staff, "staff:profile"),
        (marks.is_media, Role::Media, "media:profile"),
        (is_detractor, Role::Detractor, "detractor:negative_opinions"),
        (
            is_answered && marks.is_top_page_rank,
            Role::Influencer,
            "influencer:page_rank",
        ),
        (
            is_answered && marks.is_top_reach,
            Role::Influencer,
            "influencer:reach",
        ),
        (is_bridge, Role::Bridge, "bridge:betweenness"),
        (is_advocate, Role::Advocate, "advocate:positive_opinions"),
    ];
    let holding = || all.iter().filter(|(holds, _, _)| *holds);
    let role = holding()
        .map(|(_, role, _)| *role)
        .next()
        .unwrap_or(Role::Peer);
    let reasons = holding().map(|(_, _, reason)| *reason).collect();
    (role, reasons)
}

/// Gives every account its role.
///
/// Who stands out is judged among accounts that are neither the shop's nor programs: in PageRank those with a response, in reach
/// those with a known follower, in betweenness those that lie on a way at all.
pub(super) fn assign(
    accounts: &[Account],
    measures: &mut [AccountMeasures],
    thresholds: &Thresholds,
) {
    let column = |value: fn(&AccountMeasures) -> Option<f64>| {
        let values: Vec<Option<f64>> = accounts
            .iter()
            .zip(measures.iter())
            .map(|(account, measures)| {
                let is_free = !(account.is_official || account.is_staff || account.is_bot);
                is_free.then(|| value(measures)).flatten()
            })
            .collect();
        top(&values, thresholds.top_share)
    };
    let page_rank = column(|account| (account.responses.total() > 0).then_some(account.page_rank));
    let reach = column(|account| (account.reach > 0).then_some(account.reach as f64));
    let betweenness = column(|account| account.betweenness.filter(|value| *value > 0.0));
    for (here, (account, measures)) in accounts.iter().zip(measures.iter_mut()).enumerate() {
        measures.marks = Marks {
            is_official: account.is_official,
            is_bot: account.is_bot,
            is_staff: account.is_staff,
            is_media: account.is_media,
            is_top_page_rank: page_rank[here],
            is_top_reach: reach[here],
            is_top_betweenness: betweenness[here],
        };
        (measures.role, _) = role(&measures.facts(), thresholds);
    }
}

/// Marks the largest values, a share of those there are, at least one. A tie that goes beyond the share is left out whole: where all
/// are alike, nobody stands out.
fn top(values: &[Option<f64>], share: f64) -> Vec<bool> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
    sorted.sort_unstable_by(|left, right| right.total_cmp(left));
    let places = ((sorted.len() as f64 * share).ceil() as usize).min(sorted.len());
    let Some(&last) = places.checked_sub(1).and_then(|last| sorted.get(last)) else {
        return vec![false; values.len()];
    };
    let is_tied = sorted.get(places) == Some(&last);
    values
        .iter()
        .map(|value| value.is_some_and(|value| value > last || (value == last && !is_tied)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(facts: AccountFacts) -> (Role, Vec<&'static str>) {
        role(&facts, &Thresholds::default())
    }

    #[test]
    fn an_influential_detractor_is_not_lost() {
        let facts = AccountFacts {
            opinion_count: 4,
            negative_count: 3,
            sentiment_mean: Some(-0.5),
            response_count: 50,
            marks: Marks {
                is_top_page_rank: true,
                is_top_reach: true,
                ..Marks::default()
            },
            ..AccountFacts::default()
        };
        let (role, reasons) = judged(facts);
        assert_eq!(role, Role::Detractor);
        assert_eq!(
            reasons,
            [
                "detractor:negative_opinions",
                "influencer:page_rank",
                "influencer:reach"
            ]
        );
    }

    #[test]
    fn standing_out_without_an_answer_is_no_influence() {
        let facts = AccountFacts {
            response_count: 9,
            marks: Marks {
                is_top_reach: true,
                ..Marks::default()
            },
            ..AccountFacts::default()
        };
        assert_eq!(judged(facts), (Role::Peer, Vec::new()));
        let answered = AccountFacts {
            response_count: 10,
            ..facts
        };
        assert_eq!(judged(answered).0, Role::Influencer);
    }

    #[test]
    fn a_program_that_calls_itself_staff_is_a_program() {
        let judged = |marks| {
            judged(AccountFacts {
                marks,
                ..AccountFacts::default()
            })
        };
        let marks = Marks {
            is_bot: true,
            is_staff: true,
            ..Marks::default()
        };
        assert_eq!(judged(marks).0, Role::Bot);
        let (role, reasons) = judged(Marks {
            is_official: true,
            ..marks
        });
        assert_eq!(role, Role::Official);
        assert_eq!(reasons.len(), 3);
    }

    #[test]
    fn advocate_detractor_and_bridge_stand_at_their_thresholds() {
        let advocate = AccountFacts {
            opinion_count: 3,
            sentiment_mean: Some(0.2),
            ..AccountFacts::default()
        };
        assert_eq!(judged(advocate).0, Role::Advocate);
        let rare = AccountFacts {
            opinion_count: 2,
            ..advocate
        };
        assert_eq!(judged(rare).0, Role::Peer);
        let detractor = AccountFacts {
            opinion_count: 2,
            negative_count: 2,
            sentiment_mean: Some(-0.2),
            ..AccountFacts::default()
        };
        assert_eq!(judged(detractor).0, Role::Detractor);
        let inside = AccountFacts {
            marks: Marks {
                is_top_betweenness: true,
                ..Marks::default()
            },
            neighbour_communities: 1,
            ..AccountFacts::default()
        };
        assert_eq!(judged(inside).0, Role::Peer);
        let bridge = AccountFacts {
            neighbour_communities: 2,
            ..inside
        };
        assert_eq!(judged(bridge).0, Role::Bridge);
    }

    #[test]
    fn nobody_stands_out_where_all_are_alike() {
        assert_eq!(top(&[Some(1.0); 5], 0.01), [false; 5]);
        assert_eq!(
            top(&[Some(1.0), None, Some(3.0)], 0.01),
            [false, false, true]
        );
        assert_eq!(
            top(&[Some(3.0), Some(3.0), Some(1.0), Some(4.0)], 0.5),
            [false, false, false, true]
        );
        assert!(top(&[], 0.01).is_empty());
        assert_eq!(top(&[None, None], 0.01), [false, false]);
        // No share at all, and more than all.
        assert_eq!(top(&[Some(1.0)], 0.0), [false]);
        assert_eq!(top(&[Some(1.0), Some(2.0)], 7.0), [true, true]);
    }
}
