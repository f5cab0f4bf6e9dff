//! Scenarios: so many days after something a customer did.

/// What a scenario waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The first purchase.
    FirstPurchase,
    /// The last purchase so far.
    LastPurchase,
    /// The registration, of several records the earliest.
    Registration,
}

/// So many days after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// The event.
    pub event: Event,
    /// Days behind it.
    pub days: i32,
}

/// Days that a scenario waits at most.
const MOST_DAYS: i32 = 3660;

impl Scenario {
    /// Reads `first_purchase + 14d`, `registration+2w` or an event alone; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (event, delay) = match text.split_once('+') {
            Some((event, delay)) => (event, Some(delay)),
            None => (text, None),
        };
        let event = match event.trim() {
            "first_purchase" => Event::FirstPurchase,
            "last_purchase" => Event::LastPurchase,
            "registration" => Event::Registration,
            _ => return None,
        };
        let days = delay.map_or(Some(0), days)?;
        Some(Self { event, days })
    }

    /// Whether a person is due on a day: the event's day and the delay lie at it or fewer than `grace` days before.
    pub(super) fn is_due(self, event: i32, today: i32, grace: i32) -> bool {
        let due = event.saturating_add(self.days);
        due <= today && today.saturating_sub(due) < grace
    }
}

fn days(delay: &str) -> Option<i32> {
    let delay = delay.trim();
    let (number, unit) = delay.split_at_checked(delay.len().checked_sub(1)?)?;
    let number = number.trim();
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = number.parse().ok()?;
    let days = match unit {
        "d" => number,
        "w" => number.checked_mul(7)?,
        _ => return None,
    };
    (days <= MOST_DAYS).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_weeks_are_read_and_nothing_else() {
        let read = |text| Scenario::parse(text).map(|one| (one.event, one.days));
        assert_eq!(
            read("first_purchase + 14d"),
            Some((Event::FirstPurchase, 14))
        );
        assert_eq!(read("registration+2w"), Some((Event::Registration, 14)));
        assert_eq!(read(" last_purchase "), Some((Event::LastPurchase, 0)));
        for text in [
            "",
            "birthday",
            "first_purchase +",
            "first_purchase + d",
            "first_purchase + -3d",
            "first_purchase + 3m",
            "first_purchase + 99999999999d",
            "first_purchase + 3日",
            "first_purchase - 3d",
            "last_purchase + 4000d",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_person_is_due_for_some_days_and_not_years_later() {
        let after = Scenario::parse("first_purchase + 14d").unwrap();
        let due: Vec<i32> = (110..125)
            .filter(|today| after.is_due(100, *today, 7))
            .collect();
        assert_eq!(due, (114..121).collect::<Vec<_>>());
        assert!(!after.is_due(i32::MAX, 0, 7));
    }
}
