//! How fast the parts are that every run leans on: reading exports, fitting a purchase model, hearing a post.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use koe::import::containers::{self, Contents, Part};
use koe::import::context::Context;
use koe::import::file;
use koe::import::layout::Layouts;
use koe::math::purchases::{BgNbd, PurchaseModel, PurchaseSummary};
use koe::sample::{self, SampleOptions};
use koe::text::Analyser;

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

criterion_group!(benches, exports, models, posts);
criterion_main!(benches);
