//! `cargo bench` with criterion: what it leaves in target/criterion is read by soundmark.

use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use std::hint::black_box;
use std::time::Duration;

fn best(criterion: &mut Criterion) {
    let values: Vec<f32> = (0..32_000).map(|i| (i as f32 * 0.01).sin()).collect();
    let mut group = criterion.benchmark_group("sampling/best");
    group.warm_up_time(Duration::from_millis(50)).measurement_time(Duration::from_millis(100));
    group.sample_size(10).nresamples(1000);
    for width in [50, 3200] {
        group.throughput(Throughput::Elements(width as u64));
        group.bench_with_input(BenchmarkId::from_parameter(width), &width, |bencher, &width| {
            bencher.iter(|| kernels::best(black_box(&values), width))
        });
    }
    group.finish();
}

criterion_group!(benches, best);
criterion_main!(benches);
