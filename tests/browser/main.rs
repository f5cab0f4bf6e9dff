//! The pages in a browser: what a reader, a keyboard, a screen reader and a printer make of them.
//!
//! Needs Chromium and its driver, so it is a target of its own: `cargo test --release --features browser`.

mod driver;
mod pages;
mod pictures;

use std::fs;

use driver::{Browser, ENTER, Medium, TAB};
use pages::{PAGES, koe, page, reports, text};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A phone, a tablet, a laptop, a large screen, in CSS pixels.
const WIDTHS: [u32; 4] = [390, 768, 1280, 1920];

/// What fits between the margins of A4, upright and lying, at 96 pixels an inch.
const PAPER: (u32, u32) = (703, 1030);

/// Gathers complaints, and fails with all of them at the end.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn add(&mut self, place: &str, found: Vec<String>) {
        self.0
            .extend(found.into_iter().map(|one| format!("{place}: {one}")));
    }

    fn end(self) {
        assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
    }
}

#[test]
fn pages_load_nothing_and_the_console_stays_empty() {
    let browser = Browser::start();
    let mut complaints = Complaints::default();
    for page in PAGES.iter() {
        for medium in [Medium::Light, Medium::Dark] {
            browser.show_on(medium);
            browser.open(&page.path);
            browser.check("openAll");
            complaints.add(page.name, browser.console());
        }
        let loaded = browser.run(
            "return performance.getEntriesByType('resource').map((one) => one.name.slice(0, 60))
               .filter((name) => !name.startsWith('data:'));",
        );
        assert_eq!(loaded, json!([]), "{}", page.name);
        let fonts = browser.run(
            "return Array.from(document.fonts, (face) => `${face.family.replaceAll('\"', '')} ${face.status}`);",
        );
        assert_eq!(fonts, json!(["M PLUS 1 loaded"]), "{}", page.name);
    }
    complaints.end();
    // What the test relies on: a console that is written to is noticed.
    browser.run("console.error('seen');");
    assert!(browser.console().iter().any(|entry| entry.contains("seen")));
}

#[test]
fn nothing_overflows_at_any_width() {
    let browser = Browser::start();
    let mut complaints = Complaints::default();
    for page in PAGES.iter() {
        browser.open(&page.path);
        for state in ["folded", "unfolded"] {
            for width in WIDTHS {
                browser.resize(width, 900);
                let place = format!("{} at {width}, {state}", page.name);
                complaints.add(&place, browser.check("overflow"));
            }
            browser.check("openAll");
        }
    }
    complaints.end();
    browser.resize(390, 900);
    browser.run("document.querySelector('h1').style.width = '500px';");
    assert!(!browser.check("overflow").is_empty(), "it is noticed");
}

#[test]
fn texts_are_readable_on_light_and_dark_screens_and_on_paper() {
    let browser = Browser::start();
    let mut complaints = Complaints::default();
    for page in PAGES.iter() {
        browser.open(&page.path);
        browser.check("openAll");
        // Colours are the same at every width.
        for (medium, width) in [
            (Medium::Light, 1280),
            (Medium::Dark, 390),
            (Medium::Paper, PAPER.0),
        ] {
            browser.show_on(medium);
            browser.resize(width, 900);
            let place = format!("{} on {medium:?}", page.name);
            complaints.add(&place, browser.check("contrast"));
        }
        browser.show_on(Medium::Dark);
        let paper = "return getComputedStyle(document.body).backgroundColor;";
        let dark = browser.run(paper);
        browser.show_on(Medium::Light);
        assert_ne!(dark, browser.run(paper), "{} has two themes", page.name);
    }
    complaints.end();
    browser.run("document.querySelector('h1').style.color = '#999';");
    assert!(!browser.check("contrast").is_empty(), "it is noticed");
}

