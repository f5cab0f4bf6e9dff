//! Nobody is listed who must not be.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use polars::prelude::*;
use proptest::prelude::*;

use super::*;
use crate::as_of::AsOf;
use crate::config::{AudienceConfig, AudienceSpec, Config};
use crate::join::consent::{Consents, Standing};
use crate::schema::{
    Table, assignments, consents, contacts, conversations, customers, declared_links, links,
    order_lines, orders, person_habits, person_segments, person_values, person_voices, persons,
    posts, segments,
};

const DAY: i64 = 86_400_000_000;

/// Returns rows of a table, with nothing in the columns that are not given.
fn rows(table: &Table, height: usize, given: Vec<Column>) -> LazyFrame {
    let columns = table.columns.iter().map(|own| {
        let found = given
            .iter()
            .find(|column| column.name().as_str() == own.name);
        match found {
            Some(column) => column.cast(&own.kind.dtype()).unwrap(),
            None => Column::full_null(own.small_name(), height, &own.kind.dtype()),
        }
    });
    DataFrame::new(height, columns.collect()).unwrap().lazy()
}

fn none(table: &Table) -> LazyFrame {
    rows(table, 0, Vec::new())
}

fn texts(column: crate::schema::Column, values: &[String]) -> Column {
    Column::new(column.small_name(), values.to_vec())
}

fn numbers(column: crate::schema::Column, values: &[Option<i64>]) -> Column {
    Column::new(column.small_name(), values.to_vec())
}

fn config() -> AudienceConfig {
    let config = Config::parse("", std::path::Path::new("koe.toml"), &[]).unwrap();
    config.audience
}

