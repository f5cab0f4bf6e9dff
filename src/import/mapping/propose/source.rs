//! Whose the rows of a file are, as far as its name and the sections before it tell.

use std::collections::{BTreeMap, BTreeSet};

use super::Proposal;
use crate::import::head::fold;
use crate::import::mapping::{Fills, Mapping};

/// Words that say what a file holds, when it was made or of what kind it is, and not whose it is; in the singular.
const LATIN: &str = include_str!("usual_words.txt");
/// The same in Japanese, where they stand at the ends of a name.
const JAPANESE: &str = include_str!("usual_words_ja.txt");
/// What stands behind the number of a date or an edition.
const COUNTERS: &str = "年月日時分度期週回号版件";

/// What a letter of a name belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Latin,
    Japanese,
    Number,
    Gap,
}

impl Kind {
    fn of(letter: char) -> Self {
        match letter {
            '々' | 'ー' | '\u{3041}'..='\u{30fa}' | '\u{3400}'..='\u{9fff}' => Self::Japanese,
            _ if letter.is_alphabetic() => Self::Latin,
            _ if letter.is_numeric() => Self::Number,
            _ => Self::Gap,
        }
    }
}

impl Proposal {
    /// Takes the source that a name says, the first of several that does: `honten` of `honten_orders_2026-01`.
    ///
    /// Files of one shop share one source, so that a customer's order, answer and refusal meet: without such a name it is
    /// that of the other sections, where they agree. Answers are always those of customers of another section, where there is
    /// one, and customers take the source of answers that have none yet, whatever the name, as a refusal under a source of its
    /// own would reach nobody.
    ///
    /// # Errors
    /// The sources of the other sections, where answers may be of any of them.
    pub fn choose_source(
        &mut self,
        names: &[&str],
        sections: &BTreeMap<String, Mapping>,
    ) -> Result<(), Vec<String>> {
        if !is_of_shop(self.mapping.table) {
            return Ok(());
        }
        let sources = |answers: bool| -> BTreeSet<&str> {
            let others = sections.values();
            let others = others
                .filter(|other| is_of_shop(other.table) && tells_answers(other.table) == answers);
            others.map(Mapping::source).collect()
        };
        let (of_customers, of_answers) = (sources(false), sources(true));
        let only = |sources: &BTreeSet<&str>| {
            let only = sources.first().filter(|_| sources.len() == 1);
            only.map(|only| (*only).to_owned())
        };
        let own = names.iter().find_map(|name| whose(name));
        let source = match tells_answers(self.mapping.table) {
            true => {
                let known = own
                    .clone()
                    .filter(|own| of_customers.contains(own.as_str()));
                if known.is_none() && of_customers.len() > 1 {
                    return Err(of_customers.into_iter().map(str::to_owned).collect());
                }
                known.or(only(&of_customers)).or(own).or(only(&of_answers))
            }
            false => {
                let mut waiting = of_answers.difference(&of_customers);
                let waiting = waiting.next().map(|source| (*source).to_owned());
                waiting.or(own).or(only(&of_customers))
            }
        };
        let own_source = self.mapping.table.own_source();
        self.mapping.source = source.filter(|source| source != own_source);
        Ok(())
    }

    /// Whether its rows are what customers answered, so that whose they are rests on the sections of customers.
    pub fn tells_answers(&self) -> bool {
        tells_answers(self.mapping.table)
    }
}

fn tells_answers(table: Fills) -> bool {
    matches!(table, Fills::Consents | Fills::Contacts)
}

/// Whether the rows are what a shop knows of its customers.
pub(super) fn is_of_shop(table: Fills) -> bool {
    matches!(
        table,
        Fills::Customers | Fills::Orders | Fills::Consents | Fills::Contacts
    )
}

/// Returns what a file's name says besides what it holds and when it was made.
fn whose(file_stem: &str) -> Option<String> {
    let words = words(file_stem);
    let own: Vec<&str> = words.iter().filter_map(|word| own_part(word)).collect();
    (!own.is_empty()).then(|| own.join("_"))
}

/// Returns the words of a name: `orderList` has two, as has `本店orders`.
fn words(file_stem: &str) -> Vec<String> {
    let mut spaced = String::new();
    for letter in file_stem.chars() {
        if letter.is_uppercase() && spaced.ends_with(char::is_lowercase) {
            spaced.push(' ');
        }
        spaced.push(letter);
    }
    let mut words: Vec<String> = Vec::new();
    let mut last = Kind::Gap;
    for letter in fold(&spaced).chars() {
        let is_counter = last == Kind::Number && COUNTERS.contains(letter);
        let kind = match is_counter {
            true => Kind::Number,
            false => Kind::of(letter),
        };
        if kind == last
            && let Some(word) = words.last_mut()
        {
            word.push(letter);
        } else {
            words.push(letter.to_string());
        }
        last = kind;
    }
    words
}