#[test]
fn keyboards_and_screen_readers_find_their_way() {
    let browser = Browser::start();
    let mut complaints = Complaints::default();
    for page in PAGES.iter() {
        browser.resize(390, 844);
        browser.open(&page.path);
        complaints.add(page.name, browser.check("access"));
        browser.check("openAll");
        complaints.add(page.name, browser.check("access"));
    }
    complaints.end();
    for page in reports() {
        browser.open(&page.path);
        browser.key(TAB);
        let skip = browser.run(
            "const link = document.activeElement, box = link.getBoundingClientRect();
             return [link.className, box.top >= 0 && box.bottom > box.top, getComputedStyle(link).outlineStyle];",
        );
        assert_eq!(skip, json!(["skip", true, "solid"]), "{}", page.name);
        browser.key(ENTER);
        assert_eq!(
            browser.run("return location.hash;"),
            json!("#main"),
            "{}",
            page.name
        );
        // Behind the skip link nothing of the contents is in the way.
        browser.key(TAB);
        let is_in_main = "return document.activeElement.closest('main') !== null;";
        assert_eq!(browser.run(is_in_main), json!(true), "{}", page.name);
    }
}

#[test]
fn tables_sort_by_pointer_and_keyboard() {
    let browser = Browser::start();
    let mut complaints = Complaints::default();
    browser.resize(1280, 900);
    for page in reports() {
        browser.open(&page.path);
        browser.check("openAll");
        complaints.add(page.name, browser.check("sorting"));
    }
    complaints.end();
    let heading = "main .topic-section > .scroll th:first-child";
    let order = format!("return document.querySelector('{heading}').getAttribute('aria-sort');");
    browser.open(&page("report").path);
    assert_eq!(browser.run(&order), json!("none"));
    browser.press(&format!("{heading} button"));
    assert_eq!(browser.run(&order), json!("descending"));
    browser.key(ENTER);
    assert_eq!(browser.run(&order), json!("ascending"));
}

#[test]
fn tables_filter() {
    let browser = Browser::start();
    browser.resize(1280, 900);
    for name in ["report", "report-en"] {
        browser.open(&page(name).path);
        browser.check("openAll");
        let count = browser.run("return document.querySelectorAll('label.filter input').length;");
        assert!(
            count.as_u64() > Some(0),
            "{name} has a long table to filter"
        );
        // A word of the last row that the first row has not.
        let word = browser.run(
            "const rows = document.querySelector('label.filter').nextElementSibling.querySelectorAll('tbody tr');
             const first = rows[0].textContent.toLowerCase();
             return Array.from(rows[rows.length - 1].cells, (cell) => cell.textContent.trim())
               .find((text) => text !== '' && !first.includes(text.toLowerCase())) || '';",
        );
        let word = word.as_str().expect("a word");
        assert!(!word.is_empty(), "{name}: first and last row differ");
        let shown = || {
            browser.run(
                "return Array.from(document.querySelector('label.filter').nextElementSibling.querySelectorAll('tbody tr'))
                   .filter((row) => row.checkVisibility()).map((row) => row.textContent);",
            )
        };
        let all = rows(&shown());
        browser.fill("label.filter input", word);
        let some = rows(&shown());
        assert!(!some.is_empty() && some.len() < all.len(), "{name}: {word}");
        let wanted: Vec<&String> = all
            .iter()
            .filter(|row| row.to_lowercase().contains(&word.to_lowercase()))
            .collect();
        assert_eq!(some.iter().collect::<Vec<_>>(), wanted, "{name}: {word}");
        browser.fill("label.filter input", "zqzq");
        assert!(rows(&shown()).is_empty(), "{name}");
        browser.run(
            "const input = document.querySelector('label.filter input');
             input.value = '';
             input.dispatchEvent(new Event('input'));",
        );
        assert_eq!(rows(&shown()), all, "{name}");
    }
}

fn rows(found: &Value) -> Vec<String> {
    let rows = found.as_array().expect("rows");
    rows.iter()
        .map(|row| row.as_str().expect("a text").to_owned())
        .collect()
}

#[test]
fn text_can_be_marked() {
    let browser = Browser::start();
    let mut complaints = Complaints::default();
    for page in PAGES.iter() {
        browser.open(&page.path);
        browser.check("openAll");
        complaints.add(page.name, browser.check("selectable"));
    }
    complaints.end();
    browser.resize(1280, 900);
    let report = page("report");
    for place in [
        "#overview .tile .value",
        "#sales h2",
        "#sales figure svg text",
        "#data > .scroll td",
    ] {
        browser.open(&report.path);
        browser.press_twice(place);
        let marked = browser.run("return getSelection().toString().trim();");
        assert!(
            marked.as_str().is_some_and(|text| !text.is_empty()),
            "{place}"
        );
    }
}

