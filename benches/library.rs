//! How fast the parts are that every run leans on: reading exports, fitting purchase models, valuing customers, hearing a post.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use koe::config::Override;
use koe::import::containers::{self, Contents, Part};
use koe::import::context::Context;
use koe::import::file;
use koe::import::layout::Layouts;
use koe::join::linkage::{self, Decided, Features, Scorer, Settings, Written};
use koe::math::purchases::{
    BgNbd, GammaGamma, MbgNbd, PurchaseModel, PurchaseSummary, SpendSummary,
};
use koe::pipeline::{ImportOptions, JoinOptions, Workspace};
use koe::progress::Silent;
use koe::sample::{self, PeopleOptions, SampleOptions};
use koe::schema;
use koe::segment;
use koe::store::Store;
use koe::text::Analyser;
use polars::prelude::{DataFrame, IntoLazy};

/// Returns customers whose purchases fall as their number rises, without any chance in it.
fn customers(count: u32) -> Vec<PurchaseSummary> {
    (0..count)
        .filter_map(|customer| {
            let repeats = (customer % 97) * (customer % 13) / 40;
            let age = 20.0 + f64::from(customer % 60);
            let last = if repeats == 0 {
                0.0
            } else {
                age * f64::from(1 + customer % 7) / 8.0
            };
            PurchaseSummary::new(f64::from(repeats), last, age).ok()
        })
        .collect()
}

fn models(criterion: &mut Criterion) {
    let customers = customers(100_000);
    let mut group = criterion.benchmark_group("models");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(customers.len() as u64));
    group.bench_function("fit BG/NBD", |bencher| {
        bencher.iter(|| BgNbd::fit(black_box(&customers)).map(|fit| fit.log_likelihood));
    });
    group.bench_function("fit MBG/NBD", |bencher| {
        bencher.iter(|| MbgNbd::fit(black_box(&customers)).map(|fit| fit.log_likelihood));
    });
    let spends = spends(&customers);
    group.throughput(Throughput::Elements(spends.len() as u64));
    group.bench_function("fit Gamma-Gamma", |bencher| {
        bencher.iter(|| GammaGamma::fit(black_box(&spends)).map(|fit| fit.log_likelihood));
    });
    group.finish();
}

/// Returns what the repeat buyers among the customers spend per purchase, some more and some less.
fn spends(customers: &[PurchaseSummary]) -> Vec<SpendSummary> {
    let repeaters = customers
        .iter()
        .filter(|customer| customer.repeat_count > 0.0);
    repeaters
        .zip(1_u32..)
        .filter_map(|(customer, number)| {
            let wealth = 0.25 + f64::from(number % 31) / 8.0;
            let mood = 0.8 + f64::from(number % 11) / 25.0;
            SpendSummary::new(customer.repeat_count, 3_000.0 * wealth * mood).ok()
        })
        .collect()
}

/// Returns what the stage `segment` reads of a store whose records are joined.
fn segment_input(store: &Store) -> koe::error::Result<segment::Input> {
    Ok(segment::Input {
        orders: store.scan(&schema::orders::TABLE)?,
        order_lines: store.scan(&schema::order_lines::TABLE)?,
        posts: store.scan(&schema::posts::TABLE)?,
        assignments: store.scan(&schema::assignments::TABLE)?,
        campaigns: store.scan(&schema::campaigns::TABLE)?,
        customers: store.scan(&schema::customers::TABLE)?,
        persons: store.scan(&schema::persons::TABLE)?,
        links: store.scan(&schema::links::TABLE)?,
        post_scores: store.scan(&schema::post_scores::TABLE)?,
        account_scores: store.scan(&schema::account_scores::TABLE)?,
        conversations: store.scan(&schema::conversations::TABLE)?,
        reachable: DataFrame::empty().lazy(),
    })
}

/// Orders that lie in the store to RFM, fitted models, values and segments, and to RFM and base features alone.
fn segments(criterion: &mut Criterion) {
    const ORDERS: u64 = 100_000;
    let folder = tempfile::tempdir().expect("a folder");
    let options = SampleOptions::default();
    sample::write_order_log(folder.path(), ORDERS, &options, &mut |_, _| {}).expect("a log");
    let as_of = options.as_of.to_string();
    let opened = |margin: &str| {
        let margin = Override {
            key: "segment.margin".to_owned(),
            value: margin.to_owned(),
            origin: "the benchmark".to_owned(),
        };
        let now = jiff::Timestamp::UNIX_EPOCH;
        Workspace::open(folder.path(), None, &[margin], Some(&as_of), now).expect("a workspace")
    };
    // Another setting than before: what is up to date would be skipped.
    let workspaces = [opened("0.5"), opened("0.6")];
    let imported = workspaces[0].import(&[], &ImportOptions::default(), &Silent);
    imported.expect("an import");
    let joined = workspaces[0].join(&JoinOptions::default(), &Silent);
    joined.expect("persons");
    let mut group = criterion.benchmark_group("segment");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(ORDERS));
    group.bench_function("orders to values", |bencher| {
        let mut turns = workspaces.iter().cycle();
        bencher.iter(|| {
            let outcome = turns.next().map(|workspace| workspace.segment(&Silent));
            let outcome = outcome.expect("there are two").expect("segments");
            assert!(outcome.has_run);
        });
    });
    let workspace = &workspaces[0];
    let store = workspace.store().expect("a store");
    let input = segment_input(&store).expect("tables");
    let config = workspace.config();
    let settings = segment::Settings {
        segment: &config.segment,
        money: &config.money,
        lang: config.workspace.lang,
        min_group_size: config.privacy.min_group_size,
    };
    group.bench_function("orders to base features", |bencher| {
        bencher.iter(|| {
            let values = segment::base_features(&input, settings, workspace.as_of());
            values.expect("base features").height()
        });
    });
    group.finish();
}

