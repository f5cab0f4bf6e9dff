//! The first screen: how the shop is doing, what changed, whom to contact, what is said.

use serde::Serialize;

use crate::report::against::Against;
use crate::report::charts;
use crate::report::figures::{Counted, Kpi, KpiKind, SegmentFigure, SmallSegment, Urgency};
use crate::report::findings::{
    Finding, Section, contact_doubt, headline_beside_notice, live_alerts, order_notice,
    pressing_segments,
};
use crate::report::tables::Context;
use crate::report::telling;

/// Findings on the first screen.
const HEADLINE_COUNT: usize = 4;
/// Segments, aspects and words on the first screen.
const SEGMENT_COUNT: usize = 4;
const ASPECT_COUNT: usize = 3;
const WORD_COUNT: usize = 4;

/// The first screen.
#[derive(Serialize)]
pub(super) struct Overview {
    /// That orders of the period, or those of one shop system, are missing.
    orders: Option<String>,
    alert: Option<Banner>,
    against: String,
    /// How many goals are met, when there are any.
    goals: Option<String>,
    /// Sales of the fiscal year so far.
    fiscal: Option<String>,
    rising: String,
    tiles: Vec<Tile>,
    changed: Vec<FindingView>,
    changed_absent: &'static str,
    contacts: Vec<Contact>,
    contact_absent: Option<&'static str>,
    /// That some of them may have bought since.
    contact_doubt: Option<String>,
    voice: Option<Voice>,
}

#[derive(Serialize)]
struct Banner {
    state: String,
    text: String,
    words: Option<String>,
    is_calming: bool,
}

#[derive(Serialize)]
struct Tile {
    name: String,
    value: String,
    /// `up`, `down`, `flat`, or empty when there is nothing to compare with.
    arrow: &'static str,
    change: String,
    tone: &'static str,
    goal: Option<Goal>,
    /// What the number tells of.
    note: Option<String>,
    sparkline: String,
}

/// A goal under a number.
#[derive(Serialize)]
struct Goal {
    /// `met`, `missed` or `unknown`.
    state: &'static str,
    text: String,
}

/// A finding as the template shows it.
#[derive(Serialize)]
pub(in crate::report) struct FindingView {
    pub(super) severity: &'static str,
    pub(super) severity_name: &'static str,
    pub(super) text: String,
    pub(super) anchor: &'static str,
}

/// Whom to contact: a segment, how many persons, and what to do.
#[derive(Serialize)]
pub(in crate::report) struct Contact {
    pub(in crate::report) name: String,
    pub(in crate::report) urgency: &'static str,
    urgency_key: &'static str,
    pub(in crate::report) people: String,
    pub(in crate::report) value: String,
    pub(in crate::report) reachable: String,
    pub(in crate::report) action: String,
}

#[derive(Serialize)]
struct Voice {
    positive: VoiceShare,
    neutral: VoiceShare,
    negative: VoiceShare,
    aspects: Vec<Topic>,
    words: Vec<Topic>,
}

#[derive(Serialize)]
struct VoiceShare {
    /// Width in per cent, for the style.
    width: String,
    share: String,
}

#[derive(Serialize)]
struct Topic {
    name: String,
    praise: String,
    complaint: String,
    tone: &'static str,
}

pub(super) fn overview(context: &Context<'_>, found: &[Finding]) -> Overview {
    let figures = context.figures;
    let against = context.against();
    let contacts = contacts(context);
    let contact_absent = match (contacts.is_empty(), figures.segments.is_empty()) {
        (true, true) => Some("overview.contact_missing"),
        (true, false) => Some("overview.contact_empty"),
        _ => None,
    };
    let orders = order_notice(found).map(|finding| finding.text.clone());
    Overview {
        orders,
        alert: banner(context, found),
        against: context
            .words
            .fill("kpi.against", &[("span", &against.span)]),
        goals: telling::goals(context),
        fiscal: telling::fiscal_year(context),
        rising: match against.is_named {
            true => context
                .words
                .fill("overview.rising_since", &[("before", &against.before)]),
            false => context.words.get("overview.rising").to_owned(),
        },
        tiles: figures
            .kpis
            .iter()
            .filter(|kpi| kpi.kind != KpiKind::WithinTarget || kpi.target.is_some())
            .map(|kpi| tile(context, kpi, &against))
            .collect(),
        changed: headline_beside_notice(found, HEADLINE_COUNT)
            .iter()
            .map(|finding| finding_view(context, finding))
            .collect(),
        changed_absent: changed_absent(context),
        contacts,
        contact_absent: contact_absent.map(|key| context.words.get(key)),
        contact_doubt: contact_doubt(found).map(str::to_owned),
        voice: voice(context),
    }
}

