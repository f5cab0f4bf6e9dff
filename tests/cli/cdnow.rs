//! The public CDNOW sample, from its file to the published figures of the models.

use crate::support::Shop;

#[test]
fn cdnow_is_imported_and_fitted_to_the_published_figures() {
    let log = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/cdnow_sample_elog.csv"
    ))
    .expect("the log");
    let shop = Shop::with(&[("cdnow.csv", &log)]);
    shop.write(
        "koe.toml",
        b"[workspace]\ntime_zone = \"UTC\"\n[money]\ncurrency = \"USD\"\n",
    );
    shop.ok(&["import"]);
    shop.ok(&["join", "--as-of", "1997-09-30"]);
    shop.ok(&["score", "--as-of", "1997-09-30"]);
    shop.ok(&["segment", "--as-of", "1997-09-30"]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM orders"), 6919.0);
    assert_eq!(
        shop.number("SELECT COUNT(*) AS n FROM person_values"),
        2357.0
    );
    assert_eq!(
        shop.number("SELECT SUM(purchase_day_count - 1) AS n FROM person_values"),
        2457.0
    );
    assert_eq!(
        shop.number("SELECT COUNT(*) AS n FROM person_values WHERE purchase_day_count = 1"),
        1411.0
    );
    let figure = |model: &str, name: &str| {
        shop.number(&format!(
            "SELECT value FROM models WHERE model = '{model}' AND figure = '{name}'"
        ))
    };
    // Fader, Hardie and Lee 2005, maximum likelihood on exact days / 7.
    for (model, name, published) in [
        ("BG/NBD", "r", 0.24259452),
        ("BG/NBD", "alpha", 4.41360202),
        ("BG/NBD", "a", 0.79292202),
        ("BG/NBD", "b", 2.42590678),
        ("MBG/NBD", "r", 0.52484316),
        ("MBG/NBD", "alpha", 6.18308528),
        ("Gamma-Gamma", "p", 6.249572),
        ("Gamma-Gamma", "q", 3.744225),
        ("Gamma-Gamma", "gamma", 1544.3523),
    ] {
        let found = figure(model, name);
        assert!(
            (found / published - 1.0).abs() < 1e-4,
            "{model} {name}: {found}, published {published}"
        );
    }
    assert!((figure("BG/NBD", "log_likelihood") + 9582.429207).abs() < 1e-4);
    assert!((figure("MBG/NBD", "log_likelihood") + 9582.135716).abs() < 1e-4);
}
