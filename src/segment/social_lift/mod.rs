//! Social lift: does what linked persons say tell more of their purchases than their purchases do?
//!
//! The log is cut. What was said before the cut ([`signals`]) and what was bought before it ([`buyers`]) make the models, one
//! without and one with the signals; what was bought after it tests them ([`holdout`]). A signal that was seen after a
//! purchase it is to foretell would foretell it well, and be worth nothing.
//!
//! Persons who are not linked, for want of an account or of consent, are a class of their own in both models: linked persons
//! may well buy more, but that is not what they say. So the signals are measured against each other among the linked persons.

mod buyers;
mod holdout;
mod rows;
mod signals;
#[cfg(test)]
mod tests;

use polars::prelude::*;

use super::Input;
use super::purchases::Ledger;
use crate::as_of::AsOf;
use crate::config::SegmentConfig;
use crate::error::{Error, Result};
use crate::math::purchases::covariates::{Chance, Comparison, Leaving, compare};
use crate::math::purchases::{BgNbd, MbgNbd, PurchaseModel, PurchaseSummary};
use buyers::{Buyers, Cut};
use holdout::Holdout;
use rows::Row;

/// Level of both tests.
const LEVEL: f64 = 0.05;
/// Permutations, and where they start.
const CHANCE: Chance = Chance {
    permutations: 999,
    seed: 0x50C1,
};

/// Returns the table `social_lift`; empty when it is switched off.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub(super) fn lift(
    input: &Input,
    ledger: &Ledger,
    config: &SegmentConfig,
    as_of: &AsOf,
) -> Result<DataFrame> {
    let rows = match config.social_lift.enabled {
        true => measured(input, ledger, config, as_of)?,
        false => Vec::new(),
    };
    rows::frame(&rows).map_err(Error::frame("write down the social lift"))
}

fn measured(
    input: &Input,
    ledger: &Ledger,
    config: &SegmentConfig,
    as_of: &AsOf,
) -> Result<Vec<Row>> {
    let settings = &config.social_lift;
    let build = Error::frame("measure the social lift");
    let Some(cut) = Cut::of(ledger.log_start(), settings.holdout_share, as_of)? else {
        return Ok(vec![Row::told("too_short")]);
    };
    let signals = signals::measure(input, config, &cut.as_of)
        .and_then(LazyFrame::collect)
        .map_err(&build)?;
    let needed = settings.min_linked_repeaters as usize;
    // A large log need not be held to tell that too few are linked.
    let is_of_linked = signals.height() < needed;
    let buyers = Buyers::read(ledger, &signals, is_of_linked, &cut, as_of);
    let buyers = buyers.map_err(&build)?;
    let linked = Row {
        cut_on: Some(cut.day),
        holdout_weeks: Some(i64::from(cut.holdout_weeks)),
        linked_count: Some(buyers.linked_count() as i64),
        linked_repeater_count: Some(buyers.linked_repeater_count() as i64),
        ..Row::default()
    };
    if buyers.linked_repeater_count() < needed {
        return Ok(vec![Row {
            verdict: Some("too_few"),
            ..linked.of_all()
        }]);
    }
    let all = Row {
        customer_count: Some(buyers.before.len() as i64),
        left_out_count: Some(buyers.left_out as i64),
        ..linked.of_all()
    };
    let classes = [buyers.class()];
    let compared = likelier(&buyers.before).and_then(|leaving| {
        compare(&buyers.before, &classes, &buyers.signals, leaving, CHANCE).ok()
    });
    let Some(compared) = compared else {
        return Ok(vec![Row {
            verdict: Some("not_converged"),
            ..all
        }]);
    };
    let weeks = f64::from(cut.holdout_weeks);
    let holdout = Holdout::of(&buyers, &compared, weeks);
    let first = Row {
        verdict: Some(verdict(&compared, &holdout)),
        ..rows::total(all, &compared, &holdout)
    };
    Ok(std::iter::once(first)
        .chain(rows::effects(&compared))
        .chain(rows::dropped(&compared))
        .collect())
}

/// Returns when persons leave by the likelier model; `None` where neither can be fitted.
fn likelier(customers: &[PurchaseSummary]) -> Option<Leaving> {
    let bg = BgNbd::fit(customers).map(|fit| fit.log_likelihood).ok();
    let mbg = MbgNbd::fit(customers).map(|fit| fit.log_likelihood).ok();
    match (bg, mbg) {
        (None, None) => None,
        (Some(bg), Some(mbg)) if mbg > bg => Some(Leaving::AtOnce),
        (None, Some(_)) => Some(Leaving::AtOnce),
        (Some(_), _) => Some(Leaving::AfterRepeat),
    }
}

fn verdict(compared: &Comparison, holdout: &Holdout) -> &'static str {
    if !compared.is_significant(LEVEL) {
        return "no_gain";
    }
    match holdout.score_change {
        Some(change) if change.low > 0.0 => "gain",
        _ => "unconfirmed",
    }
}
