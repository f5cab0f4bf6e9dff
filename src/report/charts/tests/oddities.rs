//! Odd reports, which charts must stand.

use crate::report::charts::fixture;
use crate::report::figures::*;

/// Odd reports: name and figures.
pub(super) fn oddities() -> Vec<(&'static str, Figures)> {
    let mut odd = vec![("full", fixture::shop())];
    let mut add = |name, change: fn(&mut Figures)| {
        let mut figures = fixture::shop();
        change(&mut figures);
        odd.push((name, figures));
    };
    add("one of each", |f| {
        f.sales_weeks = fixture::sales_weeks(1);
        f.segments.truncate(1);
        f.deciles.truncate(1);
        f.cohorts.retain(|c| c.cohort == "2026-08");
        f.voice.days.truncate(1);
        f.voice.hours.truncate(100);
        f.voice.hours.drain(..99);
        f.voice.aspects.truncate(1);
        f.voice.rising_words.truncate(1);
        f.voice.falling_words.clear();
        f.campaigns.truncate(1);
        f.data.consents.truncate(1);
        f.rfm_cells.truncate(1);
        f.value_voice.truncate(1);
        f.moves.truncate(2);
        f.campaign_costs.truncate(1);
        if let Some(lift) = &mut f.social_lift {
            lift.effects.truncate(1);
        }
        f.people.roles.truncate(1);
        f.people.communities.truncate(1);
        f.conversations.waits.truncate(1);
        f.voice.topics.truncate(1);
        f.voice.shares.truncate(2);
        f.alerts.truncate(1);
        f.abc.truncate(1);
        f.cpm.truncate(1);
        f.order_stages.truncate(1);
        f.voice.network.words.truncate(2);
        f.voice.network.links.truncate(1);
        f.voice.journey.truncate(1);
        f.people.network.communities.truncate(1);
        f.people.network.accounts.truncate(2);
        f.people.network.links.truncate(1);
        f.months.truncate(2);
        f.calibration.truncate(1);
        if let Some(lifetime) = &mut f.lifetime {
            lifetime.histogram.truncate(1);
            lifetime.tracking.truncate(2);
        }
    });
    add("two hundred weeks", |f| {
        f.sales_weeks = fixture::sales_weeks(200);
    });
    add("twelve weeks", |f| {
        f.sales_weeks = fixture::sales_weeks(12);
        f.period.from = "2026-09-01".to_owned();
    });
    add("huge", huge);
    add("negative sales", |f| {
        for week in &mut f.sales_weeks {
            let (new, repeat) = (week.new_minor.unwrap(), week.repeat_minor.unwrap());
            week.repeat_minor = Some(-repeat / 3);
            week.total_minor = new - repeat / 3;
        }
        if let Some(change) = &mut f.sales_change {
            change.total_minor = -900_000;
            change.returns_minor = -1_085_500;
        }
    });
    add("long names", |f| {
        for segment in &mut f.segments {
            segment.name = "とても長い名前をつけてしまったお客様のセグメント<&\"'>".repeat(2);
        }
        for campaign in &mut f.campaigns {
            campaign.campaign = "A campaign with a very long name that goes on and on".repeat(2);
        }
        for word in &mut f.voice.rising_words {
            word.word = "長い長い長い長い長い長い長い言葉".to_owned();
        }
        for aspect in &mut f.voice.aspects {
            aspect.aspect = "an_aspect_of_the_user_with_a_long_key_and_more".to_owned();
        }
        for topic in &mut f.voice.topics {
            topic.label = "長い・長い・話題の・名前".repeat(9);
        }
        for one in &mut f.moves {
            one.from_segment = format!("{}とても長い名前のセグメント", one.from_segment).repeat(3);
        }
        for cost in &mut f.campaign_costs {
            cost.campaign = "A campaign with a very long name".repeat(3);
        }
        for community in &mut f.people.communities {
            community.words = vec!["長い長い言葉".repeat(9); 5];
        }
        for one in &mut f.voice.shares {
            one.name = "A competitor with a very long name".repeat(3);
        }
        long_network(f);
        for alert in &mut f.alerts {
            alert.cause = "a_cause_with_a_very_long_key".repeat(3);
        }
    });
    add("many segments", |f| {
        let one = f.segments[0].clone();
        f.segments = (0..30).map(|_| one.clone()).collect();
        let one = f.campaigns[0].clone();
        f.campaigns = (0..30).map(|_| one.clone()).collect();
    });
    add("zeros", zeros);
    add("hidden", |f| {
        for week in f.sales_weeks.iter_mut().step_by(2) {
            (week.new_minor, week.repeat_minor) = (None, None);
            week.order_count = None;
        }
        for consent in &mut f.data.consents {
            (consent.denied_count, consent.missing_count) = (Counted::Few, Counted::Withheld);
        }
        for alert in &mut f.alerts {
            (alert.author_count, alert.reach) = (Counted::Few, None);
            for one in &mut alert.spreaders {
                one.account_count = Counted::Withheld;
            }
        }
        for segment in &mut f.segments {
            segment.reachable_count = Counted::Few;
        }
        for cell in &mut f.rfm_cells[1..] {
            (cell.person_count, cell.spend_minor) = (None, None);
        }
        for cell in &mut f.value_voice[1..] {
            (cell.person_count, cell.ltv_minor) = (None, None);
        }
        for role in &mut f.people.roles[1..] {
            (role.account_count, role.post_count) = (None, None);
        }
        for one in &mut f.moves[2..] {
            one.person_count = None;
        }
        for cost in &mut f.campaign_costs[1..] {
            (cost.order_count, cost.cpo_minor) = (None, None);
        }
        for class in &mut f.abc[1..] {
            (class.item_count, class.sales_share) = (None, None);
        }
        for group in &mut f.cpm[1..] {
            (group.person_count, group.spend_minor) = (None, None);
        }
        for stage in &mut f.order_stages[1..] {
            (stage.person_count, stage.previous_person_count) = (None, None);
        }
        for cell in &mut f.cohorts[3..] {
            cell.cumulative_minor = None;
        }
    });
    add("dollars and odd dates", |f| {
        f.currency = "USD".to_owned();
        f.currency_exponent = 2;
        for week in &mut f.sales_weeks {
            week.week = "いつか".to_owned();
        }
        for cell in &mut f.cohorts {
            cell.cohort = cell.cohort.replace("2026", "not a");
        }
    });
    odd
}

