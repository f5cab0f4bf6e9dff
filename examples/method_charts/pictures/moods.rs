//! A made-up shop where moods are known to matter: who is happy buys more often, stays longer, and says so.
//!
//! A third of the customers each is unhappy, so-so and happy (mood -1, 0, 1). They buy as in BG/NBD, with the purchase rate
//! times `e^(0.6 mood)` and the odds of leaving after a purchase times `e^(-0.6 mood)`. In its second year each says 4 to 7
//! things: praise more often the happier, and a complaint one time in ten whatever the mood. So the mean sentiment tells of the
//! mood; how much somebody says, how the mood changes and who complains tell nothing of their own.

use jiff::ToSpan;
use jiff::civil::Date;
use koe::math::purchases::simulate::Draws;

/// Settings of the shop.
pub const SETTINGS: &str = r#"
[workspace]
lang = "en"
time_zone = "UTC"
as_of = "2026-06-28"

[brand]
name = "とりのこえ"
keywords = ["とりのこえ"]

[report]
outputs = ["charts"]
"#;

const CUSTOMERS: u32 = 1_000;
/// First day of the shop.
const OPENED: Date = Date::constant(2024, 7, 1);
/// Days until the end of the as-of day.
const DAYS: f64 = 728.0;
/// Days on which customers come for the first time.
const FIRST_DAYS: f64 = 540.0;
/// First day on which something is said.
const SAID_FROM: f64 = 364.0;
/// What a step of the mood adds to the logarithm of the purchase rate, and takes off that of the odds of leaving.
const EFFECT: f64 = 0.6;

/// Short enough that equal ones are not taken for copies.
const PRAISE: &str = "とりのこえ美味しい";
const PLAIN: &str = "今日はとりのこえ";
const COMPLAINT: &str = "とりのこえはいまいち";

/// Returns the files of the shop, by their names.
pub fn exports() -> [(&'static str, String); 4] {
    let mut draws = Draws::new(1);
    let mut orders = vec!["customer_id,date,amount".to_owned()];
    let mut links = vec![
        "source,customer_id,platform,provider,account_id,handle,method,declared_at".to_owned(),
    ];
    let mut consents =
        vec!["source,customer_id,purpose,status,effective_at,expires_at,evidence".to_owned()];
    let mut posts: Vec<(Date, String)> = Vec::new();
    for customer in 1..=CUSTOMERS {
        let mood = (3.0 * draws.uniform()).floor() - 1.0;
        for day in visits(mood, &mut draws) {
            orders.push(format!("{customer},{},3000", on(day)));
        }
        let account = 1_000 + customer;
        links.push(format!(
            "transactions,{customer},x,,{account},guest{customer},signup,2024-07-01T00:00:00+00:00"
        ));
        consents.push(format!(
            "transactions,{customer},link_social,granted,2024-07-01T00:00:00+00:00,,form"
        ));
        let said = 4.0 + (4.0 * draws.uniform()).floor();
        for _ in 0..said as u32 {
            let text = opinion(mood, &mut draws);
            let day = on(SAID_FROM + (DAYS - SAID_FROM) * draws.uniform());
            let id = posts.len() + 1;
            let post = format!(
                "{{\"id\":\"{id}\",\"text\":\"{text}\",\"created_at\":\"{day}T03:00:00.000Z\",\
                 \"author_id\":\"{account}\",\"lang\":\"ja\"}}"
            );
            posts.push((day, post));
        }
    }
    posts.sort_by_key(|(day, _)| *day);
    let posts = posts.into_iter().map(|(_, post)| post).collect();
    [
        ("orders.csv", lines(orders)),
        ("links.csv", lines(links)),
        ("consents.csv", lines(consents)),
        ("posts.jsonl", lines(posts)),
    ]
}

/// Draws the days on which a customer buys.
fn visits(mood: f64, draws: &mut Draws) -> Vec<f64> {
    let rate = draws.gamma(1.5, 30.0) * (EFFECT * mood).exp();
    let leaving = draws.beta(0.8 * (-EFFECT * mood).exp(), 4.0);
    let mut day = (FIRST_DAYS * draws.uniform()).floor();
    let mut visits = vec![day];
    loop {
        day += 7.0 * draws.exponential() / rate;
        if day >= DAYS {
            return visits;
        }
        visits.push(day);
        if draws.chance(leaving) {
            return visits;
        }
    }
}

/// Draws what a customer says.
fn opinion(mood: f64, draws: &mut Draws) -> &'static str {
    if draws.chance(0.1) {
        COMPLAINT
    } else if draws.chance(0.5 + 0.45 * mood) {
        PRAISE
    } else {
        PLAIN
    }
}

/// Returns the date of a day of the shop.
fn on(day: f64) -> Date {
    OPENED.saturating_add((day as i32).days())
}

fn lines(lines: Vec<String>) -> String {
    let mut text = lines.join("\n");
    text.push('\n');
    text
}
