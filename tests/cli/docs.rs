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

/// Returns the commands of a document that begin with these words, up to what they are piped to or read from.
fn commands(document: &str, begin: &str) -> Vec<Vec<String>> {
    let blocks = document
        .split("```sh")
        .skip(1)
        .filter_map(|block| block.split("```").next());
    let lines = blocks.flat_map(str::lines).map(str::trim);
    lines
        .filter(|line| line.starts_with(begin))
        .map(|line| {
            let words = line.split_whitespace();
            words
                .take_while(|word| !["|", ">", "<", "#"].contains(word))
                .skip(1)
                .map(|word| word.trim_matches('\'').to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn every_command_of_the_guide_to_segments_runs_and_prints_what_it_says() {
    const CDNOW: &[u8] = include_bytes!("../../testdata/cdnow_sample_elog.csv");
    let guide = document("docs/guide/segment.md");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for below in ["testdata", "tills"] {
        fs::create_dir(folder.path().join(below)).expect("a folder");
    }
    // Enough of the orders for models, and few enough to be quick.
    let few: Vec<u8> = CDNOW
        .split_inclusive(|byte| *byte == b'\n')
        .take(2_001)
        .flatten()
        .copied()
        .collect();
    let log = "customer_id,date,amount\n1,2026-01-05,1200\n2,2026-01-06,800\n";
    for (name, bytes) in [
        ("testdata/cdnow_sample_elog.csv", CDNOW),
        ("orders.csv", few.as_slice()),
        ("tills/honten.csv", log.as_bytes()),
        ("web.csv", log.replace("2026", "2025").as_bytes()),
    ] {
        fs::write(folder.path().join(name), bytes).expect("the file can be written");
    }
    let run = |args: &[String]| {
        let stdin = fs::File::open(folder.path().join("orders.csv")).expect("the file");
        let output = koe()
            .args(args)
            .current_dir(folder.path())
            .stdin(stdin)
            .output()
            .expect("the binary starts");
        let told = text(&output.stderr);
        assert!(output.status.success(), "{args:?}: {told}");
        (text(&output.stdout), told)
    };
    let made = [
        "sample shop --customers 100 --quiet",
        "import -w shop --quiet",
    ];
    for args in made {
        let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
        run(&args);
    }
    let commands = commands(&guide, "koe segment");
    assert!(commands.len() >= 12, "{commands:?}");
    for command in &commands {
        run(command);
    }
    // The first is shown with all it prints.
    let (table, told) = run(&commands[0]);
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: Vec<String> = guide.lines().map(plain).collect();
    for line in told.lines().chain(table.lines()).map(plain) {
        let is_rule = line.chars().all(|letter| "─═".contains(letter));
        assert!(
            is_rule || shown.contains(&line),
            "`{line}` is not in docs/guide/segment.md; it must show:\n{told}{table}"
        );
    }
}
