//! What comes on stdin is told as that, not as the file that holds it meanwhile.

use std::process::Output;

use crate::support::{Shop, piped, says, text};

const UNKNOWN: &str = "colour,shape\nred,round\n";
const TORN: &str = "customer_id,date,amount\n5,2026-01-09,500\n6,x,100\n7,y,100\n";

/// Checks that a run failed and told so without the folder that the file lay in.
fn told(output: &Output, words: &[&str]) {
    says(output, 1, words);
    let said = text(&output.stderr);
    let folder = std::env::temp_dir().join("koe-");
    assert!(!said.contains(&*folder.to_string_lossy()), "{said}");
    assert!(!said.contains("--from stdin"), "{said}");
}

#[test]
fn errors_about_stdin_name_it_and_no_temporary_file() {
    let shop = Shop::with(&[]);
    shop.write("koe.toml", b"");
    let cut = b"PK\x03\x04 an archive that is cut";
    let page = b"<!DOCTYPE html><html>Please log in</html>";
    for (lang, name) in [("en", "`stdin`"), ("ja", "`標準入力`")] {
        let import = |args: &[&str], bytes: &[u8]| {
            let on_shop = ["import", "-", "-w", shop.path(), "--lang", lang];
            piped(&[&on_shop[..], args].concat(), bytes)
        };
        told(&import(&[], UNKNOWN.as_bytes()), &[name, "--from"]);
        told(&import(&[], b""), &[name]);
        told(&import(&[], page), &[name]);
        told(&import(&[], cut), &[name]);
        // The reader of a layout names it, too.
        let layout = ["--layout", "transactions"];
        told(&import(&layout, UNKNOWN.as_bytes()), &[name]);
        let name = name.trim_matches('`');
        told(&import(&[], TORN.as_bytes()), &[name]);
        let dropped = ["import", "--drop-unread", "-w", shop.path(), "--lang", lang];
        says(&piped(&dropped, b""), 0, &[name]);
    }
    let deleted = [
        "import",
        "--deleted",
        "-",
        "-w",
        shop.path(),
        "--lang",
        "en",
    ];
    told(&piped(&deleted, page), &["`stdin` is a web page"]);
}

#[test]
fn orders_on_stdin_are_named_so() {
    for (lang, name) in [("en", "`stdin"), ("ja", "`標準入力")] {
        let orders = ["segment", "--orders", "-", "--lang", lang];
        for bytes in [UNKNOWN, TORN, "<!DOCTYPE html><html></html>"] {
            told(&piped(&orders, bytes.as_bytes()), &[name]);
        }
    }
}
