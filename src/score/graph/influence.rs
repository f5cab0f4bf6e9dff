//! Measured influence: what others post after exposure, against the same hours without it.
//!
//! The store holds who responded, not who read. An *exposure* of account B to account A is therefore a response of B to A
//! (reply, quote, repost, mention) at the instant `t`: then, if ever, B had A's words before the eyes. For each exposure are
//! counted
//!
//! - `y`: opinions of B about the brand in the window `(t, t + 48 h]`,
//! - `x`: the same in its control windows, `(t + 7 d k, t + 7 d k + 48 h]` for `k` of -4..-1 and 1..4: the same days of the week
//!   at the same hours. `c` of the eight are of use: those that lie within the time observed and touch no window of another
//!   exposure of B to A.
//!
//! The influence of A is `sum(y - x / c) / n` over the `n` exposures that have a control window: excess opinions per exposure
//! ([`matched_excess`] has interval and p-value).
//!
//! Left out are the response itself and every other response of B to A (an opinion at the very instant of one): they make the
//! exposure and do not follow from it. A response within the window of an earlier one opens no window of its own. Copies and
//! reposts are no opinions. Bots and the shop's own accounts and staff are no audience.
//!
//! What it cannot tell: B may respond and post for a common reason, a campaign or a flare-up that both took part in, which looks
//! like influence. And of a hundred accounts without any, five have a p-value below .05.

use std::ops::Range;

use super::responses::by_responder;
use super::voices::Voices;
use super::{Account, Edge, Settings};
use crate::math::matched::{MatchedWindow, matched_excess};

const HOUR: i64 = 3_600_000_000;
/// Length of a window.
const WINDOW: i64 = 48 * HOUR;
const WEEK: i64 = 7 * 24 * HOUR;
/// Weeks between a window and its controls.
const CONTROL_WEEKS: [i64; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];

/// What others post after exposure to an account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Influence {
    /// Exposures with a control window.
    pub exposure_count: u32,
    /// Distinct accounts exposed.
    pub responder_count: u32,
    /// Opinions in the 48 hours after an exposure above those in the same hours of other weeks.
    pub excess_per_exposure: f64,
    /// Lower limit of the excess.
    pub low: f64,
    /// Upper limit of the excess.
    pub high: f64,
    /// Two-sided p-value of "no influence".
    pub p_value: f64,
}

/// Measures the influence of the account that received these responses, sorted by responder and instant.
pub(super) fn measure(
    accounts: &[Account],
    received: &[Edge],
    voices: &Voices<'_>,
    observed: &Range<i64>,
    settings: &Settings,
) -> Option<Influence> {
    // Every window takes a response: too few of these, and there is nothing to look for.
    if received.len() < settings.least_exposures.max(1) as usize {
        return None;
    }
    let mut windows = Vec::new();
    let mut responder_count = 0_u32;
    for responses in by_responder(received) {
        let Some(responder) = responses.first().map(|response| response.from) else {
            continue;
        };
        let account = accounts[responder as usize];
        if account.is_official || account.is_staff || account.is_bot {
            continue;
        }
        let before = windows.len();
        let opinions = voices.opinions(responder as usize);
        add_windows(&mut windows, responses, opinions, observed);
        responder_count += u32::from(windows.len() > before);
    }
    let exposure_count = u32::try_from(windows.len()).unwrap_or(u32::MAX);
    if exposure_count < settings.least_exposures || responder_count < settings.least_responders {
        return None;
    }
    let found = matched_excess(&windows, settings.confidence).ok()?;
    Some(Influence {
        exposure_count,
        responder_count,
        excess_per_exposure: found.interval.estimate,
        low: found.interval.low,
        high: found.interval.high,
        p_value: found.p_value,
    })
}

/// Adds the windows of one responder, whose responses and opinions are in order.
fn add_windows(
    windows: &mut Vec<MatchedWindow>,
    responses: &[Edge],
    opinions: &[i64],
    observed: &Range<i64>,
) {
    let is_observed = |from: i64, until: i64| from >= observed.start && until <= observed.end;
    let mut closed_at = i64::MIN;
    for (place, response) in responses.iter().enumerate() {
        let from = response.at;
        if from < closed_at {
            continue;
        }
        let until = from.saturating_add(WINDOW);
        closed_at = until;
        if !is_observed(from, until) {
            continue;
        }
        let (mut control_count, mut control_windows) = (0, 0);
        for week in CONTROL_WEEKS {
            let from = from.saturating_add(week * WEEK);
            let until = from.saturating_add(WINDOW);
            if is_observed(from, until) && !is_exposed(responses, from) {
                control_windows += 1;
                control_count += within(opinions, from, until);
            }
        }
        if control_windows == 0 {
            continue;
        }
        let later = &responses[place + 1..];
        let count = within(opinions, from, until) - answers(later, opinions, from, until);
        windows.push(MatchedWindow {
            group: response.from,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            control_count: u32::try_from(control_count).unwrap_or(u32::MAX),
            control_windows,
        });
    }
}

