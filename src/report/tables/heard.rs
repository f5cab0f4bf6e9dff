//! Tables on topics, shares of voice and alerts.

use super::{Cell, Context, Table};
use crate::report::figures::AlertFigure;
use crate::report::words::Lang;

impl Context<'_> {
    /// What stands between two names of a list.
    fn comma(&self) -> &'static str {
        match self.lang {
            Lang::Ja => "、",
            Lang::En => ", ",
        }
    }

    pub(super) fn topics(&self) -> Table {
        let rows = self.figures.voice.topics.iter().map(|topic| {
            vec![
                Cell::Text(topic.label.clone()),
                Cell::Text(topic.words.join(self.comma())),
                Cell::Count(topic.post_count),
                Cell::Count(topic.positive_count),
                Cell::Count(topic.negative_count),
                Cell::of(topic.post_share, Cell::Share),
            ]
        });
        self.table(
            "topics",
            &["topic", "words", "posts", "positive", "negative", "share"],
            rows.collect(),
        )
    }

    pub(super) fn shares(&self) -> Table {
        let rows = self.figures.voice.shares.iter().map(|one| {
            vec![
                self.named("share_kind", &one.kind),
                Cell::Text(one.name.clone()),
                Cell::Count(one.post_count),
                Cell::of(one.previous_post_count, Cell::Count),
                Cell::of(one.share, Cell::Share),
                Cell::of(one.previous_share, Cell::Share),
                Cell::Count(one.positive_count),
                Cell::Count(one.negative_count),
                Cell::of(one.search_count, Cell::Count),
            ]
        });
        self.table(
            "shares",
            &[
                "kind",
                "name",
                "posts",
                "previous_span_posts",
                "share",
                "previous_share",
                "positive",
                "negative",
                "searches",
            ],
            rows.collect(),
        )
    }

    pub(super) fn alerts(&self) -> Table {
        let columns = [
            "start",
            "end",
            "kind",
            "state",
            "cause",
            "peak",
            "peak_count",
            "posts",
            "expected",
            "negative_share",
            "authors",
            "flared",
            "burning",
            "reach",
            "copies",
            "spreaders",
            "words",
        ];
        let rows = self.figures.alerts.iter().map(|alert| self.alert(alert));
        self.table("alerts", &columns, rows.collect())
    }

    fn alert(&self, alert: &AlertFigure) -> Vec<Cell> {
        let cause = match alert.cause.as_str() {
            "" => Cell::Missing,
            cause => self.named("alert_cause", cause),
        };
        let spreaders: Vec<String> = alert
            .spreaders
            .iter()
            .map(|one| {
                let role = self.words.name("role", &one.role);
                match one.account_count.told() {
                    Some(count) => format!("{role} {}", self.numbers.count(count)),
                    None => role.to_owned(),
                }
            })
            .collect();
        vec![
            Cell::Hour(alert.started_at.clone()),
            Cell::Hour(alert.ended_at.clone()),
            self.named("alert_kind", &alert.kind),
            self.named("alert_state", &alert.state),
            cause,
            Cell::Hour(alert.peak_at.clone()),
            Cell::Count(alert.peak_count),
            Cell::Count(alert.post_count),
            Cell::Real(alert.expected_count, 1),
            Cell::Share(alert.negative_share),
            Cell::counted(alert.author_count),
            Cell::of(alert.flared_at.clone(), Cell::Hour),
            Cell::of(alert.score, |score| Cell::Real(score, 0)),
            alert.reach.map_or(Cell::Hidden, Cell::Count),
            Cell::Share(alert.copy_share),
            Cell::Text(spreaders.join(self.comma())),
            Cell::Text(alert.words.join(self.comma())),
        ]
    }
}