/// Says why no change is told: orders are missing, there is nothing to compare with, or nothing moved much.
pub(in crate::report) fn changed_absent(context: &Context<'_>) -> &'static str {
    let is_first = context
        .figures
        .kpis
        .iter()
        .all(|kpi| kpi.previous.is_none());
    if context.figures.missing_orders().is_some() {
        context.words.get("overview.changed_unknown")
    } else if is_first {
        context.words.get("missing.previous")
    } else {
        context.words.get("overview.changed_empty")
    }
}

pub(super) fn finding_view(context: &Context<'_>, finding: &Finding) -> FindingView {
    FindingView {
        severity: finding.severity.key(),
        severity_name: context.words.name("severity", finding.severity.key()),
        text: finding.text.clone(),
        anchor: finding.section.anchor(),
    }
}

/// The gravest live alert: a burning one before one that builds up before one that cools down.
fn banner(context: &Context<'_>, found: &[Finding]) -> Option<Banner> {
    let rank = |state: &str| {
        ["burning", "building", "cooling"]
            .iter()
            .position(|known| *known == state)
    };
    let alert = live_alerts(&context.figures.alerts).min_by_key(|alert| rank(&alert.state))?;
    let key = format!("alert_{}", alert.state);
    let about = |finding: &&Finding| finding.section == Section::Alerts;
    let mut after = found
        .iter()
        .filter(about)
        .skip_while(|finding| finding.key != key);
    let text = after.next()?.text.clone();
    let words = after
        .next()
        .filter(|finding| finding.key == "alert_words")
        .map(|finding| finding.text.clone());
    let state = context.words.name("alert_state", &alert.state).to_owned();
    Some(Banner {
        state,
        text,
        words,
        is_calming: alert.state == "cooling",
    })
}

fn tile(context: &Context<'_>, kpi: &Kpi, against: &Against) -> Tile {
    let words = context.words;
    let (arrow, tone, change) = match telling::change(context, kpi) {
        None => {
            let text = telling::until(context, kpi).unwrap_or_else(|| {
                telling::no_previous(words, telling::before(kpi, against), against)
            });
            ("", "flat", text)
        }
        Some((step, _)) if step.abs() < telling::UNSEEN => {
            let text = telling::same(words, telling::before(kpi, against), against);
            ("flat", "flat", text)
        }
        Some((step, text)) => {
            let is_rise = step > 0.0;
            let tone = match kpi.is_rise_good {
                None => "flat",
                // That fewer speak is no good news, whatever they say.
                Some(_) if kpi.kind == KpiKind::Posts && !is_rise => "flat",
                Some(is_good) if is_good == is_rise => "good",
                Some(_) => "bad",
            };
            let change = telling::step(words, kpi, step, &text);
            let before = telling::before(kpi, against);
            let change = match against.is_named {
                true => words.fill(
                    "kpi.with_before",
                    &[("change", &change), ("before", before)],
                ),
                false => change,
            };
            (if is_rise { "up" } else { "down" }, tone, change)
        }
    };
    let goal = telling::goal(context, kpi).map(|text| Goal {
        state: match kpi.is_met {
            Some(true) => "met",
            Some(false) => "missed",
            None => "unknown",
        },
        text,
    });
    Tile {
        name: words.name("kpi", kpi.kind.key()).to_owned(),
        goal,
        note: telling::answers(context, kpi)
            .or_else(|| telling::measure(context, kpi).map(str::to_owned)),
        value: telling::kpi_value(context, kpi),
        arrow,
        change,
        tone,
        sparkline: charts::sparkline(&kpi.history),
    }
}

/// Returns whom to contact, the most pressing first; segments too small to be counted come by name alone.
pub(in crate::report) fn contacts(context: &Context<'_>) -> Vec<Contact> {
    let figures = context.figures;
    let large = pressing_segments(&figures.segments).map(|segment| contact(context, segment));
    let small = figures
        .small_segments
        .iter()
        .filter(|segment| matches!(segment.urgency, Urgency::Now | Urgency::Week))
        .map(|segment| small_contact(context, segment));
    let mut contacts: Vec<Contact> = large.chain(small).collect();
    contacts.sort_by_key(|contact| contact.urgency_key != "now");
    contacts.truncate(SEGMENT_COUNT);
    contacts
}

fn small_contact(context: &Context<'_>, segment: &SmallSegment) -> Contact {
    let urgency_key = if segment.urgency == Urgency::Now {
        "now"
    } else {
        "week"
    };
    Contact {
        name: segment.name.clone(),
        urgency: context.words.name("urgency", urgency_key),
        urgency_key,
        people: context.words.get("page.hidden_people").to_owned(),
        value: String::new(),
        reachable: String::new(),
        action: segment.action.clone(),
    }
}

fn contact(context: &Context<'_>, segment: &SegmentFigure) -> Contact {
    let (words, numbers) = (context.words, context.numbers);
    let urgency_key = if segment.urgency == Urgency::Now {
        "now"
    } else {
        "week"
    };
    let value = match segment.ltv_minor {
        Some(ltv) => words.fill(
            "overview.at_stake",
            &[("value", &numbers.money_short(ltv as f64))],
        ),
        None => words.fill(
            "overview.spent",
            &[("value", &numbers.money_short(segment.spend_minor as f64))],
        ),
    };
    Contact {
        name: segment.name.clone(),
        urgency: words.name("urgency", urgency_key),
        urgency_key,
        people: words.fill(
            "overview.people",
            &[("count", &numbers.count(segment.person_count))],
        ),
        value,
        reachable: match segment.reachable_count {
            Counted::Told(count) => {
                words.fill("overview.reachable", &[("count", &numbers.count(count))])
            }
            Counted::Few => {
                let group = numbers.count(u64::from(context.figures.min_group_size));
                words.fill("overview.reachable_few", &[("count", &group)])
            }
            Counted::Withheld => String::new(),
        },
        action: segment.action.clone(),
    }
}

fn voice(context: &Context<'_>) -> Option<Voice> {
    let figures = context.figures;
    let period = figures.period.from.as_str()..=figures.period.to.as_str();
    let days = figures
        .voice
        .days
        .iter()
        .filter(|day| period.contains(&day.date.as_str()));
    let (positive, neutral, negative) = days.fold((0u64, 0u64, 0u64), |sum, day| {
        (
            sum.0 + day.positive_count,
            sum.1 + day.neutral_count,
            sum.2 + day.negative_count,
        )
    });
    let all = positive + neutral + negative;
    if all == 0 {
        return None;
    }
    let part = |count: u64| {
        let share = count as f64 / all as f64;
        VoiceShare {
            width: format!("{:.2}", share * 100.0),
            share: context.numbers.share(share),
        }
    };
    Some(Voice {
        positive: part(positive),
        neutral: part(neutral),
        negative: part(negative),
        aspects: top_aspects(context),
        words: top_words(context),
    })
}

fn top_aspects(context: &Context<'_>) -> Vec<Topic> {
    let (words, numbers) = (context.words, context.numbers);
    let mut aspects: Vec<_> = context.figures.voice.aspects.iter().collect();
    aspects.sort_by_key(|aspect| std::cmp::Reverse(aspect.positive_count + aspect.negative_count));
    let topics = aspects.into_iter().take(ASPECT_COUNT).map(|aspect| Topic {
        name: words.name("aspect", &aspect.aspect).to_owned(),
        praise: words.fill(
            "overview.praised",
            &[("count", &numbers.count(aspect.positive_count))],
        ),
        complaint: words.fill(
            "overview.complained",
            &[("count", &numbers.count(aspect.negative_count))],
        ),
        tone: "flat",
    });
    topics.collect()
}

fn top_words(context: &Context<'_>) -> Vec<Topic> {
    let (words, numbers) = (context.words, context.numbers);
    let rising = context
        .figures
        .voice
        .rising_words
        .iter()
        .filter(|word| word.z_score > 0.0);
    let topics = rising.take(WORD_COUNT).map(|word| {
        let (previous, count) = (
            numbers.count(word.previous_post_count),
            numbers.count(word.post_count),
        );
        Topic {
            name: word.word.clone(),
            praise: words.fill(
                "overview.word_rise",
                &[("previous", &previous), ("count", &count)],
            ),
            complaint: String::new(),
            tone: match word.sentiment_mean {
                Some(mean) if mean <= -0.15 => "bad",
                Some(mean) if mean >= 0.15 => "good",
                _ => "flat",
            },
        }
    });
    topics.collect()
}
