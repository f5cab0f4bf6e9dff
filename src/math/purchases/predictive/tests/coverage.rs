//! Customers drawn from the models: as many as promised lie in their intervals.

use super::simulated::{Drawn, Leaving, Shop};
use super::{assert_near, gamma_gamma};
use crate::math::lifetime_value::{DAYS_PER_MONTH, LifetimeTerms, monthly_purchases};
use crate::math::purchases::predictive::*;
use crate::math::purchases::{
    BgNbd, GammaGamma, MbgNbd, ParetoNbd, PurchaseModel, PurchaseSummary, SpendSummary,
};

/// The shares of customers whose truth lies in their intervals.
#[derive(Debug, Default)]
struct Coverage {
    spend: f64,
    purchases: f64,
    /// Spend of those for whom nothing has a chance below 90 %.
    likely_spend: f64,
    /// Randomised: the share of ranks between 5 % and 95 %, a rank within a mass being any of it.
    ranks: f64,
}

fn coverage<M: PurchaseModel + CountLaw>(model: &M, shop: &Shop, drawn: &[Drawn]) -> Coverage {
    let spends: Vec<SpendSummary> = drawn
        .iter()
        .filter(|one| one.summary.repeat_count > 0.0)
        .map(|one| SpendSummary::new(one.summary.repeat_count, one.mean_spend).unwrap())
        .collect();
    let spend = SpendLaw::GammaGamma(GammaGamma::fit(&spends).unwrap().params);
    let customers: Vec<Outlook> = drawn
        .iter()
        .map(|one| Outlook {
            summary: one.summary,
            evidence: one.summary.repeat_count,
            scale: spend.scale(one.summary.repeat_count, one.mean_spend),
        })
        .collect();
    let outlooks = Outlooks::new(&customers, &spend).unwrap();
    let alive = |customer: &PurchaseSummary| model.alive_prob(customer);
    let t = shop.horizon();
    let found = forecasts(model, &spend, alive, &outlooks, &[t]);
    let terms = LifetimeTerms {
        horizon_months: shop.months,
        margin: 1.0,
        monthly_discount_rate: (1.0 + shop.yearly_discount).powf(1.0 / 12.0) - 1.0,
        days_per_unit: 7.0,
        days_per_month: DAYS_PER_MONTH,
    };
    let mut shares = Coverage::default();
    let mut likely = 0.0;
    for (place, one) in drawn.iter().enumerate() {
        let bounds = found.get(&outlooks, place, 0);
        let months = monthly_purchases(model, &one.summary, &terms, &[shop.months]).unwrap()[0];
        let discount = months.discounted / months.plain;
        let low = bounds.spend.low * discount;
        let high = bounds.spend.high * discount;
        let holds = (low..=high).contains(&one.later_spend);
        shares.spend += f64::from(holds);
        if bounds.spend.high > 0.0 {
            likely += 1.0;
            shares.likely_spend += f64::from(holds);
        }
        let purchases = bounds.purchases.low..=bounds.purchases.high;
        shares.purchases += f64::from(purchases.contains(&one.later_count));
        let (x, age) = (one.summary.repeat_count, one.summary.customer_age);
        let counts = model.counts_if_alive(t, x, age);
        let alive = model.alive_prob(&one.summary);
        let up_to = |count: f64| {
            let masses = counts.masses().iter().zip(counts.values());
            let sum: f64 = masses
                .filter(|(_, value)| **value <= count)
                .map(|(mass, _)| mass)
                .sum();
            if count < 0.0 {
                0.0
            } else {
                1.0 - alive + alive * sum
            }
        };
        // The golden ratio's multiples are as even as any draw.
        let within = (0.618_033_988_749_895 * (place as f64 + 1.0)).fract();
        let below = up_to(one.later_count - 1.0);
        let rank = below + within * (up_to(one.later_count) - below);
        shares.ranks += f64::from((0.05..=0.95).contains(&rank));
    }
    let count = drawn.len() as f64;
    Coverage {
        spend: shares.spend / count,
        purchases: shares.purchases / count,
        likely_spend: shares.likely_spend / likely,
        ranks: shares.ranks / count,
    }
}

