//! What a customer record says by which a person is told, though its id is another.

use polars::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::join::normalise::{email_key, phone_key};
use crate::schema::{Column as Owned, customers};

/// Most letters of a given name that is written without a space before it.
const GIVEN_LETTERS: usize = 3;

/// What one customer record says.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::pipeline) struct Told<'a> {
    pub source: &'a str,
    pub customer_id: &'a str,
    pub name: &'a str,
    pub name_kana: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub address: &'a str,
    /// Day of birth as days since 1970.
    pub born: Option<i64>,
}

/// A kind of hash, and what is hashed.
pub(super) type Hashed = (&'static str, Vec<String>);

impl Told<'_> {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = [self.name, self.name_kana].into_iter();
        names.filter(|name| !squeezed(name).is_empty())
    }

    /// Returns what else it says, by which a name is one person's: kind and text.
    pub(super) fn details(&self) -> Vec<(&'static str, String)> {
        let address = squeezed(self.address);
        let is_street = address.chars().any(char::is_numeric);
        [
            ("email", email_key(self.email)),
            ("phone", phone_key(self.phone)),
            ("address", is_street.then_some(address)),
            ("born", self.born.map(|day| day.to_string())),
        ]
        .into_iter()
        .filter_map(|(kind, text)| text.map(|text| (kind, text)))
        .collect()
    }
}

/// The columns of customers of which [`Told`] is made.
pub(super) const TOLD: [Owned; 8] = [
    customers::SOURCE,
    customers::CUSTOMER_ID,
    customers::NAME,
    customers::NAME_KANA,
    customers::EMAIL,
    customers::PHONE,
    customers::ADDRESS,
    customers::BIRTH_DATE,
];

/// What many customer records say.
pub(super) struct Tellings<'a> {
    texts: Vec<&'a StringChunked>,
    born: Int64Chunked,
}

impl<'a> Tellings<'a> {
    pub(super) fn of(frame: &'a DataFrame) -> PolarsResult<Self> {
        let texts = TOLD[..TOLD.len() - 1].iter();
        let texts = texts.map(|column| frame.column(column.name).and_then(|found| found.str()));
        let born = frame.column(customers::BIRTH_DATE.name)?;
        let born = born.as_materialized_series().to_physical_repr();
        Ok(Self {
            texts: texts.collect::<PolarsResult<_>>()?,
            born: born.cast(&DataType::Int64)?.i64()?.clone(),
        })
    }

    pub(super) fn get(&self, row: usize) -> Told<'a> {
        let text = |place: usize| self.texts[place].get(row).unwrap_or_default();
        Told {
            source: text(0),
            customer_id: text(1),
            name: text(2),
            name_kana: text(3),
            email: text(4),
            phone: text(5),
            address: text(6),
            born: self.born.get(row),
        }
    }
}

/// Returns a text without spaces, in one width and case, as names are compared. Hashes of the forgotten are made of it.
pub(in crate::pipeline) fn squeezed(text: &str) -> String {
    let letters = text.nfkc().filter(|letter| !letter.is_whitespace());
    letters.flat_map(char::to_lowercase).collect()
}

/// Returns the script of a name: names in different scripts cannot be compared.
fn script(name: &str) -> &'static str {
    let is_kana = |letter: char| ('\u{3040}'..='\u{30ff}').contains(&letter);
    match squeezed(name) {
        name if name.is_ascii() => "latin",
        name if name.chars().all(is_kana) => "kana",
        _ => "han",
    }
}

/// Returns what may be the given name: nobody changes that with a marriage.
fn given(name: &str) -> Vec<String> {
    if script(name) == "latin" {
        return Vec::new();
    }
    let parts: Vec<&str> = name.split_whitespace().collect();
    if let [_, .., last] = parts.as_slice() {
        return vec![squeezed(last)];
    }
    let letters: Vec<char> = squeezed(name).chars().collect();
    let most = GIVEN_LETTERS.min(letters.len().saturating_sub(1));
    (1..=most)
        .map(|count| letters[letters.len() - count..].iter().collect())
        .collect()
}

/// Returns a name whose parts may stand in another order.
fn in_order(name: &str) -> String {
    let mut parts: Vec<String> = name.split_whitespace().map(squeezed).collect();
    if script(name) == "latin" {
        parts.sort();
    }
    parts.concat()
}

/// Returns what is hashed of a name with what else is known of the person.
pub(super) fn hashed(name: &str, (kind, text): &(&'static str, String)) -> Vec<Hashed> {
    let mut hashed = vec![whole(name, (*kind, text.as_str()))];
    if ["email", "phone"].contains(kind) {
        hashed.push((
            "name in script",
            vec![text.clone(), script(name).to_owned()],
        ));
        let given = given(name).into_iter();
        hashed.extend(given.map(|given| ("given name", vec![text.clone(), given])));
    }
    hashed
}

/// Returns what is hashed of a whole name beside one thing that is known of the person.
pub(super) fn whole(name: &str, (kind, text): (&str, &str)) -> Hashed {
    let parts = vec![in_order(name), kind.to_owned(), text.to_owned()];
    ("name beside", parts)
}

/// Whether a name beside an address or number is another person's than the one it was forgotten of.
pub(super) fn contradicts(
    name: &str,
    (kind, text): (&'static str, &str),
    is_known: &dyn Fn(&Hashed) -> bool,
) -> bool {
    let script = script(name);
    let letters = squeezed(name).chars().count();
    let is_full = name.split_whitespace().count() > 1 || script == "han" && letters > 2;
    is_full
        && is_known(&("name in script", vec![text.to_owned(), script.to_owned()]))
        && !is_known(&whole(name, (kind, text)))
        && !given(name)
            .into_iter()
            .any(|given| is_known(&("given name", vec![text.to_owned(), given])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_contradicts_only_where_it_can_be_compared() {
        let email = ("email", "a@example.jp".to_owned());
        let known = hashed("鳥越 真帆", &email);
        let is_known = |one: &Hashed| known.contains(one);
        let contradicts = |name| contradicts(name, ("email", "a@example.jp"), &is_known);
        for name in ["鳥越真帆", "鈴木 真帆", "とりごえ", "Maho Torigoe", ""] {
            assert!(!contradicts(name), "{name}");
        }
        for name in ["鳥越 由美", "鳥越由美", "小林 健"] {
            assert!(contradicts(name), "{name}");
        }
    }

    #[test]
    fn widths_cases_and_spaces_make_no_other_name() {
        assert_eq!(squeezed("ﾄﾘｺﾞｴ　ﾏﾎ"), squeezed("トリゴエ マホ"));
        assert_eq!(in_order("Maho TORIGOE"), in_order("torigoe maho"));
    }
}
