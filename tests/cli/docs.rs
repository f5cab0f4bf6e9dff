//! Documents that are generated, or that name commands, stay true.

use std::fs;
use std::path::Path;

use crate::support::{koe, stdout, text};

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn schema_document_is_generated_from_the_schema() {
    assert_eq!(
        document("docs/schema.md"),
        stdout(&["schema-doc"]),
        "run `koe schema-doc > docs/schema.md`"
    );
}

#[test]
fn the_example_is_what_the_generator_writes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("shop");
    stdout(&["sample", path.to_str().expect("UTF-8"), "--quiet"]);
    for file in [
        "koe.toml",
        "exports/eccube_orders.csv",
        "exports/x_posts.jsonl",
        "exports/consents.csv",
        "truth/posts.csv",
    ] {
        let fresh = fs::read(path.join(file)).expect(file);
        let kept = fs::read(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("examples/shop")
                .join(file),
        )
        .expect(file);
        assert!(
            fresh == kept,
            "examples/shop/{file} differs: run `koe sample` again"
        );
    }
}

#[test]
fn defaults_are_shown_with_their_comments_and_merged() {
    let defaults = stdout(&["config", "show", "--defaults"]);
    assert!(defaults.contains("# Groups of fewer persons are not shown in reports."));
    let output = koe()
        .args(["config", "show", "--set", "brand.name=鳥"])
        .env("KOE_PRIVACY_MIN_GROUP_SIZE", "9")
        .output()
        .expect("the binary starts");
    let merged = text(&output.stdout);
    assert!(
        merged.contains("name = \"鳥\"") && merged.contains("min_group_size = 9"),
        "{merged}"
    );
}

#[test]
fn every_command_in_the_readme_exists() {
    let readme = document("README.md");
    let code: String = readme
        .split("```sh")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    let commands: Vec<&str> = code
        .lines()
        .filter_map(|line| line.trim().strip_prefix("koe "))
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        assert!(
            koe()
                .args([command, "--help"])
                .output()
                .expect("the binary starts")
                .status
                .success(),
            "koe {command}"
        );
    }
}
