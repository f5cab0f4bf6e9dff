//! What a list says of those on it.

use super::super::habits::{self, Habit};
use super::super::records::Record;
use super::super::{Channel, Member, address};
use super::Planner;
use super::eligible::{Eligible, Facts};
use crate::error::{Error, Result};

impl Planner<'_> {
    pub(super) fn member(
        &self,
        one: Eligible<'_>,
        stratum: String,
        channel: Channel,
        facts: &Facts<'_>,
    ) -> Member {
        let Eligible {
            candidate,
            record,
            address,
            send_at,
            best_hour,
        } = one;
        let person = candidate.person_id.as_str();
        let responded = facts.habits.get(person).map(Habit::channels);
        let best_channel = responded
            .unwrap_or_default()
            .into_iter()
            .find(|known| self.refusal(person, *known, send_at).is_none())
            .unwrap_or(channel);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        // An advertising platform finds a person by whatever any record says.
        let others: &[Record] = match channel.is_ads() {
            true => facts.records.get(person).map_or(&[][..], Vec::as_slice),
            false => &[],
        };
        let records = || std::iter::once(record).chain(others);
        let email = records().find_map(|one| address::email(one.email.as_deref()?));
        let phone = records().find_map(|one| address::e164(one.phone.as_deref()?));
        Member {
            source: record.source.clone(),
            customer_id: record.customer_id.clone(),
            address,
            name: text(&record.name),
            name_kana: text(&record.name_kana),
            email,
            phone,
            postal_code: text(&record.postal_code),
            prefecture: text(&record.prefecture),
            street: text(&record.address),
            stratum,
            urgency: candidate.urgency,
            send_at,
            best_hour,
            best_channel,
            last_purchased_on: candidate.last_purchased_on,
            favourite_category: String::new(),
            favourite_channel: String::new(),
            last_product: String::new(),
            person_id: candidate.person_id,
        }
    }

    /// Adds what those listed buy, where the channel's file says it.
    pub(super) fn add_tastes(&self, listed: &mut [Member], channel: Channel) -> Result<()> {
        if channel.is_ads() || listed.is_empty() {
            return Ok(());
        }
        let failed = Error::frame("read what persons buy");
        let ids = habits::ids(listed.iter().map(|one| one.person_id.as_str())).map_err(&failed)?;
        let mut tastes = habits::tastes(&self.input, &ids, self.as_of).map_err(&failed)?;
        for member in listed {
            if let Some(taste) = tastes.remove(&member.person_id) {
                member.favourite_category = taste.category;
                member.favourite_channel = taste.channel;
                member.last_product = taste.product;
            }
        }
        Ok(())
    }
}