fn huge(f: &mut Figures) {
    let large = 1_000_000_000_000_i64;
    for week in &mut f.sales_weeks {
        (week.new_minor, week.repeat_minor) = (Some(large), Some(large * 7));
        week.total_minor = large * 8;
    }
    f.sales_change = f.sales_change.take().map(|_| SalesChange {
        total_minor: large,
        new_minor: large * 3,
        back_minor: -large,
        lost_minor: -large,
        frequency_minor: 0,
        merged_minor: 0,
        order_value_minor: i64::MAX / 4,
        returns_minor: i64::MIN / 4,
        unnamed_minor: 1,
    });
    for cell in &mut f.rfm_cells {
        (cell.person_count, cell.spend_minor) = (Some(123_456_789), Some(large));
    }
    for segment in &mut f.segments {
        segment.person_count = 1_234_567_890;
        segment.ltv_minor = Some(i64::MAX);
        (segment.ltv_low_minor, segment.ltv_high_minor) = (Some(i64::MIN), Some(i64::MAX));
    }
    for cell in &mut f.value_voice {
        (cell.person_count, cell.ltv_minor) = (Some(u64::MAX), Some(i64::MAX));
    }
    huge_worth(f);
    huge_network(f);
    for day in &mut f.voice.days {
        (day.positive_count, day.negative_count) = (u64::MAX, 1_000_000);
    }
    for hour in &mut f.voice.hours {
        (hour.post_count, hour.expected_count) = (1_000_000_000_000, f64::INFINITY);
    }
    for campaign in &mut f.campaigns {
        campaign.lift_upper_minor = 1e12;
    }
    if let Some(lifetime) = &mut f.lifetime {
        for bin in &mut lifetime.histogram {
            bin.upper_minor = bin.upper_minor.saturating_mul(large);
            bin.lower_minor = bin.lower_minor.saturating_mul(large);
            bin.person_count = 1_000_000_000;
        }
        for week in &mut lifetime.tracking {
            week.actual_count *= 1e12;
            week.expected_count = f64::NAN;
        }
    }
    for consent in &mut f.data.consents {
        consent.granted_count = Counted::Told(u64::MAX);
    }
}

fn huge_network(f: &mut Figures) {
    for word in &mut f.voice.network.words {
        (word.post_count, word.sentiment_mean) = (u64::MAX, Some(f64::NAN));
    }
    for link in &mut f.voice.network.links {
        (link.post_count, link.npmi) = (u64::MAX, f64::INFINITY);
    }
    for stage in &mut f.voice.journey {
        stage.post_count = u64::MAX;
    }
    for stage in &mut f.order_stages {
        (stage.person_count, stage.previous_person_count) = (Some(u64::MAX), Some(0));
    }
    let network = &mut f.people.network;
    for community in &mut network.communities {
        (community.account_count, community.page_rank_share) = (u64::MAX, 1e9);
        community.inner_link_count = u64::MAX;
    }
    // More than are drawn, all of them tied to the first, and links that lead nowhere.
    let one = network.accounts[0].clone();
    network.accounts = (0..400).map(|_| one.clone()).collect();
    network.links = (0..500).map(|place| (0, place)).collect();
}

