//! Which posts are about which brand.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use polars::prelude::{DataFrame, PolarsResult};
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::named::Names;
use super::packed::Firsts;
use super::posts::Row;
use super::written::{In, Out};
use crate::config::BrandConfig;
use crate::hash::{Unhashed, fast_hash, mixed};
use crate::schema::{Column, accounts};
use crate::text::nfkc_alone;

/// Platforms on which everybody may say anything; elsewhere people speak to the shop.
pub(super) const PUBLIC: &[&str] = &[
    "x",
    "instagram",
    "facebook",
    "youtube",
    "tiktok",
    "threads",
    "bluesky",
    "blog",
    "forum",
    "web",
];

/// Columns of accounts by which it is told whose they are.
pub(super) const COLUMNS: [Column; 4] = [
    accounts::PLATFORM,
    accounts::ACCOUNT_ID,
    accounts::HANDLE,
    accounts::DISPLAY_NAME,
];

/// What a post is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct About {
    /// Index of the brand; `None` when it is about none.
    pub brand: Option<u32>,
    /// Whether it names a competitor of any of the brands.
    pub names_competitor: bool,
}

/// A post that was looked at.
#[derive(Debug)]
pub(super) struct Looked {
    pub about: About,
    /// Its text, [`folded`].
    pub text: String,
}

/// Finds out which brand each post is about, the first of those that it is about.
///
/// It is about one when it has one of the keywords or names one of the brand's accounts; else when an account of the brand
/// said it, or when it answers, quotes or repeats a post that is about the brand; else, when it was said to the shop
/// (chats, reviews) or by it, or when the brand has neither keyword nor account. It never is when it has a word that the
/// brand excludes.
///
/// Posts come one after the other, oldest first: what a post is about never depends on later ones.
pub(super) struct Finder {
    told: Vec<Told>,
    /// Brands of accounts, by the hash of platform and account.
    owners: HashMap<u64, u32, Unhashed>,
    /// Posts about brands by the hash of platform and id, and the brand of the first of each.
    known: Firsts,
}

/// A post that names no brand and may be about that of another post.
#[derive(Debug)]
struct Following {
    /// Posts that it answers, quotes or repeats, by the hashes of platform and id.
    others: [Option<u64>; 3],
    /// Brands that exclude it; hardly ever any.
    excluded: Vec<u32>,
}

impl Finder {
    /// Takes the words of the brands, and the accounts observed, some of which may be theirs.
    ///
    /// # Errors
    /// Those of polars, when the accounts lack a column.
    pub(super) fn new(brands: &[BrandConfig], observed: &DataFrame) -> PolarsResult<Self> {
        let told: Vec<Told> = brands.iter().map(Told::of).collect();
        Ok(Self {
            owners: owners(observed, &told)?,
            told,
            known: Firsts::default(),
        })
    }

    /// Lets what is found out from now on lie in a file in a folder.
    pub(super) fn lie_in(&mut self, folder: &Path) {
        self.known.lie_in(folder);
    }

    /// Lets go of the memory that looking up posts took.
    pub(super) fn release(&self) {
        self.known.release();
    }

    /// Returns the hash of whose the accounts observed are. With the words of the brands it is all that a post about a brand is
    /// told by, but for the posts before it.
    pub(super) fn hash_of_owners(&self) -> u64 {
        let owners = self.owners.iter();
        owners.fold(0_u64, |hash, (account, brand)| {
            hash.wrapping_add(mixed(*account, u64::from(*brand)))
        })
    }

