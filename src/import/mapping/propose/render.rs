//! The section as text, with what its reader should look at.

use std::fmt::Write;

use super::Proposal;
use super::source::is_of_shop;
use crate::import::mapping::Names;
use crate::import::mapping::targets::Fills;

/// The sentences of a language.
struct Sentences {
    begin: &'static str,
    date_order: &'static str,
    date_order_open: &'static str,
    currency_guessed: &'static str,
    currency: &'static str,
    time_zone: &'static str,
    source: &'static str,
    customers: &'static str,
    tax_added: &'static str,
    guessed: &'static str,
    supposed: &'static str,
    undecided: &'static str,
    rest: &'static str,
    lost: &'static str,
    platform: &'static str,
    fixed: &'static str,
    words: &'static str,
    consents: &'static str,
}

const JAPANESE: Sentences = Sentences {
    begin: "見出しと値から作った下書きです。左が koe の列、右がファイルの見出しです。違うところは書き換えてください。",
    date_order: "日付の並び: ymd(年月日)、mdy(月日年)、dmy(日月年)",
    date_order_open: "日と月の順序が値から判別できません。どちらかの行の # を外してください。",
    currency_guessed: "小数のある金額なので円ではありません。通貨を確かめてください。",
    currency: "通貨が店の設定と違うとき",
    time_zone: "時刻が店の設定と違うタイムゾーンのとき",
    source: "同じ店の顧客・注文・同意は同じ source にします(省くと \"shop\")。",
    customers: "顧客一覧を別に取り込むなら false にします。",
    tax_added: "商品の金額に税を足すと合計になるファイルです。",
    guessed: "値だけから推測しました",
    supposed: "ファイルからは分かりません。違うときは書き換えてください。",
    undecided: "次の対応は決められませんでした。合っていれば # を外してください。",
    rest: "extra に残る見出し",
    lost: "取り込まない見出し",
    platform: "どこの声か(x, instagram, google, web など)と種類(post, review, comment, ticket など)",
    fixed: "ファイルに列がなく、全行に当てはめる値",
    words: "ファイルの言葉 = koe の言葉",
    consents: "目的 = 答えの見出し",
};

const ENGLISH: Sentences = Sentences {
    begin: "A draft from headings and values: koe's column on the left, the file's heading on the right. Please change what is wrong.",
    date_order: "order of dates: ymd, mdy or dmy",
    date_order_open: "the values do not tell day from month: take the # off the line that is right",
    currency_guessed: "amounts have cents, so they are no yen: check the currency",
    currency: "where it is not the workspace's currency",
    time_zone: "where times are not in the workspace's time zone",
    source: "customers, orders and consents of one shop share one source (\"shop\" where left out)",
    customers: "false where a list of customers is imported as well",
    tax_added: "goods and tax make the total of this file",
    guessed: "guessed from the values alone",
    supposed: "the file does not say: please change it where it is wrong",
    undecided: "koe could not decide these: take the # off where they are right",
    rest: "headings kept in extra",
    lost: "headings not imported",
    platform: "where it was said (x, instagram, google, web, ...) and what it is (post, review, comment, ticket, ...)",
    fixed: "what every row has, for want of a column",
    words: "words of the file = koe's words",
    consents: "purpose = heading of the answer",
};

impl Proposal {
    /// Returns the section `[import.layouts.NAME]` as TOML with comments in a language, `ja` or anything else for English.
    pub fn render(&self, name: &str, lang: &str) -> String {
        let say = if lang == "ja" { &JAPANESE } else { &ENGLISH };
        let mapping = &self.mapping;
        let section = format!("import.layouts.{}", key(name));
        let mut text = format!(
            "# {}\n[{section}]\ntable = {}\n",
            say.begin,
            quoted(mapping.table.table().name)
        );
        self.settings(say, &mut text);
        let _ = writeln!(text, "\n[{section}.columns]");
        for (column, names) in self.columns() {
            let note = if self.guessed.contains(column) {
                format!("  # {}", say.guessed)
            } else {
                String::new()
            };
            let _ = writeln!(text, "{} = {}{note}", key(column), value(names));
        }
        if !self.undecided.is_empty() {
            let _ = writeln!(text, "# {}", say.undecided);
            for (column, heading) in &self.undecided {
                let _ = writeln!(text, "# {} = {}", key(column), quoted(heading));
            }
        }
        if !self.rest.is_empty() {
            let kept = mapping.table.table().column("extra").is_some();
            let names: Vec<String> = self.rest.iter().map(|name| one_line(name)).collect();
            let say = if kept { say.rest } else { say.lost };
            let _ = writeln!(text, "# {say}: {}", names.join(", "));
        }
        let pairs =
            |text: &mut String, title: String, note: &str, pairs: Vec<(&String, &String)>| {
                if !pairs.is_empty() {
                    let _ = writeln!(text, "\n# {note}\n[{title}]");
                    for (left, right) in pairs {
                        let is_open = self.guessed.contains(left) && title.ends_with(".fixed");
                        let note = if is_open {
                            format!("  # {}", say.supposed)
                        } else {
                            String::new()
                        };
                        let _ = writeln!(text, "{} = {}{note}", key(left), quoted(right));
                    }
                }
            };
        let note = if mapping.table == Fills::Posts {
            say.platform
        } else {
            say.fixed
        };
        pairs(
            &mut text,
            format!("{section}.fixed"),
            note,
            mapping.fixed.iter().collect(),
        );
        pairs(
            &mut text,
            format!("{section}.consents"),
            say.consents,
            mapping.consents.iter().collect(),
        );
        self.unsure(say, &section, &mut text);
        for (column, words) in &mapping.words {
            let title = format!("{section}.words.{}", key(column));
            pairs(&mut text, title, say.words, words.iter().collect());
        }
        text
    }

