//! `[brand]` and `[[brand]]`: whose voice is heard, and beside whose.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Config;
use super::check::bad;
use crate::error::Result;

/// What stands between the names of one product or competitor.
const BETWEEN_NAMES: [char; 2] = ['|', '｜'];

/// What the shop, or one of its brands, is called and how its voice is told.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandConfig {
    /// Name as printed.
    pub name: String,
    /// Words by which a public post is about the shop.
    pub keywords: Vec<String>,
    /// Words by which a post is about something else.
    pub exclusions: Vec<String>,
    /// Handles or ids of the shop's own accounts.
    pub official: Vec<String>,
    /// Products, each by its name and its synonyms; see [`BrandConfig::names`].
    pub products: Vec<String>,
    /// Brands of others, written like products.
    pub competitors: Vec<String>,
}

impl BrandConfig {
    /// Returns the names of a product or competitor: `"定期便|サブスク"` is called 定期便 and also named サブスク.
    pub fn names(entry: &str) -> impl Iterator<Item = &str> {
        entry
            .split(BETWEEN_NAMES)
            .map(str::trim)
            .filter(|name| !name.is_empty())
    }

    /// Returns what a product or competitor is called, the first of its names; empty when it has none.
    pub fn title(entry: &str) -> &str {
        Self::names(entry).next().unwrap_or_default()
    }

    fn check(&self) -> Result<()> {
        for (key, words) in [
            ("brand.keywords", &self.keywords),
            ("brand.exclusions", &self.exclusions),
        ] {
            // An empty word stands in every text.
            if words.iter().any(|word| word.trim().is_empty()) {
                return bad(key, "", "a list of words, none of them empty");
            }
        }
        for (key, entries) in [
            ("brand.products", &self.products),
            ("brand.competitors", &self.competitors),
        ] {
            let mut titles = BTreeSet::new();
            for entry in entries {
                let title = Self::title(entry);
                if title.is_empty() {
                    return bad(
                        key,
                        entry,
                        "a name, or a name and its synonyms with `|` between",
                    );
                }
                if !titles.insert(title) {
                    return bad(key, title, "a name that is not listed before");
                }
            }
        }
        Ok(())
    }
}

impl Config {
    /// Returns the shop's own brand, the first one: what reports are titled with.
    pub fn own_brand(&self) -> &BrandConfig {
        self.brand
            .first()
            .expect("that there is a brand was checked when the settings were read")
    }

    /// Returns the keywords of every brand, in the order of the brands.
    pub fn keywords(&self) -> Vec<String> {
        let keywords = self.brand.iter().flat_map(|brand| &brand.keywords);
        keywords.cloned().collect()
    }

    /// Returns what brands are called, the shop's by name and keywords and those of others, in the order of the settings.
    pub fn brand_names(&self) -> Vec<String> {
        let own = |brand: &'_ BrandConfig| {
            let others = brand.competitors.iter();
            let others = others.flat_map(|entry| BrandConfig::names(entry).map(str::to_owned));
            let own = std::iter::once(brand.name.clone()).chain(brand.keywords.clone());
            own.chain(others).collect::<Vec<String>>()
        };
        self.brand.iter().flat_map(own).collect()
    }

    /// Returns the handles and ids of every brand's own accounts.
    pub fn official(&self) -> Vec<String> {
        let official = self.brand.iter().flat_map(|brand| &brand.official);
        official.cloned().collect()
    }
}

