//! How fast the parts are that every run leans on: fitting a purchase model, hearing a post.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use koe::math::purchases::{BgNbd, PurchaseModel, PurchaseSummary};
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

criterion_group!(benches, models, posts);
criterion_main!(benches);