#[test]
fn paper_holds_everything() {
    let browser = Browser::start();
    let mut complaints = Complaints::default();
    let (upright, lying) = PAPER;
    for page in PAGES.iter() {
        browser.show_on(Medium::Paper);
        browser.open(&page.path);
        // Wide tables lie across the paper, and so does all of the desk.
        browser.resize(lying, 700);
        complaints.add(
            &format!("{} across paper", page.name),
            browser.check("overflow"),
        );
        if !page.is_desk {
            browser.run("document.querySelectorAll('.wide').forEach((one) => { one.style.display = 'none'; });");
            browser.resize(upright, 1000);
            complaints.add(
                &format!("{} on paper", page.name),
                browser.check("overflow"),
            );
        }
        let pdf = browser.print();
        assert!(pdf.starts_with(b"%PDF-"), "{}", page.name);
        let pdf = String::from_utf8_lossy(&pdf);
        let sizes: Vec<&str> = pdf
            .match_indices("/MediaBox [")
            .filter_map(|(at, opening)| pdf[at + opening.len()..].split(']').next())
            .collect();
        // A4 is 595.28 by 841.89 points; browsers round to their pixels.
        let is_a4 =
            |size: &&str| matches!(*size, "0 0 594.95996 841.91998" | "0 0 841.91998 594.95996");
        assert!(
            !sizes.is_empty() && sizes.iter().all(is_a4),
            "{}: {sizes:?}",
            page.name
        );
    }
    complaints.end();
}

/// No report of a million customers is made here: its size is extrapolated from those of 200 and 2,000.
#[test]
fn growth_from_200_to_2000_customers_foretells_under_five_megabytes_for_a_million() {
    // The whole font as Base64, if every letter it has were used.
    let font = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/report/font/Mplus1-with-symbols.otf"
    );
    let font = fs::metadata(font).expect("the font").len() / 3 * 4;
    let folder = TempDir::new().expect("a temporary folder");
    let sizes = [200, 2_000].map(|customers| {
        let shop = folder.path().join(customers.to_string());
        koe(&["sample", text(&shop), "--customers", &customers.to_string()]);
        koe(&["run", text(&shop)]);
        let page = fs::read_to_string(shop.join("out/latest/report.html")).expect("a report");
        let font = page
            .split("base64,")
            .nth(1)
            .and_then(|rest| rest.split(')').next())
            .expect("a font");
        (page.len() - font.len()) as u64
    });
    // What grows are words and numbers that get longer: by about as much for each tenfold, of which a million is not quite three
    // more than 2,000.
    let growth = sizes[1].saturating_sub(sizes[0]);
    let foretold = sizes[1] + 3 * growth + font;
    assert!(foretold < 5_000_000, "{sizes:?}");
    assert!(growth < sizes[0] / 2, "{sizes:?}");
}

#[test]
fn pictures_are_those_accepted() {
    let browser = Browser::start();
    let mut wrong = Vec::new();
    // name, page, what stands at the top, medium, width, height
    for (name, of, top, medium, width, height) in [
        ("overview", "report", "body", Medium::Light, 1280, 760),
        (
            "overview-dark",
            "report-en",
            "body",
            Medium::Dark,
            1280,
            760,
        ),
        ("overview-phone", "report", "body", Medium::Dark, 390, 844),
        ("value", "report", "#value", Medium::Light, 1280, 900),
        ("voice-dark", "report", "#voice", Medium::Dark, 1280, 900),
        (
            "value-voice-phone",
            "report-en",
            "#value-voice",
            Medium::Light,
            390,
            844,
        ),
        ("desk", "desk", "body", Medium::Light, 768, 700),
        ("join", "join", "body", Medium::Light, 768, 900),
        ("paper", "report", "#sales", Medium::Paper, 703, 900),
    ] {
        browser.show_on(medium);
        browser.resize(width, height);
        browser.open(&page(of).path);
        browser.run(&format!(
            "document.querySelector('{top}').scrollIntoView({{behavior: 'instant'}});
             return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));"
        ));
        wrong.extend(pictures::compare(name, browser.picture()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