/// A contact of a person before: channel, campaign, state and instant.
type Sent = (usize, &'static str, &'static str, &'static str, i64);

/// How a person was drawn before: campaign and arm.
type Drawn = (usize, &'static str, &'static str);

/// A shop with so many persons of one record each.
struct Shop {
    count: usize,
    emails: Vec<String>,
    born: Vec<Option<i64>>,
    segment: Vec<String>,
    ltv: Vec<Option<i64>>,
    sent: Vec<Sent>,
    assigned: Vec<Drawn>,
    complaining: Vec<usize>,
}

impl Shop {
    fn new(count: usize) -> Self {
        Self {
            count,
            emails: (0..count).map(|one| format!("c{one}@example.jp")).collect(),
            born: vec![None; count],
            segment: vec!["s".to_owned(); count],
            ltv: (0..count).map(|one| Some(one as i64)).collect(),
            sent: Vec::new(),
            assigned: Vec::new(),
            complaining: Vec::new(),
        }
    }

    fn ids(&self) -> Vec<String> {
        (0..self.count).map(|one| format!("p{one:03}")).collect()
    }

    fn input(&self) -> Input {
        let count = self.count;
        let shop = |count: usize| vec!["shop".to_owned(); count];
        let own: Vec<String> = (0..count).map(|one| one.to_string()).collect();
        let persons = rows(
            &persons::TABLE,
            count,
            vec![
                texts(persons::SOURCE, &shop(count)),
                texts(persons::CUSTOMER_ID, &own),
                texts(persons::PERSON_ID, &self.ids()),
                Column::new(persons::IS_ANALYSED.small_name(), vec![true; count]),
            ],
        );
        let customers = rows(
            &customers::TABLE,
            count,
            vec![
                texts(customers::SOURCE, &shop(count)),
                texts(customers::CUSTOMER_ID, &own),
                texts(customers::NAME, &vec!["鳥越 花".to_owned(); count]),
                texts(customers::EMAIL, &self.emails),
                texts(
                    customers::PHONE,
                    &(0..count)
                        .map(|one| format!("090{one:08}"))
                        .collect::<Vec<_>>(),
                ),
                Column::new(
                    customers::BIRTH_DATE.small_name(),
                    self.born
                        .iter()
                        .map(|day| day.map(|day| day as i32))
                        .collect::<Vec<_>>(),
                ),
            ],
        );
        let values = rows(
            &person_values::TABLE,
            count,
            vec![
                texts(person_values::PERSON_ID, &self.ids()),
                numbers(person_values::LTV_MINOR, &self.ltv),
            ],
        );
        let habits = rows(
            &person_habits::TABLE,
            count,
            vec![
                texts(person_habits::PERSON_ID, &self.ids()),
                texts(
                    person_habits::FAVOURITE_CATEGORY,
                    &vec!["豆".to_owned(); count],
                ),
                texts(
                    person_habits::FAVOURITE_CHANNEL,
                    &(0..count)
                        .map(|one| if one.is_multiple_of(2) { "web" } else { "till" }.to_owned())
                        .collect::<Vec<_>>(),
                ),
            ],
        );
        let own_segments = rows(
            &person_segments::TABLE,
            count,
            vec![
                texts(person_segments::PERSON_ID, &self.ids()),
                texts(person_segments::SEGMENT, &self.segment),
            ],
        );
        let sent = &self.sent;
        let of = |value: &dyn Fn(&Sent) -> String| sent.iter().map(value).collect::<Vec<_>>();
        let contacts = rows(
            &contacts::TABLE,
            sent.len(),
            vec![
                texts(contacts::SOURCE, &shop(sent.len())),
                texts(contacts::CUSTOMER_ID, &of(&|one| one.0.to_string())),
                texts(contacts::CHANNEL, &of(&|one| one.1.to_owned())),
                texts(contacts::CAMPAIGN, &of(&|one| one.2.to_owned())),
                texts(contacts::STATE, &of(&|one| one.3.to_owned())),
                numbers(
                    contacts::HAPPENED_AT,
                    &sent.iter().map(|one| Some(one.4)).collect::<Vec<_>>(),
                ),
            ],
        );
        let assigned = &self.assigned;
        let word =
            |value: &dyn Fn(&Drawn) -> String| assigned.iter().map(value).collect::<Vec<_>>();
        let assignments = rows(
            &assignments::TABLE,
            assigned.len(),
            vec![
                texts(assignments::SOURCE, &shop(assigned.len())),
                texts(assignments::CUSTOMER_ID, &word(&|one| one.0.to_string())),
                texts(assignments::CAMPAIGN, &word(&|one| one.1.to_owned())),
                texts(assignments::ARM, &word(&|one| one.2.to_owned())),
                texts(assignments::STRATUM, &word(&|_| "s".to_owned())),
            ],
        );
        let complaining = &self.complaining;
        let tickets: Vec<String> = complaining.iter().map(|one| format!("t{one}")).collect();
        let posts = rows(
            &posts::TABLE,
            complaining.len(),
            vec![
                texts(posts::SOURCE, &shop(complaining.len())),
                texts(posts::POST_ID, &tickets),
                texts(
                    posts::CUSTOMER_ID,
                    &complaining.iter().map(usize::to_string).collect::<Vec<_>>(),
                ),
            ],
        );
        let conversations = rows(
            &conversations::TABLE,
            complaining.len(),
            vec![
                texts(conversations::SOURCE, &shop(complaining.len())),
                texts(conversations::ROOT_POST_ID, &tickets),
                Column::new(
                    conversations::IS_OPEN_COMPLAINT.small_name(),
                    vec![true; complaining.len()],
                ),
            ],
        );
        Input {
            persons,
            person_values: values,
            person_habits: habits,
            person_voices: none(&person_voices::TABLE),
            person_segments: own_segments,
            segments: none(&segments::TABLE),
            customers,
            orders: none(&orders::TABLE),
            order_lines: none(&order_lines::TABLE),
            posts,
            links: none(&links::TABLE),
            declared_links: none(&declared_links::TABLE),
            conversations,
            contacts,
            assignments,
        }
    }

    fn plan(&self, config: &AudienceConfig, as_of: &AsOf, specs: &[AudienceSpec]) -> Vec<Plan> {
        self.plan_with(config, as_of, specs, &|_, _| Consent::Granted(None))
    }

    fn plan_with(
        &self,
        config: &AudienceConfig,
        as_of: &AsOf,
        specs: &[AudienceSpec],
        consent: &dyn Fn(&str, &str) -> Consent,
    ) -> Vec<Plan> {
        let rights = Rights {
            consent,
            is_suppressed: &|_, _| false,
            hash: &|campaign, person| {
                blake3::hash(format!("{campaign} {person}").as_bytes()).to_string()
            },
        };
        let mut planner = Planner::new(self.input(), config, as_of, rights, &[]).unwrap();
        let plans: Vec<Plan> = specs
            .iter()
            .map(|spec| planner.plan(spec).unwrap())
            .collect();
        for plan in &plans {
            let left_out: u64 = plan.excluded.values().sum();
            let drawn = (plan.listed.len() + plan.control.len()) as u64;
            assert_eq!(
                plan.selected,
                drawn + left_out,
                "everybody is accounted for"
            );
        }
        plans
    }
}

fn monday() -> AsOf {
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    AsOf::parse("2026-09-27", &zone).unwrap()
}

fn at(as_of: &AsOf, days: i64) -> i64 {
    as_of.instant().as_microsecond() + days * DAY
}

fn listed(plan: &Plan) -> Vec<&str> {
    plan.listed
        .iter()
        .map(|one| one.customer_id.as_str())
        .collect()
}

#[test]
fn each_is_left_out_by_the_first_reason() {
    let as_of = monday();
    let mut shop = Shop::new(7);
    // 17 and 30 years.
    shop.born[0] = Some(i64::from(as_of.day_number()) - 17 * 365);
    shop.born[1] = Some(i64::from(as_of.day_number()) - 30 * 366);
    shop.complaining = vec![2];
    shop.emails[3] = "no address".into();
    shop.emails[4] = shop.emails[5].clone();
    shop.sent = vec![
        (1, "email", "other", "bounced", at(&as_of, -30)),
        (6, "email", "a", "planned", at(&as_of, -3)),
    ];
    let mut spec = AudienceSpec::new("a", Channel::Email);
    spec.campaign = "a".into();
    let [plan]: [Plan; 1] = shop
        .plan(&config(), &as_of, &[spec.clone()])
        .try_into()
        .unwrap();
    assert_eq!(listed(&plan), ["5"], "of one address the more valuable");
    for reason in [
        Reason::Minor,
        Reason::Bounced,
        Reason::OpenComplaint,
        Reason::NoAddress,
        Reason::SameAddress,
        Reason::AlreadyContacted,
    ] {
        assert_eq!(plan.excluded_for(reason), 1, "{reason:?}");
    }
    // A message that sells nothing reaches who complains, too.
    spec.open_complaints = true;
    assert_eq!(
        listed(&shop.plan(&config(), &as_of, &[spec])[0]),
        ["5", "2"]
    );
    let mut strict = config();
    strict.unknown_age = false;
    let spec = AudienceSpec::new("b", Channel::Email);
    let plan = &shop.plan(&strict, &as_of, &[spec])[0];
    assert_eq!(plan.excluded_for(Reason::AgeUnknown), 5);
}

#[test]
fn conditions_limits_and_campaigns_are_those_of_the_settings() {
    let as_of = monday();
    let shop = Shop::new(10);
    let mut spec = AudienceSpec::new("best", Channel::Sms);
    spec.condition = "ltv_minor >= 5".into();
    spec.limit = Some(3);
    let plan = &shop.plan(&config(), &as_of, &[spec.clone()])[0];
    assert_eq!(listed(plan), ["9", "8", "7"]);
    assert_eq!(
        (plan.selected, plan.excluded_for(Reason::OverLimit)),
        (5, 2)
    );
    assert_eq!(plan.campaign, "best-2026-W40");
    assert_eq!(plan.listed[0].address.value, "+819000000009");
    for condition in ["no_such_column = 1", "ltv_minor", "ltv_minor >"] {
        spec.condition = condition.into();
        let rights = Rights {
            consent: &|_, _| Consent::Granted(None),
            is_suppressed: &|_, _| false,
            hash: &|_, person| person.to_owned(),
        };
        let config = config();
        let mut planner = Planner::new(shop.input(), &config, &as_of, rights, &[]).unwrap();
        let refused = planner.plan(&spec);
        assert!(
            matches!(refused, Err(crate::error::Error::Audience { .. })),
            "{condition}"
        );
    }
}

#[test]
fn lists_tell_what_and_where_persons_buy_and_conditions_may_ask_it() {
    let as_of = monday();
    let mut spec = AudienceSpec::new("a", Channel::Email);
    spec.condition = "favourite_channel = 'till'".into();
    let plan = &Shop::new(4).plan(&config(), &as_of, &[spec])[0];
    assert_eq!(listed(plan), ["3", "1"]);
    for member in &plan.listed {
        assert_eq!(member.favourite_category, "豆");
        assert_eq!(member.favourite_channel, "till");
        assert_eq!(member.last_product, "");
    }
}

#[test]
fn who_was_held_out_once_stays_so_and_is_not_listed() {
    let as_of = monday();
    let mut shop = Shop::new(20);
    shop.assigned = vec![(3, "a", "control"), (4, "a", "treated")];
    let mut spec = AudienceSpec::new("a", Channel::Email);
    spec.campaign = "a".into();
    spec.control = Some(0.5);
    let plan = &shop.plan(&config(), &as_of, &[spec.clone()])[0];
    assert_eq!(plan.excluded_for(Reason::HeldOut), 1);
    assert_eq!(plan.excluded_for(Reason::AlreadyContacted), 1);
    // Ten of twenty, of whom one was held out before.
    assert_eq!(plan.control.len(), 9);
    // A list for an advertising platform is whole each time, with the arms as they were.
    spec.channel = Channel::Meta;
    let plan = &shop.plan(&config(), &as_of, &[spec])[0];
    assert_eq!((plan.listed.len(), plan.control.len()), (10, 10));
    assert!(plan.control.iter().any(|one| one.customer_id == "3"));
    assert!(plan.listed.iter().any(|one| one.customer_id == "4"));
}

#[test]
fn a_consent_that_ends_before_the_message_is_none() {
    let as_of = monday();
    let end = as_of.instant().as_microsecond() + 9 * 3_600_000_000;
    let consent = move |_: &str, _: &str| Consent::Granted(Some(end));
    let email = AudienceSpec::new("a", Channel::Email);
    let postal = AudienceSpec::new("b", Channel::Postal);
    let plans = Shop::new(2).plan_with(&config(), &as_of, &[email, postal], &consent);
    assert_eq!(
        plans[0].excluded_for(Reason::ConsentExpired),
        2,
        "sent at ten"
    );
    assert_eq!(plans[1].excluded_for(Reason::NoAddress), 2);
}

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
        let statements = Consents::new(&frame, now).unwrap();
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
                let own = &shop[member.customer_id.parse::<usize>().unwrap()];
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
                let sure = shop.iter().filter(|own| holds(own, "email", 0) && holds(own, "email", newest)).count();
                let expired = plan.excluded_for(Reason::ConsentExpired) as usize;
                prop_assert_eq!(plan.listed.len() + expired, sure);
            }
        }
        let style = channels::Style {
            lang: crate::report::Lang::Ja, zone: &zone, encoding: Encoding::Utf8,
        };
        let files = channels::files(&plans[0], style);
        let text = String::from_utf8(files[0].bytes.clone()).unwrap();
        for (place, own) in shop.iter().enumerate() {
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
