//! Whether a section can be meant.

use jiff::tz::TimeZone;

use super::Mapping;
use super::targets::{Fills, Holds, Target};
use crate::error::{Error, Result, nearest};
use crate::import::layout::layouts;
use crate::import::values::widths;
use crate::schema::consents;

/// Where layouts stand in the settings.
const SECTION: &str = "import.layouts";

impl Mapping {
    /// Checks the section of the layout `name`.
    ///
    /// # Errors
    /// [`Error::UnknownSetting`] for a column that is none, with the nearest; [`Error::BadSetting`] for anything else that
    /// cannot be meant.
    pub fn check(&self, name: &str) -> Result<()> {
        let section = format!("{SECTION}.{name}");
        let is_plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if name.is_empty()
            || !name
                .bytes()
                .all(|letter| is_plain(letter) || letter == b'_')
        {
            return Err(bad(SECTION, name, "a name of a-z, 0-9 and `_`"));
        }
        if layouts().iter().any(|layout| layout.name() == name) {
            return Err(bad(SECTION, name, "a name that no layout of koe has"));
        }
        self.check_defaults(&section)?;
        let targets = self.table.targets();
        for (column, names) in &self.columns {
            let key = format!("{section}.columns.{column}");
            target(&key, column, &targets)?;
            let is_blank = |name: &String| widths::cell(name).is_none();
            if names.all().is_empty() || names.all().iter().any(is_blank) {
                return Err(bad(&key, "", "a heading of the file, or a list of them"));
            }
            if column == "order_id" && names.all().len() > 1 {
                return Err(bad(&key, "several headings", "one heading of the file"));
            }
        }
        for (column, value) in &self.fixed {
            let key = format!("{section}.fixed.{column}");
            in_set(&key, target(&key, column, &targets)?, value)?;
        }
        if self.ignored.iter().any(|name| widths::cell(name).is_none()) {
            return Err(bad(
                &format!("{section}.ignored"),
                "",
                "a heading of the file",
            ));
        }
        self.check_consents(&section)?;
        for (column, words) in &self.words {
            let key = format!("{section}.words.{column}");
            let target = if column == "consents" && !self.consents.is_empty() {
                STATUS
            } else {
                target(&key, column, &targets)?
            };
            for (word, meant) in words {
                in_set(&format!("{key}.{word}"), target, meant)?;
            }
        }
        self.check_needed(&section)
    }

    fn check_defaults(&self, section: &str) -> Result<()> {
        if let Some(zone) = &self.time_zone
            && TimeZone::get(zone).is_err()
        {
            let expected = "an IANA name such as `Asia/Tokyo`";
            return Err(bad(&format!("{section}.time_zone"), zone, expected));
        }
        if let Some(currency) = &self.currency
            && !(currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            let expected = "an ISO 4217 code such as `JPY`";
            return Err(bad(&format!("{section}.currency"), currency, expected));
        }
        for (key, value) in [("source", &self.source)] {
            if value
                .as_deref()
                .is_some_and(|value| value.trim().is_empty())
            {
                return Err(bad(&format!("{section}.{key}"), "", "a name, or left out"));
            }
        }
        Ok(())
    }

    fn check_consents(&self, section: &str) -> Result<()> {
        if !self.consents.is_empty() && !matches!(self.table, Fills::Customers | Fills::Consents) {
            let expected = "left out: only the tables `customers` and `consents` have them";
            return Err(bad(&format!("{section}.consents"), "given", expected));
        }
        for (purpose, heading) in &self.consents {
            let key = format!("{section}.consents.{purpose}");
            let known = || consents::PURPOSE.unit.split(", ");
            if !known().any(|known| known == purpose) {
                return Err(unknown(&key, purpose, known()));
            }
            if widths::cell(heading).is_none() {
                return Err(bad(&key, heading, "a heading of the file"));
            }
        }
        Ok(())
    }

    fn check_needed(&self, section: &str) -> Result<()> {
        for one_of in self.needed() {
            let is_there =
                |name: &&str| self.columns.contains_key(*name) || self.fixed.contains_key(*name);
            if !one_of.iter().any(is_there) {
                let expected = format!("given: a heading for {}", either(one_of));
                return Err(bad(&format!("{section}.columns"), "without it", &expected));
            }
        }
        let fixed_only = |name: &&str| !self.columns.contains_key(*name);
        if self.columns.is_empty() || self.needed()[0].iter().all(fixed_only) {
            let expected = format!("given: a heading for {}", either(self.needed()[0]));
            return Err(bad(&format!("{section}.columns"), "without it", &expected));
        }
        Ok(())
    }
}

/// What the words of `consents` mean.
const STATUS: Target = Target {
    name: "consents",
    holds: Holds::Word(consents::STATUS.unit),
    column: None,
};

fn target(key: &str, column: &str, targets: &[Target]) -> Result<Target> {
    targets
        .iter()
        .find(|target| target.name == column)
        .copied()
        .ok_or_else(|| unknown(key, column, targets.iter().map(|target| target.name)))
}

fn in_set(key: &str, target: Target, value: &str) -> Result<()> {
    match target.holds {
        Holds::Word(set) if !set.split(", ").any(|known| known == value) => {
            Err(bad(key, value, &format!("one of {set}")))
        }
        Holds::Flag if !["true", "false"].contains(&value) => {
            Err(bad(key, value, "\"true\" or \"false\""))
        }
        _ => Ok(()),
    }
}

fn either(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(" or ")
}

fn bad(key: &str, value: &str, expected: &str) -> Error {
    Error::BadSetting {
        key: key.to_owned(),
        value: value.to_owned(),
        expected: expected.to_owned(),
    }
}

fn unknown<'a>(key: &str, last: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let path = key.strip_suffix(last).unwrap_or_default();
    Error::UnknownSetting {
        nearest: nearest(last, known).map(|nearest| format!("{path}{nearest}")),
        key: key.to_owned(),
        origin: "the settings".to_owned(),
    }
}
