//! A made-up coffee shop's figures, for tests of the charts and of whatever shows them.

use crate::report::figures::*;

/// Figures without any data.
pub(crate) fn empty() -> Figures {
    Figures {
        version: FIGURES_VERSION,
        koe_version: "0.0.0".to_owned(),
        brand: "坂の上珈琲".to_owned(),
        as_of: "2026-09-27".to_owned(),
        time_zone: "Asia/Tokyo".to_owned(),
        currency: "JPY".to_owned(),
        currency_exponent: 0,
        min_group_size: 5,
        period: Period {
            from: "2026-09-21".to_owned(),
            to: "2026-09-27".to_owned(),
            previous_from: "2026-09-14".to_owned(),
            previous_to: "2026-09-20".to_owned(),
            day_count: 7,
        },
        kpis: Vec::new(),
        sales_change: None,
        sales_weeks: Vec::new(),
        rfm_cells: Vec::new(),
        small_segments: Vec::new(),
        segments: Vec::new(),
        deciles: Vec::new(),
        spend_gini: None,
        cohorts: Vec::new(),
        lifetime: None,
        lifetime_absent: Some("too_few_repeaters".to_owned()),
        voice: VoiceFigures::default(),
        value_voice: Vec::new(),
        alerts: Vec::new(),
        campaigns: Vec::new(),
        small_campaigns: Vec::new(),
        data: DataFigures::default(),
    }
}

/// Figures with data for every chart.
pub(crate) fn shop() -> Figures {
    Figures {
        sales_change: Some(SalesChange {
            total_minor: 148_200,
            new_minor: 121_500,
            back_minor: 264_300,
            lost_minor: -200_000,
            frequency_minor: -18_700,
            order_value_minor: 12_400,
            merged_minor: 0,
            returns_minor: -37_800,
            unnamed_minor: 6_500,
        }),
        sales_weeks: sales_weeks(60),
        rfm_cells: rfm_cells(),
        small_segments: Vec::new(),
        segments: segments(),
        deciles: deciles(),
        spend_gini: Some(0.58),
        cohorts: cohorts(),
        lifetime: Some(lifetime()),
        lifetime_absent: None,
        voice: voice(),
        value_voice: value_voice(),
        campaigns: campaigns(),
        data: DataFigures {
            consents: consents(),
            ..DataFigures::default()
        },
        ..empty()
    }
}

/// A number in 0..1 that looks random and is always the same.
fn noise(seed: u64) -> f64 {
    let mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((mixed >> 33) % 10_000) as f64 / 10_000.0
}

/// The day `offset` days before 2026-09-27.
fn day_before(offset: i32) -> String {
    let newest = jiff::civil::date(2026, 9, 27);
    (newest - jiff::Span::new().days(offset)).to_string()
}

/// Weeks that end with the reported one.
pub(crate) fn sales_weeks(count: i32) -> Vec<SalesWeek> {
    (0..count)
        .map(|i| {
            let age = count - 1 - i;
            let season = (f64::from(i) / 8.0).sin();
            let repeat = 820_000.0 + 140_000.0 * season + 160_000.0 * noise(i as u64);
            let new = 190_000.0 + 60_000.0 * season + 90_000.0 * noise(900 + i as u64);
            let gift = if age == 40 { 420_000.0 } else { 0.0 };
            let lift = if age == 0 { 210_000.0 } else { 0.0 };
            SalesWeek {
                week: day_before(age * 7 + 6),
                order_count: 240 + (60.0 * noise(i as u64)) as u64,
                new_minor: (new + gift + lift) as i64,
                repeat_minor: (repeat + gift) as i64,
            }
        })
        .collect()
}

fn rfm_cells() -> Vec<RfmCell> {
    let mut cells = Vec::new();
    for recency in 1..=5_u32 {
        for frequency in 1..=5_u32 {
            let closeness = 6.0 - f64::from(recency.abs_diff(frequency));
            let count =
                (closeness * closeness * 5.0 * (0.4 + noise(u64::from(recency * 7 + frequency))))
                    as u64;
            let is_small = recency == 1 && frequency == 5;
            let spend = count as i64 * i64::from(frequency * frequency) * 2_400;
            cells.push(RfmCell {
                recency_score: recency,
                frequency_score: frequency,
                person_count: (!is_small).then_some(count),
                spend_minor: (!is_small).then_some(spend),
            });
        }
    }
    cells
}

