//! Findings on who speaks, on accounts that pass for the shop, and on how it answers.

use super::{Section, Severity, Teller};
use crate::report::figures::RoleFigure;

/// Share of negative opinions from which on a community is told as critical.
const CRITICAL: f64 = 0.3;
/// Words named in a sentence.
const WORD_COUNT: usize = 3;
/// Share of answers within the target that is told as good.
const KEPT: f64 = 0.8;

impl Teller<'_> {
    pub(super) fn tell_people(&mut self) {
        // Whoever passes for the shop heads the section.
        self.tell_impersonators();
        self.tell_roles();
        self.tell_communities();
        self.tell_influence();
    }

    fn tell_roles(&mut self) {
        let figures = self.figures;
        let find = |key: &str| figures.people.roles.iter().find(|role| role.role == key);
        let told = [
            ("advocate", "people_advocates", Severity::Good),
            ("detractor", "people_detractors", Severity::Watch),
            ("influencer", "people_influencers", Severity::Neutral),
        ];
        for (role, key, severity) in told {
            let shown = |role: &RoleFigure| Some((role.account_count?, role.post_count?));
            let Some((accounts, posts)) = find(role).and_then(shown) else {
                continue;
            };
            if accounts == 0 {
                continue;
            }
            let responses = find(role).and_then(|role| role.response_count).unwrap_or(0);
            let (accounts, posts) = (self.numbers.count(accounts), self.numbers.count(posts));
            let responses = self.numbers.count(responses);
            let values = [
                ("count", accounts.as_str()),
                ("posts", posts.as_str()),
                ("responses", responses.as_str()),
            ];
            self.say(Section::People, severity, key, &values);
        }
    }

    /// Tells of the largest community much of whose talk is negative.
    fn tell_communities(&mut self) {
        let communities = self.figures.people.communities.iter();
        let critical = communities.filter_map(|one| {
            let share = one.negative_share.filter(|share| *share >= CRITICAL)?;
            Some((one, share))
        });
        let Some((worst, share)) = critical.max_by_key(|(one, _)| one.account_count) else {
            return;
        };
        let count = self.numbers.count(worst.account_count);
        let share = self.numbers.share(share);
        let words = worst.words.iter().take(WORD_COUNT).map(String::as_str);
        let words = self.lang.quoted(words);
        let values = [
            ("count", count.as_str()),
            ("share", share.as_str()),
            ("words", words.as_str()),
        ];
        self.say(
            Section::People,
            Severity::Watch,
            "community_critical",
            &values,
        );
    }

    /// Tells with which community most of the influence lies, where there are several.
    fn tell_influence(&mut self) {
        let communities = &self.figures.people.network.communities;
        let known = communities.iter().rev();
        let known = known.filter(|one| one.page_rank_share.is_finite());
        let most = known.max_by(|a, b| a.page_rank_share.total_cmp(&b.page_rank_share));
        let Some(most) = most.filter(|_| communities.len() > 1) else {
            return;
        };
        let (share, count) = (
            self.numbers.share(most.page_rank_share),
            self.numbers.count(most.account_count),
        );
        let number = self.numbers.count(most.community);
        let values = [
            ("share", share.as_str()),
            ("count", count.as_str()),
            ("community", number.as_str()),
        ];
        self.say(Section::People, Severity::Neutral, "influence", &values);
    }

    fn tell_impersonators(&mut self) {
        let all = self.figures.people.impersonators.iter();
        let count: u64 = all.map(|one| one.account_count).sum();
        if count > 0 {
            let count = self.numbers.count(count);
            let values = [("count", count.as_str())];
            self.say(Section::People, Severity::Urgent, "impersonators", &values);
        }
    }

    pub(super) fn tell_conversations(&mut self) {
        let conversations = &self.figures.conversations;
        let days = self.numbers.count(u64::from(conversations.day_count));
        if conversations.asked_count > 0 {
            let asked = self.numbers.count(conversations.asked_count);
            let answered = self.numbers.count(conversations.answered_count);
            let values = [
                ("days", days.as_str()),
                ("asked", asked.as_str()),
                ("answered", answered.as_str()),
            ];
            self.say(Section::Conversations, Severity::Neutral, "asked", &values);
        }
        if let (Some(middle), Some(slow)) =
            (conversations.median_minutes, conversations.slow_minutes)
        {
            let (middle, slow) = (self.numbers.minutes(middle), self.numbers.minutes(slow));
            let values = [("middle", middle.as_str()), ("slow", slow.as_str())];
            self.say(
                Section::Conversations,
                Severity::Neutral,
                "answer_time",
                &values,
            );
        }
        if let Some(share) = conversations.within_target {
            let (key, severity) = match share >= KEPT {
                true => ("target_kept", Severity::Good),
                false => ("target_missed", Severity::Watch),
            };
            let value = self.numbers.share(share);
            self.say(Section::Conversations, severity, key, &[("value", &value)]);
        }
        self.tell_waiting();
    }

    fn tell_waiting(&mut self) {
        let conversations = &self.figures.conversations;
        let waiting = self.numbers.count(conversations.waiting_count);
        if conversations.waiting_count > 0 {
            let overdue = self.numbers.count(conversations.overdue_count);
            let severity = match conversations.overdue_count {
                0 => Severity::Neutral,
                _ => Severity::Watch,
            };
            let values = [("count", waiting.as_str()), ("overdue", overdue.as_str())];
            self.say(Section::Conversations, severity, "waiting", &values);
        } else if conversations.asked_count > 0 {
            self.say(Section::Conversations, Severity::Good, "nothing_waits", &[]);
        }
        if conversations.complaint_count > 0 {
            let count = self.numbers.count(conversations.complaint_count);
            self.say(
                Section::Conversations,
                Severity::Urgent,
                "open_complaints",
                &[("count", &count)],
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::super::fixture::{empty, figures};
    use super::*;
    use crate::report::figures::Figures;
    use crate::report::words::Lang;

    fn told(figures: &Figures) -> Vec<(&'static str, Severity, String)> {
        let found = findings(figures, Lang::Ja).into_iter();
        found
            .filter(|one| matches!(one.section, Section::People | Section::Conversations))
            .map(|one| (one.key, one.severity, one.text))
            .collect()
    }

    #[test]
    fn open_complaints_and_impersonators_are_urgent() {
        let told = told(&figures());
        for (key, severity) in [
            ("impersonators", Severity::Urgent),
            ("open_complaints", Severity::Urgent),
            ("waiting", Severity::Watch),
            ("target_missed", Severity::Watch),
            ("people_advocates", Severity::Good),
            ("community_critical", Severity::Watch),
        ] {
            assert!(
                told.iter().any(|one| (one.0, one.1) == (key, severity)),
                "{key}: {told:?}"
            );
        }
    }

    #[test]
    fn times_are_told_in_business_hours() {
        let told = told(&figures());
        let text = told.iter().find(|one| one.0 == "answer_time").unwrap();
        assert_eq!(
            text.2,
            "お返事した声では、最初の返信まで営業時間で1.6時間(中央値)でした。お返事した声の9割は10.3時間以内でした。"
        );
    }

    #[test]
    fn nothing_is_told_of_nobody() {
        assert!(told(&empty()).is_empty());
        let mut figures = figures();
        figures.people.roles[1].account_count = None;
        assert!(told(&figures).iter().all(|one| one.0 != "people_advocates"));
        figures.conversations.waiting_count = 0;
        assert!(told(&figures).iter().any(|one| one.0 == "nothing_waits"));
    }
}
