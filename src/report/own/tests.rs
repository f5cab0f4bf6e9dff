use super::*;
use crate::report::charts::charts;
use crate::report::figures::Figures;
use crate::report::findings::fixture::{figures, of_a_month};
use crate::report::html::{Page, PageError, html};

fn files(list: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    list.iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

fn parse(list: &[(&str, &str)]) -> Result<Own, OwnError> {
    Own::parse(&files(list))
}

fn made(figures: &Figures, own: &Own) -> Result<String, PageError> {
    html(&Page {
        figures,
        charts: &charts(figures, Lang::Ja),
        lang: Lang::Ja,
        sections: &[],
        own: Some(own),
    })
}

const LOGO: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9z\"/></svg>";

#[test]
fn logo_style_and_pages_are_in_the_page() {
    let own = parse(&[
        ("logo.svg", LOGO),
        ("pages/10-店長より.html", "<p>{{ brand }} {{ figures.fiscal_year.current.sales_minor|money }} {{ 0.25|share }}</p>{% include 'pages/_foot.html' %}"),
        ("pages/20-kpi.html", "{% for kpi in kpis %}{% if kpi.key == 'sales' %}<b>{{ kpi.value }} {{ kpi.change }} {{ kpi.goal }}</b>{% endif %}{% endfor %}"),
        ("pages/_foot.html", "<i>{{ figures.period.to|day }}</i>"),
        ("style.css", ".own b{color:var(--accent)}"),
    ])
    .unwrap();
    let text = made(&of_a_month(), &own).unwrap();
    for part in [
        "<img class=\"logo\" src=\"data:image/svg+xml;base64,",
        "<p>坂の上珈琲 912万円 25.0%</p><i>2026年8月31日(月)</i>",
        "<b>184万円 8.7%増 目標 180万円 達成</b>",
        ".own b{color:var(--accent)}",
        "<li><a href=\"#own-1\">店長より</a></li>",
        "id=\"own-2\"",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("own-3"), "what is only included is no page");
}

#[test]
fn data_never_becomes_markup() {
    let mut figures = figures();
    figures.brand = "<script>alert('x')</script>\"><img src=x onerror=y>".to_owned();
    let own = parse(&[(
        "pages/a.html",
        "<p title=\"{{ brand }}\">{{ brand }}{{ figures.brand }}</p>",
    )])
    .unwrap();
    let text = made(&figures, &own).unwrap();
    assert!(!text.contains("<script>alert") && !text.contains("<img"));
    assert_eq!(text.matches("<script>").count(), 1);
    let unsafe_page = parse(&[("pages/a.html", "\n{{ brand|safe }}")]).unwrap();
    match made(&figures, &unsafe_page) {
        Err(PageError::Own(error)) => {
            assert_eq!((error.file.as_str(), error.line), ("pages/a.html", Some(2)));
            assert!(error.detail.contains("unknown filter"), "{}", error.detail);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_syntax_error_is_told_with_file_and_line() {
    let error = parse(&[
        ("pages/a.html", "<p>fine</p>"),
        ("pages/b.html", "<p>\n{% if brand %}\n<b>{{ brand </b>\n"),
    ])
    .unwrap_err();
    assert_eq!((error.file.as_str(), error.line), ("pages/b.html", Some(3)));
    assert!(error.detail.starts_with("syntax error"), "{}", error.detail);
}

#[test]
fn a_value_that_is_not_there_is_told_with_file_and_line_also_when_included() {
    let own = parse(&[
        ("pages/a.html", "x\n\n{% include 'pages/_b.html' %}"),
        ("pages/_b.html", "y\n{{ figures.salse }}"),
    ])
    .unwrap();
    match made(&figures(), &own) {
        Err(PageError::Own(error)) => {
            assert_eq!(
                (error.file.as_str(), error.line),
                ("pages/_b.html", Some(2))
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_that_are_no_part_of_a_template_are_errors() {
    for (list, part) in [
        (&[("styles.css", "")][..], "is `style.css` meant?"),
        (&[("page.html", "x")][..], "pages/*.html"),
        (&[("logo.svg", "text")][..], "no <svg>"),
        (&[("logo.png", "text")][..], "no PNG"),
        (&[("logo.png", "\u{89}PNG")][..], "no PNG"),
    ] {
        let error = parse(list).unwrap_err();
        assert_eq!(error.file, list[0].0);
        assert!(error.detail.contains(part), "{}", error.detail);
    }
    let large = vec![("style.css".to_owned(), vec![b' '; FILE_LIMIT + 1])];
    assert!(Own::parse(&large).is_err());
    let latin = vec![("pages/a.html".to_owned(), b"a\nb\xe9".to_vec())];
    assert_eq!(Own::parse(&latin).unwrap_err().line, Some(2));
    let png = |name: &str| (name.to_owned(), PNG.to_vec());
    assert!(Own::parse(&[png("logo.png")]).unwrap().logo().is_some());
    let both = [png("logo.png"), files(&[("logo.svg", LOGO)]).remove(0)];
    assert!(Own::parse(&both).is_err());
}

#[test]
fn pages_are_named_by_their_files() {
    assert_eq!(page_name("pages/10-店長より.html"), "店長より");
    assert_eq!(page_name("pages/news.html"), "news");
    assert_eq!(page_name("pages/2026.html"), "2026");
}

#[test]
fn without_files_nothing_is_added() {
    let own = parse(&[]).unwrap();
    let text = made(&figures(), &own).unwrap();
    assert!(!text.contains("<img") && !text.contains("topic-section own"));
}