fn posts(criterion: &mut Criterion) {
    let analyser = Analyser::new().expect("the built-in dictionary");
    let texts = [
        "朝のさえずり、香りがすごくよかった😊 また買います！",
        "配送が遅いし、問い合わせても返事がない。もう頼まないかも。",
        "値段は高いけど、味は間違いない。ギフトにもおすすめです",
        "えっ、これ定期便だけなの？ 単品でも欲しいんだけど…",
    ];
    let mut group = criterion.benchmark_group("text");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("analyse posts", |bencher| {
        bencher.iter(|| texts.map(|text| analyser.analyse(black_box(text)).score));
    });
    group.finish();
}

/// Reads one export from its bytes to its rows, which nobody stores.
fn read(part: &Part) -> u64 {
    let layouts = Layouts::default();
    let recognised = file::recognise(part, &layouts, None).expect("a layout koe knows");
    let context = Context {
        source_file: "export".to_owned(),
        batch_id: "0".repeat(16),
        observed_at: jiff::Timestamp::UNIX_EPOCH,
        time_zone: jiff::tz::TimeZone::get("Asia/Tokyo").expect("a zone"),
        currency: "JPY".to_owned(),
        source: None,
        official: Vec::new(),
        ignored: Vec::new(),
        owner: None,
    };
    let counts = recognised.read(&context, &mut |_, _| Ok(()), &mut |_| Ok(()));
    counts.expect("a whole export").read
}

fn exports(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = SampleOptions {
        customers: 2_000,
        ..SampleOptions::default()
    };
    let mut quiet = |_, _| {};
    sample::write(folder.path(), &options, &mut quiet).expect("a sample");
    sample::write_order_log(folder.path(), 200_000, &options, &mut quiet).expect("a log");
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10);
    for name in ["order_log.csv", "eccube_orders.csv", "x_posts.jsonl"] {
        let path = folder.path().join("exports").join(name);
        let bytes = std::fs::metadata(&path).expect("an export").len();
        let Ok(Contents::Parts(parts)) = containers::contents(&path) else {
            panic!("{name} is an export");
        };
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function(name, |bencher| {
            bencher.iter(|| read(black_box(&parts[0])));
        });
    }
    group.finish();
}

/// Returns the cells of the generator's people, sorted as the store sorts them.
fn people(records: u64) -> Vec<csv::StringRecord> {
    let folder = tempfile::tempdir().expect("a folder");
    let options = PeopleOptions {
        records,
        seed: 1,
        japanese: false,
        steady: false,
    };
    sample::write_people(folder.path(), &options, &mut |_, _| {}).expect("people");
    let mut rows = Vec::new();
    for file in ["shop.csv", "web.csv"] {
        let path = folder.path().join("exports").join(file);
        let mut reader = csv::Reader::from_path(path).expect("an export");
        rows.extend(reader.records().map(|row| row.expect("a whole row")));
    }
    rows
}

/// Lays the cells of a row, in the order of the generator's headings, over the fields that join compares.
fn written(row: &csv::StringRecord, name: &'static str) -> Written<'static> {
    let cell = |place: usize| {
        let text = row.get(place).filter(|text| !text.is_empty())?;
        // The texts live as long as the benchmark.
        Some(&*Box::leak(text.to_owned().into_boxed_str()))
    };
    let born = row
        .get(4)
        .and_then(|text| text.parse::<jiff::civil::Date>().ok());
    let epoch = jiff::civil::date(1970, 1, 1);
    let full = format!("{} {}", &row[1], &row[2]).into_boxed_str();
    Written {
        source: name,
        customer_id: cell(0).unwrap_or_default(),
        name: Some(Box::leak(full)),
        email: cell(9),
        phone: cell(8),
        postal_code: cell(7),
        address: cell(5),
        birth_date: born.map(|day| (day - epoch).get_days()),
        ..Written::default()
    }
}

fn joins(criterion: &mut Criterion) {
    let rows = people(2_000);
    let records: Vec<Written<'_>> = rows.iter().map(|row| written(row, "people")).collect();
    let settings = Settings::default();
    let read = || {
        let mut features = Features::new(0);
        features.extend(&records);
        features.seal();
        features
    };
    let fit = || linkage::fit(&mut read(), &[], Vec::new(), &settings);
    let weights = fit();
    let mut features = read();
    features.know_frequencies(&weights.terms);
    features.know_aliases(&weights.aliases);
    let scorer = Scorer::new(&weights, &features);
    let pairs = || linkage::pairs(&features, &scorer, &settings);
    let found = pairs();
    let mut group = criterion.benchmark_group("join");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("match keys", |bencher| {
        bencher.iter(|| black_box(read()).len());
    });
    group.bench_function("match keys and fit", |bencher| bencher.iter(fit));
    group.bench_function("pairs", |bencher| bencher.iter(|| pairs().compared));
    group.bench_function("cluster", |bencher| {
        let decided = Decided::default();
        bencher.iter(|| linkage::cluster(&features, &scorer, &found, &decided, &settings).root);
    });
    group.finish();
}

criterion_group!(benches, exports, joins, models, posts, segments);
criterion_main!(benches);