    /// Writes down which posts are about brands.
    pub(super) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        self.known.write(out)
    }

    /// Takes up what was written down by a finder with the same words and owners; `None` for anything else, after which it is
    /// no finder any more.
    pub(super) fn read(&mut self, input: &mut In<'_>) -> Option<()> {
        self.known.fill(input)
    }

    /// Looks at the posts that come next, and returns what each is about.
    pub(super) fn extend(&mut self, rows: &[Row]) -> Vec<Looked> {
        let found: Vec<(Looked, Option<Following>)> =
            rows.par_iter().map(|row| self.looked_at(row)).collect();
        // Where everything is about one brand, nothing follows from others.
        let is_all = self.told.len() == 1 && self.told.iter().all(Told::is_open);
        let mut all = Vec::with_capacity(rows.len());
        for (row, (mut looked, following)) in rows.iter().zip(found) {
            let followed = following.and_then(|following| self.followed(&following));
            let own = looked
                .about
                .brand
                .and_then(|brand| u16::try_from(brand).ok());
            if let (Some(own), false) = (own, is_all) {
                let key = fast_hash([&*row.platform, &*row.post_id]);
                self.known.put(key, own);
            }
            looked.about.brand = followed.or(looked.about.brand);
            all.push(looked);
        }
        all
    }

    /// Returns the brand that a post is about by the posts before it that it answers, quotes or repeats.
    fn followed(&self, following: &Following) -> Option<u32> {
        let mut others = following.others.iter().flatten();
        let brand = others.find_map(|other| self.known.get(*other));
        let brand = brand.map(u32::from);
        brand.filter(|brand| !following.excluded.contains(brand))
    }

    fn looked_at(&self, row: &Row) -> (Looked, Option<Following>) {
        let told = &self.told;
        let text = folded(&row.text);
        let first_of = |is_it: &dyn Fn(&Told) -> bool| {
            let mut places = (0_u32..).zip(told);
            places
                .find(|(_, told)| is_it(told) && !told.excludes(&text))
                .map(|(place, _)| place)
        };
        let named = first_of(&|told: &Told| told.is_named(&text, row)).or_else(|| {
            let owner = match self.owners.is_empty() {
                true => None,
                false => self
                    .owners
                    .get(&fast_hash([&*row.platform, &*row.account_id])),
            }?;
            (row.is_outbound && !told.get(*owner as usize)?.excludes(&text)).then_some(*owner)
        });
        let is_said_to_shop = !PUBLIC.contains(&row.platform.as_str());
        let heard =
            || first_of(&|told: &Told| told.is_open() || is_said_to_shop || row.is_outbound);
        let brand = named.or_else(heard);
        let about = About {
            brand,
            names_competitor: told.iter().any(|told| told.competitors.is_in(&text)),
        };
        let key = |id: &Option<String>| {
            let id = id.as_deref()?;
            Some(fast_hash([&*row.platform, id]))
        };
        let others = [&row.reply_to, &row.reposted, &row.conversation].map(key);
        // Of one brand only, a post about it can follow no other.
        let may_follow = named.is_none()
            && (told.len() > 1 || brand.is_none())
            && others.iter().any(Option::is_some);
        let following = may_follow.then(|| Following {
            others,
            excluded: (0_u32..)
                .zip(told)
                .filter(|(_, told)| told.excludes(&text))
                .map(|(brand, _)| brand)
                .collect(),
        });
        (Looked { about, text }, following)
    }
}

/// The words of one brand, folded.
struct Told {
    keywords: Vec<String>,
    exclusions: Vec<String>,
    official: HashSet<String>,
    competitors: Names,
}

impl Told {
    fn of(brand: &BrandConfig) -> Self {
        Self {
            keywords: brand.keywords.iter().map(|word| folded(word)).collect(),
            exclusions: brand.exclusions.iter().map(|word| folded(word)).collect(),
            official: brand.official.iter().map(|name| handle(name)).collect(),
            competitors: Names::of(&brand.competitors),
        }
    }

    fn is_open(&self) -> bool {
        self.keywords.is_empty() && self.official.is_empty()
    }

    fn is_named(&self, text: &str, row: &Row) -> bool {
        let mut mentions = row.mentions.iter();
        has(text, &self.keywords)
            || mentions.any(|name| self.official.contains(&name.to_lowercase()))
    }

    /// Whether a folded text has a word that the brand excludes.
    fn excludes(&self, text: &str) -> bool {
        has(text, &self.exclusions)
    }
}

