//! Hand-made cases from `testdata/normalise`, and what holds for every text.
//!
//! A line is kind, input, expected, comment; fields of an input or an answer are parted by ` | `, no answer is `-`.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

fn fields(cell: &str) -> Vec<&str> {
    cell.split('|').map(str::trim).collect()
}

fn field<'a>(cells: &[&'a str], place: usize) -> Option<&'a str> {
    cells.get(place).copied().filter(|cell| !cell.is_empty())
}

fn name_of(cells: &[&str]) -> Name {
    name(field(cells, 0), field(cells, 1))
}

fn split_of(cells: &[&str]) -> Name {
    let mut name = name_of(cells);
    Families::default().split(&mut name);
    name
}

fn shown_name(name: &Name) -> String {
    [
        &*name.family,
        &name.given,
        &name.family_reading,
        &name.given_reading,
    ]
    .join(" | ")
}

fn address_of(cells: &[&str]) -> Address {
    match cells {
        [whole] => address(None, Some(whole)),
        _ => address(field(cells, 0), field(cells, 1)),
    }
}

fn shown_address(address: &Address) -> String {
    let numbers = address.numbers.join("-");
    [
        &*address.prefecture,
        &address.town,
        &numbers,
        &address.building,
    ]
    .join(" | ")
}

fn shown(key: Option<String>) -> String {
    key.unwrap_or_else(|| "-".to_owned())
}

fn pair<T: PartialEq>(cells: &[&str], key: impl Fn(&str) -> T) -> String {
    let is_same = key(cells[0]) == key(cells[1]);
    if is_same { "same" } else { "other" }.to_owned()
}

fn answer(kind: &str, input: &str) -> String {
    let cells = fields(input);
    match kind {
        "name" => shown_name(&name_of(&cells)),
        "split" => shown_name(&split_of(&cells)),
        "name-pair" => pair(&cells, name_key),
        "part-pair" => pair(&cells, |cell| name(Some(cell), None)),
        "split-pair" => pair(&cells, |cell| split_of(&[cell])),
        "reading" => shown(reading_key(input)),
        "reading-pair" => pair(&cells, reading_key),
        "email" => email(input).map_or("-".to_owned(), |email| {
            [&*email.key, &*email.loose].join(" | ")
        }),
        "phone" => shown(phone_key(input)),
        "postal" => shown(postal_key(input)),
        "birth" => shown(birth_digits(input)),
        "address" => shown_address(&address_of(&cells)),
        "address-pair" => pair(&cells, |cell| address(None, Some(cell))),
        _ => panic!("no such kind: {kind}"),
    }
}

#[test]
fn every_case_of_the_tables_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/normalise");
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "tsv") {
            continue;
        }
        let table = fs::read_to_string(&path).unwrap();
        for line in table
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(cells.len() >= 3, "{line}");
            let found = answer(cells[0], cells[1]);
            if fields(&found) != fields(cells[2]) {
                wrong.push(format!("{line}\n    found {found}"));
            }
            count += 1;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 300, "{count}");
}

fn check_strings(text: &str) -> Result<(), TestCaseError> {
    for key in [
        name_key,
        reading_key,
        phone_key,
        postal_key,
        email_key,
        birth_digits,
    ] {
        if let Some(found) = key(text) {
            prop_assert_eq!(key(&found), Some(found), "{}", text);
        }
    }
    if let Some(found) = email(text) {
        prop_assert_eq!(email(&found.key), Some(found.clone()));
        prop_assert_eq!(
            email(&found.loose).map(|keys| keys.loose),
            Some(found.loose)
        );
    }
    Ok(())
}

fn check_name(written: &str, reading: &str) -> Result<(), TestCaseError> {
    let joined = |found: &Name| {
        name(
            Some(&format!("{} {}", found.family, found.given)),
            Some(&format!("{} {}", found.family_reading, found.given_reading)),
        )
    };
    let found = name(Some(written), Some(reading));
    prop_assert_eq!(joined(&found), found.clone(), "{} {}", written, reading);
    prop_assert!(found.given.is_empty() || !found.family.is_empty());
    let mut split = found;
    let families = Families::default();
    families.split(&mut split);
    let mut again = joined(&split);
    families.split(&mut again);
    prop_assert_eq!(again, split);
    Ok(())
}

fn check_address(prefecture: &str, text: &str) -> Result<(), TestCaseError> {
    let found = address(Some(prefecture), Some(text));
    let again = address(Some(&found.prefecture), Some(&found.joined()));
    prop_assert_eq!(again, found, "{} {}", prefecture, text);
    Ok(())
}

const JAPANESE_NAME: &str = "([佐々木髙橋山田一二森林之ノヶ花子太郎ー様氏君さんちゃんくんやまだハナコﾊﾞﾔヴゞヽ]{0,4}[ 　・,、(（)）-]?){0,4}";
const READING: &str =
    "([ヤマダハナコンッャュョーァヴきょうおsthckzjpnmbydfuoaeilrwvx' -]{0,8}[ 　]?){0,3}";
const JAPANESE_ADDRESS: &str = "(東京都|京都府|京都市|中京区|〒|1500001|大字|字|上る|東入|丁目|番地|番|号|室|階|棟|条|の|ノ|ー|-|－|一|二|十|〇|[0-9]|１|ヶ|ケ|が|丘|ッ|之|々|森|メゾン|地下|先| |　|a|f|\\(|\\)|町){0,14}";
const WESTERN_ADDRESS: &str =
    "([0-9]{0,3}[a-zA-Z]{0,3}|Street|St\\.|apt|flat|Apt4|é|#|,| |/|'|-|5th){0,12}";
const DATE: &str =
    "(昭和|平成|S|㍼|元|年|月|日|[0-9]{1,4}|[0-9]{8}|/|-|\\.| |十|二|jan|T|:|\\(|\\)){0,9}";
const PHONE: &str = "(\\+|81|0|\\(|\\)|-|[0-9]{1,11}|内線|ext|/| |TEL|０){0,8}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn keys_of_any_text_are_at_rest(text in "\\PC{0,24}", other in ".{0,16}") {
        check_strings(&text)?;
        check_strings(&other)?;
        check_name(&text, &other)?;
        check_name(&other, &text)?;
        check_address(&other, &text)?;
    }

    #[test]
    fn keys_of_names_are_at_rest(written in JAPANESE_NAME, reading in READING) {
        check_strings(&written)?;
        check_strings(&reading)?;
        check_name(&written, &reading)?;
        check_name(&reading, &written)?;
    }

    #[test]
    fn keys_of_addresses_are_at_rest(text in JAPANESE_ADDRESS, western in WESTERN_ADDRESS) {
        check_address("", &text)?;
        check_address("東京", &text)?;
        check_address("", &western)?;
        check_address(&western, &text)?;
    }

    #[test]
    fn keys_of_numbers_are_at_rest(date in DATE, phone in PHONE) {
        check_strings(&date)?;
        check_strings(&phone)?;
    }

    #[test]
    fn readings_in_any_letters_are_at_rest(text in "[a-z]{0,12}") {
        let key = romaji::reading(&text);
        prop_assert_eq!(romaji::reading(&key), key);
    }
}
