//! Findings on what is said and on sudden rises.

use super::{Section, Severity, Teller, growth};
use crate::report::figures::{AlertFigure, AspectFigure, KpiKind, TopicFigure};
use crate::report::words::Lang;

/// Growth of the number of posts below this share is not told.
const QUIET_GROWTH: f64 = 0.05;
/// Changes of the negative share below this are not told.
const QUIET_POINTS: f64 = 0.01;
/// Complaints must change by this many posts and this share to be told.
const ASPECT_STEP: u64 = 3;
const ASPECT_GROWTH: f64 = 0.25;
/// Words named in a sentence.
const WORD_COUNT: usize = 3;
/// Mean sentiment below which most posts with a word are negative.
const NEGATIVE_WORD: f64 = -0.25;
/// Share of negative posts from which on a topic is told as one of complaints.
const NEGATIVE_TOPIC: f64 = 0.4;

impl Teller<'_> {
    pub(super) fn tell_voice(&mut self) {
        self.tell_volume();
        self.tell_points(
            Section::Voice,
            KpiKind::NegativeShare,
            QUIET_POINTS,
            ["negative_up", "negative_down"],
        );
        self.tell_aspects();
        self.tell_words();
        self.tell_topics();
        self.tell_journey();
        self.tell_saying();
        self.tell_share();
    }

    fn tell_volume(&mut self) {
        let Some((kpi, posts)) = self.kpi(KpiKind::Posts).filter(|(_, posts)| *posts > 0.0) else {
            return;
        };
        let value = self.numbers.decimal(posts, 0);
        match growth(posts, kpi.previous).filter(|growth| growth.abs() >= QUIET_GROWTH) {
            Some(growth) => {
                let key = if growth > 0.0 {
                    "posts_up"
                } else {
                    "posts_down"
                };
                let change = self.numbers.share(growth.abs());
                // More voices are neither good nor bad in themselves.
                let values = [("value", value.as_str()), ("change", change.as_str())];
                self.say_change(Section::Voice, Severity::Neutral, key, &values);
            }
            None => self.say(
                Section::Voice,
                Severity::Neutral,
                "posts_only",
                &[("value", &value)],
            ),
        }
    }

    fn tell_aspects(&mut self) {
        let aspects = &self.figures.voice.aspects;
        let step = |aspect: &AspectFigure| {
            aspect
                .negative_count
                .abs_diff(aspect.previous_negative_count)
        };
        let is_notable = |aspect: &&AspectFigure| {
            step(aspect) >= ASPECT_STEP
                && step(aspect) as f64 >= ASPECT_GROWTH * aspect.previous_negative_count as f64
        };
        let is_worse =
            |aspect: &AspectFigure| aspect.negative_count > aspect.previous_negative_count;
        let worse = aspects
            .iter()
            .filter(is_notable)
            .filter(|a| is_worse(a))
            .rev()
            .max_by_key(|a| step(a));
        let better = aspects
            .iter()
            .filter(is_notable)
            .filter(|a| !is_worse(a))
            .rev()
            .max_by_key(|a| step(a));
        let told = [
            (worse, "aspect_worse", Severity::Watch),
            (better, "aspect_better", Severity::Good),
        ];
        for (aspect, key, severity) in told {
            let Some(aspect) = aspect else { continue };
            let name = self.words.name("aspect", &aspect.aspect);
            let previous = self.numbers.count(aspect.previous_negative_count);
            let count = self.numbers.count(aspect.negative_count);
            let values = [
                ("aspect", name),
                ("previous", previous.as_str()),
                ("count", count.as_str()),
            ];
            self.say_change(Section::Voice, severity, key, &values);
        }
        let praised = aspects
            .iter()
            .filter(|a| a.positive_count > 0)
            .rev()
            .max_by_key(|a| a.positive_count);
        if let Some(praised) = praised {
            let name = self.words.name("aspect", &praised.aspect);
            let count = self.numbers.count(praised.positive_count);
            self.say(
                Section::Voice,
                Severity::Good,
                "aspect_praised",
                &[("aspect", name), ("count", &count)],
            );
        }
    }

    fn tell_words(&mut self) {
        let voice = &self.figures.voice;
        let rising: Vec<_> = voice
            .rising_words
            .iter()
            .filter(|word| word.z_score > 0.0)
            .collect();
        if rising.is_empty() {
            return;
        }
        let words = self.lang.quoted(
            rising
                .iter()
                .take(WORD_COUNT)
                .map(|word| word.word.as_str()),
        );
        self.say_change(
            Section::Voice,
            Severity::Neutral,
            "words_rising",
            &[("words", &words)],
        );
        let angry = rising.iter().find(|w| {
            w.sentiment_mean.is_some_and(|mean| mean < NEGATIVE_WORD)
                && w.post_count > w.previous_post_count
        });
        if let Some(word) = angry {
            let previous = self.numbers.count(word.previous_post_count);
            let count = self.numbers.count(word.post_count);
            let values = [
                ("word", word.word.as_str()),
                ("previous", &previous),
                ("count", &count),
            ];
            self.say(Section::Voice, Severity::Watch, "word_negative", &values);
        }
    }

    /// Tells of the topic with most complaints where they are many, else of the largest.
    fn tell_topics(&mut self) {
        let figures = self.figures;
        let topics = || figures.voice.topics.iter().rev();
        let worst = topics().max_by_key(|topic| topic.negative_count);
        let negative =
            |topic: &TopicFigure| topic.negative_count as f64 / topic.post_count.max(1) as f64;
        let (topic, key, severity) = match worst.filter(|topic| negative(topic) >= NEGATIVE_TOPIC) {
            Some(topic) => (topic, "topic_negative", Severity::Watch),
            None => match topics().max_by_key(|topic| topic.post_count) {
                Some(topic) => (topic, "topic_largest", Severity::Neutral),
                None => return,
            },
        };
        let count = self.numbers.count(topic.post_count);
        let share = self.numbers.share(negative(topic));
        let values = [
            ("topic", topic.label.as_str()),
            ("count", count.as_str()),
            ("share", share.as_str()),
        ];
        self.say(Section::Voice, severity, key, &values);
    }

    /// Tells of complaints or recommendations that rose much against the period before.
    fn tell_journey(&mut self) {
        let figures = self.figures;
        let told = [
            ("complain", "journey_complain", Severity::Watch),
            ("recommend", "journey_recommend", Severity::Good),
        ];
        for (stage, key, severity) in told {
            let Some(one) = figures.voice.journey.iter().find(|one| one.stage == stage) else {
                continue;
            };
            let (now, before) = (one.post_count, one.previous_post_count);
            let rise = now.saturating_sub(before);
            if rise < ASPECT_STEP || (rise as f64) < ASPECT_GROWTH * before as f64 {
                continue;
            }
            let (now, before) = (self.numbers.count(now), self.numbers.count(before));
            let values = [("count", now.as_str()), ("previous", before.as_str())];
            self.say_change(Section::Voice, severity, key, &values);
        }
    }

    /// Tells what most said in the same words.
    fn tell_saying(&mut self) {
        let Some(saying) = self.figures.voice.sayings.first() else {
            return;
        };
        let count = self.numbers.count(saying.author_count);
        let values = [("saying", saying.text.as_str()), ("count", count.as_str())];
        self.say(Section::Voice, Severity::Neutral, "saying", &values);
    }

    /// Tells of the brand's share of voice, where there are competitors.
    fn tell_share(&mut self) {
        let shares = &self.figures.voice.shares;
        let brand = shares.iter().find(|one| one.kind == "brand");
        let has_rivals = shares.iter().any(|one| one.kind == "competitor");
        let Some((brand, share)) = brand
            .filter(|_| has_rivals)
            .and_then(|one| Some((one, one.share?)))
        else {
            return;
        };
        let rise = brand.previous_share.map_or(0.0, |before| share - before);
        let (key, severity) = match rise {
            rise if rise >= QUIET_POINTS => ("share_up", Severity::Good),
            rise if rise <= -QUIET_POINTS => ("share_down", Severity::Watch),
            _ => ("share_same", Severity::Neutral),
        };
        let (value, change) = (self.numbers.share(share), self.numbers.points(rise));
        let values = [
            ("brand", brand.name.as_str()),
            ("value", value.as_str()),
            ("change", change.as_str()),
        ];
        self.say(Section::Voice, severity, key, &values);
    }

    pub(super) fn tell_alerts(&mut self) {
        let figures = self.figures;
        let is_heard = figures
            .voice
            .days
            .iter()
            .any(|d| d.positive_count + d.neutral_count + d.negative_count > 0)
            || !figures.voice.hours.is_empty();
        if figures.alerts.is_empty() {
            let key = if is_heard {
                "alert_none"
            } else {
                "alert_unheard"
            };
            let severity = if is_heard {
                Severity::Good
            } else {
                Severity::Neutral
            };
            self.say(Section::Alerts, severity, key, &[]);
            return;
        }
        let live: Vec<&AlertFigure> = live_alerts(&figures.alerts).collect();
        for alert in &live {
            self.tell_alert(alert);
        }
        if let (true, Some(latest)) = (live.is_empty(), figures.alerts.first()) {
            let peak = self.numbers.count(latest.peak_count);
            self.say(
                Section::Alerts,
                Severity::Neutral,
                "alert_over",
                &[("peak", &peak)],
            );
            self.tell_alert_words(latest);
            self.tell_cause(latest);
        }
    }

    fn tell_alert(&mut self, alert: &AlertFigure) {
        let (key, severity) = match alert.state.as_str() {
            "burning" => ("alert_burning", Severity::Urgent),
            "cooling" => ("alert_cooling", Severity::Watch),
            _ => ("alert_building", Severity::Urgent),
        };
        let start = self.numbers.hour(&alert.started_at);
        let count = self.numbers.count(alert.post_count);
        let expected = self.numbers.decimal(alert.expected_count, 0);
        let negative = self.numbers.share(alert.negative_share);
        let values = [
            ("start", start.as_str()),
            ("count", count.as_str()),
            ("expected", expected.as_str()),
            ("negative", negative.as_str()),
        ];
        self.say(Section::Alerts, severity, key, &values);
        self.tell_alert_words(alert);
        self.tell_cause(alert);
    }

    /// Tells why people are upset and by whom it was spread, as far as that is known.
    fn tell_cause(&mut self, alert: &AlertFigure) {
        let cause = self.words.find(&format!("alert_cause.{}", alert.cause));
        if let Some(cause) = cause {
            let values = [("cause", cause)];
            self.say(Section::Alerts, Severity::Watch, "alert_cause", &values);
        }
        let roles: Vec<&str> = alert
            .spreaders
            .iter()
            .take(WORD_COUNT)
            .map(|one| self.words.name("role", &one.role))
            .collect();
        if roles.is_empty() {
            return;
        }
        let roles = roles.join(match self.lang {
            Lang::Ja => "、",
            Lang::En => ", ",
        });
        let reach = alert.reach.map(|reach| self.numbers.count(reach));
        let key = match reach {
            Some(_) => "alert_spread",
            None => "alert_spread_few",
        };
        let copies = self.numbers.share(alert.copy_share);
        let values = [
            ("roles", roles.as_str()),
            ("reach", reach.as_deref().unwrap_or_default()),
            ("copies", copies.as_str()),
        ];
        self.say(Section::Alerts, Severity::Neutral, key, &values);
    }

    fn tell_alert_words(&mut self, alert: &AlertFigure) {
        if alert.words.is_empty() {
            return;
        }
        let words = self
            .lang
            .quoted(alert.words.iter().take(WORD_COUNT).map(String::as_str));
        self.say(
            Section::Alerts,
            Severity::Neutral,
            "alert_words",
            &[("words", &words)],
        );
    }
}

/// The alerts that are not over, in their order.
pub(in crate::report) fn live_alerts(alerts: &[AlertFigure]) -> impl Iterator<Item = &AlertFigure> {
    alerts
        .iter()
        .filter(|alert| matches!(alert.state.as_str(), "building" | "burning" | "cooling"))
}
