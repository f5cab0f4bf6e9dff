//! Tables on the networks of words and accounts, on the journey, and on what many say.

use super::{Cell, Context, Table};

impl Context<'_> {
    pub(super) fn words_together(&self) -> Table {
        let rows = self.figures.voice.network.links.iter().map(|link| {
            vec![
                Cell::Text(link.word.clone()),
                Cell::Text(link.other_word.clone()),
                Cell::Count(link.post_count),
                Cell::Real(link.npmi, 2),
            ]
        });
        self.table(
            "together",
            &["word", "other_word", "posts", "npmi"],
            rows.collect(),
        )
    }

    pub(super) fn journey(&self) -> Table {
        let rows = self.figures.voice.journey.iter().map(|one| {
            vec![
                self.named("journey", &one.stage),
                Cell::Count(one.post_count),
                Cell::Count(one.previous_post_count),
            ]
        });
        self.table(
            "journey",
            &["stage", "posts", "previous_posts"],
            rows.collect(),
        )
    }

    pub(super) fn order_stages(&self) -> Table {
        let has_before = self
            .figures
            .order_stages
            .iter()
            .any(|one| one.previous_person_count.is_some());
        let rows = self.figures.order_stages.iter().map(|one| {
            let before = match one.previous_person_count {
                Some(count) => Cell::Count(count),
                None if has_before => Cell::Hidden,
                None => Cell::Missing,
            };
            vec![
                self.named("order_stage", &one.stage),
                one.person_count.map_or(Cell::Hidden, Cell::Count),
                before,
            ]
        });
        self.table(
            "stages",
            &["stage", "persons", "previous_persons"],
            rows.collect(),
        )
    }

    pub(super) fn sayings(&self) -> Table {
        let rows = self.figures.voice.sayings.iter().map(|saying| {
            vec![
                Cell::Text(saying.text.clone()),
                Cell::Count(saying.author_count),
                Cell::Count(saying.post_count),
                Cell::of(saying.sentiment_mean, Cell::Score),
            ]
        });
        self.table(
            "sayings",
            &["saying", "authors", "posts", "sentiment"],
            rows.collect(),
        )
    }

    pub(super) fn influence(&self) -> Table {
        let rows = self.figures.people.network.communities.iter().map(|one| {
            vec![
                Cell::Count(one.community),
                self.named("platform", &one.platform),
                Cell::Count(one.account_count),
                Cell::Share(one.page_rank_share),
                Cell::Count(one.inner_link_count),
                Cell::Count(one.outer_link_count),
                Cell::Text(one.words.join(" ")),
                Cell::Text(one.handles.join(" ")),
            ]
        });
        self.table(
            "influence",
            &[
                "community",
                "platform",
                "accounts",
                "influence_share",
                "inner_links",
                "outer_links",
                "words",
                "handles",
            ],
            rows.collect(),
        )
    }
}