/// Every word and handle of the networks is long, and as many as are drawn.
fn long_network(f: &mut Figures) {
    let names: Vec<String> = (0..60)
        .map(|number| format!("{number}とても長い長い長い長い長い言葉"))
        .collect();
    f.voice.network = WordNetwork {
        words: names
            .iter()
            .map(|name| NetworkWord {
                word: name.clone(),
                post_count: 9,
                sentiment_mean: None,
            })
            .collect(),
        links: names
            .windows(2)
            .map(|pair| WordLink {
                word: pair[0].clone(),
                other_word: pair[1].clone(),
                post_count: 5,
                npmi: 0.5,
            })
            .collect(),
    };
    for community in &mut f.people.network.communities {
        community.words = names[..5].to_vec();
    }
    for account in f.people.network.accounts.iter_mut().take(12) {
        account.handle = Some("a_handle_of_the_greatest_length_there_may_be".to_owned());
    }
}

fn huge_worth(f: &mut Figures) {
    for one in &mut f.moves {
        (one.person_count, one.ltv_minor) = (Some(u64::MAX), Some(i64::MIN));
    }
    if let Some(lift) = &mut f.social_lift {
        for effect in &mut lift.effects {
            (effect.change_low, effect.change_high) = (-1.0, 1e9);
        }
    }
    for cost in &mut f.campaign_costs {
        (cost.order_count, cost.cpo_minor) = (Some(u64::MAX), Some(1e15));
    }
    for role in &mut f.people.roles {
        (role.post_count, role.response_count) = (Some(u64::MAX), Some(u64::MAX));
    }
    for community in &mut f.people.communities {
        (community.account_count, community.post_count) = (u64::MAX, u64::MAX);
    }
    for wait in &mut f.conversations.waits {
        (wait.answered_count, wait.waiting_count) = (u64::MAX, u64::MAX);
    }
    for topic in &mut f.voice.topics {
        (topic.post_count, topic.negative_count) = (u64::MAX, u64::MAX);
    }
    for one in &mut f.voice.shares {
        (one.post_count, one.share) = (u64::MAX, Some(f64::INFINITY));
    }
    for alert in &mut f.alerts {
        (alert.post_count, alert.started_at) = (u64::MAX, "0001-01-01T00:00".to_owned());
    }
    for class in &mut f.abc {
        (class.item_count, class.sales_minor) = (Some(u64::MAX), Some(i64::MIN));
    }
    for group in &mut f.cpm {
        (group.person_count, group.spend_minor) = (Some(u64::MAX), Some(i64::MAX));
    }
    for cell in &mut f.cohorts {
        cell.cumulative_minor = Some(i64::MAX);
    }
    for month in &mut f.months {
        (month.f2_rate, month.churn_rate) = (Some(f64::INFINITY), Some(1.0));
    }
    for group in &mut f.calibration {
        (group.predicted_mean, group.actual_high) = (1e6, 1e9);
    }
}

fn zeros(f: &mut Figures) {
    for week in &mut f.sales_weeks {
        (week.new_minor, week.repeat_minor) = (Some(0), Some(0));
        week.total_minor = 0;
    }
    if let Some(last) = f.sales_weeks.last_mut() {
        (last.new_minor, last.total_minor) = (Some(1), 1);
    }
    for segment in &mut f.segments {
        (segment.ltv_minor, segment.spend_minor) = (Some(0), 0);
    }
    for cell in &mut f.cohorts {
        (cell.active_count, cell.retention) = (Some(0), Some(0.0));
    }
    for cell in &mut f.cohorts {
        cell.cumulative_minor = Some(0);
    }
    for class in &mut f.abc {
        (class.item_count, class.sales_share) = (Some(0), None);
    }
    for group in &mut f.cpm {
        group.person_count = Some(0);
    }
    for month in &mut f.months {
        (month.f2_rate, month.churn_rate) = (Some(0.0), Some(0.0));
    }
    for hour in &mut f.voice.hours {
        (hour.expected_count, hour.is_alert) = (0.0, false);
    }
    for cell in &mut f.value_voice {
        cell.ltv_minor = Some(0);
    }
    for word in &mut f.voice.rising_words {
        word.z_score = 0.0;
    }
    for campaign in &mut f.campaigns {
        (campaign.lift_minor, campaign.lift_lower_minor) = (0.0, 0.0);
        campaign.lift_upper_minor = 0.0;
    }
    for aspect in &mut f.voice.aspects {
        aspect.negative_count = 0;
    }
}
