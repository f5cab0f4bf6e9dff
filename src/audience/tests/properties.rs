//! What holds whatever was said and sent: nobody without consent, no cap exceeded.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::join::consent::{Consents, Standing};
use crate::schema::consents;

#[derive(Debug, Clone)]
struct Said {
    purpose: &'static str,
    is_grant: bool,
    /// In hours from the as-of instant.
    from: i64,
    until: Option<i64>,
}

fn said() -> impl Strategy<Value = Said> {
    (
        prop_oneof![Just("email"), Just("ads"), Just("sms")],
        prop::bool::weighted(0.7),
        -200_i64..60,
        prop::option::weighted(0.4, -100_i64..100),
    )
        .prop_map(|(purpose, is_grant, from, until)| Said {
            purpose,
            is_grant,
            from,
            until: until.filter(|_| is_grant),
        })
}

/// Whether consent holds at an hour: the newest word by then grants and has not run out; of one hour the refusal.
fn holds(said: &[Said], purpose: &str, hour: i64) -> bool {
    let known = said.iter().filter(|one| one.purpose == purpose);
    let known = known.filter(|one| match one.is_grant {
        // A grant of the very as-of hour is not known at it.
        true => one.from < hour || one.from == hour && hour > 0,
        false => one.from <= hour,
    });
    known
        .max_by_key(|one| (one.from, !one.is_grant))
        .is_some_and(|one| one.is_grant && one.until.is_none_or(|until| until > hour))
}

