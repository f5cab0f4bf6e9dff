//! Findings on moves between segments, what voices tell of purchases, and what campaigns cost.

use super::{Section, Severity, Teller};
use crate::report::figures::{CampaignCostFigure, MoveFigure};

impl Teller<'_> {
    /// Tells of the largest move between segments, and whether value went with it.
    pub(super) fn tell_moves(&mut self) {
        if self.figures.missing_orders().is_some() {
            return;
        }
        let is_move = |one: &&MoveFigure| {
            one.compared_with == "period"
                && one.from_segment != one.to_segment
                && one.from_segment != "none"
                && one.to_segment != "none"
        };
        let moves = self.figures.moves.iter().filter(is_move).rev();
        let largest = moves.max_by_key(|one| one.person_count);
        let Some((one, count)) = largest.and_then(|one| Some((one, one.person_count?))) else {
            return;
        };
        let count = self.numbers.count(count);
        let change = one
            .ltv_minor
            .zip(one.previous_ltv_minor)
            .map(|(now, before)| now.saturating_sub(before));
        let (key, severity) = match change {
            Some(change) if change < 0 => ("moved_down", Severity::Watch),
            Some(change) if change > 0 => ("moved_up", Severity::Good),
            _ => ("moved", Severity::Neutral),
        };
        let value = self
            .numbers
            .money_short(change.unwrap_or(0).unsigned_abs() as f64);
        let values = [
            ("from", one.from_segment.as_str()),
            ("to", one.to_segment.as_str()),
            ("count", count.as_str()),
            ("value", value.as_str()),
        ];
        self.say(Section::ValueVoice, severity, key, &values);
    }

    /// Tells whether what customers say tells more of their purchases.
    pub(super) fn tell_social_lift(&mut self) {
        let Some(lift) = &self.figures.social_lift else {
            return;
        };
        let (key, severity) = match lift.verdict.as_str() {
            "gain" => ("lift_gain", Severity::Good),
            "unconfirmed" => ("lift_unconfirmed", Severity::Neutral),
            "no_gain" => ("lift_none", Severity::Neutral),
            "too_few" => ("lift_too_few", Severity::Neutral),
            "too_short" => ("lift_too_short", Severity::Neutral),
            _ => ("lift_unknown", Severity::Neutral),
        };
        self.say(Section::ValueVoice, severity, key, &[]);
        if lift.verdict != "gain" {
            return;
        }
        let sure = lift.effects.iter().rev().filter(|effect| {
            let is_sure = effect.change_low > 0.0 || effect.change_high < 0.0;
            is_sure && effect.holm_p_value.is_some_and(|p| p < 0.05)
        });
        let strongest = sure.max_by(|a, b| a.change.abs().total_cmp(&b.change.abs()));
        if let Some(effect) = strongest {
            let is_rise = effect.change > 0.0;
            let (key, severity) = match (effect.process.as_str(), is_rise) {
                ("dropout", true) => ("effect_leave_more", Severity::Watch),
                ("dropout", false) => ("effect_leave_less", Severity::Good),
                (_, true) => ("effect_buy_more", Severity::Good),
                (_, false) => ("effect_buy_less", Severity::Watch),
            };
            let signal = self.words.name("signal", &effect.signal);
            let change = self.numbers.share(effect.change.abs());
            let values = [("signal", signal), ("change", change.as_str())];
            self.say(Section::ValueVoice, severity, key, &values);
        }
    }

    /// Tells of the campaign in which an order cost least, where there are several.
    pub(super) fn tell_costs(&mut self) {
        let known: Vec<(&CampaignCostFigure, f64)> = self
            .figures
            .campaign_costs
            .iter()
            .filter_map(|cost| Some((cost, cost.cpo_minor.filter(|cpo| cpo.is_finite())?)))
            .collect();
        let least = known.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let most = known.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let (Some((least, low)), Some((most, high))) = (least, most) else {
            return;
        };
        let (low, high) = (
            self.numbers.money_short(*low),
            self.numbers.money_short(*high),
        );
        let values = [
            ("least", least.campaign.as_str()),
            ("low", low.as_str()),
            ("most", most.campaign.as_str()),
            ("high", high.as_str()),
        ];
        let key = match known.len() {
            1 => "cost_one",
            _ => "cost_range",
        };
        self.say(Section::Campaigns, Severity::Neutral, key, &values);
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::super::fixture::figures;
    use crate::report::figures::Figures;
    use crate::report::words::Lang;

    fn text(figures: &Figures, key: &str) -> Option<String> {
        let mut found = findings(figures, Lang::Ja).into_iter();
        found.find(|one| one.key == key).map(|one| one.text)
    }

    #[test]
    fn a_move_is_told_with_the_value_that_went_with_it() {
        let mut figures = figures();
        assert_eq!(
            text(&figures, "moved_down").as_deref(),
            Some(
                "「静かな上得意」から「遠のきつつある常連」へ16人が移り、12か月の見込みが6.6万円減りました。"
            )
        );
        figures.moves[2].ltv_minor = None;
        assert!(text(&figures, "moved").is_some());
        for one in &mut figures.moves {
            one.person_count = None;
        }
        assert!(text(&figures, "moved").is_none());
    }

    #[test]
    fn an_effect_is_told_only_with_a_gain_and_where_it_is_sure() {
        let mut figures = figures();
        assert_eq!(
            text(&figures, "effect_leave_more").as_deref(),
            Some(
                "「未対応の苦情」が多い方ほど離れやすい傾向があります(1標準偏差あたりオッズが31.0%増)。"
            )
        );
        if let Some(lift) = &mut figures.social_lift {
            lift.effects[2].holm_p_value = Some(0.2);
        }
        assert!(text(&figures, "effect_leave_more").is_none());
        assert!(text(&figures, "effect_buy_more").is_some());
        if let Some(lift) = &mut figures.social_lift {
            lift.verdict = "no_gain".to_owned();
        }
        assert!(text(&figures, "effect_buy_more").is_none());
        assert!(text(&figures, "lift_none").is_some());
    }

    #[test]
    fn costs_are_compared_where_there_are_several() {
        let mut figures = figures();
        let told = text(&figures, "cost_range").unwrap();
        assert!(
            told.contains("秋ブレンド先行のご案内") && told.contains("500円"),
            "{told}"
        );
        figures.campaign_costs.truncate(1);
        assert!(text(&figures, "cost_range").is_none());
        assert!(text(&figures, "cost_one").is_some());
    }
}
