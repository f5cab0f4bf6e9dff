//! Tables on who speaks and how the shop answers.

use super::{Cell, Context, Table};

impl Context<'_> {
    pub(super) fn roles(&self) -> Table {
        let rows = self.figures.people.roles.iter().map(|role| {
            let count = |count: Option<u64>| count.map_or(Cell::Hidden, Cell::Count);
            vec![
                self.named("role", &role.role),
                count(role.account_count),
                count(role.post_count),
                count(role.negative_count),
                count(role.response_count),
            ]
        });
        self.table(
            "roles",
            &["role", "accounts", "posts", "negative", "responses"],
            rows.collect(),
        )
    }

    pub(super) fn communities(&self) -> Table {
        let rows = self.figures.people.communities.iter().map(|community| {
            vec![
                Cell::Count(community.community),
                self.named("platform", &community.platform),
                Cell::Count(community.account_count),
                Cell::Count(community.post_count),
                Cell::of(community.negative_share, Cell::Share),
                Cell::Text(community.words.join(" ")),
            ]
        });
        self.table(
            "communities",
            &[
                "community",
                "platform",
                "accounts",
                "posts",
                "negative_share",
                "words",
            ],
            rows.collect(),
        )
    }

    pub(super) fn impersonators(&self) -> Table {
        let rows = self.figures.people.impersonators.iter().map(|one| {
            let reasons = one.reasons.iter();
            let reasons: Vec<&str> = reasons
                .map(|reason| self.words.name("evidence", reason))
                .collect();
            vec![
                self.named("platform", &one.platform),
                Cell::Count(one.account_count),
                Cell::Real(one.highest_score, 2),
                Cell::Text(reasons.join(" / ")),
            ]
        });
        self.table(
            "impersonators",
            &["platform", "accounts", "evidence_score", "evidence"],
            rows.collect(),
        )
    }

    pub(super) fn waits(&self) -> Table {
        let rows = self.figures.conversations.waits.iter().map(|wait| {
            vec![
                Cell::Minutes(f64::from(wait.from_minutes)),
                Cell::of(wait.to_minutes, |to| Cell::Minutes(f64::from(to))),
                Cell::Count(wait.answered_count),
                Cell::Count(wait.waiting_count),
            ]
        });
        self.table(
            "waits",
            &["from", "to", "answered", "waiting"],
            rows.collect(),
        )
    }

    pub(super) fn answers(&self) -> Table {
        let rows = self.figures.conversations.platforms.iter().map(|one| {
            vec![
                self.named("platform", &one.platform),
                Cell::Count(one.asked_count),
                Cell::Count(one.answered_count),
                Cell::Count(one.waiting_count),
                Cell::of(one.median_minutes, Cell::Minutes),
            ]
        });
        self.table(
            "answers",
            &["platform", "asked", "answered", "waiting", "first_answer"],
            rows.collect(),
        )
    }

    pub(super) fn complaint_reasons(&self) -> Table {
        let rows = self.figures.conversations.reasons.iter().map(|one| {
            vec![
                self.named("complaint_reason", &one.reason),
                Cell::Count(one.count),
            ]
        });
        self.table("complaints", &["reason", "count"], rows.collect())
    }
}
