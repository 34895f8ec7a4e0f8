//! `cargo bench` without any crate: one line for each operation, as Rust's own harness prints it.

use std::hint::black_box;
use std::time::Instant;

fn main() {
    let samples: Vec<f32> = (0..32_000).map(|i| (i as f32 * 0.01).sin()).collect();
    for (name, width) in [("top_k/50", 50), ("top_k/200", 200)] {
        let calls = 100u32;
        let begin = Instant::now();
        for _ in 0..calls {
            let best = black_box(&samples).iter().take(width).fold(0.0f32, |a, b| a.max(*b));
            black_box(best);
        }
        println!("test {name} ... bench: {} ns/iter (+/- 0)", begin.elapsed().as_nanos() / calls as u128);
    }
}
