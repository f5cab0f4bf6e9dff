//! What was sold, and why it changed.

use serde::Serialize;

/// Why sales changed: the parts sum to `total_minor`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SalesChange {
    /// Sales of the period less sales of the period before.
    pub total_minor: i64,
    /// Sales of the period to persons whose first purchase lies in it.
    pub new_minor: i64,
    /// Sales of the period to earlier buyers who bought nothing in the period before.
    pub back_minor: i64,
    /// Sales of the period before to persons who bought nothing in this one, taken off.
    pub lost_minor: i64,
    /// Of those who bought in both periods: effect of how often they ordered.
    pub frequency_minor: i64,
    /// Of those who bought in both periods: effect of how much an order was worth.
    pub order_value_minor: i64,
    /// Parts above of too few persons to be told one by one, together; those are nil.
    pub merged_minor: i64,
    /// Effect of returned goods.
    pub returns_minor: i64,
    /// Effect of orders nobody could be named for (no customer, e-mail or phone).
    pub unnamed_minor: i64,
}

/// Orders that end before the reported period does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderGap {
    /// Day of the newest order, `YYYY-MM-DD`; the Monday of its week where `is_of_week`.
    pub newest: String,
    /// Whether only the week is told, since too few bought on the day.
    pub is_of_week: bool,
    /// What that means.
    pub kind: OrderGapKind,
    /// Shop system whose orders end; absent where those of all do.
    pub source: Option<String>,
    /// Longest gap between days with orders so far, in days, where this one is no shorter ([`OrderGapKind::Usual`] only).
    pub longest_days: Option<i64>,
    /// Shop systems of several whose orders end still earlier, where those of all seem to be missing.
    pub earlier_sources: Vec<String>,
    /// Last day of the week before the first of them ended, `YYYY-MM-DD`.
    pub earlier_until: Option<String>,
}

impl OrderGap {
    /// Returns whether orders of the whole shop seem to be missing, so that sales of the period are incomplete or not known.
    #[must_use]
    pub fn is_of_all(&self) -> bool {
        self.kind != OrderGapKind::Usual && self.source.is_none()
    }
}

/// What it means that orders end before the reported period does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderGapKind {
    /// No order lies in the period and there is longer none than ever was usual: orders are not there yet, and nothing can be told of
    /// the period's sales.
    Missing,
    /// Orders end early in the period: its sales are incomplete. Of one shop system ([`OrderGap::source`]), which may have been given up,
    /// they may be.
    Early,
    /// No order lies in the period, as happens in this shop.
    Usual,
}

/// Sales of one week, named by its first day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SalesWeek {
    /// First day of the week.
    pub week: String,
    /// Orders, cancelled ones left out; absent when those of too few persons.
    pub order_count: Option<u64>,
    /// Spend of persons who bought for the first time in that week; absent when they, or all others, are too few, or where it would
    /// tell a part of [`SalesChange::merged_minor`].
    pub new_minor: Option<i64>,
    /// Spend of everybody else; absent with `new_minor`.
    pub repeat_minor: Option<i64>,
    /// Spend of all, returns taken off.
    pub total_minor: i64,
}