fn segments() -> Vec<SegmentFigure> {
    let rows: [(&str, Urgency, u64, Option<u64>, i64); 8] = [
        ("お怒りの上得意", Urgency::Now, 12, Some(7), 486_000),
        (
            "応援してくださる上得意",
            Urgency::Week,
            84,
            Some(79),
            4_120_000,
        ),
        ("静かな上得意", Urgency::Regular, 203, Some(203), 6_840_000),
        (
            "遠のきつつある常連",
            Urgency::Week,
            141,
            Some(128),
            1_930_000,
        ),
        ("育ちざかり", Urgency::Regular, 388, Some(352), 2_760_000),
        ("はじめてのお客様", Urgency::Regular, 219, None, 940_000),
        ("不満を話す一見さん", Urgency::Now, 26, Some(31), 88_000),
        ("休眠", Urgency::None, 612, Some(640), 310_000),
    ];
    rows.into_iter()
        .map(|(name, urgency, persons, previous, ltv)| SegmentFigure {
            name: name.to_owned(),
            action: "お礼と近況のお便りを差し上げる".to_owned(),
            urgency,
            person_count: persons,
            previous_person_count: previous,
            spend_minor: ltv * 2,
            ltv_minor: Some(ltv),
            sentiment_mean: Some(0.1),
            reachable_count: persons * 2 / 3,
        })
        .collect()
}

fn deciles() -> Vec<DecileFigure> {
    let spends = [
        14_200_000,
        6_100_000,
        3_900_000,
        2_700_000,
        2_000_000,
        1_500_000,
        1_100_000,
        760_000,
        520_000,
        260_000_i64,
    ];
    let total: i64 = spends.iter().sum();
    let mut sum = 0;
    (1..=10)
        .zip(spends)
        .map(|(decile, spend)| {
            sum += spend;
            DecileFigure {
                decile,
                person_count: 168,
                spend_minor: spend,
                cumulative_share: sum as f64 / total as f64,
            }
        })
        .collect()
}

fn cohorts() -> Vec<CohortCell> {
    let mut cells = Vec::new();
    for index in 0..14_u32 {
        let (year, month) = (2025 + (index + 7) / 12, (index + 7) % 12 + 1);
        let persons = 60 + (80.0 * noise(u64::from(index) + 50)) as u64;
        for age in 0..=(13 - index) {
            let share = if age == 0 {
                1.0
            } else {
                0.30 / f64::from(age).sqrt() * (0.75 + 0.5 * noise(u64::from(index * 31 + age)))
            };
            let active = (persons as f64 * share) as u64;
            cells.push(CohortCell {
                cohort: format!("{year}-{month:02}"),
                age_months: age,
                person_count: persons,
                active_count: Some(active),
                retention: Some(active as f64 / persons as f64),
            });
        }
    }
    cells
}

fn lifetime() -> LifetimeFigures {
    let counts = [486_u64, 402, 263, 171, 118, 84, 61, 40, 27, 18, 11, 6];
    LifetimeFigures {
        model: "BG/NBD".to_owned(),
        parameters: Vec::new(),
        log_likelihood: -9_182.4,
        spend_parameters: Vec::new(),
        spend_frequency_correlation: Some(0.06),
        total_minor: 17_474_000,
        alive_count: 1_043,
        histogram: counts
            .into_iter()
            .enumerate()
            .map(|(i, count)| HistogramBin {
                lower_minor: i as i64 * 5_000,
                upper_minor: (i as i64 + 1) * 5_000,
                person_count: count,
            })
            .collect(),
        tracking: (0..78)
            .map(|i| {
                let t = f64::from(i + 1);
                TrackingWeek {
                    week: day_before((77 - i) * 7 + 6),
                    actual_count: (38.0 * t.powf(1.02) + 40.0 * (t / 5.0).sin())
                        .round()
                        .max(0.0),
                    expected_count: 39.0 * t,
                }
            })
            .collect(),
        holdout_from: Some(day_before(26 * 7 - 1)),
    }
}

fn voice() -> VoiceFigures {
    let word = |word: &str, now, before, z, mood| WordFigure {
        word: word.to_owned(),
        post_count: now,
        previous_post_count: before,
        z_score: z,
        sentiment_mean: Some(mood),
    };
    let aspect = |key: &str, positive, negative, before| AspectFigure {
        aspect: key.to_owned(),
        positive_count: positive,
        negative_count: negative,
        previous_negative_count: before,
    };
    VoiceFigures {
        days: (0..120)
            .map(|i| {
                let is_flare = (116..=118).contains(&i);
                let size = 14.0 + 10.0 * noise(i + 300);
                VoiceDay {
                    date: day_before(119 - i as i32),
                    positive_count: (size * 0.45) as u64,
                    neutral_count: (size * 0.4) as u64,
                    negative_count: (size * 0.12) as u64
                        + if is_flare { 70 - 28 * (i - 116) } else { 0 },
                }
            })
            .collect(),
        hours: hours(),
        platforms: Vec::new(),
        aspects: vec![
            aspect("taste", 64, 6, 5),
            aspect("delivery", 5, 38, 9),
            aspect("service", 31, 8, 11),
            aspect("price", 9, 14, 12),
            aspect("packaging", 12, 11, 3),
            aspect("assortment", 18, 2, 4),
            aspect("waiting", 1, 7, 7),
            aspect("atmosphere", 22, 1, 0),
        ],
        rising_words: vec![
            word("遅延", 41, 2, 8.3, -0.71),
            word("未着", 26, 0, 6.9, -0.82),
            word("返金", 18, 1, 5.2, -0.6),
            word("秋ブレンド", 33, 8, 4.1, 0.64),
            word("問い合わせ", 21, 7, 3.0, -0.3),
            word("栗", 14, 3, 2.7, 0.5),
            word("ギフト", 12, 5, 1.9, 0.1),
        ],
        falling_words: vec![
            word("水出し", 4, 29, -5.4, 0.5),
            word("アイス", 9, 34, -4.6, 0.42),
            word("暑い", 3, 17, -3.2, -0.05),
            word("行列", 2, 9, -2.0, -0.4),
            word("夏限定", 1, 7, -1.9, 0.33),
        ],
    }
}