/// Checks each brand, and that several can be told apart.
pub(super) fn check(brands: &[BrandConfig]) -> Result<()> {
    if brands.is_empty() {
        return bad("brand", "[]", "at least one brand");
    }
    for brand in brands {
        brand.check()?;
    }
    if brands.len() == 1 {
        return Ok(());
    }
    let mut names = BTreeSet::new();
    for brand in brands {
        let name = brand.name.trim();
        if name.is_empty() || !names.insert(name) {
            return bad("brand.name", name, "a name of its own for each brand");
        }
        if brand.keywords.is_empty() && brand.official.is_empty() {
            return bad(
                "brand.keywords",
                "[]",
                &format!("words by which a post is about `{name}`, for there are several brands"),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Override;
    use crate::error::Error;

    fn parse(text: &str, overrides: &[(&str, &str)]) -> Result<Config> {
        let overrides: Vec<Override> = overrides
            .iter()
            .map(|(key, value)| Override {
                key: (*key).into(),
                value: (*value).into(),
                origin: "`--set`".into(),
            })
            .collect();
        Config::parse(text, Path::new("koe.toml"), &overrides)
    }

    const TWO: &str = "[[brand]]\nname = 'とりのこえ'\nkeywords = ['とりのこえ']\n\
                       [[brand]]\nname = 'ふくろう'\nofficial = ['fukurou']\ncompetitors = ['星珈琲|ほしコーヒー']\n";

    #[test]
    fn a_table_is_one_brand_and_an_array_several() {
        let one = parse(
            "[brand]\nname = '鳥'\nproducts = ['定期便|サブスク ｜ 定期コース']\n",
            &[],
        )
        .unwrap();
        assert_eq!(one.brand.len(), 1);
        assert_eq!(one.own_brand().name, "鳥");
        let entry = &one.own_brand().products[0];
        assert_eq!(BrandConfig::title(entry), "定期便");
        assert_eq!(
            BrandConfig::names(entry).collect::<Vec<_>>(),
            ["定期便", "サブスク", "定期コース"]
        );
        let two = parse(TWO, &[]).unwrap();
        assert_eq!(two.brand.len(), 2);
        assert_eq!(two.own_brand().name, "とりのこえ");
        assert!(two.brand[1].keywords.is_empty(), "the defaults fill it up");
        assert_eq!(two.keywords(), ["とりのこえ"]);
        assert_eq!(two.official(), ["fukurou"]);
        assert_eq!(parse("", &[]).unwrap().brand, [BrandConfig::default()]);
        for config in [one, two] {
            assert_eq!(parse(&config.to_toml(), &[]).unwrap(), config);
        }
    }

    #[test]
    fn an_unknown_key_names_the_nearest_in_both_forms() {
        for text in [
            "[brand]\nkeyword = []\n",
            "[[brand]]\nname = 'a'\nkeyword = []\n",
        ] {
            let Err(Error::UnknownSetting { key, nearest, .. }) = parse(text, &[]) else {
                panic!("an unknown key must be an error: {text}");
            };
            assert_eq!(key, "brand.keyword");
            assert_eq!(nearest.as_deref(), Some("brand.keywords"));
        }
        let unknown = parse(TWO, &[("brand.nam", "x")]);
        assert!(
            matches!(unknown, Err(Error::UnknownSetting { nearest: Some(near), .. }) if near == "brand.name")
        );
    }

    #[test]
    fn what_is_set_from_outside_is_set_of_the_first() {
        let overrides = [("brand.name", "x"), ("brand.keywords", "['y']")];
        for text in ["", "[brand]\nname = 'a'\n", "[[brand]]\nname = 'a'\n", TWO] {
            let config = parse(text, &overrides).unwrap();
            assert_eq!(config.own_brand().name, "x", "{text}");
            assert_eq!(config.own_brand().keywords, ["y"], "{text}");
        }
        let whole = parse(TWO, &[("brand", "[{name = 'z'}]")]).unwrap();
        assert_eq!((whole.brand.len(), &*whole.brand[0].name), (1, "z"));
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        for text in [
            "brand = []\n",
            "brand = ['a']\n",
            "brand = 'a'\n",
            "[brand]\nname = ['a']\n",
            "[[brand]]\nname = 7.5\n",
            "[brand]\nkeywords = ['']\n",
            "[brand]\nkeywords = [1]\n",
            "[brand]\nexclusions = [' ']\n",
            "[brand]\nproducts = ['|']\n",
            "[brand]\ncompetitors = ['']\n",
            "[brand]\nproducts = ['a|b', 'a']\n",
            "[[brand]]\nname = ''\nkeywords = ['a']\n[[brand]]\nname = 'b'\nkeywords = ['b']\n",
            "[[brand]]\nname = 'a'\nkeywords = ['a']\n[[brand]]\nname = 'a '\nkeywords = ['b']\n",
            "[[brand]]\nname = 'a'\nkeywords = ['a']\n[[brand]]\nname = 'b'\n",
        ] {
            assert!(
                matches!(parse(text, &[]), Err(Error::BadSetting { .. })),
                "{text}"
            );
        }
    }
}
