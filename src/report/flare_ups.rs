//! Flare-ups: what sounds like praise in one is often irony, and is neither counted nor quoted as praise.

use polars::prelude::*;

use super::gather::columns::{integers, texts};
use crate::schema::{ColumnKind, alerts, post_scores};

/// Whether a post lies in a flare-up of its brand: from the first unusual hour to the end of the last one, and to the as-of moment while
/// the flare-up is not over. Those that were over `since` (microseconds since 1970-01-01 UTC) are not looked at.
pub(super) fn is_in_flare_up(alerts: &LazyFrame, since: i64) -> PolarsResult<Expr> {
    let instant = |micros: i64| lit(micros).cast(ColumnKind::Instant.dtype());
    let is_on = alerts::STATE.expr().neq(lit("over"));
    let is_late = is_on.or(alerts::ENDED_AT.expr().gt_eq(instant(since)));
    let frame = alerts
        .clone()
        .filter(alerts::KIND.expr().eq(lit("flare_up")).and(is_late))
        .collect()?;
    let brand = texts(&frame, alerts::BRAND.name)?;
    let state = texts(&frame, alerts::STATE.name)?;
    let started = integers(&frame, alerts::STARTED_AT.name)?;
    let ended = integers(&frame, alerts::ENDED_AT.name)?;
    let at = || post_scores::POSTED_AT.expr();
    let spans = (0..frame.height()).map(|row| {
        let is_after = at().gt_eq(instant(started[row]));
        let is_within = match state[row].as_str() {
            "over" => is_after.and(at().lt(instant(ended[row]))),
            _ => is_after,
        };
        let is_of_brand = post_scores::BRAND.expr().eq(lit(brand[row].clone()));
        is_of_brand.and(is_within)
    });
    Ok(spans.fold(lit(false), Expr::or).fill_null(lit(false)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{at, filled};

    /// Which posts of some hours lie in a flare-up from 3:00 to 6:00.
    fn found(kind: &str, state: &str, brands: [&str; 4]) -> Vec<bool> {
        let hour = |hour: u8| at(&format!("2026-09-25T{hour:02}:00:00Z"));
        let alerts = filled(
            &alerts::TABLE,
            df!(
                "alert_id" => ["one"],
                "brand" => ["鳥"],
                "kind" => [kind],
                "state" => [state],
                "started_at" => [hour(3)],
                "ended_at" => [hour(6)],
            )
            .unwrap(),
        );
        let posts = filled(
            &post_scores::TABLE,
            df!("brand" => brands, "posted_at" => [hour(2), hour(3), hour(5), hour(6)]).unwrap(),
        );
        let is_in = is_in_flare_up(&alerts, hour(0)).unwrap();
        let frame = posts.select([is_in.alias("is_in")]).collect().unwrap();
        let column = frame.column("is_in").unwrap().bool().unwrap();
        column.iter().map(|is_in| is_in == Some(true)).collect()
    }

    #[test]
    fn posts_of_a_flare_up_are_those_of_its_brand_in_its_hours() {
        let own = ["鳥"; 4];
        assert_eq!(found("flare_up", "over", own), [false, true, true, false]);
        // What comes after the last unusual hour still belongs to one that is not over.
        assert_eq!(found("flare_up", "cooling", own), [false, true, true, true]);
        let two = ["鳥", "魚", "鳥", "魚"];
        assert_eq!(
            found("flare_up", "burning", two),
            [false, false, true, false]
        );
        assert!(!found("volume", "building", own).contains(&true));
    }
}