fn hours() -> Vec<VoiceHour> {
    (0..168_u64)
        .map(|i| {
            let hour = i % 24;
            let expected = 0.2
                + 0.9
                    * ((hour as f64 - 9.0) / 24.0 * std::f64::consts::TAU)
                        .sin()
                        .max(0.0);
            let since = i as i64 - 94;
            let flare = if (0..14).contains(&since) {
                (31 - since * 2).max(4) as u64
            } else {
                0
            };
            let posts = (expected * 2.0 * noise(i + 700)) as u64 + flare;
            VoiceHour {
                hour: format!("{}T{hour:02}:00", day_before(6 - (i / 24) as i32)),
                post_count: posts,
                negative_count: flare * 3 / 4,
                expected_count: expected,
                is_alert: flare > 0,
            }
        })
        .collect()
}

fn value_voice() -> Vec<MatrixCell> {
    let counts = [
        [Some(84), Some(61), Some(12), Some(203)],
        [Some(97), Some(118), Some(21), Some(388)],
        [Some(33), Some(40), Some(26), Some(602)],
    ];
    let mut cells = Vec::new();
    for (value, row) in ["high", "middle", "low"].into_iter().zip(counts) {
        for (voice, count) in ["positive", "neutral", "negative", "silent"]
            .into_iter()
            .zip(row)
        {
            let worth = match value {
                "high" => 36_000,
                "middle" => 7_400,
                _ => 900,
            };
            let is_small = value == "low" && voice == "neutral";
            cells.push(MatrixCell {
                value_group: value.to_owned(),
                voice_group: voice.to_owned(),
                person_count: count.filter(|_| !is_small),
                ltv_minor: count.filter(|_| !is_small).map(|n: u64| n as i64 * worth),
            });
        }
    }
    cells
}

fn campaigns() -> Vec<CampaignFigure> {
    let rows = [
        (
            "秋ブレンド先行のご案内",
            "email",
            "2026-09-07",
            820.0,
            260.0,
            1_390.0,
        ),
        (
            "お誕生月クーポン",
            "line",
            "2026-08-01",
            310.0,
            -120.0,
            745.0,
        ),
        (
            "水出し増量フェア",
            "postal",
            "2026-07-06",
            -240.0,
            -430.0,
            -50.0,
        ),
        (
            "久しぶりのお客様へ",
            "sms",
            "2026-06-15",
            95.0,
            -210.0,
            400.0,
        ),
    ];
    let per_order = |lift: f64| (lift > 0.0).then(|| 48_000.0 * 4_000.0 / (lift * 812.0));
    rows.into_iter()
        .map(|(name, channel, from, lift, lower, upper)| CampaignFigure {
            campaign: name.to_owned(),
            channel: channel.to_owned(),
            started_on: from.to_owned(),
            measured_to: "2026-09-27".to_owned(),
            treated_count: 812,
            control_count: 90,
            treated_mean_minor: 2_400.0 + lift,
            control_mean_minor: 2_400.0,
            lift_minor: lift,
            lift_lower_minor: lower,
            lift_upper_minor: upper,
            treated_repeat_rate: 0.214 + lift / 20_000.0,
            control_repeat_rate: 0.214,
            repeat_lift: lift / 20_000.0,
            repeat_lift_lower: lower / 20_000.0,
            repeat_lift_upper: upper / 20_000.0,
            cost_minor: Some(48_000),
            // Each added order is one of 4,000 yen.
            cpo_minor: per_order(lift),
            cpo_lower_minor: per_order(upper),
            cpo_upper_minor: per_order(lower),
            return_on_spend: Some(lift * 812.0 / 48_000.0),
            return_on_spend_lower: Some(lower * 812.0 / 48_000.0),
            return_on_spend_upper: Some(upper * 812.0 / 48_000.0),
        })
        .collect()
}

fn consents() -> Vec<ConsentFigure> {
    let rows = [
        ("email", 1_012, 148, 525),
        ("line", 644, 61, 980),
        ("analyse", 1_190, 22, 473),
        ("link_social", 281, 12, 1_392),
        ("postal", 820, 95, 770),
        ("sms", 190, 210, 1_285),
        ("ads", 74, 402, 1_209),
    ];
    rows.into_iter()
        .map(|(purpose, granted, denied, missing)| ConsentFigure {
            purpose: purpose.to_owned(),
            granted_count: granted,
            denied_count: denied,
            missing_count: missing,
        })
        .collect()
}