    /// Writes down the answers of which nobody knows what yes agrees to, behind those that are known.
    fn unsure(&self, say: &Sentences, section: &str, text: &mut String) {
        let known = &self.mapping.consents;
        let unsure = self.unsure.iter();
        let mut unsure = unsure
            .filter(|(purpose, _)| !known.contains_key(purpose))
            .peekable();
        if unsure.peek().is_none() {
            return;
        }
        let _ = match known.is_empty() {
            true => writeln!(text, "\n# {}\n# [{section}.consents]", say.undecided),
            false => writeln!(text, "# {}", say.undecided),
        };
        for (purpose, heading) in unsure {
            let _ = writeln!(text, "# {} = {}", key(purpose), quoted(heading));
        }
    }

    /// Returns the columns in the order of their table, as people look for them.
    fn columns(&self) -> Vec<(&String, &Names)> {
        let order = self.mapping.table.names();
        let place = |column: &str| order.iter().position(|name| *name == column);
        let mut columns: Vec<_> = self.mapping.columns.iter().collect();
        columns.sort_by_key(|(column, _)| place(column));
        columns
    }

    fn settings(&self, say: &Sentences, text: &mut String) {
        let mapping = &self.mapping;
        match &mapping.source {
            Some(source) => {
                let _ = writeln!(text, "source = {}  # {}", quoted(source), say.source);
            }
            None if is_of_shop(mapping.table) => {
                let _ = writeln!(text, "# source = \"shop\"  # {}", say.source);
            }
            None => {}
        }
        match mapping.date_order {
            Some(order) => {
                let _ = writeln!(
                    text,
                    "date_order = \"{}\"  # {}",
                    order.key(),
                    say.date_order
                );
            }
            None if !self.date_orders.is_empty() => {
                let _ = writeln!(text, "# {}", say.date_order_open);
                for order in &self.date_orders {
                    let _ = writeln!(text, "# date_order = \"{}\"", order.key());
                }
            }
            None => {}
        }
        if let Some(currency) = &mapping.currency {
            let note = if self.is_currency_guessed {
                format!("  # {}", say.currency_guessed)
            } else {
                String::new()
            };
            let _ = writeln!(text, "currency = {}{note}", quoted(currency));
        } else if mapping.table == Fills::Orders && !mapping.columns.contains_key("currency") {
            let _ = writeln!(text, "# currency = \"JPY\"  # {}", say.currency);
        }
        let _ = writeln!(text, "# time_zone = \"Asia/Tokyo\"  # {}", say.time_zone);
        if mapping.tax_added {
            let _ = writeln!(text, "tax_added = true  # {}", say.tax_added);
        }
        if mapping.table == Fills::Orders {
            let _ = writeln!(text, "# customers = true  # {}", say.customers);
        }
    }
}

fn value(names: &Names) -> String {
    match names {
        Names::One(name) => quoted(name),
        Names::Several(names) => {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}]", names.join(", "))
        }
    }
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

fn quoted(text: &str) -> String {
    // Headings with line ends must not run into the next line.
    let escaped: String = text
        .chars()
        .flat_map(|letter| match letter {
            '"' | '\\' => vec!['\\', letter],
            _ if letter.is_control() => format!("\\u{:04X}", letter as u32).chars().collect(),
            _ => vec![letter],
        })
        .collect();
    debug_assert!(format!("x = \"{escaped}\"").parse::<toml::Table>().is_ok());
    format!("\"{escaped}\"")
}

fn key(name: &str) -> String {
    let is_bare = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-';
    if !name.is_empty() && name.bytes().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}