/// Returns how many of the instants lie in `(from, until]`.
fn within(instants: &[i64], from: i64, until: i64) -> usize {
    let end = instants.partition_point(|&at| at <= until);
    let start = instants[..end].partition_point(|&at| at <= from);
    end - start
}

/// Returns whether the window that begins at `from` touches the window of a response.
fn is_exposed(responses: &[Edge], from: i64) -> bool {
    let after = responses.partition_point(|response| response.at <= from.saturating_sub(WINDOW));
    responses
        .get(after)
        .is_some_and(|response| response.at < from.saturating_add(WINDOW))
}

/// Returns how many opinions in `(from, until]` were made at the instant of a response.
fn answers(later: &[Edge], opinions: &[i64], from: i64, until: i64) -> usize {
    later
        .chunk_by(|left, right| left.at == right.at)
        .filter_map(|same| same.first().map(|response| response.at))
        .take_while(|&at| at <= until)
        .filter(|&at| at > from)
        .map(|at| within(opinions, at.saturating_sub(1), at))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::EdgeKind;
    use super::*;

    const DAY: i64 = 24 * HOUR;

    fn response(at: i64) -> Edge {
        Edge {
            from: 1,
            to: 0,
            at,
            kind: EdgeKind::Reply,
        }
    }

    fn windows(responses: &[i64], opinions: &[i64], days: i64) -> Vec<MatchedWindow> {
        let responses: Vec<Edge> = responses.iter().map(|&at| response(at)).collect();
        let mut windows = Vec::new();
        add_windows(&mut windows, &responses, opinions, &(0..days * DAY));
        windows
    }

    #[test]
    fn a_window_is_compared_with_the_same_hours_of_other_weeks() {
        let at = 30 * DAY;
        // The response itself, two posts after it, one too late; one each in two control windows, one beside them.
        let opinions = [
            at - 7 * DAY + HOUR,
            at - 3 * DAY,
            at,
            at + HOUR,
            at + 48 * HOUR,
            at + 48 * HOUR + 1,
            at + 14 * DAY + 2 * HOUR,
        ];
        let found = windows(&[at], &opinions, 90);
        assert_eq!(
            found,
            [MatchedWindow {
                group: 1,
                count: 2,
                control_count: 2,
                control_windows: 8
            }]
        );
    }

    #[test]
    fn control_windows_outside_the_time_observed_do_not_count() {
        let found = windows(&[8 * DAY], &[], 17);
        // One week before and one after: days 1 to 3, and 15 to 17.
        assert_eq!(found[0].control_windows, 2);
        assert!(windows(&[3 * DAY], &[], 6).is_empty());
        assert!(windows(&[5 * DAY], &[], 6).is_empty(), "not yet over");
    }

    #[test]
    fn a_control_window_knows_no_exposure() {
        // The second exposure, a week later, takes one control window from each.
        let found = windows(&[30 * DAY, 37 * DAY], &[], 90);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|window| window.control_windows == 7));
        // A day more: the windows still touch.
        let found = windows(&[30 * DAY, 38 * DAY], &[], 90);
        assert!(found.iter().all(|window| window.control_windows == 7));
        let found = windows(&[30 * DAY, 39 * DAY], &[], 90);
        assert!(found.iter().all(|window| window.control_windows == 8));
    }

    #[test]
    fn a_dialogue_is_one_exposure_and_its_answers_are_no_effect() {
        let at = 30 * DAY;
        let responses = [at, at + HOUR, at + HOUR, at + 2 * HOUR];
        let opinions = [at, at + HOUR, at + HOUR, at + 2 * HOUR, at + 3 * HOUR];
        let found = windows(&responses, &opinions, 90);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].count, 1);
    }

    #[test]
    fn instants_at_the_end_of_time_are_no_trouble() {
        let responses = [i64::MIN, i64::MIN + 1, i64::MAX].map(response);
        let mut found = Vec::new();
        add_windows(
            &mut found,
            &responses,
            &[i64::MIN, i64::MAX],
            &(i64::MIN..i64::MAX),
        );
        assert!(found.iter().all(|window| window.control_windows <= 8));
    }
}