fn has(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

fn handle(name: &str) -> String {
    name.trim_start_matches('@').to_lowercase()
}

/// Returns whose the accounts of brands are, by platform and account; nothing where there is one brand only.
fn owners(observed: &DataFrame, told: &[Told]) -> PolarsResult<HashMap<u64, u32, Unhashed>> {
    let mut owners = HashMap::default();
    if told.len() < 2 {
        return Ok(owners);
    }
    let platform = observed.column(accounts::PLATFORM.name)?.str()?;
    let account = observed.column(accounts::ACCOUNT_ID.name)?.str()?;
    let names = [
        account,
        observed.column(accounts::HANDLE.name)?.str()?,
        observed.column(accounts::DISPLAY_NAME.name)?.str()?,
    ];
    for row in 0..observed.height() {
        let (Some(platform), Some(account)) = (platform.get(row), account.get(row)) else {
            continue;
        };
        let mut places = (0_u32..).zip(told);
        let owner = places.find(|(_, told)| {
            let mut names = names.iter().filter_map(|column| column.get(row));
            names.any(|name| told.official.contains(&handle(name)))
        });
        if let Some((owner, _)) = owner {
            let key = fast_hash([platform, account]);
            owners.entry(key).or_insert(owner);
        }
    }
    Ok(owners)
}

/// Returns a text in which width and case make no difference.
pub(super) fn folded(text: &str) -> String {
    folded_plainly(text).unwrap_or_else(|| text.nfkc().flat_map(char::to_lowercase).collect())
}

/// Returns a folded text if it is made of what most posts are made of.
fn folded_plainly(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        folded.push(nfkc_alone(c)?.to_ascii_lowercase());
    }
    Some(folded)
}