/// Returns what of a word is no usual one, if anything.
fn own_part(word: &str) -> Option<&str> {
    let is_word = |letter: char| matches!(Kind::of(letter), Kind::Latin | Kind::Japanese);
    let mut rest = word;
    while let Some(cut) = without_usual(rest) {
        rest = cut.trim_end_matches('の');
    }
    let singular = rest.strip_suffix('s').unwrap_or(rest);
    let mut usual = LATIN.split_whitespace();
    let is_usual = usual.any(|usual| usual == rest || usual == singular);
    let is_own = rest.starts_with(is_word) && rest.chars().count() > 1 && !is_usual;
    is_own.then_some(rest)
}

fn without_usual(name: &str) -> Option<&str> {
    let mut usual = JAPANESE.split_whitespace();
    usual.find_map(|usual| {
        name.strip_suffix(usual)
            .or_else(|| name.strip_prefix(usual))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::mapping::propose;

    const ORDERS: &str = include_str!("../../../../testdata/mappings/ja_orders.csv");
    const ANSWERS: &str = include_str!("../../../../testdata/mappings/ja_consents.csv");

    fn orders(source: Option<&str>) -> Mapping {
        let mut mapping = propose(ORDERS).expect("orders").mapping;
        assert_eq!(mapping.table, Fills::Orders);
        mapping.source = source.map(str::to_owned);
        mapping
    }

    fn chosen(file: &str, name: &str, others: &[Option<&str>]) -> Option<String> {
        let mut proposal = propose(file).expect("a table koe can use");
        let others = others.iter().enumerate();
        let sections = others.map(|(place, source)| (format!("other{place}"), orders(*source)));
        let is_known = proposal.choose_source(&[name], &sections.collect());
        is_known.expect("whose it is is known");
        proposal.mapping.source
    }

    #[test]
    fn a_name_says_whose_a_file_is_only_where_it_says_more_than_what_it_holds() {
        for (name, own) in [
            ("honten_orders_2026-01", Some("honten")),
            ("OrderList (2)", None),
            ("denpyo", None),
            ("my orders 2026年1月分", None),
            ("2024年度売上明細_最新", None),
            ("顧客一覧", None),
            ("本店の売上", Some("本店")),
            ("日本橋店_受注データ2026年5月", Some("日本橋店")),
            ("クラブ会員名簿", Some("クラブ")),
            ("Web-Shop_Customers.csv", Some("web_shop")),
            ("tanaka-ya sales", Some("tanaka_ya")),
            ("orders_utf8_jan", None),
            ("7", None),
            ("", None),
        ] {
            assert_eq!(whose(name).as_deref(), own, "{name}");
        }
    }

    #[test]
    fn files_of_one_shop_share_one_source() {
        let orders = |name: &str, others: &[Option<&str>]| chosen(ORDERS, name, others);
        assert_eq!(orders("orders", &[]), None);
        assert_eq!(orders("honten_orders", &[]).as_deref(), Some("honten"));
        assert_eq!(
            orders("orders", &[Some("honten")]).as_deref(),
            Some("honten")
        );
        assert_eq!(
            orders("web_orders", &[Some("honten")]).as_deref(),
            Some("web")
        );
        // Of two shops nobody knows which.
        assert_eq!(orders("orders", &[Some("honten"), Some("web")]), None);
        // The source that a section has without one is written by nobody.
        assert_eq!(orders("orders", &[None]), None);
        assert_eq!(orders("shop_orders", &[]), None);
    }

    #[test]
    fn answers_go_to_the_customers_there_are() {
        assert_eq!(
            propose(ANSWERS).expect("answers").mapping.table,
            Fills::Consents
        );
        let answers = |name: &str, others: &[Option<&str>]| chosen(ANSWERS, name, others);
        assert_eq!(answers("club_teishi", &[]).as_deref(), Some("club"));
        assert_eq!(
            answers("club_teishi", &[Some("club"), Some("web")]).as_deref(),
            Some("club")
        );
        assert_eq!(
            answers("club_teishi", &[Some("honten")]).as_deref(),
            Some("honten")
        );
        assert_eq!(answers("club_teishi", &[None]), None);
        let mut proposal = propose(ANSWERS).expect("answers");
        let shops = ["honten", "web"];
        let sections = shops.map(|shop| (shop.to_owned(), orders(Some(shop))));
        let sections = BTreeMap::from(sections);
        for name in ["teishi", "club_teishi"] {
            let found = proposal.choose_source(&[name], &sections);
            assert_eq!(found, Err(shops.map(str::to_owned).to_vec()), "{name}");
        }
        proposal
            .choose_source(&["web_teishi"], &sections)
            .expect("one of them");
        assert_eq!(proposal.mapping.source(), "web");
    }

    #[test]
    fn customers_are_those_of_the_answers_that_wait_for_them() {
        let waiting = |source: Option<&str>| {
            let mut answers = propose(ANSWERS).expect("answers").mapping;
            answers.source = source.map(str::to_owned);
            BTreeMap::from([("answers".to_owned(), answers)])
        };
        for (source, expected) in [(None, None), (Some("web"), Some("web"))] {
            let mut proposal = propose(ORDERS).expect("orders");
            let found = proposal.choose_source(&["honten_orders"], &waiting(source));
            found.expect("whose it is is known");
            assert_eq!(proposal.mapping.source.as_deref(), expected);
        }
    }
}