fn assert_covers(found: &Coverage) {
    let promised = 0.87..=0.93;
    assert!(promised.contains(&found.spend), "{found:?}");
    assert!(promised.contains(&found.purchases), "{found:?}");
    assert!(promised.contains(&found.likely_spend), "{found:?}");
    assert!(promised.contains(&found.ranks), "{found:?}");
}

#[test]
fn nine_of_ten_simulated_customers_of_a_fitted_shop_lie_within() {
    let shop = Shop {
        rates: (0.525, 6.183),
        leaving: Leaving::AfterAll(0.891, 1.614),
        spend: gamma_gamma(),
        ages: (27.0, 38.9),
        months: 12,
        yearly_discount: 0.1,
    };
    let drawn = shop.draw(4_000, 11);
    let summaries: Vec<PurchaseSummary> = drawn.iter().map(|one| one.summary).collect();
    let fit = MbgNbd::fit(&summaries).unwrap();
    assert_covers(&coverage(&fit.params, &shop, &drawn));
    let shop = Shop {
        rates: (1.2, 8.0),
        leaving: Leaving::AfterRepeats(0.5, 4.0),
        spend: GammaGamma::new(1.5, 2.6, 3_000.0).unwrap(),
        ages: (10.0, 104.0),
        months: 36,
        yearly_discount: 0.2,
    };
    let drawn = shop.draw(4_000, 12);
    let summaries: Vec<PurchaseSummary> = drawn.iter().map(|one| one.summary).collect();
    let fit = BgNbd::fit(&summaries).unwrap();
    let found = coverage(&fit.params, &shop, &drawn);
    let promised = 0.87..=0.93;
    assert!(promised.contains(&found.likely_spend), "{found:?}");
    assert!(promised.contains(&found.ranks), "{found:?}");
    assert!(found.spend >= 0.87 && found.purchases >= 0.87, "{found:?}");
}

#[test]
fn nine_of_ten_customers_who_leave_at_any_time_lie_within() {
    let shop = Shop {
        rates: (0.9, 8.0),
        leaving: Leaving::AnyTime(0.8, 30.0),
        spend: gamma_gamma(),
        ages: (27.0, 52.0),
        months: 24,
        yearly_discount: 0.1,
    };
    let drawn = shop.draw(4_000, 14);
    let summaries: Vec<PurchaseSummary> = drawn.iter().map(|one| one.summary).collect();
    let fit = ParetoNbd::fit(&summaries).unwrap();
    let found = coverage(&fit.params, &shop, &drawn);
    let promised = 0.87..=0.93;
    assert!(promised.contains(&found.likely_spend), "{found:?}");
    assert!(promised.contains(&found.ranks), "{found:?}");
    assert!(found.spend >= 0.87 && found.purchases >= 0.87, "{found:?}");
}

#[test]
fn pareto_counts_cover_simulated_customers_who_are_alive() {
    let shop = Shop {
        rates: (0.9, 8.0),
        leaving: Leaving::AnyTime(0.8, 30.0),
        spend: gamma_gamma(),
        ages: (0.0, 0.0),
        months: 24,
        yearly_discount: 0.0,
    };
    let law = ParetoNbd {
        r: 0.9,
        alpha: 8.0,
        s: 0.8,
        beta: 30.0,
    };
    // At the moment of the first purchase everybody is alive.
    let counts = law.counts_if_alive(shop.horizon(), 0.0, 0.0);
    let drawn = shop.draw(20_000, 13);
    for bound in [0.0, 1.0, 3.0, 8.0, 20.0] {
        let masses = counts.masses().iter().zip(counts.values());
        let expected: f64 = masses
            .filter(|(_, value)| **value <= bound)
            .map(|(mass, _)| mass)
            .sum();
        let seen = drawn.iter().filter(|one| one.later_count <= bound).count();
        // Four standard errors of 20,000 draws at most.
        assert_near("share", seen as f64 / 20_000.0, expected, 0.0142);
    }
}