#[cfg(test)]
mod tests {
    use polars::prelude::Column;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_folded_as_the_tables_say(text in "[ -~ぁ-ゖァ-ヾ一-鿿、-々！-～　☀🙂…ｶﾞ]{0,40}") {
            let slowly: String = text.nfkc().flat_map(char::to_lowercase).collect();
            prop_assert_eq!(folded(&text), slowly);
        }
    }

    fn brand(keywords: &[&str], official: &[&str]) -> BrandConfig {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        BrandConfig {
            name: "b".into(),
            keywords: texts(keywords),
            exclusions: vec!["鳥の声図鑑".into()],
            official: texts(official),
            ..BrandConfig::default()
        }
    }

    fn row(id: &str, text: &str) -> Row {
        Row {
            post_id: id.into(),
            platform: "x".into(),
            text: text.into(),
            ..Row::default()
        }
    }

    /// Returns for each post which brand it is about.
    fn about(rows: &[Row], brands: &[BrandConfig], observed: &DataFrame) -> Vec<About> {
        let mut finder = Finder::new(brands, observed).unwrap();
        let looked = finder.extend(rows).into_iter();
        looked.map(|looked| looked.about).collect()
    }

    fn brands_of(rows: &[Row], brands: &[BrandConfig]) -> Vec<Option<u32>> {
        let text = |column: crate::schema::Column, values: [&str; 2]| {
            Column::new(column.small_name(), values)
        };
        let observed = DataFrame::new(
            2,
            vec![
                text(accounts::PLATFORM, ["x", "x"]),
                text(accounts::ACCOUNT_ID, ["71", "72"]),
                text(accounts::HANDLE, ["Tori", "Fukurou"]),
                text(accounts::DISPLAY_NAME, ["鳥", "梟"]),
            ],
        );
        let found = about(rows, brands, &observed.unwrap());
        found.iter().map(|about| about.brand).collect()
    }

    #[test]
    fn keyword_mention_and_answer_are_about_the_brand_and_the_rest_is_not() {
        let mention = Row {
            mentions: vec!["Shop".into()],
            ..row("2", "これどう？")
        };
        let answer = Row {
            reply_to: Some("1".into()),
            ..row("3", "わかる")
        };
        let excluded = Row {
            reply_to: Some("1".into()),
            ..row("6", "鳥の声図鑑のこと？")
        };
        let rows = [
            row("1", "ﾄﾘﾉｺｴの豆"),
            mention,
            answer,
            row("4", "電車が遅れた"),
            row("5", "トリノコエ 鳥の声図鑑"),
            excluded,
        ];
        assert_eq!(
            brands_of(&rows, &[brand(&["トリノコエ"], &["@shop"])]),
            [Some(0), Some(0), Some(0), None, None, None]
        );
    }

    #[test]
    fn a_post_belongs_to_the_first_brand_that_it_names() {
        let brands = [
            brand(&["トリノコエ"], &["tori"]),
            BrandConfig {
                exclusions: Vec::new(),
                ..brand(&["フクロウ"], &["@fukurou"])
            },
        ];
        let own = |id: &str, account: &str| Row {
            account_id: account.into(),
            is_outbound: true,
            ..row(id, "本日は定休日です")
        };
        let answer = |id: &str, to: &str, text: &str| Row {
            reply_to: Some(to.into()),
            ..row(id, text)
        };
        let chat = |id: &str, text: &str| Row {
            platform: "line".into(),
            ..row(id, text)
        };
        let rows = [
            row("1", "フクロウとトリノコエ"),
            row("2", "フクロウの豆"),
            row("3", "フクロウ 鳥の声図鑑 トリノコエ"),
            own("4", "72"),
            own("5", "71"),
            own("6", "99"),
            answer("7", "4", "そうなんですね"),
            answer("8", "2", "わかる"),
            answer("9", "2", "トリノコエのほうがいい"),
            chat("10", "まだ届きません"),
            chat("11", "フクロウの豆がまだ届きません"),
            row("12", "電車が遅れた"),
        ];
        let second = Some(1);
        assert_eq!(
            brands_of(&rows, &brands),
            [
                Some(0),
                second,
                second,
                second,
                Some(0),
                Some(0),
                second,
                second,
                Some(0),
                Some(0),
                second,
                None
            ]
        );
    }

    #[test]
    fn a_competitor_is_named_in_posts_about_nobody() {
        let mut own = brand(&["トリノコエ"], &[]);
        own.competitors = vec!["星珈琲|ほしコーヒー".into()];
        let rows = [row("1", "ほしｺｰﾋｰなう"), row("2", "トリノコエなう")];
        let told: Vec<(Option<u32>, bool)> = about(&rows, &[own], &DataFrame::empty())
            .iter()
            .map(|about| (about.brand, about.names_competitor))
            .collect();
        assert_eq!(told, [(None, true), (Some(0), false)]);
    }

    #[test]
    fn what_a_post_follows_from_comes_before_it() {
        let answer = |id: &str, to: &str| Row {
            reply_to: Some(to.into()),
            ..row(id, "わかる")
        };
        let rows = [
            answer("1", "2"),
            row("2", "トリノコエの豆"),
            answer("3", "2"),
        ];
        let brands = [brand(&["トリノコエ"], &[])];
        assert_eq!(brands_of(&rows, &brands), [None, Some(0), Some(0)]);
        // In parts as at once.
        let mut finder = Finder::new(&brands, &DataFrame::empty()).unwrap();
        let parts = rows.chunks(1).flat_map(|rows| finder.extend(rows));
        let parts: Vec<Option<u32>> = parts.map(|looked| looked.about.brand).collect();
        assert_eq!(parts, [None, Some(0), Some(0)]);
        // By what was written down as by what is held.
        let mut bytes = Vec::new();
        finder.write(&mut Out::new(&mut bytes)).unwrap();
        let mut again = Finder::new(&brands, &DataFrame::empty()).unwrap();
        let mut bytes = &bytes[..];
        again.read(&mut In::new(&mut bytes)).unwrap();
        let later = [answer("4", "3"), answer("5", "1")];
        let found = again.extend(&later).into_iter();
        let found: Vec<Option<u32>> = found.map(|looked| looked.about.brand).collect();
        assert_eq!(found, [None, None]);
        let later = again.extend(&[answer("6", "2")]);
        assert_eq!(later[0].about.brand, Some(0));
    }

    #[test]
    fn without_settings_everything_is() {
        let rows = [row("1", "電車が遅れた")];
        assert_eq!(brands_of(&rows, &[brand(&[], &[])]), [Some(0)]);
    }
}
