//! Nobody is listed who must not be.

mod properties;

use jiff::tz::TimeZone;
use polars::prelude::*;

use super::*;
use crate::as_of::AsOf;
use crate::config::{AudienceConfig, AudienceSpec, Config};
use crate::schema::{
    Table, assignments, contacts, conversations, customers, declared_links, links, order_lines,
    orders, person_habits, person_segments, person_values, person_voices, persons, posts, segments,
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

#[test]
fn an_address_at_which_somebody_else_refused_is_not_written_to() {
    let as_of = monday();
    let mut shop = Shop::new(4);
    shop.emails[1] = shop.emails[0].to_uppercase();
    let consent = |person: &str, _: &str| match person {
        "p000" => Consent::Denied,
        _ => Consent::Granted(None),
    };
    for (channel, expected) in [
        (Channel::Email, vec!["3", "2"]),
        (Channel::Meta, vec!["3", "2"]),
        (Channel::Sms, vec!["3", "2", "1"]),
        (Channel::Push, vec!["3", "2", "1"]),
    ] {
        let spec = AudienceSpec::new("a", channel);
        let plan = &shop.plan_with(&config(), &as_of, &[spec], &consent)[0];
        assert_eq!(listed(plan), expected, "{channel:?}");
        let denied = 4 - expected.len() as u64;
        assert_eq!(plan.excluded_for(Reason::ConsentDenied), denied);
    }
}

#[test]
fn a_message_that_was_opened_was_sent_whatever_the_log_says() {
    let as_of = monday();
    let mut shop = Shop::new(4);
    shop.sent = vec![
        (0, "email", "other", "opened", at(&as_of, 0)),
        (1, "sms", "other", "bounced", at(&as_of, 0)),
        // It was sent in another week, and is opened only now.
        (2, "email", "other", "sent", at(&as_of, -20)),
        (2, "email", "other", "opened", at(&as_of, 0)),
    ];
    let spec = AudienceSpec::new("a", Channel::Email);
    let plan = &shop.plan(&config(), &as_of, &[spec])[0];
    assert_eq!(listed(plan), ["3", "2"]);
    assert_eq!(plan.excluded_for(Reason::CapReached), 2);
}
