//! Findings on what campaigns brought: sales, repeat purchases, cost per order and return on spend.

use super::{Section, Severity, Teller};
use crate::report::figures::CampaignFigure;

/// Persons that the smaller group of a campaign must have before its effect is told.
const FEWEST_MEASURED: u64 = 30;
/// Persons of a group that can be compared at all.
const FEWEST_COMPARED: u32 = 2;

impl Teller<'_> {
    pub(super) fn tell_campaigns(&mut self) {
        let figures = self.figures;
        for campaign in &figures.campaigns {
            self.tell_campaign(campaign);
        }
        let fewest = u64::from(figures.min_group_size.max(FEWEST_COMPARED));
        let count = self.numbers.count(fewest);
        for campaign in &figures.small_campaigns {
            let values = [("campaign", campaign.as_str()), ("count", count.as_str())];
            self.say(
                Section::Campaigns,
                Severity::Neutral,
                "campaign_hidden",
                &values,
            );
        }
    }

    fn tell_campaign(&mut self, campaign: &CampaignFigure) {
        let smaller = campaign.treated_count.min(campaign.control_count);
        let (key, severity) = match () {
            () if smaller < FEWEST_MEASURED => ("campaign_small", Severity::Neutral),
            () if campaign.lift_lower_minor > 0.0 => ("campaign_up", Severity::Good),
            () if campaign.lift_upper_minor < 0.0 => ("campaign_down", Severity::Watch),
            () => ("campaign_open", Severity::Neutral),
        };
        let lift = self.numbers.signed_money_short(campaign.lift_minor);
        let lower = self.numbers.signed_money_short(campaign.lift_lower_minor);
        let upper = self.numbers.signed_money_short(campaign.lift_upper_minor);
        let treated = self.numbers.count(campaign.treated_count);
        let control = self.numbers.count(campaign.control_count);
        let values = [
            ("campaign", campaign.campaign.as_str()),
            ("treated", &treated),
            ("control", &control),
            ("lift", &lift),
            ("lower", &lower),
            ("upper", &upper),
        ];
        self.say(Section::Campaigns, severity, key, &values);
        if key == "campaign_small" {
            return;
        }
        self.tell_repeat_lift(campaign);
        if key != "campaign_open" {
            self.tell_profit(campaign);
        }
        if key == "campaign_up" {
            self.tell_return(campaign);
            self.tell_cost_per_order(campaign);
        }
    }

    /// Says whether more persons bought again, where the interval leaves zero.
    fn tell_repeat_lift(&mut self, campaign: &CampaignFigure) {
        let (key, severity) = match () {
            () if campaign.repeat_lift_lower > 0.0 => ("campaign_repeat_up", Severity::Good),
            () if campaign.repeat_lift_upper < 0.0 => ("campaign_repeat_down", Severity::Watch),
            () => return,
        };
        let treated = self.numbers.share(campaign.treated_repeat_rate);
        let control = self.numbers.share(campaign.control_repeat_rate);
        let lift = self.numbers.signed_points(campaign.repeat_lift);
        let lower = self.numbers.signed_points(campaign.repeat_lift_lower);
        let upper = self.numbers.signed_points(campaign.repeat_lift_upper);
        let values = [
            ("campaign", campaign.campaign.as_str()),
            ("treated", &treated),
            ("control", &control),
            ("lift", &lift),
            ("lower", &lower),
            ("upper", &upper),
        ];
        self.say(Section::Campaigns, severity, key, &values);
    }

    fn tell_profit(&mut self, campaign: &CampaignFigure) {
        let Some(cost) = campaign.cost_minor else {
            return;
        };
        let gain = campaign.lift_minor * campaign.treated_count as f64;
        let net = gain - cost as f64;
        let severity = if net > 0.0 {
            Severity::Good
        } else {
            Severity::Watch
        };
        let gain = self.numbers.signed_money_short(gain);
        let cost = self.numbers.money_short(cost as f64);
        let profit = self.numbers.signed_money_short(net);
        let values = [
            ("campaign", campaign.campaign.as_str()),
            ("gain", &gain),
            ("cost", &cost),
            ("profit", &profit),
        ];
        self.say(Section::Campaigns, severity, "campaign_profit", &values);
    }

    fn tell_return(&mut self, campaign: &CampaignFigure) {
        let (Some(value), Some(lower), Some(upper)) = (
            campaign.return_on_spend,
            campaign.return_on_spend_lower,
            campaign.return_on_spend_upper,
        ) else {
            return;
        };
        let severity = match () {
            () if lower > 1.0 => Severity::Good,
            () if upper < 1.0 => Severity::Watch,
            () => Severity::Neutral,
        };
        let [value, lower, upper] = [value, lower, upper].map(|one| self.numbers.decimal(one, 2));
        let values = [
            ("campaign", campaign.campaign.as_str()),
            ("value", &value),
            ("lower", &lower),
            ("upper", &upper),
        ];
        self.say(Section::Campaigns, severity, "campaign_return", &values);
    }

    /// Says what an added order cost, where it is sure that some were added.
    fn tell_cost_per_order(&mut self, campaign: &CampaignFigure) {
        let (Some(value), Some(lower), Some(upper)) = (
            campaign.cpo_minor,
            campaign.cpo_lower_minor,
            campaign.cpo_upper_minor,
        ) else {
            return;
        };
        let [value, lower, upper] = [value, lower, upper].map(|one| self.numbers.money_short(one));
        let values = [
            ("campaign", campaign.campaign.as_str()),
            ("value", &value),
            ("lower", &lower),
            ("upper", &upper),
        ];
        self.say(
            Section::Campaigns,
            Severity::Neutral,
            "campaign_cpo",
            &values,
        );
    }
}