/// Dates grants back to refusals of their day of which only the day is known: those that begin with one. `end_of_day` gives
/// the hour at which a day ends that begins at an hour.
fn dated(said: &[Said], end_of_day: &dyn Fn(i64) -> Option<i64>) -> Vec<Said> {
    let refused = said.iter().filter(|one| !one.is_grant);
    let of_days: Vec<(&str, i64, i64)> = refused
        .filter_map(|one| Some((one.purpose, one.from, end_of_day(one.from)?)))
        .collect();
    let from = |one: &Said| {
        let may_follow = of_days.iter().filter(|(purpose, from, until)| {
            one.is_grant && *purpose == one.purpose && *from < one.from && one.from < *until
        });
        may_follow
            .map(|(_, from, _)| *from)
            .min()
            .unwrap_or(one.from)
    };
    said.iter()
        .map(|one| Said {
            from: from(one),
            ..one.clone()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nobody_without_consent_in_force_is_in_any_list(
        shop in prop::collection::vec(prop::collection::vec(said(), 0..5), 1..8),
        zone in prop_oneof![
            Just("Asia/Tokyo"), Just("America/New_York"), Just("Pacific/Kiritimati"), Just("UTC"),
        ],
        as_of in 0_i64..400,
    ) {
        let zone = TimeZone::get(zone).unwrap();
        let hour = 3_600_000_000_i64;
        let now = 1_780_000_000_000_000_i64 / hour * hour + as_of * 7 * hour;
        let instant = jiff::Timestamp::from_microsecond(now).unwrap();
        let as_of = AsOf::at(instant, &zone).unwrap();
        let count = shop.len();
        // Two words of one hour are one row each only where they differ.
        let shop: Vec<Vec<Said>> = shop.into_iter().map(|said| {
            let mut known = BTreeSet::new();
            said.into_iter().filter(|one| known.insert((one.purpose, one.from, one.is_grant))).collect()
        }).collect();
        let end_of_day = |from: i64| {
            let at = jiff::Timestamp::from_microsecond(now + from * hour).unwrap().to_zoned(zone.clone());
            let end = at.date().tomorrow().unwrap().to_zoned(zone.clone()).unwrap();
            let begins = at.start_of_day().unwrap() == at;
            begins.then(|| (end.timestamp().as_microsecond() - now) / hour)
        };
        let counted: Vec<Vec<Said>> = shop.iter().map(|said| dated(said, &end_of_day)).collect();
        let all: Vec<(usize, &Said)> = shop.iter().enumerate()
            .flat_map(|(person, said)| said.iter().map(move |one| (person, one))).collect();
        let text = |of: &dyn Fn(&(usize, &Said)) -> String| all.iter().map(of).collect::<Vec<_>>();
        let frame = rows(&consents::TABLE, all.len(), vec![
            texts(consents::SOURCE, &text(&|_| "shop".to_owned())),
            texts(consents::CUSTOMER_ID, &text(&|one| one.0.to_string())),
            texts(consents::PURPOSE, &text(&|one| one.1.purpose.to_owned())),
            texts(consents::STATUS, &text(&|one| if one.1.is_grant { "granted" } else { "revoked" }.to_owned())),
            texts(consents::SOURCE_FILE, &text(&|_| "consents.csv".to_owned())),
            numbers(consents::EFFECTIVE_AT, &all.iter().map(|one| Some(now + one.1.from * hour)).collect::<Vec<_>>()),
            numbers(consents::EXPIRES_AT, &all.iter().map(|one| one.1.until.map(|until| now + until * hour)).collect::<Vec<_>>()),
            numbers(consents::OBSERVED_AT, &vec![Some(now); all.len()]),
        ]).collect().unwrap();
        let statements = Consents::new(&frame, now, as_of.time_zone()).unwrap();
        let ids: Vec<String> = Shop::new(count).ids();
        let person = |_: &str, id: &str| id.parse::<usize>().ok().map(|one| ids[one].as_str());
        let standing = Standing::from_records(&statements, person, &as_of);
        let consent = |person: &str, purpose: &str| match standing.grant(person, purpose) {
            Some(grant) => Consent::Granted(grant.until),
            None if standing.refusal(person, purpose).is_some() => Consent::Denied,
            None => Consent::Missing,
        };
        let specs = [
            AudienceSpec::new("a", Channel::Email),
            AudienceSpec::new("b", Channel::Sms),
            AudienceSpec::new("c", Channel::Meta),
            AudienceSpec::new("d", Channel::X),
            AudienceSpec::new("e", Channel::Email),
            AudienceSpec::new("f", Channel::Push),
        ];
        let plans = Shop::new(count).plan_with(&config(), &as_of, &specs, &consent);
        let newest = all.iter().map(|one| one.1.from).max().unwrap_or(0).max(0);
        for plan in &plans {
            for member in plan.listed.iter().chain(&plan.control) {
                let own = &counted[member.customer_id.parse::<usize>().unwrap()];
                let purpose = plan.channel.purpose();
                prop_assert!(holds(own, purpose, 0), "{} {:?}", plan.name, own);
                prop_assert!(holds(own, purpose, newest), "{} {:?}", plan.name, own);
                prop_assert!(purpose != "push");
                // No end lies before the message.
                let granted = standing.grant(&member.person_id, purpose).unwrap();
                prop_assert!(granted.until.is_none_or(|until| until > member.send_at));
            }
            // And whoever is in no list has no consent, or another reason: the first audience leaves nobody else out.
            if plan.name == "a" {
                let sure = counted.iter().filter(|own| holds(own, "email", 0) && holds(own, "email", newest)).count();
                let expired = plan.excluded_for(Reason::ConsentExpired) as usize;
                prop_assert_eq!(plan.listed.len() + expired, sure);
            }
        }
        let style = channels::Style {
            lang: crate::report::Lang::Ja, zone: &zone, encoding: Encoding::Utf8,
        };
        let files = channels::files(&plans[0], style);
        let text = String::from_utf8(files[0].bytes.clone()).unwrap();
        for (place, own) in counted.iter().enumerate() {
            let is_in = text.contains(&format!("c{place}@example.jp"));
            prop_assert!(!is_in || holds(own, "email", 0));
        }
    }

    #[test]
    fn no_cap_is_exceeded_by_three_audiences_on_one_monday(
        before in prop::collection::vec(
            (0_usize..6, prop_oneof![Just("email"), Just("line"), Just("sms"), Just("push")],
             prop_oneof![Just("w"), Just("x"), Just("y")], any::<bool>(), -9_i64..5),
            0..40,
        ),
        caps in (0_u32..3, 0_u32..5, 0_u32..4, 0_u32..4, 0_u32..4),
        channels in prop::collection::vec(
            prop_oneof![Just(Channel::Email), Just(Channel::Sms), Just(Channel::Push)], 3),
        hour in 0_u32..24,
    ) {
        let as_of = monday();
        let mut shop = Shop::new(6);
        shop.sent = before.iter().map(|(person, channel, campaign, is_sent, days)| {
            let state = if *is_sent { "sent" } else { "planned" };
            (*person, *channel, *campaign, state, at(&as_of, *days) + 3_600_000_000)
        }).collect();
        let mut config = config();
        config.hour = hour;
        (config.caps.day, config.caps.week) = (caps.0, caps.1);
        (config.caps.email, config.caps.sms, config.caps.push) = (caps.2, caps.3, caps.4);
        let specs: Vec<AudienceSpec> = channels.iter().enumerate()
            .map(|(place, channel)| AudienceSpec::new(&format!("a{place}"), *channel)).collect();
        let plans = shop.plan(&config, &as_of, &specs);
        let day = |at: i64| timing::local_day(at, as_of.time_zone());
        // What is sent counts, and what is planned unless the same campaign was sent from the day before on.
        let mut contacts: Vec<(usize, Option<Channel>, i32)> = Vec::new();
        let mut known = BTreeSet::new();
        for (person, channel, campaign, state, at) in &shop.sent {
            let is_followed = *state == "planned" && shop.sent.iter().any(|other| {
                (other.0, other.1, other.2, other.3) == (*person, *channel, *campaign, "sent") && other.4 >= at - DAY
            });
            if !is_followed && known.insert((*person, *channel, *campaign, *state, *at)) {
                contacts.push((*person, Channel::of_key(channel), day(*at)));
            }
        }
        let mut planned: BTreeMap<usize, u32> = BTreeMap::new();
        for plan in &plans {
            for member in &plan.listed {
                let person: usize = member.customer_id.parse().unwrap();
                let on = day(member.send_at);
                contacts.push((person, Some(plan.channel), on));
                *planned.entry(person).or_default() += 1;
                let own = contacts.iter().filter(|one| one.0 == person);
                let of_week = own.clone().filter(|one| timing::week_of(one.2) == timing::week_of(on));
                prop_assert!(own.filter(|one| one.2 == on).count() <= caps.0 as usize);
                prop_assert!(of_week.clone().count() <= caps.1 as usize);
                let of_channel = of_week.filter(|one| one.1 == Some(plan.channel)).count();
                prop_assert!(of_channel <= config.caps.of(plan.channel) as usize);
            }
        }
        prop_assert!(planned.values().all(|count| *count <= caps.0));
    }
}
